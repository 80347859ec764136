// A sync context over a store of the app's own making: what lies in it, and what a bad one may not break. The scenarios
// that hold for any store are in sync.test.mjs and resolve.test.mjs, which run over both kinds.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { WindowsAzure } from '../../www/node.mjs';
import { backend as startBackend, device } from './device.mjs';
import { MapStore } from './map-store.mjs';

const { Query } = WindowsAzure;

/** @typedef {import('../../www/windows-azure/http.mjs').FilterRequest} FilterRequest */

/** @type {Awaited<ReturnType<typeof startBackend>>} */
let backend;
/** @type {MapStore} */
let store;
/** @type {Awaited<ReturnType<typeof device>>} */
let mine;
/** What was sent to the backend. @type {string[]} */
let sent;

let tests = 0;
/** An id that no other test has. */
const fresh = () => `app ${(tests += 1)}`;

/** @type {import('../../www/windows-azure/http.mjs').Filter} */
const noting = (request, next, callback) => {
  sent.push(request.type);
  next(request, callback);
};

/** What waits, as the store has it. */
const waiting = () => store.rows('__operations').map(({ action, itemId }) => [action, itemId]);

before(async () => {
  backend = await startBackend();
});
after(() => backend.stop());
beforeEach(async () => {
  store = new MapStore();
  sent = [];
  mine = await device(backend.address, { on: store, filter: noting });
});

/** The same store, as the app finds it when it starts anew. */
function restarted() {
  const again = new MapStore();
  again.tables = store.tables;
  return again;
}

