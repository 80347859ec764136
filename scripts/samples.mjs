// `npm run samples`: keeps a sample of the store format that this version writes, in tests/samples, with
// the module as it is built. A sample that is kept is what some user's device has: it is never written again, and is
// opened by the tests for as long as its format is read.
import 'fake-indexeddb/auto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { main, UserError } from './command.mjs';
import { at } from './project.mjs';
import { openStore, WindowsAzure } from '../www/node.mjs';

/** That of `src/pager/head.rs`. */
const FORMAT = 1;
const PASSPHRASE = 'soup of the day';

const folder = at('tests', 'samples', `format-${FORMAT}`);

await main(async () => {
  const kept = await access(folder).then(() => true, () => false);
  if (kept) throw new UserError(`${folder} is kept as it is: a new format has a new number.`);
  await mkdir(folder, { recursive: true });
  await sample('plain', { passphrase: 'another' }, false);
  await sample('passphrase', false, { passphrase: PASSPHRASE });
});

/**
 * A store with soups and an Azure table in extents, and a change that waits, a change of a soup and a removal in the
 * log; and the export of it.
 * @param {string} name of the store, and of its files
 * @param {import('../www/store-options.mjs').Encryption} before what it was sealed with at first: a key change folds it
 * @param {import('../www/store-options.mjs').Encryption} encryption
 */
async function sample(name, before, encryption) {
  const store = await openStore({ name, isGlobalStore: true, encryption: before });
  await store.registerSoup('jars', [
    { path: 'label', type: 'string' }, { path: 'grams', type: 'integer' }, { path: 'notes', type: 'full_text' },
  ]);
  await store.upsertSoupEntries('jars', Array.from({ length: 60 }, (_, at) => ({ label: `jar ${at}`, grams: at })));
  await store.changeKey(encryption);
  await store.upsertSoupEntries('jars', [{ label: 'saffron', grams: 3, notes: 'from the mountains' }]);
  await store.removeFromSoup('jars', [1]);
  const local = new WindowsAzure.MobileServiceSqliteStore({ name, encryption });
  await local.defineTable({ name: 'todoitem', columnDefinitions: { id: 'string', text: 'string', due: 'date' } });
  const client = new WindowsAzure.MobileServiceClient('https://site.example');
  await client.getSyncContext().initialize(local);
  await client.getSyncTable('todoitem').insert({ id: 'a', text: 'Peel', due: new Date(Date.UTC(2024, 1, 29)) });
  const content = await atRest(`tureen/global:${name}`);
  await writeFile(path.join(folder, `${name}.json`), `${JSON.stringify(content)}\n`);
  const file = await store.export(encryption ? { passphrase: PASSPHRASE } : {});
  await writeFile(path.join(folder, `${name}.tureen`), file);
}

/**
 * What lies in a database: of each object store its keys and values, bytes in base64.
 * @param {string} name
 */
async function atRest(name) {
  const database = await done(indexedDB.open(name));
  /** @type {Record<string, [IDBValidKey, unknown][]>} */
  const content = {};
  for (const store of database.objectStoreNames) {
    const all = database.transaction(store).objectStore(store);
    const [keys, values] = await Promise.all([done(all.getAllKeys()), done(all.getAll())]);
    if (values.length === 0) throw new Error(`${store} is empty, so that the sample would not show it`);
    content[store] = keys.map((key, at) => [key, readable(values[at])]);
  }
  database.close();
  return content;
}

/** @param {unknown} value */
function readable(value) {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? { base64: Buffer.from(/** @type {any} */ (value)).toString('base64') }
    : value;
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
