// The module in a worker: the same calls and answers, and a page that is told where there is no worker.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from '../../scripts/serve/site.mjs';
import { Browser } from './browser/browser.mjs';
import { engine } from './world.mjs';

const page = (/** @type {string} */ workers) => () => `<!doctype html><html lang="en"><meta charset="utf-8">
  <title>An app</title>
  <meta http-equiv="content-security-policy" content="script-src 'self' 'wasm-unsafe-eval'; worker-src ${workers}">
  <script src="/pkg/tureen.global.js"></script></html>`;

/** @type {Awaited<ReturnType<typeof serve>>} */
let site;
/** @type {Browser} */
let browser;

before(async () => {
  const answers = {
    '/app.html': page("'self'"),
    '/without.html': page("'none'"),
    // A backend that never answers.
    '/tables/dish': () => new Promise(() => {}),
  };
  site = await serve({ folders: ['pkg'], home: '/app.html', answers }, 0);
  browser = await Browser.start(engine);
});
after(async () => {
  await browser.quit();
  await site.stop();
});

test('the calls are the same, and so are their answers and errors', async () => {
  await browser.open(site.address);
  const told = await browser.run(async () => {
    const { smartstore, smartstoreClient: client } = navigator;
    const ready = Tureen.ready({ worker: true });
    // Begun while the worker starts.
    const registered = client.registerSoup('city', [{ path: 'name', type: 'string' }]);
    const hosted = await ready;
    const live = /** @type {number[]} */ ([]);
    const heard = new Promise((resolve) => {
      smartstore.observe('select count(*) from {city}', (/** @type {any} */ { currentPageOrderedEntries: [[count]] }) => {
        if (live.push(count) && count === 3) resolve(undefined);
      });
    });
    await registered;
    const stored = await client.upsertSoupEntries('city', [{ name: 'Ulm' }, { name: 'Bonn' }, { name: 'Jena' }]);
    await heard;
    const first = await client.querySoup('city', smartstore.buildAllQuerySpec('name', null, 2));
    const second = await client.moveCursorToNextPage(first);
    const opened = await Tureen.openStore();
    const refused = await opened.clearSoup('town').catch((/** @type {any} */ error) => error);
    const specs = await client.getSoupIndexSpecs('city');
    const bytes = await client.exportStore();
    const copy = await Tureen.importStore(bytes, { name: 'copy' });
    const names = await copy.smartQuery('select {city:name} from {city} order by 1');
    await copy.close();
    const stores = await client.getAllStores();
    await client.removeAllStores();
    return {
      hosted, ids: stored.map((/** @type {any} */ each) => each._soupEntryId), last: second.currentPageOrderedEntries[0].name,
      refused: [refused.name, refused.code], specs, names, stores, left: await client.getAllStores(), live: live.at(-1),
    };
  });
  assert.deepEqual(told, {
    hosted: { worker: true }, ids: [1, 2, 3], last: 'Ulm', refused: ['TureenError', 'NO_SUCH_SOUP'],
    specs: [{ path: 'name', type: 'string' }], names: [['Bonn'], ['Jena'], ['Ulm']],
    stores: [{ storeName: 'copy', isGlobalStore: false }, { storeName: 'defaultStore', isGlobalStore: false }],
    left: [], live: 3,
  });
});

test('the page stays free while the worker counts', async () => {
  await browser.open(site.address);
  const turns = await browser.run(async () => {
    await Tureen.ready({ worker: true });
    const client = navigator.smartstoreClient;
    const sql = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000000) select count(*) from n';
    let isCounting = true;
    const counted = client.runSmartQuery({ queryType: 'smart', smartSql: sql, pageSize: 1 }).then(() => (isCounting = false));
    let passed = 0;
    while (isCounting) {
      await new Promise((resolve) => setTimeout(resolve));
      passed += 1;
    }
    await counted;
    return passed;
  });
  assert.ok(turns > 5, `${turns} turns of the page`);
});

