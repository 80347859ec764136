// SmartStore's face in node: every form of its arguments, its callbacks, its promises.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { openStore, ready, setUser, smartstore, smartstoreClient as client } from '../../www/node.mjs';
import { cities, indexes as specs } from './cities.mjs';

const store = { isGlobalStore: true, storeName: 'kitchen' };

beforeEach(async () => {
  await client.removeAllStores();
  await client.removeAllGlobalStores();
  await client.registerSoup(store, 'city', specs);
});
after(() => client.removeAllGlobalStores());

/** @param {any[]} entries */
const names = (entries) => entries.map(({ name }) => name);

/**
 * What a call with callbacks calls back.
 * @param {(...given: any[]) => void} run
 * @param {...any} given
 */
const called = (run, ...given) =>
  new Promise((resolve) => run(...given, (/** @type {any} */ value) => resolve({ value }), (/** @type {any} */ error) => resolve({ error })));

test('an entry comes back as it was stored, with its id and date', async () => {
  const [ulm] = await client.upsertSoupEntries(store, 'city', [cities[0]]);
  assert.deepEqual(ulm, { ...cities[0], _soupEntryId: 1, _soupLastModifiedDate: ulm._soupLastModifiedDate });
  assert.ok(Math.abs(Date.now() - ulm._soupLastModifiedDate) < 10_000);
  assert.deepEqual(await client.retrieveSoupEntries(store, 'city', [7, 1]), [ulm]);
});

test('the calls on soups give what the original gives', async () => {
  assert.equal(await client.registerSoup(store, 'city', specs), 'city');
  assert.equal(await client.soupExists(store, 'city'), true);
  assert.deepEqual(await client.getSoupIndexSpecs(store, 'city'), specs);
  await client.upsertSoupEntries(store, 'city', cities);
  assert.equal(await client.clearSoup(store, 'city'), 'OK');
  assert.deepEqual(await client.retrieveSoupEntries(store, 'city', [1, 2, 3]), []);
  const [next] = await client.upsertSoupEntries(store, 'city', [cities[0]]);
  assert.equal(next._soupEntryId, 4, 'ids count on');
  assert.equal(await client.removeSoup(store, 'city'), 'OK');
  assert.equal(await client.removeSoup(store, 'city'), 'OK', 'though it is gone');
  assert.equal(await client.soupExists(store, 'city'), false);
  assert.ok((await client.getDatabaseSize(store)) > 0);
});

test('each builder asks what it says', async () => {
  await client.upsertSoupEntries(store, 'city', cities);
  const ask = async (/** @type {any} */ spec) => names((await client.querySoup(store, 'city', spec)).currentPageOrderedEntries);
  assert.deepEqual(await ask(smartstore.buildAllQuerySpec('name', 'descending')), ['Ulm', 'Jena', 'Bonn']);
  assert.deepEqual(await ask(smartstore.buildExactQuerySpec('size', 335)), ['Bonn']);
  assert.deepEqual(await ask(smartstore.buildRangeQuerySpec('size', 120, null, 'ascending')), ['Ulm', 'Bonn']);
  assert.deepEqual(await ask(smartstore.buildLikeQuerySpec('name', '%n%', null, null, 'size')), ['Jena', 'Bonn']);
  assert.deepEqual(await ask(smartstore.buildMatchQuerySpec('story', 'church', 'ascending', 10, 'name')), ['Jena', 'Ulm']);
  const sql = 'select {city:name}, {city:size} from {city} where {city:size} > 120 order by {city:size}';
  const { currentPageOrderedEntries } = await client.runSmartQuery(store, smartstore.buildSmartQuerySpec(sql, 10));
  assert.deepEqual(currentPageOrderedEntries, [['Ulm', 126], ['Bonn', 335]]);
  const chosen = await client.querySoup(store, 'city', smartstore.buildExactQuerySpec('name', 'Ulm', 10, 'ascending', 'name', ['size']));
  assert.deepEqual(chosen.currentPageOrderedEntries, [[126]]);
});

