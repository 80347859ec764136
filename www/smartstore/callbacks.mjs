// SmartStore with callbacks: `navigator.smartstore`. An error callback gets the error's message, as in the original.

import * as client from './client.mjs';
import { splitStore } from './arguments.mjs';

export {
  QuerySpec, SoupIndexSpec, StoreConfig, StoreCursor, buildAllQuerySpec, buildExactQuerySpec, buildLikeQuerySpec,
  buildMatchQuerySpec, buildRangeQuerySpec, buildSmartQuerySpec,
} from './specs.mjs';

/** @typedef {(value: any) => void} SuccessCallback */
/** @typedef {(error: any) => void} ErrorCallback */

/**
 * Gives a call of the client two callbacks behind its own arguments.
 * @param {(...given: any[]) => Promise<any>} run
 * @param {number} arity how many arguments it has of its own
 * @param {(...given: any[]) => void} [check] throws at once what the original throws at once
 */
const withCallbacks =
  (run, arity, check) =>
  /** @type {(...given: any[]) => void} */
  (...given) => {
    const [store, rest] = splitStore(given);
    const own = rest.slice(0, arity);
    check?.(...own);
    run(store, ...own).then(...handlers(rest[arity], rest[arity + 1]));
  };

/**
 * What the callbacks throw is the app's own error, and not an answer of the call's.
 * @param {SuccessCallback | undefined} onSuccess
 * @param {ErrorCallback | undefined} onError
 * @returns {[(value: any) => void, (error: any) => void]}
 */
const handlers = (onSuccess, onError) => [
  (value) => apart(onSuccess, value),
  (error) => apart(onError, error.code === 'CURSOR_END' ? error : error.message),
];

/**
 * @param {((value: any) => void) | undefined} callback
 * @param {any} value
 */
function apart(callback, value) {
  if (typeof callback !== 'function') return;
  try {
    callback(value);
  } catch (thrown) {
    setTimeout(() => {
      throw thrown;
    });
  }
}

/** @param {boolean} wanted @param {string} message */
const smartness = (wanted, message) => (/** @type {any[]} */ ...given) => {
  if ((given[given.length - 1]?.queryType === 'smart') !== wanted) throw new Error(message);
};

export const registerSoup = withCallbacks(client.registerSoup, 2);
export const removeSoup = withCallbacks(client.removeSoup, 1);
export const soupExists = withCallbacks(client.soupExists, 1);
export const getSoupIndexSpecs = withCallbacks(client.getSoupIndexSpecs, 1);
export const clearSoup = withCallbacks(client.clearSoup, 1);
export const upsertSoupEntries = withCallbacks(client.upsertSoupEntries, 2);
export const upsertSoupEntriesWithExternalId = withCallbacks(client.upsertSoupEntriesWithExternalId, 3);
export const retrieveSoupEntries = withCallbacks(client.retrieveSoupEntries, 2);
export const removeFromSoup = withCallbacks(client.removeFromSoup, 2);
export const querySoup = withCallbacks(
  client.querySoup, 2, smartness(false, 'Smart queries can only be run using runSmartQuery'),
);
export const runSmartQuery = withCallbacks(
  client.runSmartQuery, 1, smartness(true, 'runSmartQuery can only run smart queries'),
);
export const moveCursorToPageIndex = withCallbacks(client.moveCursorToPageIndex, 2);
export const moveCursorToNextPage = withCallbacks(client.moveCursorToNextPage, 1);
export const moveCursorToPreviousPage = withCallbacks(client.moveCursorToPreviousPage, 1);
export const closeCursor = withCallbacks(client.closeCursor, 1);
export const getDatabaseSize = withCallbacks(client.getDatabaseSize, 0);
export const removeStore = withCallbacks(client.removeStore, 0);

/**
 * @param {() => Promise<any>} run
 * @returns {(onSuccess?: SuccessCallback, onError?: ErrorCallback) => void}
 */
const withoutStore = (run) => (onSuccess, onError) => void run().then(...handlers(onSuccess, onError));

export const getAllStores = withoutStore(client.getAllStores);
export const getAllGlobalStores = withoutStore(client.getAllGlobalStores);
export const removeAllStores = withoutStore(client.removeAllStores);
export const removeAllGlobalStores = withoutStore(client.removeAllGlobalStores);