describe('its contents', () => {
  test('all lies in it, under the names of the original, and nothing in IndexedDB', async () => {
    const before = (await indexedDB.databases()).length;
    const defined = store.calls.filter(([method]) => method === 'defineTable').map(([, name, columns]) => [name, Object.keys(columns)]);
    assert.deepEqual(defined.slice(1), [
      ['__operations', ['id', 'tableName', 'action', 'itemId', 'metadata', 'state']],
      ['__pulltime', ['id', 'tableName', 'value', 'state']],
    ]);
    const due = new Date(1_709_209_800_123);
    const id = fresh();
    const row = { id, text: '2024-01-01T00:00:00.000Z', due, complete: null, price: 1.5 };
    await mine.todo.insert({ ...row });
    assert.deepEqual(store.rows('todoitem'), [row], 'a date is a date, and a text that looks like one is none');
    const [operation] = store.rows('__operations');
    assert.deepEqual([operation.tableName, operation.action, operation.itemId], ['todoitem', 'insert', id]);
    await mine.context.push();
    const [pushed] = store.rows('todoitem');
    assert.ok(pushed.version && pushed.updatedAt instanceof Date && pushed.due instanceof Date);
    assert.deepEqual(store.rows('__operations'), []);
    await mine.todo.pull(new Query('todoitem').where({ id }), 'one');
    const [time] = store.rows('__pulltime');
    assert.deepEqual([time.id, time.tableName, time.value], ['one', 'todoitem', pushed.updatedAt]);
    assert.equal((await indexedDB.databases()).length, before);
  });

  test('a change and its operation are one batch, and so are an answer and the end of its operation', async () => {
    const id = fresh();
    store.calls.length = 0;
    await mine.todo.insert({ id, text: 'a' });
    const batches = () => store.calls.filter(([method]) => method === 'executeBatch').map(([, steps]) => steps);
    /** @param {any[]} steps */
    const shown = (steps) => steps.map(({ action, tableName }) => `${action} ${tableName}`);
    assert.deepEqual(batches().map(shown), [['upsert __operations', 'upsert todoitem']]);
    store.calls.length = 0;
    await mine.context.push();
    assert.deepEqual(batches().map(shown), [['upsert __operations'], ['upsert todoitem', 'delete __operations']]);
    assert.ok(store.calls.every(([method]) => ['lookup', 'read', 'executeBatch'].includes(method)), 'nothing is written beside');
  });

  test("reads are its own: with the app's query, and with what it answers", async () => {
    const id = fresh();
    await mine.todo.insert({ id, text: 'a' });
    store.calls.length = 0;
    const query = new Query('todoitem').where({ text: 'a' }).orderBy('id').includeTotalCount();
    assert.equal((await mine.todo.read(query)).count, 1);
    assert.deepEqual(store.calls, [['read', query]]);
    assert.equal((await mine.todo.lookup(id)).text, 'a');
    await assert.rejects(mine.todo.lookup('nobody'), { message: 'Item with id "nobody" does not exist.' });
  });

  test('what the app writes to it directly is seen', async () => {
    const [changed, cancelled] = [fresh(), fresh()];
    await mine.todo.insert({ id: changed, text: 'as inserted' });
    await mine.todo.insert({ id: cancelled, text: 'not to be sent' });
    await store.upsert('todoitem', { id: changed, text: 'as written' });
    await store.del('__operations', store.rows('__operations')[1].id);
    assert.deepEqual(await mine.context.push(), []);
    assert.deepEqual(sent, ['POST']);
    assert.equal((await mine.online.lookup(changed)).text, 'as written');
    await mine.todo.pull(null, 'all');
    await store.upsert('__pulltime', { id: 'all', tableName: 'todoitem', value: new Date(0) });
    await mine.online.update({ id: changed, text: 'there' });
    await mine.todo.pull(null, 'all');
    assert.equal((await mine.todo.lookup(changed)).text, 'there');
    await store.del('todoitem', changed);
    await store.del('__pulltime', 'all');
    await mine.todo.pull(null, 'all');
    assert.equal((await mine.todo.lookup(changed)).text, 'there', 'the pull begins anew');
  });

  test('what was on its way when the app ended is gone on with', async () => {
    const id = fresh();
    const lost = await device(backend.address, {
      on: restarted(),
      filter: (request, next, callback) => next(request, () => callback('the answer is lost')),
    });
    await lost.todo.insert({ id, text: 'sent' });
    await assert.rejects(lost.context.push(), { code: 'PUSH_ABORTED' });
    assert.equal((await mine.online.lookup(id)).text, 'sent');
    const again = await device(backend.address, { on: restarted() });
    assert.deepEqual(await again.context.push(), [], 'the record is known as the one that was sent');
    assert.deepEqual(waiting(), []);
    assert.ok((await again.todo.lookup(id)).version);
    await again.todo.pull(null, 'all');
    sent.length = 0;
    const later = await device(backend.address, { on: restarted(), filter: noting });
    await later.todo.pull(null, 'all');
    assert.deepEqual(sent, ['GET'], 'and so are pulls');
  });

  test('an edit of a record that is under way is kept, and sent next', async () => {
    const id = fresh();
    let edited = false;
    const eager = await device(backend.address, {
      on: restarted(),
      filter: (request, next, callback) => {
        if (edited) return next(request, callback);
        edited = true;
        eager.todo.update({ id, text: 'edited' }).then(() => next(request, callback), callback);
      },
    });
    await eager.todo.insert({ id, text: 'inserted' });
    assert.deepEqual(await eager.context.push(), []);
    assert.equal((await eager.todo.lookup(id)).text, 'edited');
    assert.equal((await mine.online.lookup(id)).text, 'edited');
  });

  test('tables may have pulls of one name', async () => {
    const rows = [{ id: 'a', updatedAt: '2024-01-01T00:00:00.1234567Z', deleted: false, version: '1' }];
    /** @type {string[]} */
    const asked = [];
    const far = await device(backend.address, {
      on: store,
      filter: (request, next, callback) => {
        asked.push(decodeURIComponent(request.url));
        callback(null, { status: 200, statusText: '', responseText: JSON.stringify(rows) });
      },
    });
    for (const name of ['one', 'two']) await store.defineTable({ name, columnDefinitions: { id: 'string' } });
    for (const name of ['one', 'two']) await far.context.pull(new Query(name), 'all');
    assert.deepEqual(store.rows('__pulltime').map(({ id, tableName }) => [id, tableName]), [['all', 'one'], ['two/all', 'two']]);
    asked.length = 0;
    for (const name of ['one', 'two']) await far.context.pull(new Query(name), 'all');
    assert.ok(asked.every((url) => url.includes("updatedAt ge datetimeoffset'2024-01-01T00:00:00.1234567Z'")), asked.join('\n'));
  });

  test('contexts on one store share its queue and take turns', async () => {
    const other = mine.client.withFilter((request, next, callback) => next(request, callback));
    await other.getSyncContext().initialize(store);
    const ids = [fresh(), fresh(), fresh()];
    await Promise.all(ids.map((id, n) => (n % 2 ? mine.client : other).getSyncTable('todoitem').insert({ id, text: 'x' })));
    await Promise.all([mine.context.push(), other.getSyncContext().push()]);
    assert.deepEqual(sent, ['POST', 'POST', 'POST'], 'each change once');
    assert.deepEqual(waiting(), []);
  });

  test('many changes are sent side by side, and told of', async () => {
    const ids = Array.from({ length: 12 }, fresh);
    for (const id of ids) await mine.todo.insert({ id, text: 'many' });
    /** @type {any[]} */
    const told = [];
    await mine.context.push({ parallelism: 4, progress: (counts) => told.push(counts) });
    assert.deepEqual(told.at(-1), { pushed: 12, conflicts: 0, pending: 0 });
    assert.equal(sent.length, 12);
    assert.ok(store.rows('todoitem').every(({ version }) => version));
  });

  test('a store of Tureen may be wrapped as one', async () => {
    const inner = new WindowsAzure.MobileServiceSqliteStore('wrapped');
    const names = ['defineTable', 'upsert', 'lookup', 'del', 'read', 'executeBatch'];
    const wrapped = Object.fromEntries(names.map((name) => [name, (/** @type {any[]} */ ...given) => /** @type {any} */ (inner)[name](...given)]));
    const both = await device(backend.address, { on: wrapped });
    const id = fresh();
    await both.todo.insert({ id, text: 'wrapped', due: new Date(0) });
    const [operation] = await inner.read(new Query('__operations'));
    assert.deepEqual([operation.action, operation.itemId], ['insert', id]);
    assert.deepEqual(await both.context.push(), []);
    assert.deepEqual(await inner.read(new Query('__operations')), []);
    await both.online.update({ id, text: 'there' });
    await both.todo.pull(new Query('todoitem').where({ id }), 'all');
    assert.deepEqual(await both.todo.lookup(id), await inner.lookup('todoitem', id));
    assert.equal((await inner.lookup('todoitem', id)).text, 'there');
  });
});

