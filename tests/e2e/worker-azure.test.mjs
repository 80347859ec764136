// WindowsAzure in a worker: whatever crosses between it and the page (functions, errors, conflicts, signals, an app's own
// store) is as it is in the page.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, beforeEach, describe, test } from 'node:test';
import { at } from '../../scripts/project.mjs';
import { World, hosts } from './world.mjs';

for (const { name, query } of hosts) describe(name, () => {
  /** @type {World} */
  let world;
  /** @type {import('./browser/browser.mjs').Browser} */
  let browser;

  before(async () => {
    world = await World.start({
      answers: () => ({ '/map-store.mjs': () => readFile(at('tests/js/map-store.mjs'), 'utf8') }),
    });
    browser = await world.device();
  });
  after(() => world.stop());

  beforeEach(async () => {
    world.network.condition = 'up';
    await browser.open(world.page + query);
    await browser.run((url) => startApp(url, `${crypto.randomUUID()}.db`), world.network.address);
  });

  test("a backend's refusal has its answer as `request`", async () => {
    const told = await browser.run(async () => {
      const error = await app.client.getTable('todoitem').lookup('nowhere').catch((/** @type {any} */ thrown) => thrown);
      const { status, responseText } = error.request;
      return {
        error: [Object.prototype.toString.call(error), error.name, error.code, error.message], status, responseText,
        type: error.request.getResponseHeader('Content-Type'), headers: error.request.getAllResponseHeaders(),
      };
    });
    assert.deepEqual(told.error, ['[object Error]', 'TureenError', 'REFUSED', 'The item does not exist']);
    assert.equal(told.status, 404);
    assert.deepEqual(JSON.parse(told.responseText), { error: 'The item does not exist' });
    assert.match(told.type, /application\/json/);
    assert.match(told.headers, /content-type: application\/json/);
  });

  test('filters see each request and its answer, and what one throws comes back as it is', async () => {
    const told = await browser.run(async () => {
      /** @type {any[]} */
      const seen = [];
      const watching = app.client.withFilter((/** @type {any} */ request, /** @type {any} */ next, /** @type {any} */ callback) => {
        const { 'X-ZUMO-AUTH': token, ...headers } = request.headers;
        // The backend takes no such tokens.
        next({ ...request, headers }, (/** @type {any} */ error, /** @type {any} */ response) => {
          seen.push([request.type, request.url.replace(/^.*\/api/, ''), token, response.status]);
          callback(error, response);
        });
      });
      watching.currentUser = { userId: 'Ann', mobileServiceAuthenticationToken: 'first' };
      const answer = await watching.invokeApi('echo', { method: 'get', parameters: { a: 1 } });
      watching.currentUser.mobileServiceAuthenticationToken = 'second';
      await watching.invokeApi('echo', { method: 'put', body: {} });
      // Of the page's own realm, which a test's is not everywhere.
      const thrown = new (/** @type {any} */ (window).RangeError)('no');
      const refusing = app.client.withFilter((/** @type {any} */ _, /** @type {any} */ next, /** @type {any} */ callback) => callback(thrown));
      const caught = await refusing.getTable('todoitem').read().catch((/** @type {any} */ error) => error);
      return { seen, result: answer.result.query, same: caught === thrown };
    });
    assert.deepEqual(told, {
      seen: [['GET', '/echo?a=1', 'first', 200], ['PUT', '/echo', 'second', 204]], result: { a: '1' }, same: true,
    });
  });

  test('a signal ends a call, before it begins and while it waits', async () => {
    let go = () => {};
    world.network.condition = new Promise((resolve) => (go = resolve));
    const told = await browser.run(async () => {
      const outcome = (/** @type {Promise<unknown>} */ promise) =>
        promise.then(() => 'done', (/** @type {any} */ { name, code }) => [name, code]);
      const controller = new AbortController();
      const { signal } = controller;
      const waiting = [
        outcome(app.client.invokeApi('echo', { method: 'get', signal })),
        outcome(app.todo.pull(null, 'all', { signal })),
      ];
      // The pull has asked by then.
      setTimeout(() => controller.abort(), 200);
      const ended = await Promise.all(waiting);
      return [...ended, await outcome(app.client.invokeApi('echo', { method: 'get', signal }))];
    });
    go();
    assert.deepEqual(told, [['AbortError', 'ABORTED'], ['AbortError', 'ABORTED'], ['AbortError', 'ABORTED']]);
  });

  /** Conflicts of an update and a delete for each of the names. @param {string[]} names */
  async function conflicts(names) {
    for (const id of names) await browser.run((id) => app.todo.insert({ id, text: 'before', price: 1 }), id);
    await browser.run(() => app.context.push());
    for (const id of names) {
      await world.ask(`tables/todoitem/${id}`, { method: 'PATCH', body: { id, text: 'theirs' } });
      await browser.run((id) => app.todo.update({ id, text: 'mine', due: new Date(0) }), id);
    }
  }

  test('a conflict says the same, and each way to resolve it does the same', async () => {
    const prefix = query ? 'w-' : 'p-';
    const ways = ['cancel', 'discard', 'cancelAndUpdate', 'update', 'changeAction', 'server', 'client', 'merged', 'throws'];
    await conflicts(ways.map((way) => prefix + way));
    const told = await browser.run(async (prefix) => {
      /** @type {Record<string, any>} */
      const seen = {};
      /** @type {Record<string, (error: any) => unknown>} */
      const resolvers = {
        cancel: (error) => error.cancel(),
        discard: (error) => error.cancelAndDiscard(),
        cancelAndUpdate: (error) => error.cancelAndUpdate({ ...error.getServerRecord(), text: 'updated' }),
        update: (error) => error.update({ ...error.getClientRecord(), version: error.getServerRecord().version }),
        changeAction: (error) =>
          error.changeAction('update', { ...error.getClientRecord(), version: error.getServerRecord().version }),
        server: (error) => error.resolve('server'),
        client: (error) => error.resolve('client'),
        merged: (error) => error.resolve({ ...error.getClientRecord(), text: 'merged' }),
        throws: () => {
          throw new Error('of the handler');
        },
      };
      /** @type {any[]} */
      const kept = [];
      app.context.pushHandler = {
        async onConflict(/** @type {any} */ error) {
          const way = error.getClientRecord().id.slice(prefix.length);
          const { name, code, request, serverInstance } = error.getError();
          kept.push(error);
          const before = error.isHandled;
          const failed = await Promise.resolve().then(() => resolvers[way](error)).catch((/** @type {any} */ thrown) => thrown);
          seen[way] = [
            error.isConflict(), error.getTableName(), error.getAction(), error.getServerRecord().text,
            error.getClientRecord().text, error.getClientRecord().due.getTime(), name, code, request.status,
            serverInstance.text, before, error.isHandled,
          ];
          if (failed instanceof Error) {
            error.isHandled = true;
            throw failed;
          }
        },
      };
      const progress = /** @type {any[]} */ ([]);
      const left = await app.context.push({ parallelism: 1, progress: (/** @type {any} */ each) => progress.push(each) });
      const stays = kept.find((error) => error.getClientRecord().id === `${prefix}throws`);
      const handled = [stays.isHandled, left[0].isHandled];
      const pending = await app.context.pendingOperations('todoitem');
      await stays.resolve('server');
      const settled = [stays.isHandled, left[0].isHandled, (await app.context.resolveAll('client')).length];
      app.context.pushHandler = {};
      await app.context.push();
      const rows = await app.todo.where(`substringof('${prefix}', id)`).read().catch(() => app.todo.read());
      const texts = rows.filter((/** @type {any} */ { id }) => id.startsWith(prefix))
        .map((/** @type {any} */ { id, text }) => `${id.slice(prefix.length)}: ${text}`).sort();
      return { seen, left: left.length, handled, pending: pending.length, settled, texts, last: progress.at(-1) };
    }, prefix);
    const same = [true, 'todoitem', 'update', 'theirs', 'mine', 0, 'TureenError', 'CONFLICT', 412, 'theirs', false];
    for (const way of ways) {
      assert.deepEqual(told.seen[way].slice(0, -1), same, way);
      assert.equal(told.seen[way].at(-1), way !== 'throws', way);
    }
    assert.deepEqual([told.left, told.handled, told.pending], [1, [false, false], 1]);
    assert.deepEqual(told.settled, [true, true, 0]);
    assert.deepEqual(Object.keys(told.last).sort(), ['conflicts', 'pending', 'pushed']);
    assert.deepEqual(told.texts, [
      'cancel: mine', 'cancelAndUpdate: updated', 'changeAction: mine', 'client: mine', 'merged: merged', 'server: theirs', 'throws: theirs',
      'update: mine',
    ]);
  });

  test("a store of the app's own making is asked in the page", async () => {
    const id = query ? 'own-w' : 'own-p';
    const told = await browser.run(async (id) => {
      const { MapStore } = await import(/** @type {any} */ ('/map-store.mjs'));
      const own = new MapStore();
      await own.defineTable({ name: 'todoitem', columnDefinitions: { id: 'string', text: 'string' } });
      const client = new WindowsAzure.MobileServiceClient(app.client.applicationUrl);
      await client.getSyncContext().initialize(own);
      const table = client.getSyncTable('todoitem');
      await table.insert({ id, text: 'of a map' });
      const pending = await client.getSyncContext().pendingOperations();
      await client.getSyncContext().push();
      await table.pull(new WindowsAzure.Query('todoitem').where({ id }));
      const row = await table.lookup(id);
      const failing = new Error('full');
      own.before = () => {
        throw failing;
      };
      const error = await table.insert({ text: 'too many' }).catch((/** @type {any} */ thrown) => thrown);
      return [pending.length, row.text, typeof row.version, error.code, error.cause === failing];
    }, id);
    assert.deepEqual(told, [1, 'of a map', 'string', 'STORE_FAILED', true]);
    assert.equal((await world.ask(`tables/todoitem/${id}`)).text, 'of a map');
  });

  test('without filters, the page of a worker fetches nothing', async () => {
    const rows = query ? 0 : 300;
    for (let n = 0; n < rows; n += 1) await world.ask('tables/todoitem', { method: 'POST', body: { text: `~ ${n}` } });
    world.network.look();
    const told = await browser.run(async () => {
      const { fetch } = window;
      let fetched = 0;
      window.fetch = (...given) => {
        fetched += 1;
        return fetch(...given);
      };
      const requests = /** @type {number[]} */ ([]);
      await app.todo.pull(null, 'all', { progress: (/** @type {any} */ each) => requests.push(each.requests) });
      const { count } = await app.todo.includeTotalCount().take(1).read();
      return { fetched, requests: requests.at(-1), count };
    });
    const passed = world.network.look().length;
    assert.ok(passed > 1, 'several pages');
    assert.equal(told.requests, passed);
    assert.equal(told.fetched, query ? 0 : passed);
    assert.ok(told.count > 0);
  });
});
