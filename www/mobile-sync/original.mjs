// Mobile Sync as an app of the original finds it: two objects of calls, which it may change, and a native class.

import { tellingTexts } from '../smartstore/told.mjs';
import * as mobilesync from './callbacks.mjs';
import * as client from './client.mjs';
import { mobileSyncService } from './service.mjs';

const { syncDown, syncUp, reSync, getSyncStatus, deleteSync, cleanResyncGhosts } = client;
const calls = { syncDown, syncUp, reSync, getSyncStatus, deleteSync, cleanResyncGhosts };

/** @param {(...given: any[]) => import('../core.mjs').TureenPromise<any>} run */
const withTexts = (run) => (/** @type {any[]} */ ...given) => tellingTexts(run(...given));

/** For Cordova's module registry and its bridge. @type {import('../hybrid/registry.mjs').Parts} */
export const parts = {
  modules: {
    'com.salesforce.plugin.mobilesync': { ...mobilesync },
    'com.salesforce.plugin.mobilesync.client': {
      MERGE_MODE: client.MERGE_MODE,
      ...Object.fromEntries(Object.entries(calls).map(([name, run]) => [name, withTexts(run)])),
    },
  },
  services: { 'com.salesforce.mobilesync': mobileSyncService },
};
