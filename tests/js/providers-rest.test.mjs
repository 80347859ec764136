// Soups connected to REST services: npm's json-server, and one of ours with entity tags, cursors and tombstones.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { afterEach, beforeEach, test } from 'node:test';
import { described, loseAnswer, refuse, taggedServer } from './providers/tagged-server.mjs';
import { Tureen, entries, freshStore, sent, serve, until } from './providers/world.mjs';

const jsonServer = createRequire(import.meta.url)('json-server');

/** @type {any} */
let store;
/** What is to be stopped at the end. @type {(() => any)[]} */
let ends = [];

beforeEach(async () => {
  store = await freshStore();
});
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
  await store.remove();
});

/** @param {any} options */
async function connect(options) {
  const connection = await store.connect({ retry: { firstWait: 10, longestWait: 50 }, ...options });
  ends.push(() => connection.close());
  return connection;
}

/** @param {any[]} [rows] */
async function tagged(rows) {
  const server = await taggedServer(rows);
  ends.push(server.stop);
  return server;
}

/** npm's json-server over these rows. @param {any[]} todos */
async function plain(todos) {
  const app = jsonServer.create();
  const router = jsonServer.router({ todos });
  app.use(jsonServer.defaults({ logger: false }));
  app.use(router);
  const server = await serve(app);
  ends.push(server.stop);
  return { ...server, all: () => router.db.get('todos').value() };
}

/** Both texts, one after the other. @param {any} conflict */
const joined = ({ mine, theirs }) => ({ ...theirs, text: `${theirs.text}+${mine.text}` });

const rows = (/** @type {number} */ count) =>
  Array.from({ length: count }, (_, n) => ({ id: `n${n}`, seq: n + 1, text: `${n}` }));

test('json-server: rows come by pages, changes go by themselves, and what is gone there goes here', async () => {
  const server = await plain(Array.from({ length: 25 }, (_, n) => ({ id: n + 1, text: `todo ${n}` })));
  const todos = await connect({
    name: 'todos', provider: 'rest', url: server.url,
    soups: { todos: { ids: 'server', paging: { by: 'page', parameter: '_page', size: '_limit' } } },
  });
  assert.equal((await todos.pull('todos', { pageSize: 10 })).stored, 25);
  const [made] = await store.upsertSoupEntries('todos', [{ text: 'leek' }]);
  assert.equal(made.id.length, 36, 'an id of its own until the service gives one');
  await until(todos, sent);
  assert.deepEqual(server.all().at(-1), { text: 'leek', id: 26 });
  assert.deepEqual((await entries(store, 'todos')).at(-1), { text: 'leek', id: 26 });

  await store.upsertSoupEntries('todos', [{ id: 1, text: 'changed' }]);
  await store.removeFromSoup('todos', [2]);
  await until(todos, sent);
  assert.equal(server.all()[0].text, 'changed');
  assert.ok(!server.all().some((/** @type {any} */ row) => row.id === 2));

  server.all().splice(4, 1);
  const again = await todos.pull('todos', { pageSize: 10 });
  assert.deepEqual([again.stored, again.removed], [0, 1], 'nothing is written anew, and what is not listed is gone');
  assert.equal((await entries(store, 'todos')).length, server.all().length);
});

test('json-server: pages by its Link header', async () => {
  const server = await plain(Array.from({ length: 7 }, (_, n) => ({ id: n + 1 })));
  const todos = await connect({
    name: 'todos', provider: 'rest', url: server.url,
    soups: { todos: { list: '/todos?_page=1&_limit={size}', paging: { by: 'link' } } },
  });
  const pulled = await todos.pull('todos', { pageSize: 3 });
  assert.deepEqual([pulled.requests, pulled.stored], [3, 7]);
});

test('changes, tombstones and entity tags: a pull brings only what is new, a stale change is a conflict', async () => {
  const server = await tagged(rows(5));
  const notes = await connect(described(server.url));
  assert.equal((await notes.pull('notes', { pageSize: 2 })).stored, 5);
  server.put({ id: 'n0', text: 'theirs' });
  server.put({ id: 'n1', gone: true });
  const pulled = await notes.pull('notes');
  assert.deepEqual([pulled.stored, pulled.removed, pulled.requests], [1, 1, 1]);

  server.put({ id: 'n2', text: 'theirs' });
  await store.upsertSoupEntries('notes', [{ id: 'n2', text: 'mine' }]);
  await until(notes, ({ dead }) => dead === 1);
  assert.equal(server.notes.get('n2')?.text, 'theirs');
  assert.match(notes.pending()[0].error, /another by now/);
  await notes.resolve('client');
  await until(notes, sent);
  assert.equal(server.notes.get('n2')?.text, 'mine');
});

