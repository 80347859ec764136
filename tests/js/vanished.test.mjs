// A store that was here and is gone, as an eviction leaves it: marks outside IndexedDB tell.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importStore, onVanished, openStore } from '../../www/node.mjs';

/** @type {Map<string, string>} */
const kept = new Map();
/** Node has none. */
const localStorage = {
  getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
  setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value),
  removeItem: (/** @type {string} */ key) => void kept.delete(key),
};
Object.defineProperty(globalThis, 'localStorage', { value: localStorage, configurable: true, writable: true });

/** What is told while `job` runs, and soon after. @param {() => Promise<unknown>} job */
async function told(job) {
  /** @type {any[]} */
  const all = [];
  const end = onVanished((vanished) => all.push(vanished));
  await job();
  await new Promise((resolve) => setImmediate(resolve));
  end();
  return all;
}

/** As the browser does when it needs the space. @param {string} name */
const evict = (name) =>
  new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(`tureen/${name}`);
    request.onsuccess = () => resolve(undefined);
    request.onerror = () => reject(request.error);
  });

const name = { name: 'pantry', isGlobalStore: true };

test('is told of, with its name, and begins empty', async () => {
  const store = await openStore(name);
  await store.registerSoup('jars', [{ path: 'label', type: 'string' }]);
  await store.close();
  assert.deepEqual(await told(async () => (await openStore(name)).close()), [], 'it is there');
  await evict('global:pantry');
  const [vanished, ...others] = await told(async () => {
    const again = await openStore(name);
    assert.equal(await again.soupExists('jars'), false);
    await again.close();
  });
  assert.equal(vanished.code, 'STORE_VANISHED');
  assert.deepEqual([vanished.storeName, vanished.isGlobalStore], ['pantry', true]);
  assert.ok(vanished.since <= new Date());
  assert.match(vanished.message, /pull to fetch everything again/);
  assert.deepEqual(others, []);
  assert.deepEqual(await told(async () => (await openStore(name)).close()), [], 'told once');
});

test('has not vanished when the app removed it, or imported another in its place', async () => {
  const store = await openStore(name);
  const file = await store.export();
  await store.remove();
  assert.deepEqual(await told(async () => (await openStore(name)).remove()), []);
  assert.deepEqual(await told(async () => (await importStore(file, name)).close()), []);
  assert.deepEqual(await told(async () => (await openStore(name)).close()), []);
  await evict('global:pantry');
  assert.equal((await told(async () => (await openStore(name)).close())).length, 1, 'an imported one can');
});

test('is told to whoever listens later, and to the console meanwhile', async ({ mock }) => {
  const { mock: warned } = mock.method(console, 'warn', () => {});
  await (await openStore(name)).close();
  await evict('global:pantry');
  await (await openStore(name)).close();
  assert.match(String(warned.calls[0]?.arguments[0]), /'pantry' was on this device and is gone/);
  assert.equal((await told(async () => {})).length, 1);
  assert.equal((await told(async () => {})).length, 0);
});

test('is not noticed, and harms nothing, where marks are forbidden', async () => {
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get: () => {
      throw new Error('denied');
    },
  });
  await evict('global:pantry');
  assert.deepEqual(await told(async () => (await openStore(name)).remove()), []);
});
