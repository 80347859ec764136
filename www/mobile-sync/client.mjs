// Mobile Sync with promises. Each call may begin with the store it means. How a sync goes on is told by `sync` events
// of the document.

import { TureenError, attempt } from '../core.mjs';
import { splitStore } from '../smartstore/arguments.mjs';
import { DEFAULT_STORE } from '../sessions.mjs';
import { checkOrg } from './org.mjs';
import { withSyncs } from './part.mjs';

/** What becomes of a record that was changed on both sides. */
export const MERGE_MODE = Object.freeze({ OVERWRITE: 'OVERWRITE', LEAVE_IF_CHANGED: 'LEAVE_IF_CHANGED' });

/** @typedef {import('../sessions.mjs').StoreName} StoreName */
/** @typedef {import('../core.mjs').TureenPromise<any>} Answer */

/**
 * @param {(store: StoreName, ...given: any[]) => any} job
 * @returns {(...given: any[]) => Answer}
 */
const on = (job) => (...given) => {
  const [store, own] = splitStore(given);
  return attempt(() => job(store, ...own));
};

/** `([store], target, soupName, options, [syncName])`: makes a sync down and starts it; its state. */
export const syncDown = on((store, target, soupName, options, syncName) =>
  made(store, true, target, soupName, options, syncName),
);

/** `([store], [target], soupName, options, [syncName])`: makes a sync up and starts it; its state. */
export const syncUp = on((store, ...given) => {
  const [target, soupName, options, syncName] = typeof given[0] === 'string' ? [null, ...given] : given;
  return made(store, false, target, soupName, options, syncName);
});

/** `([store], idOrName)`: starts a sync again, which goes on from what it has; its state. */
export const reSync = on((store, sync) => {
  checkOrg();
  return withSyncs(store, (syncs) => started(store, syncs, sync));
});

/** `([store], idOrName)`: the state of a sync; null when there is none. */
export const getSyncStatus = on((store, sync) => withSyncs(store, async (syncs) => parsed(await syncs.status(sync))));

/** `([store], idOrName)`: forgets a sync; what it has stored stays. */
export const deleteSync = on((store, sync) => withSyncs(store, (syncs) => syncs.deleteSync(sync)));

/** `([store], syncId)`: takes away the records that a sync down has no more; how many. */
export const cleanResyncGhosts = on((store, sync) => {
  checkOrg();
  return withSyncs(store, (syncs) => syncs.cleanGhosts(sync));
});

/** `([store], [id])`: asks a sync, or all, to stop after the page or the batch that it is at. */
export const stopSync = on((store, sync) => withSyncs(store, (syncs) => syncs.stop(sync ?? undefined)));

/**
 * @param {StoreName} store
 * @param {boolean} isDown
 * @param {unknown} target
 * @param {unknown} soupName
 * @param {unknown} options
 * @param {unknown} syncName
 */
function made(store, isDown, target, soupName, options, syncName) {
  checkOrg();
  return withSyncs(store, async (syncs) => {
    const { _soupEntryId } = await created(syncs, isDown, target, soupName, options, syncName);
    return started(store, syncs, _soupEntryId);
  });
}

/**
 * @param {import('./part.mjs').Syncs} syncs
 * @param {boolean} isDown
 * @param {unknown} target
 * @param {unknown} soupName
 * @param {unknown} options
 * @param {unknown} syncName
 */
async function created(syncs, isDown, target, soupName, options, syncName) {
  if (typeof soupName !== 'string' || soupName === '') {
    throw new TureenError('BAD_ARGUMENT', `A sync ${isDown ? 'down' : 'up'} needs the name of a soup.`);
  }
  const name = syncName == null ? undefined : String(syncName);
  return parsed(await syncs.create(isDown, textOf(target), soupName, textOf(options), name));
}

/**
 * @param {StoreName} store
 * @param {import('./part.mjs').Syncs} syncs
 * @param {number | string} sync
 */
const started = async (store, syncs, sync) =>
  parsed(await syncs.start(sync, (/** @type {string} */ text) => tell(store, text)));

/**
 * Tells the page how a sync stands.
 * @param {StoreName} store
 * @param {string} text
 */
function tell({ storeName, isGlobalStore }, text) {
  const detail = { ...JSON.parse(text), isGlobalStore: isGlobalStore === true, storeName: storeName || DEFAULT_STORE };
  globalThis.document?.dispatchEvent(new CustomEvent('sync', { detail }));
}

/** @param {unknown} value */
const textOf = (value) => JSON.stringify(value ?? {});

/** @param {string | undefined} text */
const parsed = (text) => (text === undefined ? null : JSON.parse(text));
