// The local store and the sync context against a real backend, as the Azure SDK's are called.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { WindowsAzure, smartstore, smartstoreClient } from '../../www/node.mjs';
import { backend as startBackend, device as aDevice } from './device.mjs';
import { MapStore } from './map-store.mjs';

/** @typedef {import('../../www/windows-azure/push-error.mjs').PushError} PushError */
/** @typedef {import('../../www/windows-azure/http.mjs').FilterRequest} FilterRequest */

const { Query, MobileServiceSqliteStore } = WindowsAzure;

/** @type {Awaited<ReturnType<typeof startBackend>>} */
let backend;
before(async () => {
  backend = await startBackend();
});
after(() => backend.stop());

describe('the store', () => {
  test('is made with and without new, and its tables are soups', async () => {
    const store = MobileServiceSqliteStore('joined');
    assert.ok(store instanceof MobileServiceSqliteStore);
    assert.equal(MobileServiceSqliteStore.ColumnType.Bool, 'bool');
    await store.defineTable({ name: 'dish', columnDefinitions: { id: 'string', cook: 'integer' } });
    await store.upsert('dish', [{ id: 'a', cook: 1 }, { id: 'b', cook: 2 }]);
    const config = { storeName: 'joined', isGlobalStore: true };
    await smartstoreClient.registerSoup(config, 'cook', [{ path: 'name', type: 'string' }, { path: 'number', type: 'integer' }]);
    await smartstoreClient.upsertSoupEntries(config, 'cook', [{ name: 'Ann', number: 2 }]);
    const sql = 'select {dish:id}, {cook:name} from {dish}, {cook} where {dish:cook} = {cook:number}';
    const joined = await smartstoreClient.runSmartQuery(config, smartstore.buildSmartQuerySpec(sql, 10));
    assert.deepEqual(joined.currentPageOrderedEntries, [['b', 'Ann']]);
  });

  test('without a name is the default global store', async () => {
    const store = new MobileServiceSqliteStore();
    await store.defineTable({ name: 'spoon', columnDefinitions: { id: 'string' } });
    assert.equal(await smartstoreClient.soupExists({ isGlobalStore: true }, 'spoon'), true);
  });

  test('keeps values by the types of their columns', async () => {
    const store = new MobileServiceSqliteStore('typed');
    const columnDefinitions = { id: 'string', flag: 'boolean', count: 'integer', at: 'date', any: 'object', list: 'array' };
    await store.defineTable({ name: 'row', columnDefinitions });
    const at = new Date(1_577_836_800_123);
    const row = { id: '1', flag: true, count: 7, at, any: { a: [1] }, list: [1, 'b'] };
    await store.upsert('row', row);
    assert.deepEqual(await store.lookup('row', '1'), row);
    await store.upsert('row', { ID: '1', count: 8, unknown: 1 });
    assert.deepEqual(await store.lookup('ROW', '1'), { ...row, count: 8 }, 'what is not named stays');
    await store.upsert('row', { id: '1', flag: undefined });
    assert.equal((await store.lookup('row', '1')).flag, null);
    await assert.rejects(store.upsert('row', { id: '1', at: 'today' }), /Failed to serialize value/);
    assert.equal(await store.lookup('row', 'none', true), null);
    await assert.rejects(store.lookup('row', 'none'), { message: 'Item with id "none" does not exist.' });
    const counted = await store.read(new Query('row').where(function () {
      // @ts-ignore the row is `this`, as in the original
      return this.count > 5;
    }).includeTotalCount());
    assert.deepEqual([counted.count, counted.result[0].at], [1, at]);
  });

  test('takes a batch whole or not at all', async () => {
    const store = new MobileServiceSqliteStore('batch');
    await store.defineTable({ name: 'row', columnDefinitions: { id: 'string', n: 'integer' } });
    await store.executeBatch([
      { action: 'upsert', tableName: 'row', data: [{ id: 'a', n: 1 }, { id: 'b', n: 2 }] },
      null,
      { action: 'delete', tableName: 'row', id: 'a' },
    ]);
    const wrong = [
      { action: 'delete', tableName: 'row', id: 'b' },
      { action: 'upsert', tableName: 'row', data: { id: 'c', n: 'many' } },
    ];
    await assert.rejects(store.executeBatch(wrong), { code: 'BAD_VALUE' });
    const ids = async () => (await store.read(new Query('row'))).map((/** @type {any} */ { id }) => id);
    assert.deepEqual(await ids(), ['b']);
    await assert.rejects(store.executeBatch([{ action: 'paint', tableName: 'row' }]), { message: "Operation 'paint' is not supported" });
    await store.del('row', ['b', null]);
    assert.deepEqual(await ids(), []);
    await assert.rejects(store.read(new Query('nowhere')), { message: 'Definition not found for table "nowhere"' });
  });

  test('opens with a passphrase', async () => {
    const store = new MobileServiceSqliteStore({ name: 'locked', encryption: { passphrase: 'ladle' } });
    await store.defineTable({ name: 'row', columnDefinitions: { id: 'string' } });
    const burglar = new MobileServiceSqliteStore({ name: 'locked', encryption: { passphrase: 'spoon' } });
    await assert.rejects(burglar.init(), { code: 'WRONG_KEY' });
    await store.upsert('row', { id: '1' });
    assert.deepEqual(await store.read(new Query('row')), [{ id: '1' }]);
  });
});

