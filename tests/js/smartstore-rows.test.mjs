// Every row of SmartStore's API, through each of its three faces: callbacks, promises, and the actions of its native
// class behind `cordova.exec`; and with every form of the store argument.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { smartstoreClient } from '../../www/node.mjs';
import { faces } from '../../www/smartstore/original.mjs';
import { smartstoreService } from '../../www/smartstore/service.mjs';
import { cities, indexes } from './cities.mjs';

const { smartstore, smartstoreClient: client } = /** @type {Record<string, Record<string, any>>} */ (faces);

/**
 * @typedef {object} Call
 * @property {string} name
 * @property {any[]} [own] its arguments behind the store's
 * @property {object} [payload] the same as the native class gets them
 * @property {string} [action] where it is not `pg` and the name
 *
 * @typedef {(store: any, call: Call) => Promise<any>} Face
 */

const SDK = 'pluginSDKVersion:14.0.0';

/** @type {Record<string, Face>} */
const ways = {
  callbacks: (store, { name, own = [] }) =>
    new Promise((resolve, reject) => smartstore[name](...store.first, ...own, resolve, reject)),
  promises: (store, { name, own = [] }) => client[name](...store.first, ...own),
  'cordova.exec': async (store, { name, own = [], payload, action = `pg${name[0].toUpperCase()}${name.slice(1)}` }) => {
    if (payload === undefined && own.length > 0) throw new Error(`the test says no payload of ${name}`);
    return smartstoreService(action, [SDK, { ...store.payload, ...payload }]);
  },
};

/** @type {Record<string, { first: any[], payload: { storeName?: string, isGlobalStore?: boolean } }>} */
const stores = {
  'left out': { first: [], payload: {} },
  'false': { first: [false], payload: { isGlobalStore: false } },
  'true': { first: [true], payload: { isGlobalStore: true } },
  'an object': {
    first: [{ storeName: 'kitchen', isGlobalStore: false }], payload: { storeName: 'kitchen', isGlobalStore: false },
  },
  'a StoreConfig of a global store': {
    first: [new smartstore.StoreConfig('pantry', true)], payload: { storeName: 'pantry', isGlobalStore: true },
  },
};

/** @type {(soupName?: string) => Call} */
const register = (soupName = 'city') => ({ name: 'registerSoup', own: [soupName, indexes], payload: { soupName, indexes } });
/** @type {(entries?: object[]) => Call} */
const upsert = (entries = cities) => ({
  name: 'upsertSoupEntries', own: ['city', entries], payload: { soupName: 'city', entries, externalIdPath: '_soupEntryId' },
});
/** @type {(name: string, soupName?: string) => Call} */
const onSoup = (name, soupName = 'city') => ({ name, own: [soupName], payload: { soupName } });
/** @type {(querySpec: any, soupName?: string) => Call} */
const query = (querySpec, soupName = 'city') => ({
  name: 'querySoup', own: [soupName, querySpec], payload: { soupName, querySpec },
});
/** @type {(entryIds: any[]) => Call} */
const retrieve = (entryIds) => ({
  name: 'retrieveSoupEntries', own: ['city', entryIds], payload: { soupName: 'city', entryIds },
});

/** @param {any[]} entries */
const names = (entries) => entries.map(({ name }) => name);

beforeEach(async () => {
  await smartstoreClient.removeAllStores();
  await smartstoreClient.removeAllGlobalStores();
});
after(() => smartstoreClient.removeAllGlobalStores());

