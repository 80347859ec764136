// Mobile Sync behind `cordova.exec`: the actions of the original's native class, `com.salesforce.mobilesync`.

import { TureenError, attempt } from '../core.mjs';
import { StoreConfig } from '../smartstore/specs.mjs';
import { tellingTexts } from '../smartstore/told.mjs';
import * as client from './client.mjs';

/** @typedef {import('../sessions.mjs').StoreName} StoreName */
/** @typedef {(store: StoreName, payload: any) => any} Action */

/** @param {any} payload */
const which = ({ syncId, syncName }) => syncId ?? syncName;

/** @type {Map<string, Action>} */
const actions = new Map(Object.entries({
  syncDown: (store, { target, soupName, options, syncName }) =>
    client.syncDown(store, target, soupName, options, syncName),
  syncUp: (store, { target, soupName, options, syncName }) =>
    client.syncUp(store, target ?? {}, soupName, options, syncName),
  reSync: (store, payload) => client.reSync(store, which(payload)),
  // The native side gives an empty object where there is none.
  getSyncStatus: (store, payload) =>
    client.getSyncStatus(store, which(payload)).then((state) => state ?? {}),
  deleteSync: (store, payload) => client.deleteSync(store, which(payload)),
  cleanResyncGhosts: (store, { syncId }) => client.cleanResyncGhosts(store, syncId),
}));

/**
 * Does what `cordova.exec` asks of Mobile Sync's native class.
 * @param {string} name such as `syncDown`
 * @param {any[]} args `[version, payload]`; the version is not looked at
 */
export const mobileSyncService = (name, args) => tellingTexts(attempt(() => act(name, args)));

/**
 * @param {string} name
 * @param {any[]} args
 */
function act(name, args) {
  const action = actions.get(name);
  if (!action) throw new TureenError('BAD_ACTION', 'Invalid action');
  const payload = args.find((each) => typeof each === 'object' && each !== null) ?? {};
  return action(new StoreConfig(payload.storeName, payload.isGlobalStore === true), payload);
}