test('a table of WindowsAzure is a soup of the same store', async () => {
  await browser.open(site.address);
  const told = await browser.run(async () => {
    await Tureen.ready({ worker: true });
    const store = new WindowsAzure.MobileServiceSqliteStore('both');
    await store.defineTable({ name: 'dish', columnDefinitions: { id: 'string', name: 'string' } });
    const soups = await Tureen.openStore({ name: 'both', isGlobalStore: true });
    const heard = new Promise((resolve, reject) => {
      soups.observe('select {dish:name} from {dish}', (/** @type {any} */ page) => {
        if (page.totalEntries > 0) resolve(page.currentPageOrderedEntries);
      }, reject);
    });
    await store.upsert('dish', { id: '1', name: 'Borscht' });
    return heard.finally(() => soups.remove());
  });
  assert.deepEqual(told, [['Borscht']]);
});

test('a store that was open in the page stays there, with all that works on it', async () => {
  await browser.open(site.address);
  const told = await browser.run(async () => {
    const store = new WindowsAzure.MobileServiceSqliteStore('early');
    await store.defineTable({ name: 'dish', columnDefinitions: { id: 'string', name: 'string' } });
    const { worker } = await Tureen.ready({ worker: true });
    await store.upsert('dish', { id: '1', name: 'Borscht' });
    const client = new WindowsAzure.MobileServiceClient('http://127.0.0.1:9');
    await client.getSyncContext().initialize(store);
    await client.getSyncTable('dish').insert({ id: '2', name: 'Leek' });
    const soups = await Tureen.openStore({ name: 'early', isGlobalStore: true });
    const names = await soups.smartQuery('select {dish:name} from {dish} order by 1');
    await soups.remove();
    return { worker, names };
  });
  assert.deepEqual(told, { worker: true, names: [['Borscht'], ['Leek']] });
});

test('when the module traps, every call is told', async () => {
  await browser.open(site.address);
  const told = await browser.run(async () => {
    const { Worker } = window;
    /** @type {Worker | undefined} */
    let started;
    window.Worker = class extends Worker {
      /** @param {string | URL} script */
      constructor(script) {
        super(script);
        started = this;
      }
    };
    await Tureen.ready({ worker: true });
    const outcome = (/** @type {Promise<unknown>} */ promise) =>
      promise.then(() => 'done', ({ name, code, message }) => ({ name, code, message }));
    const client = new WindowsAzure.MobileServiceClient(location.origin);
    const store = new WindowsAzure.MobileServiceSqliteStore('trapped');
    await store.defineTable({ name: 'dish', columnDefinitions: { id: 'string', name: 'string' } });
    await client.getSyncContext().initialize(store);
    const waiting = [outcome(client.getTable('dish').read()), outcome(client.getSyncContext().pull('/dish'))];
    // A store at an address that the module's memory does not have.
    started?.postMessage({ id: 0, on: 0, name: 'Store.prototype.size.call', given: [{ __wbg_ptr: 0xfffffff0 }] });
    const first = await Promise.all(waiting);
    const later = [
      outcome(store.upsert('dish', { id: '1' })),
      outcome(new WindowsAzure.MobileServiceClient(location.origin).getTable('dish').read()),
      outcome(Tureen.openStore()),
    ];
    const after = await Promise.all(later);
    started?.onerror?.(new ErrorEvent('error'));
    return [...first, ...after, await outcome(Tureen.openStore())];
  });
  assert.equal(told.length, 6);
  for (const { message, ...named } of /** @type {any[]} */ (told)) {
    assert.deepEqual(named, { name: 'TureenError', code: 'CRASHED' });
    assert.match(message, /stored safely; reload the page/);
  }
});

test('where workers are refused, the page works, and says why', async () => {
  await browser.open(`${site.address}/without.html`);
  const told = await browser.run(async () => {
    const hosted = await Tureen.ready({ worker: true });
    await navigator.smartstoreClient.registerSoup('city', [{ path: 'name', type: 'string' }]);
    return [hosted.worker, typeof hosted.reason, await navigator.smartstoreClient.soupExists('city')];
  });
  assert.deepEqual(told, [false, 'string', true]);
});