test('a conflict is settled by the app, by a fixed side, or by the server', async () => {
  /** @type {[string, any, string][]} */
  const ways = [
    ['the app joins both', { conflict: joined }, 'theirs+mine'],
    ['the client', { conflict: 'client' }, 'mine'],
    ['the server', { conflict: 'server' }, 'theirs'],
    ['the server decides', { serverDecides: true }, 'theirs'],
  ];
  for (const [way, how, text] of ways) {
    const server = await tagged(rows(1));
    await store.remove();
    store = await freshStore();
    const notes = await connect({ ...described(server.url), ...how });
    await notes.pull('notes');
    server.put({ id: 'n0', text: 'theirs' });
    await store.upsertSoupEntries('notes', [{ id: 'n0', text: 'mine' }]);
    await until(notes, sent);
    const both = [server.notes.get('n0')?.text, (await entries(store, 'notes'))[0].text];
    assert.deepEqual(both, [text, text], way);
    notes.close();
  }
});

test('a lost answer doubles nothing, a busy server is asked again, a refused change is set aside', async () => {
  const server = await tagged();
  const notes = await connect(described(server.url));
  server.mishaps.push(loseAnswer, refuse(503, { 'Retry-After': '0' }), refuse(500));
  await store.upsertSoupEntries('notes', [{ id: 'a', text: 'leek' }]);
  await until(notes, sent);
  assert.deepEqual([...server.notes.keys()], ['a']);

  server.mishaps.push(refuse(422, {}, '{"message":"no leeks"}'));
  await store.upsertSoupEntries('notes', [{ id: 'b', text: 'leek' }]);
  await until(notes, ({ dead }) => dead === 1);
  const [command] = notes.pending();
  assert.deepEqual([command.soup, command.record, command.action, command.dead], ['notes', 'b', 'insert', true]);
  assert.match(command.error, /422.*no leeks/);
  await store.upsertSoupEntries('notes', [{ id: 'b', text: 'kale' }]);
  await until(notes, sent);
  assert.equal(server.notes.get('b')?.text, 'kale', 'edited, and sent again by itself');
});

test('commands wait for the network, in order, across a start of the app, and can be cancelled', async () => {
  const server = await tagged(rows(1));
  const clock = { online: () => false };
  const first = await connect({ ...described(server.url), clock });
  await first.pull('notes');
  await store.upsertSoupEntries('notes', [{ id: 'n0', text: 'cancelled' }]);
  assert.equal((await until(first, ({ state }) => state === 'offline')).pending, 1);
  await first.cancel(first.pending()[0].id);
  assert.equal((await entries(store, 'notes'))[0].text, '0', 'as it was before');
  for (const id of ['a', 'b', 'c']) await store.upsertSoupEntries('notes', [{ id }]);
  first.close();
  await store.upsertSoupEntries('notes', [{ id: 'd' }]);
  const second = await connect({ ...described(server.url), parallel: false });
  await until(second, sent);
  assert.deepEqual([...server.notes.keys()], ['n0', 'a', 'b', 'c', 'd']);
});

test('pause, resume and drain', async () => {
  const server = await tagged();
  const notes = await connect(described(server.url));
  notes.pause();
  await store.upsertSoupEntries('notes', [{ id: 'a' }]);
  await until(notes, ({ state, pending }) => state === 'paused' && pending === 1);
  assert.equal(server.seen.length, 0);
  notes.resume();
  await until(notes, sent);
  notes.pause();
  await store.upsertSoupEntries('notes', [{ id: 'b' }]);
  assert.equal((await notes.drain()).pending, 0, 'whatever it waits for');
  assert.equal(server.notes.size, 2);
});

test('behind a portal nothing is sent, and the first answer of the service lets it go on', async () => {
  const server = await tagged();
  let portal = true;
  const page = () => new Response('<html>Welcome', { headers: { 'Content-Type': 'text/html' } });
  const fetch = (/** @type {any} */ url, /** @type {any} */ init) =>
    portal ? Promise.resolve(page()) : globalThis.fetch(url, init);
  const notes = await connect({ ...described(server.url), fetch, probe: `${server.url}/notes` });
  await store.upsertSoupEntries('notes', [{ id: 'a' }]);
  const { error, dead } = await until(notes, ({ state }) => state === 'waiting');
  assert.match(error, /login page/);
  assert.equal(dead, 0);
  portal = false;
  await until(notes, sent);
  assert.equal(server.notes.size, 1);
});

