// Live queries on every face, snapshots and timeouts, in node.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { openStore, smartstore, smartstoreClient as client } from '../../www/node.mjs';
import { faces } from '../../www/smartstore/original.mjs';

const store = { storeName: 'live', isGlobalStore: true };
const byName = smartstore.buildAllQuerySpec('name', null, 2);
const counting = 'select count(*) from {city}';

beforeEach(async () => {
  await client.removeAllGlobalStores();
  await client.registerSoup(store, 'city', [{ path: 'name', type: 'string' }]);
});
after(() => client.removeAllGlobalStores());

const add = (/** @type {string[]} */ ...names) =>
  client.upsertSoupEntries(store, 'city', names.map((name) => ({ name })));

/** What a live query tells, one after another. */
function listen() {
  /** @type {any[]} */
  const told = [];
  /** @type {((value: any) => void)[]} */
  const waiting = [];
  const hear = (/** @type {any} */ value) => {
    const next = waiting.shift();
    if (next) next(value);
    else told.push(value);
  };
  const next = () => new Promise((resolve) => (told.length > 0 ? resolve(told.shift()) : waiting.push(resolve)));
  return {
    told,
    onPage: hear,
    onError: (/** @type {any} */ error) => hear({ error }),
    next: async () => {
      const value = /** @type {any} */ (await next());
      return 'error' in value ? value : value.currentPageOrderedEntries.map((/** @type {any} */ row) => row.name ?? row[0]);
    },
  };
}

test('Smart SQL, a smart spec, or a spec for a soup, tells its first page, and again when that changes', async () => {
  const opened = await openStore({ name: 'live', isGlobalStore: true });
  /** @type {[string, (heard: ReturnType<typeof listen>) => { stop(): void }, any[][]][]} */
  const cases = [
    ['text', (heard) => client.observe(store, counting, heard.onPage, heard.onError), [[0], [1], [4]]],
    ['a smart spec', (heard) => smartstore.observe(store, smartstore.buildSmartQuerySpec(counting), heard.onPage), [[0], [1], [4]]],
    ['a soup', (heard) => opened.observe('city', byName, heard.onPage), [[], ['Ulm'], ['Bonn', 'Jena']]],
  ];
  for (const [name, observe, [first, second, third]] of cases) {
    const heard = listen();
    const live = observe(heard);
    assert.deepEqual(await heard.next(), first, name);
    await add('Ulm');
    assert.deepEqual(await heard.next(), second, name);
    await add('Jena', 'Bonn', 'Köln');
    assert.deepEqual(await heard.next(), third, name);
    live.stop();
    await client.clearSoup(store, 'city');
    assert.deepEqual(heard.told, [], `${name}: nothing after its end`);
  }
});

test('every row of Smart SQL is told, and the page of a spec is a cursor without an id', async () => {
  await add(...Array.from({ length: 30 }, (_, at) => `city ${at}`));
  const heard = listen();
  const live = client.observe(store, 'select {city:name} from {city}', heard.onPage);
  assert.equal((await heard.next()).length, 30);
  live.stop();
  /** @type {any} */
  const page = await new Promise((resolve) => {
    const other = client.observe(store, 'city', byName, (/** @type {any} */ given) => {
      other.stop();
      resolve(given);
    });
  });
  const { currentPageOrderedEntries: _, ...rest } = page;
  assert.deepEqual(rest, { currentPageIndex: 0, pageSize: 2, totalEntries: 30, totalPages: 15 });
});

test('what is stopped before its store is open is never told', async () => {
  const heard = listen();
  client.observe({ storeName: 'other', isGlobalStore: true }, 'select 1', heard.onPage, heard.onError).stop();
  await client.soupExists({ storeName: 'other', isGlobalStore: true }, 'city');
  await add('Ulm');
  assert.deepEqual(heard.told, []);
});

test('a query that fails is told as an Error, or by the faces of the original as a text', async () => {
  const heard = listen();
  client.observe(store, 'select {town:a} from {town}', heard.onPage, heard.onError);
  assert.equal((await heard.next()).error.code, 'UNKNOWN_SOUP');
  const { smartstoreClient } = /** @type {any} */ (faces);
  smartstoreClient.observe(store, 'town', byName, heard.onPage, heard.onError);
  assert.match((await heard.next()).error, /^Soup: town does not exist/);
  client.observe({ storeName: 5, isGlobalStore: true }, 'city', 'no spec', heard.onPage, heard.onError);
  assert.equal((await heard.next()).error.code, 'BAD_QUERY');
  assert.throws(() => client.observe(store, 'city', byName), TypeError);
});

test("what a callback throws is the page's, and the live query goes on", async (context) => {
  const thrown = new Promise((resolve) => {
    context.mock.method(globalThis, 'setTimeout', (/** @type {() => void} */ run) => {
      try {
        run();
      } catch (error) {
        resolve(error);
      }
    });
  });
  const heard = listen();
  let count = 0;
  const live = client.observe(store, counting, (/** @type {any} */ page) => {
    heard.onPage(page);
    if ((count += 1) === 1) throw new Error('of the app');
  });
  await heard.next();
  assert.equal(/** @type {Error} */ (await thrown).message, 'of the app');
  await add('Ulm');
  assert.deepEqual(await heard.next(), [1]);
  live.stop();
});

test('a snapshot keeps its rows, whatever is written meanwhile', async () => {
  await add('Ulm', 'Bonn', 'Jena');
  const [kept, shifting] = await Promise.all([
    client.querySoup(store, 'city', { ...byName, snapshot: true }), client.querySoup(store, 'city', byName),
  ]);
  await client.removeFromSoup(store, 'city', [2]);
  const names = (/** @type {any} */ page) => page.currentPageOrderedEntries.map((/** @type {any} */ each) => each.name);
  assert.deepEqual(names(await client.moveCursorToNextPage(store, kept)), ['Ulm']);
  assert.deepEqual(names(await client.moveCursorToNextPage(store, shifting)), []);
});

test('a query that takes longer than it may is broken off', async () => {
  const endless = 'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n';
  const spec = { ...smartstore.buildSmartQuerySpec(endless), timeout: 20 };
  await assert.rejects(client.runSmartQuery(store, spec), { code: 'QUERY_TIMEOUT' });
});
