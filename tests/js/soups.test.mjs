// An open store as the module gives it: other indexes for a soup, snapshots, timeouts, live queries, exports and keys.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { call } from '../../www/core.mjs';
import '../../www/node.mjs';

/** @typedef {import('../../pkg/tureen.js').Store} Store */

const options = { key: 'none', durability: 'relaxed' };
const name = 'kitchen';
const specs = JSON.stringify([{ path: 'name', type: 'string' }, { path: 'story', type: 'full_text' }]);

/** @type {Store} */
let store;
/** A second tab's. @type {Store} */
let other;

const open = () => call((module) => module.openStore(name, options));

beforeEach(async () => {
  store = await open();
  await store.registerSoup('city', specs);
  other = await open();
  await put({ name: 'Ulm', story: 'the tallest church', size: 126 }, { name: 'Bonn', story: 'a capital', size: 335 });
});
afterEach(async () => {
  await other.close();
  await store.destroy();
});

/** @param {...object} entries */
const put = (...entries) => store.upsert('city', JSON.stringify(entries), undefined);

/** @param {string} cursor */
const rows = (cursor) => JSON.parse(cursor).currentPageOrderedEntries;

/** @param {string} smartSql */
const smart = (smartSql) => JSON.stringify({ queryType: 'smart', smartSql });

/**
 * What a live query tells, one after another.
 * @param {Store} place
 * @param {string} spec
 * @param {string} [soup]
 */
function observed(place, spec, soup) {
  /** @type {any[]} */
  const heard = [];
  /** @type {(() => void)[]} */
  const waiting = [];
  const id = place.observe(spec, soup, (/** @type {string} */ page, /** @type {any} */ error) => {
    heard.push(error ? error.code : rows(page));
    waiting.shift()?.();
  });
  return {
    id,
    heard,
    /** Resolves with the next that is told. */
    next: () => (heard.length > 0 ? Promise.resolve() : new Promise((/** @type {any} */ go) => waiting.push(go))).then(() => heard.shift()),
  };
}

test('a soup gets other indexes, and fills them', async () => {
  const altered = [{ path: 'size', type: 'integer' }, { path: 'name', type: 'full_text' }];
  assert.equal(await store.alterSoup('city', JSON.stringify(altered), false), 'city');
  assert.deepEqual(JSON.parse(store.soupIndexSpecs('city')), altered);
  const bySize = smart('SELECT {city:name}, {city:size} FROM {city} ORDER BY {city:_soupEntryId}');
  assert.deepEqual(rows(store.openCursor(undefined, bySize)), [['Ulm', null], ['Bonn', null]]);
  assert.equal(await store.reIndexSoup('city', '["size", "no such path"]'), 'city');
  assert.deepEqual(rows(store.openCursor(undefined, bySize)), [['Ulm', 126], ['Bonn', 335]]);
  await assert.rejects(store.alterSoup('none', specs, true), { code: 'NO_SUCH_SOUP' });
  await assert.rejects(store.reIndexSoup('city', '{}'), { code: 'BAD_ARGUMENT' });
});

test('a soup that was altered is so in the next session', async () => {
  await store.alterSoup('city', JSON.stringify([{ path: 'size', type: 'string' }]), true);
  const again = await open();
  assert.deepEqual(rows(again.openCursor('city', '{"indexPath":"size","matchKey":126,"selectPaths":["name"]}')), [['Ulm']]);
  await again.close();
});

test('a snapshot stays as it was opened', async () => {
  const spec = { queryType: 'range', orderPath: 'name', pageSize: 1, selectPaths: ['name'], snapshot: true };
  const { cursorId } = JSON.parse(store.openCursor('city', JSON.stringify(spec)));
  await put({ name: 'Aachen' });
  assert.deepEqual([0, 1].map((index) => rows(store.moveCursor(cursorId, index))), [[['Bonn']], [['Ulm']]]);
});

test('a query is given up after its timeout', () => {
  const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n';
  const spec = JSON.stringify({ queryType: 'smart', smartSql: endless, timeout: 5 });
  assert.throws(() => store.openCursor(undefined, spec), { code: 'QUERY_TIMEOUT' });
  assert.deepEqual(rows(store.openCursor(undefined, smart('SELECT count(*) FROM {city}'))), [[2]]);
});

test('Smart SQL only reads', () => {
  const refused = { 'DELETE FROM {city}': 'NOT_SELECT', 'SELECT 1); DELETE FROM {city}; --': 'READ_ONLY' };
  for (const [sql, code] of Object.entries(refused)) assert.throws(() => store.openCursor(undefined, smart(sql)), { code });
});

test('a live query tells its result at once, and again when a commit of any tab alters it', async () => {
  const { id, heard, next } = observed(store, smart('SELECT {city:name} FROM {city} ORDER BY 1'));
  assert.deepEqual(heard, [], 'not before observe has returned');
  assert.deepEqual(await next(), [['Bonn'], ['Ulm']]);
  await put({ name: 'Jena' });
  assert.deepEqual(await next(), [['Bonn'], ['Jena'], ['Ulm']]);
  await other.removeByIds('city', '[1]');
  assert.deepEqual(await next(), [['Bonn'], ['Jena']]);
  store.unobserve(id);
  await put({ name: 'Köln' });
  assert.deepEqual(heard, []);
});

