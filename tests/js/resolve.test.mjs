// Conflicts that a push left, resolved all at once.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { backend as startBackend, device as aDevice } from './device.mjs';
import { MapStore } from './map-store.mjs';

/** @typedef {import('../../www/windows-azure/push-error.mjs').PushError} PushError */

/** @type {Awaited<ReturnType<typeof startBackend>>} */
let backend;
/** @type {Awaited<ReturnType<typeof aDevice>>} */
let mine;
/** @type {Record<string, string>} the ids of a record that was changed, one that was deleted and one that was added */
let ids;

let tests = 0;

before(async () => {
  backend = await startBackend();
});
after(() => backend.stop());

for (const on of [undefined, () => new MapStore()]) describe(on ? "on a store of the app's own making" : "on a store of Tureen's", () => {
  /** @type {typeof aDevice} */
  const device = (address, options) => aDevice(address, { on: on?.(), ...options });

  // Three conflicts on a new device: an update and a deletion of what the backend has changed, an insert of what it has.
  beforeEach(async () => {
    mine = await device(backend.address);
    tests += 1;
    ids = { changed: `changed ${tests}`, deleted: `deleted ${tests}`, added: `added ${tests}` };
    for (const id of [ids.changed, ids.deleted]) await mine.todo.insert({ id, text: 'before', price: 1 });
    await mine.context.push();
    for (const id of [ids.changed, ids.deleted]) await mine.online.update({ id, text: 'theirs' });
    await mine.online.insert({ id: ids.added, text: 'theirs' });
    await mine.todo.update({ id: ids.changed, text: 'mine', complete: true });
    await mine.todo.del({ id: ids.deleted });
    await mine.todo.insert({ id: ids.added, text: 'mine' });
    const conflicts = await mine.context.push();
    assert.deepEqual(conflicts.map((error) => error.getAction()), ['update', 'delete', 'insert']);
  });

  /** What is in a table under the three ids. @param {{ lookup(id: string): Promise<any> }} table */
  const textsIn = async (table) => {
    const texts = Object.values(ids).map((id) => table.lookup(id).then((row) => row?.text ?? null, () => null));
    return Promise.all(texts);
  };

  /** The same of the device, where what is missing is no error. */
  const textsHere = () => textsIn({ lookup: (id) => mine.todo.lookup(id, true) });

  test("'server': the device has what the backend has, and nothing waits", async () => {
    assert.deepEqual(await mine.context.resolveAll('server'), []);
    assert.deepEqual(await textsHere(), ['theirs', 'theirs', 'theirs']);
    assert.deepEqual(await mine.context.pendingOperations(), []);
    assert.deepEqual(await textsIn(mine.online), ['theirs', 'theirs', 'theirs']);
  });

  test("'client': the next push sends what was done here", async () => {
    assert.deepEqual(await mine.context.resolveAll('client'), []);
    assert.deepEqual(await textsIn(mine.online), ['theirs', 'theirs', 'theirs'], 'nothing is sent yet');
    assert.deepEqual(await mine.context.push(), []);
    assert.deepEqual(await textsIn(mine.online), ['mine', null, 'mine']);
    assert.deepEqual(await textsHere(), ['mine', null, 'mine']);
    assert.equal((await mine.online.lookup(ids.changed)).complete, true);
  });

  test('a function says it of each, and may join the two', async () => {
    /** @type {any[]} */
    const seen = [];
    const left = await mine.context.resolveAll(async (server, client, pushError) => {
      seen.push([server.text, client?.text ?? null, pushError.getAction()]);
      if (pushError.getAction() === 'update') return { ...client, text: `${client.text} and ${server.text}` };
      return pushError.getAction() === 'delete' ? 'client' : 'server';
    });
    assert.deepEqual(seen, [['theirs', 'mine', 'update'], ['theirs', null, 'delete'], ['theirs', 'mine', 'insert']]);
    assert.deepEqual(left, []);
    assert.deepEqual(await mine.context.push(), []);
    assert.deepEqual(await textsIn(mine.online), ['mine and theirs', null, 'theirs']);
    assert.deepEqual(await textsHere(), ['mine and theirs', null, 'theirs']);
    assert.equal((await mine.online.lookup(ids.changed)).price, 1, 'what the record does not say stays');
  });

  test('a deleted record can be brought back with a value', async () => {
    await mine.context.resolveAll((server) => ({ ...server, text: 'back' }));
    assert.deepEqual(await mine.context.push(), []);
    assert.deepEqual(await textsIn(mine.online), ['back', 'back', 'back']);
  });

  test('what the function leaves out, or resolves itself, is left to it', async () => {
    const left = await mine.context.resolveAll(async (_server, _client, pushError) => {
      if (pushError.getAction() === 'insert') await pushError.cancel();
      return pushError.getAction() === 'update' ? 'server' : undefined;
    });
    assert.deepEqual(left.map((error) => error.getAction()), ['delete']);
    assert.deepEqual((await mine.context.pendingOperations()).map((/** @type {any} */ { action }) => action), ['delete']);
    assert.deepEqual(await textsHere(), ['theirs', null, 'mine']);
    assert.deepEqual(await mine.context.resolveAll('server'), [], 'and can be resolved later');
    assert.deepEqual(await textsHere(), ['theirs', 'theirs', 'mine']);
  });

  test('an edit since the push is not lost: the next push tells of it anew', async () => {
    await mine.todo.update({ id: ids.changed, text: 'newer' });
    const left = await mine.context.resolveAll('server');
    assert.deepEqual(left.map((error) => error.getAction()), ['update']);
    assert.deepEqual(await textsHere(), ['newer', 'theirs', 'theirs']);
    const [anew, ...others] = await mine.context.push();
    assert.deepEqual([anew.getClientRecord().text, others.length], ['newer', 0]);
    await mine.context.resolveAll('client');
    await mine.context.push();
    assert.equal((await mine.online.lookup(ids.changed)).text, 'newer');
  });

  test('a function that throws, and what is no resolution, is a rejection that changes nothing', async () => {
    const failing = mine.context.resolveAll(() => {
      throw new Error('no idea');
    });
    await assert.rejects(failing, { message: 'no idea' });
    for (const wrong of ['both', 5, null, undefined, () => 'both']) {
      await assert.rejects(mine.context.resolveAll(/** @type {any} */ (wrong)), { code: 'BAD_ARGUMENT', message: /'client'/ });
    }
    await assert.rejects(mine.context.resolveAll(() => ({ text: 'x' })), { code: 'NO_RECORD_ID' });
    assert.equal((await mine.context.pendingOperations()).length, 3);
  });

  test('a handler may settle a conflict in the same way', async () => {
    mine.context.pushHandler = { onConflict: (/** @type {PushError} */ pushError) => pushError.resolve('client') };
    assert.deepEqual(await mine.context.push(), []);
    assert.deepEqual(await textsIn(mine.online), ['mine', null, 'mine']);
    assert.deepEqual(await mine.context.resolveAll('server'), [], 'there is nothing left');
  });

  test('what a push before a pull leaves is resolved as what a push leaves', async () => {
    await mine.context.resolveAll('server');
    await mine.online.update({ id: ids.changed, text: 'theirs again' });
    await mine.todo.update({ id: ids.changed, text: 'mine again' });
    await mine.todo.pull(null, null, { pushFirst: true });
    assert.equal((await mine.todo.lookup(ids.changed)).text, 'mine again', 'passed over');
    /** @type {string[][]} */
    const seen = [];
    const left = await mine.context.resolveAll((server, client) => {
      seen.push([server.text, client.text]);
      return 'client';
    });
    assert.deepEqual(left, []);
    assert.deepEqual(seen, [['theirs again', 'mine again']]);
    assert.deepEqual(await mine.context.push(), []);
    assert.equal((await mine.online.lookup(ids.changed)).text, 'mine again');
  });

  test('it is, too, when the pull then fails', async () => {
    let down = false;
    const far = await device(backend.address, {
      filter: (request, next, callback) => (down && request.type === 'GET' ? callback('down') : next(request, callback)),
    });
    const id = `far ${tests}`;
    await far.todo.insert({ id, text: 'before' });
    await far.context.push();
    await far.online.update({ id, text: 'theirs' });
    await far.todo.update({ id, text: 'mine' });
    down = true;
    await assert.rejects(far.todo.pull(null, null, { pushFirst: true }), { message: 'down' });
    assert.deepEqual(await far.context.resolveAll('server'), []);
    assert.equal((await far.todo.lookup(id)).text, 'theirs');
  });
});