test('credentials: a token is fetched anew when it has run out, and never leaves the origin', async () => {
  const server = await tagged(rows(3));
  let token = 0;
  server.mishaps.push(refuse(401));
  const auth = { token: async (/** @type {any} */ { expired }) => `t${(token += expired ? 1 : 0)}` };
  const notes = await connect({ ...described(server.url), auth, headers: { 'X-Tenant': 'kitchen' } });
  await notes.pull('notes');
  const headers = server.seen.map(({ headers }) => [headers.authorization, headers['x-tenant']]);
  assert.deepEqual(headers, [['Bearer t0', 'kitchen'], ['Bearer t1', 'kitchen']]);

  const thief = await tagged(rows(1));
  server.mishaps.push(refuse(302, { Location: `${thief.url}/notes` }));
  await assert.rejects(notes.pull('notes'), { code: 'REDIRECTED' });
  assert.equal(thief.seen.length, 0);
});

test('bad answers are named, nothing of their page is stored, and the queue is untouched', async () => {
  const server = await tagged(rows(2));
  const notes = await connect({ ...described(server.url), maxBytes: 2_000, clock: { online: () => false } });
  await store.upsertSoupEntries('notes', [{ id: 'mine' }]);
  const json = { 'Content-Type': 'application/json' };
  /** @type {[string, any][]} */
  const bad = [
    ['NO_ROWS', refuse(200, json, '{"rows":[]}')],
    ['NO_ID', refuse(200, json, '{"items":[{"id":"x"},{"text":"no id"}]}')],
    ['BAD_JSON', refuse(200, json, '{"items":[{"id":"x"},{"id"')],
    ['TOO_LARGE', refuse(200, json, JSON.stringify({ items: [{ id: 'x', text: 'x'.repeat(3_000) }] }))],
    ['NOT_THE_SERVICE', refuse(200, { 'Content-Type': 'text/html' }, '<html>')],
    ['REFUSED_BY_SERVER', refuse(403, json, '{"message":"not you"}')],
    ['UNREACHABLE', (/** @type {any} */ answer) => answer.destroy()],
  ];
  for (const [code, mishap] of bad) {
    server.mishaps.push(mishap);
    await assert.rejects(notes.pull('notes'), { code }, code);
    assert.deepEqual((await entries(store, 'notes')).map((/** @type {any} */ { id }) => id), ['mine'], code);
  }
  assert.equal(notes.pending().length, 1);
});

test('what an app says wrong is refused with what to write instead', async () => {
  const soups = { notes: {} };
  /** @type {[any, RegExp][]} */
  const wrong = [
    [{ provider: 'rest', url: 'http://x', soups }, /name/],
    [{ name: 'n', provider: 'gopher', url: 'http://x', soups }, /rest and odata/],
    [{ name: 'n', provider: 'rest', url: 'x', soups }, /absolute/],
    [{ name: 'n', provider: 'rest', url: 'http://x', soups: { notes: { rowz: '$' } } }, /soups\.notes.*rowz/],
    [{ name: 'n', provider: 'rest', url: 'http://x', soups: { notes: { fetch: '/{key}' } } }, /\{key\}/],
  ];
  for (const [options, message] of wrong) {
    await assert.rejects(store.connect(options), { code: 'BAD_ARGUMENT', message });
  }
  await connect({ name: 'one', provider: 'rest', url: 'http://127.0.0.1:9', soups });
  await assert.rejects(store.connect({ name: 'two', provider: 'rest', url: 'http://x', soups }), { code: 'BOUND' });
});

test('a disconnected soup is the app\'s alone', async () => {
  const server = await tagged(rows(1));
  const notes = await connect(described(server.url));
  await notes.pull('notes');
  await notes.disconnect();
  await store.upsertSoupEntries('notes', [{ id: 'a' }]);
  assert.equal((await entries(store, 'notes')).length, 2);
  const again = await connect(described(server.url));
  assert.equal(again.pending().length, 0);
  assert.ok(Tureen.Store);
});