/** Each kind of store, and what makes one. @type {[string, () => any][]} */
const kinds = [['of Tureen', () => undefined], ["of the app's own making", () => new MapStore()]];

for (const [kind, newStore] of kinds) describe(`the sync context over a store ${kind}`, () => {
  /** @type {typeof aDevice} */
  const device = (address, options) => aDevice(address, { on: newStore(), ...options });

  test('sends what was changed here, and fetches what was changed there', async () => {
    const [mine, yours] = [await device(backend.address), await device(backend.address)];
    const due = new Date(1_709_209_800_000);
    const added = await mine.todo.insert({ text: 'Peel', complete: false, due, price: 1.5 });
    assert.match(added.id, /^[0-9a-f-]{36}$/, "the app's own object is given an id");
    assert.deepEqual((await mine.store.read(new Query('__operations'))).map((/** @type {any} */ { action, itemId }) => [action, itemId]),
      [['insert', added.id]]);
    assert.deepEqual(await mine.context.push(), []);
    assert.deepEqual(await mine.context.pendingOperations(), []);
    assert.equal((await mine.todo.lookup(added.id)).version, 'MQ==', "the backend's version is taken over");

    await yours.todo.pull(new Query('todoitem').where({ id: added.id }), 'peel');
    assert.deepEqual(await yours.todo.lookup(added.id), await mine.todo.lookup(added.id));
    await yours.todo.update({ id: added.id, complete: true });
    await yours.context.push();
    await mine.todo.pull(null, 'all');
    assert.equal((await mine.todo.lookup(added.id)).complete, true);
    assert.deepEqual((await mine.todo.lookup(added.id)).due, due);

    await mine.todo.del({ id: added.id });
    await mine.context.push();
    await yours.todo.pull(null, 'all');
    assert.equal(await yours.todo.lookup(added.id, true), null, 'a deletion is pulled too');
    const [time] = await yours.store.read(new Query('__pulltime').where({ id: 'all' }));
    assert.ok(time.value instanceof Date && time.tableName === 'todoitem');
  });

  test('onConflict is called in the form that it has', async () => {
    const both = await device(backend.address);
    const { id } = await both.todo.insert({ text: 'first' });
    await both.context.push();
    /** @param {object} handler */
    const clash = async (handler) => {
      await both.online.update({ id, text: 'theirs' });
      await both.todo.update({ id, text: 'mine' });
      both.context.pushHandler = handler;
      return both.context.push();
    };
    /** @type {any[]} */
    const seen = [];
    await clash({
      /** @param {any} server @param {any} client @param {PushError} pushError */
      onConflict(server, client, pushError) {
        seen.push([server.text, client.text, pushError.getAction(), this === both.context.pushHandler]);
        return pushError.update({ ...client, version: server.version });
      },
    });
    assert.deepEqual(seen, [['theirs', 'mine', 'update', true]]);
    assert.equal((await both.online.lookup(id)).text, 'mine');

    await clash({
      /** @param {PushError} pushError */
      onConflict: (pushError) => pushError.cancelAndUpdate(pushError.getServerRecord()),
    });
    assert.equal((await both.todo.lookup(id)).text, 'theirs');
    assert.deepEqual(await both.context.pendingOperations(), []);

    const failing = { onConflict: (/** @type {PushError} */ pushError) => pushError.update({ id: 'another' }) };
    const [unhandled] = await clash(failing);
    assert.equal(unhandled.isHandled, false);
    assert.equal(unhandled.getError().request.status, 412);
    await assert.rejects(unhandled.update(/** @type {any} */ (null)), { message: 'Need a valid object to update the record' });
    await assert.rejects(unhandled.changeAction(/** @type {any} */ ('paint')), { message: 'Action paint not supported.' });
    assert.equal((await both.context.pendingOperations()).length, 1, 'and the change stays');
    await unhandled.cancelAndDiscard();
    assert.equal(await both.todo.lookup(id, true), null);
  });

  test('an error that nobody handles ends the push, with the answer behind it', async () => {
    const { todo, context } = await device(backend.address, {
      filter: (request, next, callback) => callback(null, { status: 500, statusText: '', responseText: '{"error":"out of soup"}' }),
    });
    await todo.insert({ id: 'a', text: 'x' });
    await todo.insert({ id: 'b', text: 'y' });
    await assert.rejects(context.push(), (/** @type {any} */ error) => {
      assert.equal(error.code, 'PUSH_ABORTED');
      assert.equal(error.message, 'Push failed while pushing operation for tableName : todoitem, action: insert, and record ID: a: out of soup');
      assert.equal(error.cause.request.status, 500);
      return error instanceof Error;
    });
    /** @type {any[]} */
    const told = [];
    context.pushHandler = { onError: (pushError) => {
      told.push([pushError.isConflict(), pushError.getError().message]);
      return pushError.cancel();
    } };
    assert.deepEqual(await context.push(), []);
    assert.deepEqual(told, [[false, 'out of soup'], [false, 'out of soup']]);
    assert.equal((await todo.read()).length, 2, 'the records stay');
  });

  test('a pull pages by time without skipping, and then asks once', async () => {
    const writer = await device(backend.address);
    for (let index = 0; index < 30; index += 1) await writer.todo.insert({ id: `page ${index}`, text: 'paged' });
    await writer.context.push();
    /** @type {FilterRequest[]} */
    const asked = [];
    const reader = await device(backend.address, {
      filter: (request, next, callback) => {
        asked.push(request);
        next(request, callback);
      },
    });
    const query = new Query('todoitem').where({ text: 'paged' });
    /** @type {any[]} */
    const progress = [];
    await reader.todo.pull(query, 'paged', { pageSize: 12, progress: (counts) => progress.push(counts.stored) });
    assert.equal((await reader.todo.read()).length, 30);
    assert.equal(progress.at(-1), 30);
    assert.ok(asked.every(({ headers }) => headers['X-ZUMO-FEATURES'] === 'OL,TR,IP'), 'the header does not grow');
    assert.ok(asked.length >= 3 && asked.length <= 6, `${asked.length} requests`);
    asked.length = 0;
    await reader.todo.pull(query, 'paged', { pageSize: 12 });
    assert.equal(asked.length, 1);
    assert.match(decodeURIComponent(asked[0].url), /\$filter=\(\(text eq 'paged'\) and \(updatedAt ge datetimeoffset'/);
  });

  test('a pull refuses what it cannot do', async () => {
    const { context } = await device(backend.address);
    const all = () => new Query('todoitem');
    await assert.rejects(context.pull(all().orderBy('text')), { message: 'orderBy and orderByDescending clauses are not supported in the pull query' });
    await assert.rejects(context.pull(all().take(1)), { message: 'take is not supported in the pull query' });
    await assert.rejects(context.pull(all().select('id')), { message: 'select is not supported in the pull query' });
    for (const pageSize of [0, -1, 1.2, '1', {}]) {
      await assert.rejects(context.pull(all(), 'q', { pageSize: /** @type {any} */ (pageSize) }), /Page size must be a positive integer/);
    }
    await assert.rejects(context.pull(/** @type {any} */ ('$top=1')), /expected to be a value of type object/);
    await assert.rejects(context.pull(all(), /** @type {any} */ (5)), /expected to be a value of type string/);
  });

  test('a purge respects what waits, unless it is forced', async () => {
    const { todo, context } = await device(backend.address);
    await todo.insert({ id: 'waits', text: 'a' });
    await assert.rejects(context.purge(new Query('todoitem')), { code: 'PENDING_OPERATIONS' });
    await todo.insert({ id: 'goes', text: 'b' });
    await context.purge(new Query('todoitem').where({ text: 'b' }), true);
    assert.deepEqual((await todo.read()).map((/** @type {any} */ { id }) => id), ['waits']);
    assert.deepEqual((await context.pendingOperations()).map((/** @type {any} */ { itemId }) => itemId), ['waits']);
    await context.purge(new Query('todoitem'), true);
    assert.deepEqual([await todo.read(), await context.pendingOperations()], [[], []]);
    await assert.rejects(context.purge(new Query('todoitem'), /** @type {any} */ ('yes')), /forcePurge/);
  });

  test('a change that waits can be cancelled, and undone', async () => {
    const { todo, context } = await device(backend.address);
    const { id } = await todo.insert({ text: 'before' });
    await context.push();
    await todo.update({ id, text: 'after' });
    const [{ id: operation }] = await context.pendingOperations('todoitem');
    await context.cancelOperation(operation, 'restore');
    assert.equal((await todo.lookup(id)).text, 'before');
    await assert.rejects(context.cancelOperation(operation), { code: 'NO_SUCH_OPERATION' });
  });

  test('push and pull end when the app says so', async () => {
    const abort = new AbortController();
    const { todo, context } = await device(backend.address, { filter: () => abort.abort() });
    await todo.insert({ text: 'never sent' });
    await assert.rejects(context.push({ signal: abort.signal }), { name: 'AbortError' });
    await assert.rejects(todo.pull(null, null, { signal: abort.signal }), { name: 'AbortError' });
    assert.equal((await context.pendingOperations()).length, 1);
  });

  test('a pull may push first what waits', async () => {
    const { todo, online } = await device(backend.address);
    const { id } = await todo.insert({ text: 'waits' });
    await todo.pull(new Query('todoitem').where({ id }), null, { pushFirst: true });
    assert.equal((await online.lookup(id)).text, 'waits');
  });

  test('a pull of a table that is not defined is refused before anything is sent', async () => {
    const { context } = await device(backend.address, { filter: () => assert.fail('nothing is to be sent') });
    await assert.rejects(context.pull(new Query('nowhere'), 'all'), /Definition not found for table "nowhere"/);
  });

  test('what waits, and from when on pulls go on, can be written like any table', async () => {
    const { todo, store, context } = await device(backend.address);
    await todo.insert({ id: 'kept', text: 'a' });
    await todo.insert({ id: 'cancelled', text: 'b' });
    await store.del(new Query('__operations').where({ itemId: 'cancelled' }));
    await store.executeBatch([
      { action: 'upsert', tableName: '__operations', data: { id: 77, tableName: 'todoitem', action: 'delete', itemId: 'gone', metadata: { version: 'Mg==' } } },
    ]);
    const waiting = (/** @type {any[]} */ (await context.pendingOperations())).map(({ action, itemId, version }) => [action, itemId, version]);
    assert.deepEqual(waiting, [['insert', 'kept', null], ['delete', 'gone', 'Mg==']]);
    const value = new Date(Date.UTC(2024, 0, 1));
    await store.upsert('__pulltime', { id: 'all', tableName: 'todoitem', value });
    assert.deepEqual(await store.lookup('__pulltime', 'all'), { id: 'all', tableName: 'todoitem', value });
    await store.del('__pulltime', 'all');
    assert.deepEqual(await store.read(new Query('__pulltime')), []);
  });

  test('is refused before it is initialized', async () => {
    const context = new WindowsAzure.MobileServiceClient(backend.address).getSyncContext();
    const query = new Query('todoitem');
    for (const call of [context.push(), context.pull(query), context.purge(query), context.insert('t', {}), context.read(query)]) {
      await assert.rejects(call, { message: 'MobileServiceSyncContext is being used before it is initialized' });
    }
  });
});