describe('a bad one', () => {
  for (const method of ['defineTable', 'upsert', 'lookup', 'del', 'read', 'executeBatch']) {
    test(`without ${method} is refused by name`, async () => {
      const context = new WindowsAzure.MobileServiceClient(backend.address).getSyncContext();
      const bad = /** @type {any} */ (new MapStore());
      bad[method] = undefined;
      await assert.rejects(context.initialize(bad), { code: 'BAD_STORE', message: new RegExp(`has no ${method}\\.`) });
      await assert.rejects(context.push(), { code: 'NOT_INITIALIZED' });
    });
  }

  test('a context is not initialized on one that fails to define its tables, or to read them', async () => {
    for (const failing of ['defineTable', 'read']) {
      const context = new WindowsAzure.MobileServiceClient(backend.address).getSyncContext();
      const bad = new MapStore();
      bad.before = (method) => assert.notEqual(method, failing);
      await assert.rejects(context.initialize(bad), { code: 'STORE_FAILED' });
      await assert.rejects(context.push(), { code: 'NOT_INITIALIZED' });
    }
  });

  test('what it throws or rejects with stands behind the named error', async () => {
    const full = new Error('the disk is full');
    for (const failing of ['lookup', 'read', 'executeBatch']) {
      store.before = (method) => {
        if (method === failing) throw full;
      };
      await assert.rejects(mine.todo.insert({ id: fresh(), text: 'x' }), (/** @type {any} */ error) => {
        assert.deepEqual([error.name, error.code], ['TureenError', 'STORE_FAILED']);
        assert.equal(error.message, `The app's own store failed to ${failing}: the disk is full`);
        return error.cause === full;
      });
    }
    store.executeBatch = () => {
      throw 'no more';
    };
    await assert.rejects(mine.todo.insert({ id: fresh(), text: 'x' }), { code: 'STORE_FAILED', message: /executeBatch: no more/ });
    store.before = () => undefined;
    assert.deepEqual(waiting(), []);
    assert.deepEqual(store.rows('todoitem'), []);
  });

  test('an answer that cannot be is named', async () => {
    const good = { lookup: store.lookup, read: store.read };
    for (const answer of [5, 'row', true, []]) {
      store.lookup = /** @type {any} */ (async () => answer);
      await assert.rejects(mine.todo.update({ id: 'a', text: 'x' }), { code: 'STORE_ANSWER', message: /to lookup/ });
    }
    store.lookup = good.lookup;
    /** @type {any[]} */
    const cyclic = [{ text: 'a secret' }];
    cyclic.push(cyclic, 5n);
    for (const [answer, kind] of [[cyclic, 'an array'], [{ text: 'a secret' }, 'an object'], ['a secret', 'a string'], [null, 'null']]) {
      store.read = /** @type {any} */ (async () => answer);
      await assert.rejects(mine.context.push(), (/** @type {any} */ { code, message }) => {
        assert.equal(code, 'STORE_ANSWER');
        assert.match(message, new RegExp(`^The app's own store answered ${kind} to read, where `));
        return true;
      });
    }
    store.read = good.read;
    const operation = { id: 1, tableName: 'todoitem', action: 'insert', itemId: 'a' };
    const odd = [undefined, null, {}, 'rows', [null], [{}], [{ ...operation, action: 'paint' }], [{ ...operation, id: 'one' }], [{ ...operation, itemId: 7 }]];
    for (const answer of odd) {
      store.read = /** @type {any} */ (async () => answer);
      await assert.rejects(mine.context.push(), { code: 'STORE_ANSWER', message: /to read/ }, JSON.stringify(answer));
    }
    store.read = good.read;
    assert.deepEqual(await mine.context.push(), []);
    assert.deepEqual(sent, []);
  });

  /** Takes so many steps of the next batch, and then fails. @param {number} steps */
  const failAfter = (steps) => {
    const whole = store.executeBatch;
    store.executeBatch = async (batch) => {
      store.executeBatch = whole;
      await store.executeBatch(batch.slice(0, steps));
      throw new Error('half way');
    };
  };

  for (const steps of [0, 1, 2]) {
    test(`a change whose batch fails after ${steps} of 2 steps can be made again, and is never there without its operation`, async () => {
      const id = fresh();
      await mine.todo.insert({ id, text: 'before' });
      await mine.context.push();
      failAfter(steps);
      await assert.rejects(mine.todo.update({ id, text: 'after' }), { code: 'STORE_FAILED', message: /half way/ });
      const [row] = store.rows('todoitem');
      assert.ok(row.text === 'before' || waiting().length === 1);
      await mine.todo.update({ id, text: 'after' });
      assert.deepEqual(waiting(), [['update', id]]);
      await mine.context.push();
      assert.equal((await mine.online.lookup(id)).text, 'after');
    });
  }

  test('nothing is sent that could not be marked as under way', async () => {
    await mine.todo.insert({ id: fresh(), text: 'a' });
    failAfter(0);
    await assert.rejects(mine.context.push(), { code: 'STORE_FAILED' });
    assert.deepEqual(sent, []);
    assert.deepEqual(await mine.context.push(), []);
    assert.deepEqual(sent, ['POST']);
  });

  for (const steps of [0, 1, 2]) {
    test(`an operation whose answer's batch fails after ${steps} of 2 steps is done or waits, and is not done twice`, async () => {
      const id = fresh();
      await mine.todo.insert({ id, text: 'once' });
      const whole = store.executeBatch;
      store.executeBatch = async (batch) => {
        await whole.call(store, batch);
        failAfter(steps);
      };
      await assert.rejects(mine.context.push(), { code: 'STORE_FAILED', message: /half way/ });
      store.executeBatch = whole;
      assert.equal(waiting().length, steps < 2 ? 1 : 0);
      assert.equal((await mine.context.pendingOperations()).length, waiting().length, 'the store is believed');
      assert.deepEqual(await mine.context.push(), []);
      assert.deepEqual(waiting(), []);
      const online = await mine.online.lookup(id);
      assert.deepEqual([online.text, online.version], ['once', (await mine.todo.lookup(id)).version]);
    });
  }

  test('a page that cannot be stored does not move the time of the pull', async () => {
    const id = fresh();
    await mine.online.insert({ id, text: 'there' });
    failAfter(1);
    await assert.rejects(mine.todo.pull(null, 'all'), { code: 'STORE_FAILED' });
    assert.deepEqual(store.rows('__pulltime'), []);
    await mine.todo.pull(null, 'all');
    assert.equal((await mine.todo.lookup(id)).text, 'there');
  });
});