test('a cursor goes from page to page, and no further', async () => {
  await client.upsertSoupEntries(store, 'city', cities);
  const first = await client.querySoup(store, 'city', smartstore.buildAllQuerySpec('name', 'ascending', 2));
  assert.deepEqual([first.totalEntries, first.totalPages, first.currentPageIndex], [3, 2, 0]);
  assert.deepEqual(names(first.currentPageOrderedEntries), ['Bonn', 'Jena']);
  const second = await client.moveCursorToNextPage(store, first);
  assert.deepEqual(names(second.currentPageOrderedEntries), ['Ulm']);
  await assert.rejects(client.moveCursorToNextPage(store, second), /called while on last page/);
  await assert.rejects(client.moveCursorToPreviousPage(store, first), /called while on first page/);
  assert.equal((await client.moveCursorToPageIndex(store, second, 99)).currentPageIndex, 1, 'within bounds');
  assert.equal((await client.moveCursorToPreviousPage(store, second)).currentPageIndex, 0);
  assert.equal(await client.closeCursor(store, first), 'OK');
  await assert.rejects(client.moveCursorToPageIndex(store, first, 1), { message: 'Invalid cursor id' });
});

test('entries are removed by ids, or a page of them by a query', async () => {
  await client.upsertSoupEntries(store, 'city', cities);
  assert.equal(await client.removeFromSoup(store, 'city', [2]), 'OK');
  assert.equal(await client.removeFromSoup(store, 'city', smartstore.buildAllQuerySpec('name', 'ascending', 1)), 'OK');
  assert.deepEqual(names(await client.retrieveSoupEntries(store, 'city', [1, 2, 3])), ['Ulm']);
});

test('an external id finds the entry to replace', async () => {
  await client.upsertSoupEntriesWithExternalId(store, 'city', cities, 'name');
  const [ulm] = await client.upsertSoupEntriesWithExternalId(store, 'city', [{ name: 'Ulm', size: 130 }], 'name');
  assert.equal(ulm._soupEntryId, 1);
  const lacking = client.upsertSoupEntriesWithExternalId(store, 'city', [{ size: 1 }], 'name');
  await assert.rejects(lacking, {
    code: 'NO_EXTERNAL_ID',
    message: "For upsert with external ID path 'name', value cannot be empty for any entries.",
  });
});

test('the store is named by an object, a boolean, or not at all', async () => {
  await client.registerSoup(true, 'a', specs);
  await client.registerSoup('b', specs);
  assert.equal(await client.soupExists({ isGlobalStore: true }, 'a'), true, 'the default global store');
  assert.equal(await client.soupExists('a'), false, 'the default user store is another');
  assert.equal(await client.soupExists(false, 'b'), true);
  assert.equal(await client.soupExists(new smartstore.StoreConfig(null, false), 'b'), true);
  // An object without isGlobalStore is no store, but then the soup's name.
  await assert.rejects(client.soupExists({ storeName: 'kitchen' }, 'city'), { code: 'BAD_ARGUMENT' });
  assert.deepEqual(await client.getAllStores(), [{ storeName: 'defaultStore', isGlobalStore: false }]);
  const global = await client.getAllGlobalStores();
  assert.deepEqual(global, [{ storeName: 'defaultStore', isGlobalStore: true }, { storeName: 'kitchen', isGlobalStore: true }]);
  assert.equal(await client.removeStore(store), true);
  assert.equal(await client.soupExists(store, 'city'), false);
});

test('each user has stores of their own', async () => {
  await client.registerSoup('diary', specs);
  setUser('ann:1');
  try {
    assert.equal(await client.soupExists('diary'), false);
    await client.registerSoup('letters', specs);
    await client.removeAllStores();
    assert.deepEqual(await client.getAllStores(), []);
  } finally {
    setUser(null);
  }
  assert.equal(await client.soupExists('diary'), true);
});

