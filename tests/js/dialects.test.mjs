// Whole clients against a Datasync server, and against each server whose dialect is to be found out.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { at } from '../../scripts/project.mjs';
import { WindowsAzure } from '../../www/node.mjs';
import { Datasync } from '../backends/datasync/server.mjs';
import { backend as startBackend, device } from './device.mjs';

/** @typedef {import('../../www/windows-azure/push-error.mjs').PushError} PushError */
/** @typedef {import('../../www/windows-azure/http.mjs').FilterRequest} FilterRequest */
/** @typedef {import('../backends/datasync/server.mjs').Options} Options */

const { MobileServiceClient, Query } = WindowsAzure;

/**
 * Runs a test on a server of its own.
 * @param {Options} options
 * @param {(server: Datasync) => Promise<void>} job
 */
async function on(options, job) {
  const server = await Datasync.start(options);
  try {
    await job(server);
  } finally {
    await server.stop();
  }
}

/** @param {any[]} rows */
const idsOf = (rows) => rows.map(({ id }) => id).sort();

for (const dialect of /** @type {const} */ (['datasync', 'v3'])) {
  /** @param {Options} [options] */
  const speaking = (options) => ({ dialect, ...options });

  describe(dialect, () => {
    test('what was changed offline is pushed', () => on(speaking(), async (server) => {
      const { todo, context } = await device(server.address, { dialect });
      const due = new Date(1_709_209_800_000);
      const { id } = await todo.insert({ text: 'Peel', complete: false, due, price: 1.5 });
      const other = await todo.insert({ text: 'Cut' });
      assert.deepEqual(server.asked(), [], 'nothing is sent before the push');
      assert.deepEqual(await context.push({ parallelism: 1 }), []);
      assert.deepEqual(server.asked(), ['POST /tables/todoitem', 'POST /tables/todoitem']);
      const kept = /** @type {any} */ (server.row(id));
      assert.deepEqual([kept.text, kept.price, kept.due], ['Peel', 1.5, BigInt(due.getTime()) * 10_000n]);
      assert.equal((await todo.lookup(id)).version, kept.version, "the server's version is taken over");

      await todo.update({ id, text: 'Peel and cut' });
      await todo.del({ id: other.id });
      const { version } = await todo.lookup(id);
      assert.deepEqual(await context.push({ parallelism: 1 }), []);
      const [change, ...others] = server.requests.splice(0).filter(({ method }) => method !== 'GET');
      assert.equal(change.method, dialect === 'datasync' ? 'PUT' : 'PATCH');
      assert.equal(change.headers['if-match'], `"${version}"`);
      assert.equal(change.headers['zumo-api-version'], dialect === 'datasync' ? undefined : '3.0.0');
      assert.deepEqual(others.map(({ method }) => method), ['DELETE']);
      assert.equal(server.row(id)?.text, 'Peel and cut');
      assert.equal(server.row(other.id)?.deleted, true);
      assert.deepEqual(await context.pendingOperations(), []);
    }));

    test('fields that the app does not know stay as they are', () => on(speaking(), async (server) => {
      const { todo, context, online } = await device(server.address, { dialect });
      const { id } = await online.insert({ text: 'Peel', note: 'not a column of the device', count: 3 });
      await todo.pull(null, 'all');
      await todo.update({ id, text: 'Cut' });
      assert.deepEqual(await context.push(), []);
      await online.update({ id, complete: true });
      const { text, complete, note, count } = /** @type {any} */ (server.row(id));
      assert.deepEqual({ text, complete, note, count }, { text: 'Cut', complete: true, note: 'not a column of the device', count: 3 });
    }));

    test('a pull takes page after page, and then only what is new', () => on(speaking({ pageSize: 4 }), async (server) => {
      const [writer, reader] = [await device(server.address, { dialect }), await device(server.address, { dialect })];
      for (let index = 0; index < 10; index += 1) await writer.todo.insert({ id: `${index}`, text: 'paged' });
      await writer.context.push();
      server.asked();
      const query = new Query('todoitem').where({ text: 'paged' });
      await reader.todo.pull(query, 'paged', { pageSize: 50 });
      assert.equal((await reader.todo.read()).length, 10);
      const pages = server.asked();
      assert.ok(pages.every((asked) => asked.endsWith("&$orderby=updatedAt,id&$top=50&__includedeleted=true")), pages.join('\n'));

      await reader.todo.pull(query, 'paged', { pageSize: 50 });
      const [since, ...more] = server.asked();
      assert.deepEqual(more, [], 'with nothing new a pull is one request');
      assert.match(since, /^GET \/tables\/todoitem\?\$filter=\(\(text eq 'paged'\) and \(updatedAt ge cast\(\d{4}-[^,]*Z,Edm\.DateTimeOffset\)\)\)&/);

      await writer.todo.update({ id: '3', price: 5 });
      await writer.todo.del({ id: '4' });
      await writer.context.push();
      await reader.todo.pull(query, 'paged', { pageSize: 50 });
      assert.equal((await reader.todo.lookup('3')).price, 5);
      assert.equal(await reader.todo.lookup('4', true), null, 'a deletion is pulled');
    }));

    test('rows of one time, and of one millisecond, are all pulled', async () => {
      let ticks = 17_000_000_000_000_000n;
      const now = () => ticks;
      await on(speaking({ pageSize: 3, now }), async (server) => {
        const [writer, reader] = [await device(server.address, { dialect }), await device(server.address, { dialect })];
        const add = async (/** @type {string} */ id) => writer.online.insert({ id, text: 'tied' });
        for (let index = 0; index < 8; index += 1) await add(`same ${index}`);
        await reader.todo.pull(null, 'all', { pageSize: 3 });
        assert.equal((await reader.todo.read()).length, 8);
        for (let index = 0; index < 8; index += 1) {
          ticks += 7n;
          await add(`close ${9 - index}`);
        }
        await reader.todo.pull(null, 'all', { pageSize: 3 });
        assert.equal((await reader.todo.read()).length, 16);
        ticks += 1n;
        await add('last');
        await reader.todo.pull(null, 'all', { pageSize: 3 });
        assert.equal((await reader.todo.read()).length, 17);
      });
    });

    test("a stale change is refused with the server's record, and an inserted id with the one that has it", () =>
      on(speaking(), async (server) => {
        const { todo, context, online } = await device(server.address, { dialect });
        const { id } = await todo.insert({ text: 'first' });
        await context.push();
        await online.update({ id, text: 'theirs' });
        await todo.update({ id, text: 'mine' });
        /** @type {any[]} */
        const seen = [];
        context.pushHandler = {
          /** @param {PushError} pushError */
          onConflict: (pushError) => {
            const record = pushError.getServerRecord();
            seen.push([pushError.getAction(), pushError.getError().request.status, record.text]);
            return pushError.update({ ...pushError.getClientRecord(), version: record.version });
          },
        };
        assert.deepEqual(await context.push(), []);
        assert.deepEqual(seen, [['update', 412, 'theirs']]);
        assert.equal(server.row(id)?.text, 'mine');

        await online.insert({ id: 'taken', text: 'theirs' });
        await todo.insert({ id: 'taken', text: 'mine' });
        server.asked();
        context.pushHandler = {
          /** @param {PushError} pushError */
          onConflict: (pushError) => {
            seen.push([pushError.getAction(), pushError.getError().request.status, pushError.getServerRecord().text]);
            return pushError.cancelAndUpdate(pushError.getServerRecord());
          },
        };
        assert.deepEqual(await context.push(), []);
        assert.deepEqual(seen.at(-1), ['insert', 409, 'theirs']);
        assert.deepEqual(server.asked(), ['POST /tables/todoitem'], 'the refusal has the record: nothing is looked up');
        assert.equal((await todo.lookup('taken')).text, 'theirs');
        assert.deepEqual(await context.pendingOperations(), []);

        await online.update({ id, text: 'theirs again' });
        await todo.del({ id });
        context.pushHandler = undefined;
        const [unhandled] = await context.push();
        assert.deepEqual([unhandled.getAction(), unhandled.getServerRecord().text], ['delete', 'theirs again']);
      }));

    test('an insert whose answer was lost is recognised', () => on(speaking(), async (server) => {
      let lose = true;
      const { todo, context } = await device(server.address, {
        dialect,
        filter: (request, next, callback) => next(request, (error, response) => {
          if (request.type === 'POST' && lose) callback(null, { status: 0, responseText: '' });
          else callback(error, response);
        }),
      });
      const { id } = await todo.insert({ text: 'once' });
      await assert.rejects(context.push(), { code: 'PUSH_ABORTED' });
      lose = false;
      assert.deepEqual(await context.push(), []);
      assert.equal((await todo.lookup(id)).version, server.row(id)?.version);
    }));

    test('deleting what is gone is done; changing it is an error of status 410', () => on(speaking(), async (server) => {
      const { todo, context, online } = await device(server.address, { dialect });
      for (const id of ['a', 'b']) await todo.insert({ id, text: id });
      await context.push();
      for (const id of ['a', 'b']) await online.del({ id });
      await todo.del({ id: 'a' });
      assert.deepEqual(await context.push(), []);
      assert.deepEqual(await context.pendingOperations(), []);
      await todo.update({ id: 'b', text: 'late' });
      await assert.rejects(context.push(), (/** @type {any} */ error) => error.cause.request.status === 410);
      context.pushHandler = { onError: (pushError) => pushError.cancelAndDiscard() };
      assert.deepEqual(await context.push(), []);
      assert.deepEqual(await todo.read(), []);
    }));

    test('so it is where deleted rows are not kept', () => on(speaking(), async (server) => {
      const { store, client, context } = await device(server.address, { dialect });
      await store.defineTable({ name: 'harddelete', columnDefinitions: { id: 'string', version: 'string', text: 'string' } });
      const table = client.getSyncTable('harddelete');
      await table.insert({ id: 'a', text: 'a' });
      await context.push();
      await client.getTable('harddelete').del({ id: 'a' });
      await table.del({ id: 'a' });
      server.asked();
      assert.deepEqual(await context.push(), []);
      assert.deepEqual(server.asked(), ['DELETE /tables/harddelete/a']);
      assert.deepEqual(await context.pendingOperations(), []);
    }));

    test('a purge clears the device and not the server', () => on(speaking(), async (server) => {
      const { todo, context } = await device(server.address, { dialect });
      await todo.insert({ id: 'a', text: 'a' });
      await context.push();
      server.asked();
      await context.purge(new Query('todoitem'));
      assert.deepEqual([await todo.read(), server.asked()], [[], []]);
      await todo.pull(null, 'all');
      assert.deepEqual(idsOf(await todo.read()), ['a']);
    }));

    test('a table of the server is read, changed, counted and restored', () => on(speaking({ pageSize: 2 }), async (server) => {
      const table = new MobileServiceClient(server.address, { dialect }).getTable('todoitem');
      const added = await table.insert({ id: 'a', text: 'A', price: 1 });
      assert.ok(added.version && added.updatedAt instanceof Date);
      await table.insert({ id: 'b', text: 'B', price: 2 });
      await table.insert({ id: 'c', text: 'C', price: 3 });
      assert.equal((await table.lookup('b')).text, 'B');
      assert.equal((await table.refresh({ id: 'c' })).text, 'C');
      const page = await table.orderByDescending('price').includeTotalCount().read();
      assert.deepEqual([page.map((/** @type {any} */ { id }) => id), page.totalCount], [['c', 'b'], 3]);
      assert.deepEqual(idsOf(await table.read(page.nextLink)), ['a'], 'a link to the next page can be read');
      assert.deepEqual([...(await table.select('id', 'price').where({ id: 'a' }).read())], [{ id: 'a', price: 1 }]);

      await assert.rejects(table.update({ id: 'a', text: 'late', version: 'stale' }), (/** @type {any} */ error) => {
        assert.deepEqual([error.code, error.request.status, error.serverInstance.text], ['CONFLICT', 412, 'A']);
        return true;
      });
      await assert.rejects(table.insert({ id: 'a' }), (/** @type {any} */ error) => error.request.status === 409);
      await assert.rejects(table.lookup('nobody'), (/** @type {any} */ error) => error.request.status === 404);
      await table.del({ id: 'a', version: added.version });
      await assert.rejects(table.lookup('a'), (/** @type {any} */ error) => error.request.status === 410);
      assert.deepEqual(idsOf(await table.where({ text: 'A' }).includeDeleted().read()), ['a']);
      assert.equal((await table.undelete({ id: 'a' })).text, 'A');
      assert.equal((await table.lookup('a')).deleted, false);
    }));

    test('what the server leaves out of a record is null', () => on(speaking({ omitsNull: true }), async (server) => {
      const { todo, online } = await device(server.address, { dialect });
      await online.insert({ id: 'a', text: 'A', price: 5 });
      await todo.pull(null, 'all');
      assert.equal((await todo.lookup('a')).price, 5);
      await online.update({ id: 'a', price: null });
      await todo.pull(null, 'all');
      const { text, price, complete } = await todo.lookup('a');
      assert.deepEqual([text, price, complete], ['A', null, null]);
    }));
  });
}

