// SmartStore with callbacks: `navigator.smartstore`. An error callback gets the error's message, as in the original.

import { showInspector as inspect } from '../inspect.mjs';
import { splitStore } from './arguments.mjs';
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
/** @typedef {import('../core.mjs').TureenPromise<any>} Answer */

/**
 * Gives a call of the client two callbacks behind its own arguments.
 * @param {(...given: any[]) => Answer} run
 * @param {string} name what the console calls it
 * @param {number} arity how many arguments it has of its own
 * @param {(...given: any[]) => void} [check] throws at once what the original throws at once
 */
const withCallbacks =
  (run, name, arity, check) =>
  /** @type {(...given: any[]) => void} */
  (...given) => {
    const [store, rest] = splitStore(given);
    const own = rest.slice(0, arity);
    check?.(...own);
    note(name, store, own[0]);
    run(store, ...own).done(...handlers(name, rest[arity], rest[arity + 1]));
  };

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

/** @param {boolean} wanted @param {string} message */
const smartness = (wanted, message) => (/** @type {any[]} */ ...given) => {
  if ((given[given.length - 1]?.queryType === 'smart') !== wanted) throw new Error(message);
};

export const registerSoup = withCallbacks(client.registerSoup, 'registerSoup', 2);
export const alterSoup = withCallbacks(client.alterSoup, 'alterSoup', 3);
export const reIndexSoup = withCallbacks(client.reIndexSoup, 'reIndexSoup', 2);
export const removeSoup = withCallbacks(client.removeSoup, 'removeSoup', 1);
export const soupExists = withCallbacks(client.soupExists, 'soupExists', 1);
export const getSoupIndexSpecs = withCallbacks(client.getSoupIndexSpecs, 'getSoupIndexSpecs', 1);
export const clearSoup = withCallbacks(client.clearSoup, 'clearSoup', 1);
export const upsertSoupEntries = withCallbacks(client.upsertSoupEntries, 'upsertSoupEntries', 2);
export const upsertSoupEntriesWithExternalId = withCallbacks(client.upsertSoupEntriesWithExternalId, 'upsertSoupEntriesWithExternalId', 3);
export const retrieveSoupEntries = withCallbacks(client.retrieveSoupEntries, 'retrieveSoupEntries', 2);
export const removeFromSoup = withCallbacks(client.removeFromSoup, 'removeFromSoup', 2);
export const querySoup = withCallbacks(
  client.querySoup, 'querySoup', 2, smartness(false, 'Smart queries can only be run using runSmartQuery'),
);
export const runSmartQuery = withCallbacks(
  client.runSmartQuery, 'runSmartQuery', 1, smartness(true, 'runSmartQuery can only run smart queries'),
);
export const moveCursorToPageIndex = withCallbacks(client.moveCursorToPageIndex, 'moveCursorToPageIndex', 2);
export const moveCursorToNextPage = withCallbacks(client.moveCursorToNextPage, 'moveCursorToNextPage', 1);
export const moveCursorToPreviousPage = withCallbacks(client.moveCursorToPreviousPage, 'moveCursorToPreviousPage', 1);
export const closeCursor = withCallbacks(client.closeCursor, 'closeCursor', 1);
export const getDatabaseSize = withCallbacks(client.getDatabaseSize, 'getDatabaseSize', 0);
export const removeStore = withCallbacks(client.removeStore, 'removeStore', 0);

/**
 * @param {() => Answer} run
 * @param {string} name
 * @returns {(onSuccess?: SuccessCallback, onError?: ErrorCallback) => void}
 */
const withoutStore = (run, name) => (onSuccess, onError) => run().done(...handlers(name, onSuccess, onError));

export const getAllStores = withoutStore(client.getAllStores, 'getAllStores');
export const getAllGlobalStores = withoutStore(client.getAllGlobalStores, 'getAllGlobalStores');
export const removeAllStores = withoutStore(client.removeAllStores, 'removeAllStores');
export const removeAllGlobalStores = withoutStore(client.removeAllGlobalStores, 'removeAllGlobalStores');

/** `()`: opens the inspector. */
export const showInspector = withCallbacks(inspect, 'showInspector', 0);

/** Live queries: the callbacks are called again and again, until `stop()` of what this returns. */
export const observe = observing(told);