for (const [way, run] of Object.entries(ways)) {
  for (const [form, store] of Object.entries(stores)) {
    describe(`${way}, the store ${form}`, () => {
      /** @type {(call: Call) => Promise<any>} */
      const ask = (call) => run(store, call);

      test('soups', async () => {
        assert.equal(await ask(onSoup('soupExists')), false);
        assert.equal(await ask(register()), 'city');
        const other = [{ path: 'other', type: 'string' }];
        const again = { name: 'registerSoup', own: ['city', other], payload: { soupName: 'city', indexes: other } };
        assert.equal(await ask(again), 'city');
        assert.deepEqual(await ask(onSoup('getSoupIndexSpecs')), indexes, 'as they were, in their order');
        assert.equal(await ask(onSoup('soupExists')), true);
        await ask(upsert());
        assert.equal(await ask(onSoup('clearSoup')), 'OK');
        assert.equal((await ask(upsert([{ name: 'Köln' }])))[0]._soupEntryId, 4, 'ids keep counting');
        assert.equal(await ask(onSoup('removeSoup')), 'OK');
        assert.equal(await ask(onSoup('removeSoup')), 'OK', 'though it is absent');
        assert.equal(await ask(onSoup('soupExists')), false);
        assert.ok((await ask({ name: 'getDatabaseSize' })) > 0);
      });

      test('entries', async () => {
        await ask(register());
        const stored = await ask(upsert());
        assert.deepEqual(stored.map((/** @type {any} */ each) => each._soupEntryId), [1, 2, 3]);
        assert.ok(Number.isInteger(stored[0]._soupLastModifiedDate));
        assert.deepEqual(names(await ask(retrieve([3, 9, 1]))), ['Ulm', 'Jena'], 'those that are there, by id');
        assert.deepEqual(await ask(upsert([{ name: 'Rom', _soupEntryId: 9 }])), [null], 'nothing is created');
        const entries = [{ name: 'Ulm', size: 130 }];
        const [ulm] = await ask({
          name: 'upsertSoupEntriesWithExternalId', own: ['city', entries, 'name'],
          payload: { soupName: 'city', entries, externalIdPath: 'name' }, action: 'pgUpsertSoupEntries',
        });
        assert.deepEqual([ulm._soupEntryId, ulm.size, ulm.story], [1, 130, undefined], 'replaced wholesale');
        const remove = (/** @type {any} */ chosen, /** @type {object} */ payload) =>
          ask({ name: 'removeFromSoup', own: ['city', chosen], payload: { soupName: 'city', ...payload } });
        assert.equal(await remove([2], { entryIds: [2] }), 'OK');
        const querySpec = smartstore.buildAllQuerySpec('name', 'ascending', 1);
        assert.equal(await remove(querySpec, { querySpec }), 'OK');
        assert.deepEqual(names(await ask(retrieve([1, 2, 3]))), ['Ulm'], 'a page of what was found');
      });

      test('indexes', async () => {
        await ask(register());
        await ask(upsert());
        const others = [indexes[0], { path: 'size', type: 'floating' }, { path: 'story', type: 'string' }];
        const alter = (/** @type {boolean} */ reIndexData) => ask({
          name: 'alterSoup', own: ['city', others, reIndexData], payload: { soupName: 'city', indexes: others, reIndexData },
        });
        assert.equal(await alter(false), 'city');
        assert.deepEqual(await ask(onSoup('getSoupIndexSpecs')), others);
        const bySize = async () =>
          names((await ask(query(smartstore.buildExactQuerySpec('size', 126)))).currentPageOrderedEntries);
        assert.deepEqual(await bySize(), [], 'not indexed yet');
        const paths = ['size', 'nowhere'];
        assert.equal(await ask({ name: 'reIndexSoup', own: ['city', paths], payload: { soupName: 'city', paths } }), 'city');
        assert.deepEqual(await bySize(), ['Ulm']);
        others[1] = { path: 'size', type: 'integer' };
        assert.equal(await alter(true), 'city');
        assert.deepEqual(await bySize(), ['Ulm']);
        assert.deepEqual(names(await ask(retrieve([1, 2, 3]))), ['Ulm', 'Bonn', 'Jena'], 'ids are kept');
      });

      test('queries and cursors', async () => {
        await ask(register());
        await ask(upsert());
        const first = await ask(query(smartstore.buildAllQuerySpec('name', 'ascending', 2)));
        const { cursorId, ...rest } = first;
        assert.equal(typeof cursorId, 'string');
        assert.deepEqual(
          { ...rest, currentPageOrderedEntries: names(rest.currentPageOrderedEntries) },
          { currentPageIndex: 0, pageSize: 2, totalEntries: 3, totalPages: 2, currentPageOrderedEntries: ['Bonn', 'Jena'] },
        );
        const move = (/** @type {number} */ index) =>
          ask({ name: 'moveCursorToPageIndex', own: [first, index], payload: { cursorId, index } });
        assert.deepEqual(names((await move(1)).currentPageOrderedEntries), ['Ulm']);
        assert.deepEqual([(await move(-5)).currentPageIndex, (await move(99)).currentPageIndex], [0, 1], 'clamped');
        assert.equal(await ask({ name: 'closeCursor', own: [first], payload: { cursorId } }), 'OK');
        await assert.rejects(move(0), (error) => error === 'Invalid cursor id');
        const querySpec = smartstore.buildSmartQuerySpec('select {city:name} from {city} order by {city:size}', 1);
        const smart = await ask({ name: 'runSmartQuery', own: [querySpec], payload: { querySpec } });
        assert.deepEqual([smart.currentPageOrderedEntries, smart.totalEntries], [[['Jena']], 3]);
        const bare = await ask(query({ queryType: 'range', indexPath: 'name', beginKey: 'C', order: 'descending' }));
        assert.deepEqual(names(bare.currentPageOrderedEntries), ['Ulm', 'Jena'], 'sorted by its indexPath');
      });

      test('stores', async () => {
        await ask(register());
        const isGlobalStore = store.payload.isGlobalStore === true;
        const [all, others] = isGlobalStore ? ['getAllGlobalStores', 'getAllStores'] : ['getAllStores', 'getAllGlobalStores'];
        const bare = { first: [], payload: {} };
        const { storeName = 'defaultStore' } = store.payload;
        assert.deepEqual(await run(bare, { name: all }), [{ storeName, isGlobalStore }]);
        assert.deepEqual(await run(bare, { name: others }), []);
        assert.equal(await ask({ name: 'removeStore' }), true);
        assert.deepEqual(await run(bare, { name: all }), []);
        await ask(register());
        assert.equal(await run(bare, { name: isGlobalStore ? 'removeAllStores' : 'removeAllGlobalStores' }), true);
        assert.equal((await run(bare, { name: all })).length, 1);
        assert.equal(await run(bare, { name: isGlobalStore ? 'removeAllGlobalStores' : 'removeAllStores' }), true);
        assert.deepEqual(await run(bare, { name: all }), []);
      });
    });
  }

  describe(`${way}: what is refused comes as the original's text`, () => {
    const store = stores['left out'];
    beforeEach(async () => {
      await run(store, register());
      await run(store, upsert([...cities, { name: 'Ulm' }]));
    });
    const smart = (/** @type {string} */ sql) => {
      const querySpec = smartstore.buildSmartQuerySpec(sql);
      return { name: 'runSmartQuery', own: [querySpec], payload: { querySpec } };
    };
    const external = (/** @type {object[]} */ entries, /** @type {string} */ externalIdPath) => ({
      name: 'upsertSoupEntriesWithExternalId', own: ['city', entries, externalIdPath],
      payload: { soupName: 'city', entries, externalIdPath }, action: 'pgUpsertSoupEntries',
    });
    const alter = (/** @type {string} */ soupName, /** @type {object[]} */ specs) => ({
      name: 'alterSoup', own: [soupName, specs, true], payload: { soupName, indexes: specs, reIndexData: true },
    });
    /** @type {[string, Call, RegExp][]} */
    const cases = [
      ['a soup without a name', register(/** @type {any} */ (null)), /^Bogus soup name/],
      ['a soup without indexes', { name: 'registerSoup', own: ['x', []], payload: { soupName: 'x', indexes: [] } },
        /^No indexSpecs specified for soup: x/],
      ['the specs of an absent soup', onSoup('getSoupIndexSpecs', 'town'), /^Soup: town does not exist/],
      ['a query on an absent soup', query(smartstore.buildAllQuerySpec('name'), 'town'), /^Soup: town does not exist/],
      ['altering an absent soup', alter('town', indexes), /^Soup: town does not exist/],
      ['altering a soup to no indexes', alter('city', []), /^No indexSpecs specified for soup: city/],
      ['an external id without an index', external([{ a: 1 }], 'a'), /^city does not have an index on a$/],
      ['an external id without a value', external([{ size: 1 }], 'name'),
        /^For upsert with external ID path 'name', value cannot be empty for any entries\.$/],
      ['an external id of two', external([{ name: 'Bonn' }, { name: 'Ulm' }], 'name'),
        /^There are more than one soup elements where name is Ulm$/],
      ['Smart SQL about an absent soup', smart('select {town:a} from {town}'), /^Unknown soup town at character 7$/],
      ['Smart SQL with an odd reference', smart('select {a:b:c} from {city}'),
        /^Invalid soup\/path reference \{a:b:c\} at character 7$/],
      ['Smart SQL that writes', smart('delete from {city}'), /^Only SELECT are supported$/],
    ];
    for (const [name, call, text] of cases) {
      test(name, () => assert.rejects(run(store, call), (error) => typeof error === 'string' && text.test(error)));
    }
  });
}