test('what does not alter the result is not told, and a burst is told once', async () => {
  const ulm = observed(store, '{"indexPath":"name","matchKey":"Ulm","selectPaths":["size"]}', 'city');
  const all = observed(store, smart('SELECT count(*) FROM {city}'));
  assert.deepEqual([await ulm.next(), await all.next()], [[[126]], [[2]]]);
  await store.registerSoup('river', specs);
  await Promise.all(Array.from({ length: 50 }, (_, size) => put({ name: 'new', size })));
  assert.deepEqual(await all.next(), [[52]]);
  assert.deepEqual([ulm.heard, all.heard], [[], []]);
});

test('the error of a live query is its second argument', async () => {
  const malformed = observed(store, '{"queryType":"fuzzy"}', 'city');
  assert.equal(await malformed.next(), 'BAD_QUERY');
  const lost = observed(store, '{"queryType":"range","selectPaths":["name"]}', 'city');
  await lost.next();
  await store.removeSoup('city');
  assert.equal(await lost.next(), 'NO_SUCH_SOUP');
  await store.registerSoup('city', specs);
  assert.deepEqual(await lost.next(), []);
});

test('a callback may throw, write, and end another', async () => {
  /** @type {string[]} */
  const told = [];
  const ids = [0, 0];
  const query = smart('SELECT count(*) FROM {city}');
  ids[0] = store.observe(query, undefined, () => {
    told.push('first');
    store.unobserve(/** @type {number} */ (ids[1]));
    put({ name: 'Jena' }).catch(() => told.push('failed'));
    store.unobserve(/** @type {number} */ (ids[0]));
    throw new Error('of the app');
  });
  ids[1] = store.observe(query, undefined, () => told.push('second'));
  const last = observed(store, query);
  assert.deepEqual(await last.next(), [[2]]);
  assert.deepEqual(await last.next(), [[3]]);
  assert.deepEqual(told, ['first']);
});

test('a closed store tells nothing more', async () => {
  const { heard, next } = observed(other, smart('SELECT count(*) FROM {city}'));
  await next();
  await other.close();
  await put({ name: 'Jena' });
  assert.deepEqual(heard, []);
});

/**
 * How many cities there are in what a file holds.
 * @param {Uint8Array} file
 * @param {string} [passphrase]
 */
async function citiesOf(file, passphrase) {
  const imported = await call((module) => module.importStore('copy', file, passphrase, options));
  try {
    assert.equal(imported.integrityCheck(), 'ok');
    return rows(imported.openCursor(undefined, smart('SELECT count(*) FROM {city}')))[0][0];
  } finally {
    await imported.close();
  }
}

test('a store is exported and imported, with and without a passphrase', async () => {
  const text = (/** @type {Uint8Array} */ file) => Buffer.from(file).toString('latin1');
  const [open, sealed] = [await store.export(undefined), await store.export('salt and pepper')];
  assert.ok(open instanceof Uint8Array && text(open).includes('tallest') && !text(sealed).includes('tallest'));
  await put({ name: 'Jena' });
  assert.equal(await citiesOf(sealed, 'salt and pepper'), 2);
  assert.equal(await citiesOf(await store.export(undefined)), 3);
  await call((module) => module.removeStore('copy'));
});

test('what cannot be imported leaves the store that is there as it was', async () => {
  assert.equal(await citiesOf(await store.export(undefined)), 2);
  await put({ name: 'Jena' });
  const file = await store.export('salt and pepper');
  await assert.rejects(citiesOf(file, 'sugar'), { code: 'WRONG_KEY' });
  await assert.rejects(citiesOf(file), { code: 'WRONG_KEY' });
  await assert.rejects(citiesOf(file.slice(0, -1), 'salt and pepper'), { code: 'BAD_EXPORT' });
  await assert.rejects(citiesOf(new Uint8Array(9)), { code: 'BAD_EXPORT' });
  await assert.rejects(store.export(''), { code: 'BAD_ARGUMENT' });
  const kept = await call((module) => module.openStore('copy', options));
  assert.deepEqual(rows(kept.openCursor(undefined, smart('SELECT count(*) FROM {city}'))), [[2]]);
  await kept.destroy();
});

test('an import takes the place of a store that another tab has open', async () => {
  const file = await store.export(undefined);
  const count = observed(other, smart('SELECT count(*) FROM {city}'));
  assert.deepEqual(await count.next(), [[2]]);
  await put({ name: 'Jena' });
  assert.deepEqual(await count.next(), [[3]]);
  const imported = await call((module) => module.importStore(name, file, undefined, options));
  assert.deepEqual(await count.next(), [[2]]);
  await imported.close();
});

test('a store has its new key from then on', async () => {
  const bytes = Array.from({ length: 32 }, (_, at) => at);
  await store.changeKey({ key: { bytes }, durability: 'relaxed' });
  await put({ name: 'Jena' });
  await assert.rejects(store.checkKey(options), { code: 'WRONG_KEY' });
  await store.checkKey({ key: { bytes }, durability: 'relaxed' });
  await assert.rejects(store.changeKey({ key: { passphrase: '' }, durability: 'strict' }), { code: 'BAD_ARGUMENT' });
});
