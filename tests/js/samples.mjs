// The kept samples of the store format, and what is done with them in a page or in node.
import { readdirSync, readFileSync } from 'node:fs';
import { at } from '../../scripts/project.mjs';

/**
 * A store at rest, and an export of it.
 * @typedef {{ format: string, kind: string, content: string, file: string, passphrase?: string }} Sample
 */

/** @type {Sample[]} */
export const samples = readdirSync(at('tests', 'samples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name: format }) => [
    { format, kind: 'plain' },
    { format, kind: 'passphrase', passphrase: 'soup of the day' },
  ])
  .map((sample) => ({
    ...sample,
    content: readFileSync(at('tests', 'samples', sample.format, `${sample.kind}.json`), 'utf8'),
    file: readFileSync(at('tests', 'samples', sample.format, `${sample.kind}.tureen`)).toString('base64'),
  }));

/**
 * Plants a sample in IndexedDB and opens it, or imports its export; then says what is in it. Runs where Tureen is.
 * @param {Sample} sample
 * @param {'store' | 'export'} way
 * @param {typeof import('../../www/node.mjs')} [tureen] the page's own when left out
 */
export async function taste({ format, kind, content, file, passphrase }, way, tureen) {
  const { openStore, importStore } = tureen ?? /** @type {any} */ (globalThis).Tureen;
  const encryption = passphrase ? { passphrase } : false;
  const named = { name: `${format} ${kind} ${way}`, isGlobalStore: true, encryption };
  // Firefox runs this beside the page, whose arrays are others.
  const { Uint8Array } = globalThis.window ?? globalThis;
  const bytes = (/** @type {string} */ base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

  async function plant() {
    const request = indexedDB.open(`tureen/global:${named.name}`, 1);
    request.onupgradeneeded = () => {
      for (const store of Object.keys(JSON.parse(content))) request.result.createObjectStore(store);
    };
    await new Promise((resolve, reject) => {
      request.onsuccess = resolve;
      request.onerror = () => reject(request.error);
    });
    const database = request.result;
    const transaction = database.transaction([...database.objectStoreNames], 'readwrite');
    for (const [store, pairs] of Object.entries(JSON.parse(content))) {
      const place = transaction.objectStore(store);
      for (const [key, value] of pairs) place.put(value.base64 ? bytes(value.base64) : value, key);
    }
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = () => reject(transaction.error);
    });
    database.close();
    return openStore(named);
  }

  const store = way === 'store' ? await plant() : await importStore(bytes(file), { ...named, passphrase });
  await store.upsertSoupEntries('jars', [{ label: 'added', grams: 1 }]);
  await store.close();
  const again = await openStore(named);
  const jars = 'select count(*), sum({jars:grams}) from {jars}';
  const match = { queryType: 'match', indexPath: 'notes', matchKey: 'mountains', pageSize: 10 };
  const found = await again.querySoup('jars', match);
  const tasted = {
    whole: await again.integrityCheck(),
    jars: await again.smartQuery(jars),
    found: found.currentPageOrderedEntries.map((/** @type {any} */ { label }) => label),
    todos: await again.smartQuery('select {todoitem:text} from {todoitem}'),
  };
  await again.remove();
  return tasted;
}

/** What `scripts/samples.mjs` has put there, and the one that was added. */
export const expected = { whole: 'ok', jars: [[61, 1774]], found: ['saffron'], todos: [['Peel']] };
