// What SmartStore's calls look at in their arguments: the store, which comes first or is left out, and a query's type.

import { TureenError } from '../error.mjs';
import { StoreConfig } from './specs.mjs';

/** @typedef {import('../sessions.mjs').StoreName} StoreName */

/**
 * Takes the store from the front of a call's arguments: an object that has its own `isGlobalStore`, or a boolean which
 * is that; anything else is the call's first own argument, and the user's default store is meant.
 * @param {any[]} given
 * @returns {[StoreName, any[]]}
 */
export function splitStore(given) {
  const [first, ...rest] = given;
  if (typeof first === 'boolean') return [new StoreConfig(null, first), rest];
  const isConfig = typeof first === 'object' && first !== null && Object.prototype.hasOwnProperty.call(first, 'isGlobalStore');
  return isConfig ? [first, rest] : [new StoreConfig(null, false), given];
}

/** @param {any} spec */
const isSmart = (spec) => spec?.queryType === 'smart';

/** Refuses what `runSmartQuery` does not run. @param {any} spec */
export function mustBeSmart(spec) {
  if (!isSmart(spec)) throw new TureenError('QUERY_TYPE', 'runSmartQuery can only run smart queries');
}

/** Refuses what `querySoup` does not run. @param {any} spec */
export function mustNotBeSmart(spec) {
  if (isSmart(spec)) throw new TureenError('QUERY_TYPE', 'Smart queries can only be run using runSmartQuery');
}