describe('only in JavaScript', () => {
  before(() => smartstore.setLogLevel('none'));
  after(() => smartstore.setLogLevel('info'));
  /** @type {any} */
  let cursor;
  beforeEach(async () => {
    await client.registerSoup('city', indexes);
    await client.upsertSoupEntries('city', cities);
    cursor = await client.querySoup('city', smartstore.buildAllQuerySpec('name', null, 2));
  });

  test('a cursor moves by one page, and says with an Error where it ends', async () => {
    for (const way of [ways.callbacks, ways.promises]) {
      const move = (/** @type {string} */ name, /** @type {any} */ from) => way(stores['left out'], { name, own: [from] });
      const next = await move('moveCursorToNextPage', cursor);
      assert.equal(next.currentPageIndex, 1);
      assert.equal((await move('moveCursorToPreviousPage', next)).currentPageIndex, 0);
      await assert.rejects(move('moveCursorToNextPage', next), { message: 'moveCursorToNextPage called while on last page' });
      await assert.rejects(move('moveCursorToPreviousPage', cursor), {
        message: 'moveCursorToPreviousPage called while on first page',
      });
    }
  });

  test('a query of the wrong type is thrown at once, or is the rejection', async () => {
    const smart = smartstore.buildSmartQuerySpec('select 1');
    assert.throws(() => smartstore.querySoup('city', smart), /^Error: Smart queries can only be run using runSmartQuery$/);
    assert.throws(() => smartstore.runSmartQuery({}), /^Error: runSmartQuery can only run smart queries$/);
    await assert.rejects(client.querySoup('city', smart), { message: 'Smart queries can only be run using runSmartQuery' });
    await assert.rejects(client.runSmartQuery({}), { message: 'runSmartQuery can only run smart queries' });
  });

  test('the constructors and builders have the defaults of the original', () => {
    assert.deepEqual({ ...new smartstore.StoreConfig('a', true) }, { storeName: 'a', isGlobalStore: true });
    assert.deepEqual({ ...new smartstore.SoupIndexSpec('a', 'json1') }, { path: 'a', type: 'json1' });
    const bare = {
      queryType: 'exact', indexPath: 'a', matchKey: null, likeKey: null, beginKey: null, endKey: null, smartSql: null,
      orderPath: null, order: 'ascending', pageSize: 10, selectPaths: null,
    };
    assert.deepEqual({ ...new smartstore.QuerySpec('a') }, bare);
    const cursorFields = ['cursorId', 'pageSize', 'totalPages', 'totalEntries', 'currentPageIndex', 'currentPageOrderedEntries'];
    assert.deepEqual(Object.keys(new smartstore.StoreCursor()), cursorFields);
    /** @type {[string, any[], object][]} */
    const built = [
      ['buildAllQuerySpec', ['a'], { queryType: 'range', orderPath: 'a' }],
      ['buildAllQuerySpec', ['a', 'descending', 3, ['b']],
        { queryType: 'range', orderPath: 'a', order: 'descending', pageSize: 3, selectPaths: ['b'] }],
      ['buildExactQuerySpec', ['a', 'k'], { matchKey: 'k', orderPath: 'a' }],
      ['buildExactQuerySpec', ['a', 'k', 3, 'descending', 'o', ['b']],
        { matchKey: 'k', pageSize: 3, order: 'descending', orderPath: 'o', selectPaths: ['b'] }],
      ['buildRangeQuerySpec', ['a', 1, 2, 'descending', 3, 'o', ['b']], {
        queryType: 'range', beginKey: 1, endKey: 2, order: 'descending', pageSize: 3, orderPath: 'o', selectPaths: ['b'] }],
      ['buildLikeQuerySpec', ['a', 'k%', 'descending', 3, 'o', ['b']],
        { queryType: 'like', likeKey: 'k%', order: 'descending', pageSize: 3, orderPath: 'o', selectPaths: ['b'] }],
      ['buildMatchQuerySpec', ['a', 'k', 'descending', 3, 'o', ['b']],
        { queryType: 'match', matchKey: 'k', order: 'descending', pageSize: 3, orderPath: 'o', selectPaths: ['b'] }],
    ];
    for (const [name, given, expected] of built) assert.deepEqual({ ...smartstore[name](...given) }, { ...bare, ...expected }, name);
    const { indexPath: _, ...smart } = smartstore.buildSmartQuerySpec('select 1', 3);
    const { indexPath: __, ...rest } = bare;
    assert.deepEqual(smart, { ...rest, queryType: 'smart', smartSql: 'select 1', pageSize: 3 });
    assert.equal(smartstore.buildMatchQuerySpec(null, 'k').indexPath, null);
  });

  test('the log level is kept, and one that is none refused', () => {
    assert.equal(smartstore.getLogLevel(), 'none');
    assert.throws(() => smartstore.setLogLevel('loud'), TypeError);
    assert.equal(smartstore.getLogLevel(), 'none');
  });

  test('a failure that no callback hears is told to the console, without the data', async (context) => {
    /** @type {(told: string) => void} */
    let hear = () => {};
    const heard = new Promise((resolve) => (hear = resolve));
    context.mock.method(console, 'error', hear);
    const calls = context.mock.method(console, 'debug', () => {});
    smartstore.setLogLevel('debug');
    smartstore.clearSoup('secret town');
    assert.equal(await heard, 'SmartStore.clearSoup failed: NO_SUCH_SOUP');
    assert.deepEqual(calls.mock.calls.map((call) => call.arguments), [
      ['SmartStore.clearSoup: user store (default), soup secret town'],
    ]);
    smartstore.setLogLevel('none');
  });

  test('an app may replace a call of the faces, as of the original', () => {
    const { registerSoup } = smartstore;
    smartstore.registerSoup = () => 'mine';
    assert.equal(smartstore.registerSoup(), 'mine');
    smartstore.registerSoup = registerSoup;
  });

  test('an action that is none is refused', () =>
    assert.rejects(ways['cordova.exec'](stores['left out'], { name: 'dropEverything' }), (error) => error === 'Invalid action'));
});
