// SmartStore as an app of the original finds it: two objects of calls, which it may change, and a native class.

import * as smartstore from './callbacks.mjs';
import * as client from './client.mjs';
import { smartstoreService } from './service.mjs';
import { tellingTexts } from './told.mjs';

const { observe: _, ...calls } = client;

/** @param {(...given: any[]) => import('../core.mjs').TureenPromise<any>} run */
const withTexts = (run) => (/** @type {any[]} */ ...given) => tellingTexts(run(...given));

/** `navigator.smartstore` and `navigator.smartstoreClient`. */
export const faces = {
  smartstore: { ...smartstore },
  smartstoreClient: {
    ...Object.fromEntries(Object.entries(calls).map(([name, run]) => [name, withTexts(run)])),
    observe: smartstore.observe,
  },
};

/** For Cordova's module registry and its bridge. @type {import('../hybrid/registry.mjs').Parts} */
export const parts = {
  modules: {
    'com.salesforce.plugin.smartstore': faces.smartstore,
    'com.salesforce.plugin.smartstore.client': faces.smartstoreClient,
  },
  services: { 'com.salesforce.smartstore': smartstoreService },
};
