// The one way to the module's syncs: everything of Mobile Sync that is in the module is reached through here.

import { DEFAULT_STORE } from '../sessions.mjs';
import { inStore } from '../stores.mjs';
import { initialSyncs } from './initial-syncs.mjs';
import { asked, carrier, timeout } from './org.mjs';

/** @typedef {import('../../pkg/tureen.js').SalesforceSyncs} Syncs */
/** @typedef {import('../stores.mjs').Handle} Handle */

/** @type {WeakMap<Handle, { carrier: unknown, syncs: Promise<Syncs> }>} */
const opened = new WeakMap();

/**
 * Runs `job` on the syncs of a store, which work where the store does.
 * @template T
 * @param {import('../sessions.mjs').StoreName} store
 * @param {(syncs: Syncs) => T | PromiseLike<T>} job
 */
export const withSyncs = (store, job) =>
  inStore(store, (handle, module) => syncsOf(store, handle, module).then(job), 'salesforce');

/**
 * @param {import('../sessions.mjs').StoreName} store
 * @param {Handle} handle
 * @param {import('../core.mjs').Module} module
 */
function syncsOf(store, handle, module) {
  const before = opened.get(handle);
  if (before && before.carrier === carrier()) return before.syncs;
  const chain = carrier();
  const syncs = open(store, handle, module, before === undefined);
  opened.set(handle, { carrier: chain, syncs });
  syncs.catch(() => opened.delete(handle));
  return syncs;
}

/**
 * @param {import('../sessions.mjs').StoreName} store
 * @param {Handle} handle
 * @param {import('../core.mjs').Module} module
 * @param {boolean} isFirst whether nobody has asked this page for the store's syncs before
 */
async function open({ storeName, isGlobalStore }, handle, module, isFirst) {
  /** @type {Syncs} */
  const syncs = await module.openSalesforceSyncs(handle, asked, timeout(), carrier());
  if (!isFirst) return syncs;
  // What broke off with an earlier page is said to be stopped as soon as no other tab is at it.
  syncs.recover().catch(() => {});
  if (storeName && storeName !== DEFAULT_STORE) return syncs;
  for (const sync of await initialSyncs(isGlobalStore ? 'global' : 'user')) {
    if ((await syncs.status(sync.syncName)) !== undefined) continue;
    const [target, options] = [sync.target, sync.options].map((each) => JSON.stringify(each ?? {}));
    await syncs.create(sync.syncType === 'syncDown', target, sync.soupName, options, sync.syncName);
  }
  return syncs;
}
