// What the tests of the model objects stand on: the test org, a store in memory, and `Force` on Backbone.
import 'fake-indexeddb/auto';
// @ts-expect-error Backbone comes without types.
import Backbone from 'backbone';
import { smartstoreClient } from 'cordova-plugin-tureen';
import { force, forceOn } from 'cordova-plugin-tureen/models';
import { Org } from '../backends/salesforce/org.mjs';

export { smartstoreClient } from 'cordova-plugin-tureen';
export { force };

/** @type {any} */
export const Force = forceOn(Backbone);

export { Backbone };

/** A fresh org, and a session of it that has expired once if the test says so. */
export async function startOrg() {
  const org = await Org.start();
  org.clock.set('2024-05-08T12:00:00Z');
  const token = org.token();
  force.init({ instanceURL: org.address, accessToken: token, refresh: async () => org.token() });
  return org;
}

/** Removes every store. */
export async function clearStores() {
  await smartstoreClient.removeAllStores();
  await smartstoreClient.removeAllGlobalStores();
}

/**
 * A cache that is there.
 * @param {string} soup
 * @param {{ path: string, type: string }[]} [specs]
 * @param {string} [keyField]
 */
export async function cacheOf(soup, specs = [{ path: 'Name', type: 'string' }], keyField) {
  const cache = new Force.StoreCache(soup, specs, keyField);
  await cache.init();
  return cache;
}

/**
 * A record without what only the device knows.
 * @param {any} record
 */
export const plain = (record) =>
  record && Object.fromEntries(Object.entries(record).filter(([name]) => !/^_|^attributes$/.test(name)));

/**
 * What a call rejects with.
 * @param {Promise<any>} answer
 */
export const refusal = (answer) =>
  answer.then(
    (value) => Promise.reject(new Error(`it resolved: ${JSON.stringify(value)}`)),
    (error) => error,
  );