test('a change without a version waits for no one: what another changed between is kept', () => on({}, async (server) => {
  const plain = new MobileServiceClient(server.address, { dialect: 'datasync' });
  await plain.getTable('todoitem').insert({ id: 'a', text: 'A' });
  let between = true;
  const late = plain.withFilter((request, next, callback) => {
    if (request.type !== 'PUT' || !between) return next(request, callback);
    between = false;
    plain.getTable('todoitem').update({ id: 'a', note: 'theirs' }).then(() => next(request, callback), callback);
  });
  await late.getTable('todoitem').update({ id: 'a', text: 'mine' });
  const { text, note } = /** @type {any} */ (server.row('a'));
  assert.deepEqual({ text, note }, { text: 'mine', note: 'theirs' });
}));

describe('a query finds on a Datasync server what it finds on the device', () => {
  /** @type {{ rows: any[], cases: { odata: string, ids: string[], datasync?: string }[] }} */
  const { rows, cases } = JSON.parse(readFileSync(at('tests/conformance/predicates.json'), 'utf8'));
  /** @type {Datasync} */
  let server;
  /** @type {any} */
  let table;

  before(async () => {
    server = await Datasync.start();
    const headers = { 'content-type': 'application/json' };
    for (const row of rows) {
      const body = JSON.stringify({ ...row, tags: row.tags && JSON.stringify(row.tags) });
      const { status } = await fetch(`${server.address}/tables/todoitem`, { method: 'POST', headers, body });
      assert.equal(status, 201);
    }
    table = new MobileServiceClient(server.address, { dialect: 'datasync' }).getTable('todoitem');
  });
  after(() => server.stop());

  for (const { odata, ids, datasync } of cases) {
    test(datasync ? `others, as ${datasync}: ${odata}` : odata, async () => {
      /** @type {any[]} */
      const found = await table.where(odata).read().catch(() => []);
      if (datasync) assert.notDeepEqual(idsOf(found), [...ids].sort());
      else assert.deepEqual(idsOf(found), [...ids].sort());
    });
  }

  test('and what its OData has no word for is refused before it is asked', async () => {
    server.asked();
    await assert.rejects(table.where("replace(text,'a','b') eq 'b'").read(), { code: 'DIALECT' });
    assert.deepEqual(server.asked(), []);
  });
});

