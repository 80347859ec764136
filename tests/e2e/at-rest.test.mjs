// What lies in IndexedDB: sealed unless the app asked otherwise, and of use to nobody without the key.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { World } from './world.mjs';

/** @type {World} */
let world;
/** @type {import('./browser/browser.mjs').Browser} */
let browser;

before(async () => {
  world = await World.start();
  browser = await world.device();
  await browser.open(world.page);
});
after(() => world.stop());

/** A text that would be found in any file that holds it. */
const secret = 'Zwiebelkuchen mit Speck, 7 Uhr';

/**
 * How many values anywhere in this origin's IndexedDB have a text in them, as UTF-8 or as UTF-16.
 * @param {string} text
 */
const occurrences = (text) =>
  browser.run(async (needle) => {
    const wide = Uint8Array.from([...needle].flatMap((letter) => [letter.charCodeAt(0) & 255, letter.charCodeAt(0) >> 8]));
    const latin = new TextDecoder('latin1');
    const needles = [needle, latin.decode(wide)];
    /** @param {unknown} value @returns {string[]} everything in it that could be read, byte for byte */
    const readable = (value) => {
      if (typeof value === 'string') return [value];
      if (value instanceof ArrayBuffer) return [latin.decode(value)];
      if (ArrayBuffer.isView(value)) return [latin.decode(value)];
      if (value && typeof value === 'object') return Object.entries(value).flat().flatMap(readable);
      return [];
    };
    /** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
    const done = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    let looked = 0;
    let found = 0;
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const all = database.transaction(store).objectStore(store);
        const values = [...(await done(all.getAll())), ...(await done(all.getAllKeys()))];
        looked += values.length;
        found += values.filter((value) => readable(value).some((text) => needles.some((one) => text.includes(one)))).length;
      }
      database.close();
    }
    return { looked, found };
  }, text);

/** @param {object} options of the store */
const keepSecret = (options) =>
  browser.run(
    async (text, given) => {
      const store = await Tureen.openStore(given);
      await store.registerSoup('diary', [{ path: 'text', type: 'string' }]);
      await store.upsertSoupEntries('diary', [{ text }]);
      await store.close();
    },
    secret, options,
  );

test('no text of any record can be found in IndexedDB', async () => {
  await keepSecret({ name: 'device key' });
  await keepSecret({ name: 'passphrase', encryption: { passphrase: 'ladle' } });
  await browser.run((text) => startApp('http://127.0.0.1:9').then(() => app.todo.insert({ text })), secret);
  const { looked, found } = await occurrences(secret);
  assert.ok(looked > 3, `looked at ${looked} values`);
  assert.equal(found, 0);
});

test('no script takes the key of the device away', async () => {
  const told = await browser.run(async () => {
    /** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
    const done = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const { name = '' } = (await indexedDB.databases()).find(({ name }) => name?.includes('device key')) ?? {};
    const database = await done(indexedDB.open(name));
    const kept = await done(database.transaction('meta').objectStore('meta').get('key'));
    database.close();
    const taken = ['raw', 'jwk'].map((form) =>
      crypto.subtle.exportKey(/** @type {any} */ (form), kept).then(() => 'taken', (/** @type {Error} */ { name }) => name));
    return { algorithm: kept.algorithm.name, extractable: kept.extractable, taken: await Promise.all(taken) };
  });
  assert.deepEqual(told, { algorithm: 'AES-GCM', extractable: false, taken: ['InvalidAccessError', 'InvalidAccessError'] });
});

test('unless the app opted out', async () => {
  await keepSecret({ name: 'in the open', encryption: false });
  assert.ok((await occurrences(secret)).found > 0);
});

test('a wrong key is refused by name, and harms nothing', async () => {
  await browser.reload();
  const refused = await browser.run(() =>
    Tureen.openStore({ name: 'passphrase', encryption: { passphrase: 'spoon' } }).then(
      () => ({}), (/** @type {any} */ { name, code, message }) => ({ name, code, message })));
  assert.equal(refused.code, 'WRONG_KEY');
  assert.match(refused.message, /key/);
  const texts = await browser.run(async () => {
    const store = await Tureen.openStore({ name: 'passphrase', encryption: { passphrase: 'ladle' } });
    return store.smartQuery('select {diary:text} from {diary}');
  });
  assert.deepEqual(texts, [[secret]]);
});
