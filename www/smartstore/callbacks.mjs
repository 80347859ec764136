// SmartStore with callbacks: `navigator.smartstore`. An error callback gets the error's message, as in the original.

import { showInspector as inspect } from '../inspect.mjs';
import { mustBeSmart, mustNotBeSmart, splitStore } from './arguments.mjs';
import * as client from './client.mjs';
import { observing } from './live.mjs';
import { complain, note } from './log.mjs';
import { told } from './told.mjs';

export {
  QuerySpec, SoupIndexSpec, StoreConfig, StoreCursor, buildAllQuerySpec, buildExactQuerySpec, buildLikeQuerySpec,
  buildMatchQuerySpec, buildRangeQuerySpec, buildSmartQuerySpec,
} from './specs.mjs';
export { getLogLevel, setLogLevel } from './log.mjs';

/** @typedef {((value: any) => void) | null} SuccessCallback */
/** @typedef {((error: any) => void) | null} ErrorCallback */

/** @type {Record<string, (...given: any[]) => any>} */
const calls = { ...client, showInspector: inspect };

/**
 * Gives a call two callbacks behind its own arguments.
 * @param {string} name
 * @param {number} arity how many arguments it has of its own
 * @param {(...given: any[]) => void} [check] throws at once what the original throws at once
 */
const withCallbacks =
  (name, arity, check) =>
  /** @type {(...given: any[]) => void} */
  (...given) => {
    const [store, rest] = splitStore(given);
    const own = rest.slice(0, arity);
    refusing(() => check?.(...own));
    note(name, store, own[0]);
    calls[name](store, ...own).done(...handlers(name, rest[arity], rest[arity + 1]));
  };

/** @param {() => void} check */
function refusing(check) {
  try {
    check();
  } catch (error) {
    throw told(error);
  }
}

/**
 * @param {string} name
 * @param {SuccessCallback | undefined} onSuccess
 * @param {ErrorCallback | undefined} onError
 * @returns {[(value: any) => void, (error: any) => void]}
 */
const handlers = (name, onSuccess, onError) => [
  (value) => typeof onSuccess === 'function' && onSuccess(value),
  (error) => {
    if (typeof onError === 'function') onError(told(error));
    else complain(name, error);
  },
];

export const registerSoup = withCallbacks('registerSoup', 2);
export const alterSoup = withCallbacks('alterSoup', 3);
export const reIndexSoup = withCallbacks('reIndexSoup', 2);
export const removeSoup = withCallbacks('removeSoup', 1);
export const soupExists = withCallbacks('soupExists', 1);
export const getSoupIndexSpecs = withCallbacks('getSoupIndexSpecs', 1);
export const clearSoup = withCallbacks('clearSoup', 1);
export const upsertSoupEntries = withCallbacks('upsertSoupEntries', 2);
export const upsertSoupEntriesWithExternalId = withCallbacks('upsertSoupEntriesWithExternalId', 3);
export const retrieveSoupEntries = withCallbacks('retrieveSoupEntries', 2);
export const removeFromSoup = withCallbacks('removeFromSoup', 2);
export const querySoup = withCallbacks('querySoup', 2, (_soup, spec) => mustNotBeSmart(spec));
export const runSmartQuery = withCallbacks('runSmartQuery', 1, mustBeSmart);
export const moveCursorToPageIndex = withCallbacks('moveCursorToPageIndex', 2);
export const moveCursorToNextPage = withCallbacks('moveCursorToNextPage', 1);
export const moveCursorToPreviousPage = withCallbacks('moveCursorToPreviousPage', 1);
export const closeCursor = withCallbacks('closeCursor', 1);
export const getDatabaseSize = withCallbacks('getDatabaseSize', 0);
export const removeStore = withCallbacks('removeStore', 0);

/**
 * @param {string} name
 * @returns {(onSuccess?: SuccessCallback, onError?: ErrorCallback) => void}
 */
const withoutStore = (name) => (onSuccess, onError) => calls[name]().done(...handlers(name, onSuccess, onError));

export const getAllStores = withoutStore('getAllStores');
export const getAllGlobalStores = withoutStore('getAllGlobalStores');
export const removeAllStores = withoutStore('removeAllStores');
export const removeAllGlobalStores = withoutStore('removeAllGlobalStores');

/** `()`: opens the inspector. */
export const showInspector = withCallbacks('showInspector', 0);

/** Live queries: the callbacks are called again and again, until `stop()` of what this returns. */
export const observe = observing(told);