describe('a client that is not told finds out', () => {
  /**
   * Has two clients of a server, and a third with a sync context, use it at once, and says what they asked.
   * @param {string} address
   */
  async function used(address) {
    /** @type {FilterRequest[]} */
    const asked = [];
    const client = new MobileServiceClient(address, { dialect: 'auto' }).withFilter((request, next, callback) => {
      asked.push(request);
      next(request, callback);
    });
    const online = client.getTable('todoitem');
    await Promise.all([online.insert({ id: 'a', text: 'A' }), online.insert({ id: 'b', text: 'B' })]);
    await online.update({ id: 'a', text: 'changed' });
    const other = await device(`${address}/`, { dialect: 'auto', filter: (request, next, callback) => {
      asked.push(request);
      next(request, callback);
    } });
    await other.todo.pull(null, 'all');
    assert.deepEqual((await other.todo.read()).map((/** @type {any} */ { text }) => text).sort(), ['B', 'changed']);
    const versionOf = (/** @type {FilterRequest} */ { headers }) => headers['ZUMO-API-VERSION'];
    const [first, ...rest] = asked;
    assert.deepEqual([first.type, first.url, versionOf(first)], ['GET', `${address}/tables/todoitem?$top=1`, undefined]);
    assert.equal(rest.filter(({ url }) => url.endsWith('?$top=1')).length, 0, 'it is asked once for all clients');
    return { versions: [...new Set(rest.map(versionOf))], methods: new Set(rest.map(({ type }) => type)) };
  }

  test('version 2, from a real backend', async () => {
    const backend = await startBackend();
    try {
      const { versions, methods } = await used(backend.address);
      assert.deepEqual([versions, methods.has('PATCH')], [['2.0.0'], true]);
    } finally {
      await backend.stop();
    }
  });

  test('version 3', () => on({ dialect: 'v3' }, async (server) => {
    const { versions, methods } = await used(server.address);
    assert.deepEqual([versions, methods.has('PATCH')], [['3.0.0'], true]);
  }));

  test('Datasync', () => on({ dialect: 'datasync' }, async (server) => {
    const { versions, methods } = await used(server.address);
    assert.deepEqual([versions, methods.has('PUT'), methods.has('PATCH')], [[undefined], true, false]);
  }));

  test('and asks again when the answer told nothing', () => on({}, async (server) => {
    let down = true;
    const client = new MobileServiceClient(server.address, { dialect: 'auto' }).withFilter((request, next, callback) => {
      if (down) callback(null, { status: 503, responseText: '{"error":"later"}' });
      else next(request, callback);
    });
    await assert.rejects(client.getTable('todoitem').read(), { message: 'later' });
    down = false;
    assert.deepEqual([...(await client.getTable('todoitem').read())], []);
  }));
});

test('a dialect that is none is refused', () => {
  assert.throws(() => new MobileServiceClient('http://127.0.0.1', { dialect: /** @type {any} */ ('v4') }), { code: 'BAD_ARGUMENT', message: /v2, v3, datasync, auto/ });
});
