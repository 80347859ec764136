// A query that is cancelled: before it begins everywhere, and while it runs in a worker, however that learns of it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { serve } from '../../scripts/serve/site.mjs';
import { Browser } from './browser/browser.mjs';
import { engine } from './world.mjs';

const page = '<!doctype html><meta charset="utf-8"><title>An app</title><script src="/pkg/tureen.global.js"></script>';

/** It would run for minutes. */
const ENDLESS =
  'with recursive n(i) as (select 1 union all select i + 1 from n where i < 4000000000) select count(*) from n';

/** Memory that page and worker share takes these two. */
const alone = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
const strict = { 'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'" };

for (const { name, headers, isolated, hears } of [
  { name: 'by an address that is revoked', headers: {}, isolated: false, hears: true },
  // Where the engine has none all the same, by an address.
  { name: 'by shared memory', headers: alone, isolated: true, hears: true },
  { name: 'where neither is allowed', headers: strict, isolated: false, hears: false },
]) describe(name, () => {
  /** @type {Awaited<ReturnType<typeof serve>>} */
  let site;
  /** @type {Browser} */
  let browser;

  before(async () => {
    site = await serve({ folders: ['pkg'], home: '/app.html', headers, answers: { '/app.html': () => page } }, 0);
    browser = await Browser.start(engine);
    await browser.open(site.address);
  });
  after(async () => {
    await browser.quit();
    await site.stop();
  });

  test('a query that runs, and one that waits for it, end at once, and the store goes on', { skip: !hears }, async () => {
    const told = await browser.run(async (sql) => {
      const { worker } = await Tureen.ready({ worker: true });
      const store = await Tureen.openStore({ name: 'cancelled' });
      const refused = (/** @type {Promise<unknown>} */ promise) =>
        promise.then(() => 'done', (/** @type {any} */ error) => [error.name, error.code]);
      const controller = new AbortController();
      const { signal } = controller;
      const spec = { queryType: 'smart', smartSql: sql, pageSize: 1, signal };
      const calls = [refused(store.smartQuery(sql, 1, { signal })), refused(store.runSmartQuery(spec))];
      await new Promise((resolve) => setTimeout(resolve, 300));
      controller.abort();
      const ended = await Promise.all(calls);
      return { worker, isolated: globalThis.crossOriginIsolated, ended, rows: await store.smartQuery('select 7') };
    }, ENDLESS);
    const aborted = ['AbortError', 'ABORTED'];
    assert.deepEqual(told, { worker: true, isolated, ended: [aborted, aborted], rows: [[7]] });
  });

  test('a query whose signal stays silent runs to its end, or to its timeout', async () => {
    const told = await browser.run(async (sql) => {
      await Tureen.ready({ worker: true });
      const store = await Tureen.openStore({ name: 'silent' });
      const { signal } = new AbortController();
      // Long enough for some looks.
      const counted = await store.smartQuery(sql.replace('4000000000', '1000000'), 1, { signal });
      const late = await store.smartQuery(sql, 1, { signal, timeout: 500 }).catch((/** @type {any} */ { code }) => code);
      return [counted, late, await store.smartQuery('select 7', 1, { signal })];
    }, ENDLESS);
    assert.deepEqual(told, [[[1_000_000]], 'QUERY_TIMEOUT', [[7]]]);
  });
});

describe('in the page', () => {
  /** @type {Awaited<ReturnType<typeof serve>>} */
  let site;
  /** @type {Browser} */
  let browser;

  before(async () => {
    site = await serve({ folders: ['pkg'], home: '/app.html', answers: { '/app.html': () => page } }, 0);
    browser = await Browser.start(engine);
    await browser.open(site.address);
  });
  after(async () => {
    await browser.quit();
    await site.stop();
  });

  test('what has not begun is never begun', async () => {
    const told = await browser.run(async (sql) => {
      const controller = new AbortController();
      const { signal } = controller;
      const refused = (/** @type {Promise<unknown>} */ promise) =>
        promise.then(() => 'done', (/** @type {any} */ error) => [error.name, error.code]);
      const spec = { queryType: 'smart', smartSql: sql, pageSize: 1, signal };
      // The module is not even loaded.
      const waiting = refused(Tureen.openStore({ name: 'later' }).then((/** @type {any} */ store) => store.runSmartQuery(spec)));
      controller.abort();
      return [await waiting, await Tureen.openStore({ name: 'later' }).then((/** @type {any} */ store) => store.smartQuery('select 7'))];
    }, ENDLESS);
    assert.deepEqual(told, [['AbortError', 'ABORTED'], [[7]]]);
  });

  test('a page of a cursor may be cancelled, and the cursor stays', async () => {
    const told = await browser.run(async () => {
      const store = await Tureen.openStore({ name: 'pages' });
      const sql = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 4) select i from n';
      const cursor = await store.runSmartQuery({ queryType: 'smart', smartSql: sql, pageSize: 2 });
      const controller = new AbortController();
      controller.abort();
      const { signal } = controller;
      const refused = await store.moveCursorToNextPage(cursor, { signal }).catch((/** @type {any} */ { code }) => code);
      const next = await store.moveCursorToNextPage(cursor);
      const wrong = await store.smartQuery(sql, 1, { signal: 'now' }).catch((/** @type {any} */ { code }) => code);
      return [refused, next.currentPageOrderedEntries, wrong];
    });
    assert.deepEqual(told, ['ABORTED', [[3], [4]], 'BAD_ARGUMENT']);
  });
});
