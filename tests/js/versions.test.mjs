// Two versions of the page on one store: a newer one, which a stand-in plays by what it would do to IndexedDB, and this.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../../www/node.mjs';

const specs = [{ path: 'label', type: 'string' }];

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** @param {string} name */
async function aStore(name) {
  const store = await openStore({ name, isGlobalStore: true });
  await store.registerSoup('jars', specs);
  return store;
}

const refused = { code: 'STORE_NEWER', message: /format 2, and this version reads up to 1: update the app/ };

test('a newer page that changes the layout need not wait, and this one is told to update', async () => {
  const store = await aStore('layout');
  const request = indexedDB.open('tureen/global:layout', 2);
  request.onblocked = () => assert.fail('this page stands in its way');
  (await done(request)).close();
  await assert.rejects(store.upsertSoupEntries('jars', [{ label: 'saffron' }]), refused);
  await store.close();
  await assert.rejects(openStore({ name: 'layout', isGlobalStore: true }), refused);
});

test('a store of a newer format is refused, and left as it is', async () => {
  const store = await aStore('format');
  await store.close();
  const database = await done(indexedDB.open('tureen/global:format'));
  const meta = () => database.transaction('meta', 'readwrite').objectStore('meta');
  const identity = await done(meta().get('identity'));
  await done(meta().put(identity.replace('"format":1', '"format":2,"whatever":[1]'), 'identity'));
  await assert.rejects(openStore({ name: 'format', isGlobalStore: true }), refused);
  await done(meta().put(identity, 'identity'));
  database.close();
  const again = await openStore({ name: 'format', isGlobalStore: true });
  assert.equal(await again.soupExists('jars'), true);
});