test('callbacks get values, and errors as their messages', async () => {
  assert.deepEqual(await called(smartstore.soupExists, store, 'city'), { value: true });
  const { value } = await called(smartstore.upsertSoupEntries, store, 'city', cities);
  assert.deepEqual(names(value), ['Ulm', 'Bonn', 'Jena']);
  assert.deepEqual(await called(smartstore.getDatabaseSize, store), { value: await client.getDatabaseSize(store) });
  assert.deepEqual(await called(smartstore.getAllStores), { value: [] });
  const { error } = await called(smartstore.retrieveSoupEntries, store, 'town', [1]);
  assert.match(error, /^Soup: town does not exist/);
  const cursor = await client.querySoup(store, 'city', smartstore.buildAllQuerySpec('name'));
  const beyond = await called(smartstore.moveCursorToNextPage, store, cursor);
  assert.ok(beyond.error instanceof Error);
  assert.throws(() => smartstore.querySoup(store, 'city', smartstore.buildSmartQuerySpec('select 1')), /runSmartQuery/);
  assert.throws(() => smartstore.runSmartQuery(store, smartstore.buildAllQuerySpec('name')), /only run smart/);
});

test('what the app asks amiss is told by a named error', async () => {
  /** @type {[Promise<any>, string][]} */
  const asked = [
    [client.registerSoup(store, null, specs), 'BAD_SOUP_NAME'],
    [client.registerSoup(store, 'a', []), 'NO_INDEX_SPECS'],
    [client.registerSoup(store, 'a', [{ path: 'b', type: 'colour' }]), 'BAD_INDEX_SPECS'],
    [client.registerSoup(store, 'a'), 'BAD_INDEX_SPECS'],
    [client.upsertSoupEntries(store, 'town', [{}]), 'NO_SUCH_SOUP'],
    [client.upsertSoupEntries(store, 'city', 7), 'BAD_ENTRIES'],
    [client.upsertSoupEntries(store, 'city', [1]), 'BAD_ENTRIES'],
    [client.retrieveSoupEntries(store, 'city', ['x']), 'BAD_ARGUMENT'],
    [client.removeFromSoup(store, 'city', ['x']), 'BAD_ARGUMENT'],
    [client.querySoup(store, 'city', { queryType: 'fuzzy' }), 'BAD_QUERY'],
    [client.querySoup(store, 'city', null), 'BAD_QUERY'],
    [client.runSmartQuery(store, {}), 'QUERY_TYPE'],
    [client.moveCursorToPageIndex(store, null, 0), 'NO_SUCH_CURSOR'],
  ];
  for (const [promise, code] of asked) {
    await assert.rejects(promise, (/** @type {any} */ error) => {
      assert.equal(error.code, code, error.message);
      return error instanceof Error && error.name === 'TureenError';
    });
  }
  assert.deepEqual(await client.getSoupIndexSpecs(store, 'city'), specs, 'and the store goes on');
});

test('a store opened by name has the same calls', async () => {
  await ready();
  const notes = await openStore({ name: 'notes', encryption: { passphrase: 'ladle' }, durability: 'relaxed' });
  await notes.registerSoup('note', [{ path: 'title', type: 'string' }]);
  await notes.upsertSoupEntries('note', [{ title: 'a' }, { title: 'b' }]);
  assert.deepEqual(await notes.smartQuery('select {note:title} from {note} order by 1'), [['a'], ['b']]);
  assert.equal(await notes.integrityCheck(), 'ok');
  await assert.rejects(openStore({ name: 'notes', encryption: { passphrase: 'spoon' } }), { code: 'WRONG_KEY' });
  await notes.close();
  await assert.rejects(openStore({ name: 'notes', key: { passphrase: 'spoon' } }), { code: 'WRONG_KEY' });
  const again = await openStore({ name: 'notes', key: { passphrase: 'ladle' } });
  assert.deepEqual(await again.smartQuery('select count(*) from {note}'), [[2]]);
  await again.remove();
  assert.deepEqual(await client.getAllStores(), []);
});

test('options that are none are refused, and no secret is repeated', async () => {
  for (const encryption of [{ passphrase: '' }, { bytes: new Uint8Array(16) }, { secret: 'spoon' }, 'spoon', { passphrase: 5 }]) {
    await assert.rejects(openStore({ name: 'n', encryption: /** @type {any} */ (encryption) }), (/** @type {any} */ error) => {
      assert.equal(error.code, 'BAD_ARGUMENT');
      return !error.message.includes('spoon');
    });
  }
  await assert.rejects(openStore({ name: 'n', durability: /** @type {any} */ ('soon') }), { code: 'BAD_ARGUMENT' });
  await assert.rejects(openStore({ name: /** @type {any} */ (5) }), { code: 'BAD_ARGUMENT' });
});
