// Every block of JavaScript in README, the starts and the guides runs: in node, with IndexedDB in memory, against a real
// backend. Each finds what an app has at that point, under the names that the docs use, and nothing of the block before.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { at } from '../../scripts/project.mjs';
import * as tureen from '../../www/node.mjs';
import { backend as startBackend, device } from './device.mjs';

const documents = [
  'README.md', 'docs/azure.md', 'docs/smartstore.md',
  ...['docs/start', 'docs/guides'].flatMap((folder) => readdirSync(at(folder)).map((file) => `${folder}/${file}`)),
];

/** Addresses that the docs give to a backend. */
const SITES = /https:\/\/yoursite\.(azurewebsites\.net|example)/g;

/**
 * The blocks of a page, with the lines that they begin at; in lists they are indented.
 * @param {string} text
 */
function blocks(text) {
  return [...text.matchAll(/^( *)```js\n([^]*?)^\1```$/gm)].map(({ 1: indent = '', 2: code = '', index }) => ({
    line: text.slice(0, index).split('\n').length,
    code: code.split('\n').map((line) => line.slice(indent.length)).join('\n'),
  }));
}

/** A block as the body of a function: what it imports is at hand there. @param {string} code */
const asBody = (code) =>
  code.replace(/^import \{([^}]*)\} from 'cordova-plugin-tureen';$/gm, (_all, names) => `const {${names}} = Tureen;`);

/** @type {Awaited<ReturnType<typeof startBackend>>} */
let backend;
before(async () => {
  backend = await startBackend();
});
after(() => backend.stop());

const { WindowsAzure, smartstore, smartstoreClient } = tureen;

/** What an app has, under the names that the docs use. */
async function anApp() {
  tureen.setUser(null);
  await tureen.ready({ requireUser: false });
  const { client, store, context: syncContext, todo: table } = await device(backend.address);
  const { id } = await client.getTable('todoitem').insert({ text: 'deleted' });
  await client.getTable('todoitem').del({ id });
  await table.insert({ text: 'waits' });
  // The docs' pages may log in; this one has no window to do it in.
  client.loginWithOptions = /** @type {any} */ (async () => ({ userId: 'ann' }));
  await smartstoreClient.registerSoup('contacts', [{ path: 'Name', type: 'string' }, { path: 'Id', type: 'string' }]);
  await smartstoreClient.upsertSoupEntries('contacts', ['Lovage', 'Chervil', 'Savory'].map((Name) => ({ Name })));
  const quiet = () => {};
  return {
    Tureen: { ...tureen, showInspector: quiet },
    WindowsAzure, client, store, syncContext, table, id,
    navigator: { smartstore, smartstoreClient }, smartstore, smartstoreClient,
    query: new WindowsAzure.Query('todoitem'),
    signal: new AbortController().signal,
    passphrase: 'leek and potato', another: 'soup of the day', token: 'a.b.c',
    show: quiet, alert: quiet, cancel: {}, console: { log: quiet, warn: quiet, info: quiet },
  };
}

/** Another page may ask for a worker, which node has not: then the page works, and says so. */
const AsyncFunction = /** @type {any} */ (async () => {}).constructor;

for (const document of documents) {
  const found = blocks(readFileSync(at(document), 'utf8'));
  if (found.length === 0) continue;
  describe(document, { concurrency: false }, () => {
    for (const { line, code } of found) {
      test(`line ${line}`, async () => {
        const app = await anApp();
        const names = Object.keys(app);
        const run = new AsyncFunction(...names, `{\n${asBody(code).replace(SITES, backend.address)}\n}`);
        try {
          await run(...Object.values(app));
        } finally {
          tureen.setUser(null);
          await tureen.ready({ requireUser: false, soups: false });
          await smartstoreClient.removeAllStores();
          await smartstoreClient.removeAllGlobalStores();
        }
      });
    }
  });
}

test('no page has code that is passed over', () => {
  for (const document of documents) {
    const fences = readFileSync(at(document), 'utf8').match(/^ *```js\b/gm)?.length ?? 0;
    assert.equal(blocks(readFileSync(at(document), 'utf8')).length, fences, document);
    assert.doesNotMatch(readFileSync(at(document), 'utf8'), /^ *```(javascript|mjs|jsx|JS)\b/m, document);
  }
});
