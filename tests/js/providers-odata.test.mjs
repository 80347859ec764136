// Soups connected to OData services: npm's simple-odata-server, and one of ours for what that has not: entity tags, next
// and delta links, batches of JSON.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { afterEach, beforeEach, test } from 'node:test';
import { bodyOf, entries, freshStore, sent, serve, until } from './providers/world.mjs';

const packaged = createRequire(import.meta.url);
const ODataServer = packaged('simple-odata-server');
const inNedb = packaged('simple-odata-server-nedb');
const Datastore = packaged('nedb');

/** @type {any} */
let store;
/** @type {(() => any)[]} */
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
  const connection = await store.connect({ provider: 'odata', retry: { firstWait: 10, longestWait: 50 }, ...options });
  ends.push(() => connection.close());
  return connection;
}

/** npm's simple-odata-server over a table in memory. @param {any[]} dishes */
async function simple(dishes) {
  const table = new Datastore({ inMemoryOnly: true });
  await new Promise((done) => table.insert(dishes, done));
  const type = {
    _id: { type: 'Edm.String', key: true }, name: { type: 'Edm.String' }, price: { type: 'Edm.Int32' },
    changed: { type: 'Edm.Int32' },
  };
  const model = {
    namespace: 'kitchen', entityTypes: { Dish: type }, entitySets: { dishes: { entityType: 'kitchen.Dish' } },
  };
  const server = await serve((request, answer) => service.handle(request, answer));
  const inTable = inNedb((/** @type {any} */ _, /** @type {any} */ give) => give(null, table));
  const service = ODataServer(server.url).model(model).adapter(inTable);
  ends.push(server.stop);
  /** @returns {Promise<any[]>} */
  const all = () =>
    new Promise((give) => {
      table.find({}).sort({ _id: 1 }).exec((/** @type {any} */ _, /** @type {any[]} */ found) => give(found));
    });
  return { ...server, all };
}

test('simple-odata-server: rows come by pages that are asked for, filtered, and changes go', async () => {
  const dishes = Array.from({ length: 12 }, (_, n) => ({ _id: `d${String(n).padStart(2, '0')}`, name: `dish ${n}`, price: n }));
  const server = await simple(dishes);
  const kitchen = await connect({
    name: 'kitchen', url: server.url,
    soups: { dishes: { id: '_id', filter: 'price gt 1', select: '_id,name,price', orderby: '_id', paging: 'client' } },
  });
  const pulled = await kitchen.pull('dishes', { pageSize: 4 });
  assert.deepEqual([pulled.stored, pulled.total], [10, 10]);
  assert.deepEqual((await entries(store, 'dishes'))[0], { _id: 'd02', name: 'dish 2', price: 2 });

  const rows = await store.smartQuery('select {dishes:_soup} from {dishes} order by {dishes:_id}');
  await store.upsertSoupEntries('dishes', [{ ...rows[0][0], name: "the cook's" }, { _id: 'new', name: 'leek', price: 9 }]);
  await store.removeFromSoup('dishes', [rows[1][0]._soupEntryId]);
  await until(kitchen, sent);
  const all = await server.all();
  const expected = dishes.map(({ _id }) => _id).filter((id) => id !== 'd03');
  assert.deepEqual(all.map(({ _id }) => _id), [...expected, 'new']);
  assert.equal(all[2].name, "the cook's");
  assert.equal((await kitchen.pull('dishes', { pageSize: 4 })).removed, 0);
});

test('simple-odata-server: changes since a property\'s newest value', async () => {
  const server = await simple([{ _id: 'a', name: 'a', changed: 9 }, { _id: 'b', name: 'b', changed: 10 }]);
  const kitchen = await connect({
    name: 'kitchen', url: server.url,
    soups: { dishes: { id: '_id', changed: 'changed', paging: 'client' } },
  });
  assert.equal((await kitchen.pull('dishes')).stored, 2);
  await fetch(`${server.url}/dishes`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ _id: 'c', changed: 11 }),
  });
  assert.equal((await kitchen.pull('dishes')).stored, 1, 'what was known already is no change');
  await fetch(`${server.url}/dishes('a')`, { method: 'DELETE' });
  assert.equal((await kitchen.pull('dishes')).removed, 0, 'changes do not tell of it');
  assert.equal((await kitchen.pull('dishes', { full: true })).removed, 1, 'a full listing does');
});

/** A service with entity tags, next and delta links, and batches; written from OData's 4.01 text. */
async function full() {
  /** @type {Map<string, any>} */
  const books = new Map();
  /** @type {{ id: string, removed: boolean }[]} every change, by whose number a delta link tells where it stands */
  const changes = [];
  /** @type {string[]} */
  const lines = [];
  const put = (/** @type {any} */ book) => {
    changes.push({ id: book.ID, removed: false });
    const kept = { ...book, '@odata.etag': `W/"${changes.length}"` };
    books.set(book.ID, kept);
    return kept;
  };
  const drop = (/** @type {string} */ id) => {
    books.delete(id);
    changes.push({ id, removed: true });
  };

  /** @param {string} method @param {string} address @param {any} headers @param {any} body @returns {{ status: number, body?: any }} */
  function answer(method, address, headers, body) {
    const id = /\('(.*)'\)/.exec(decodeURIComponent(address))?.[1]?.replaceAll("''", "'") ?? '';
    const book = books.get(id);
    if (method === 'POST') {
      return books.has(body.ID) ? { status: 409, body: { error: { message: 'exists' } } } : { status: 201, body: put(body) };
    }
    if (!book) return { status: 404, body: { error: { message: 'no such book' } } };
    if (method === 'GET') return { status: 200, body: book };
    const match = headers['if-match'] ?? headers['If-Match'];
    if (match !== book['@odata.etag']) return { status: 412, body: { error: { message: 'stale' } } };
    if (method === 'PATCH') return { status: 200, body: put({ ...book, ...body }) };
    drop(id);
    return { status: 204 };
  }

  /** @param {URLSearchParams} asked @param {number} size @param {string} url */
  function list(asked, size, url) {
    const delta = asked.get('$deltatoken');
    const deltaLink = `${url}/Books?$deltatoken=${changes.length}`;
    if (delta === 'gone') return { status: 410, body: { error: { message: 'too old' } } };
    if (delta !== null) {
      const since = new Set(changes.slice(Number(delta)).map(({ id }) => id));
      const rows = [...since].map((id) => books.get(id) ?? { '@removed': { reason: 'deleted' }, '@id': `Books('${id}')` });
      return { status: 200, body: { value: rows, '@odata.deltaLink': deltaLink } };
    }
    const from = Number(asked.get('$skiptoken') ?? 0);
    const value = [...books.values()].slice(from, from + size);
    const more = from + size < books.size;
    const link = more ? { '@odata.nextLink': `Books?$skiptoken=${from + size}` } : { '@odata.deltaLink': deltaLink };
    return { status: 200, body: { '@odata.count': books.size, value, ...link } };
  }

  const server = await serve(async (request, response) => {
    const url = new URL(request.url ?? '', server.url);
    const body = await bodyOf(request);
    lines.push(`${request.method} ${decodeURIComponent(url.pathname)}`);
    const size = Number(/maxpagesize=(\d+)/.exec(String(request.headers.prefer))?.[1] ?? 10);
    const batch = () => ({
      status: 200,
      body: {
        responses: body.requests
          .map((/** @type {any} */ { id, method, url: address, headers, body: own }) => ({ id, ...answer(method, address, headers, own) }))
          .reverse(),
      },
    });
    const said = url.pathname === '/$batch' ? batch()
      : request.method === 'GET' && url.pathname === '/Books' ? list(url.searchParams, size, server.url)
      : answer(request.method ?? '', url.pathname, request.headers, body);
    response.writeHead(said.status, { 'Content-Type': 'application/json;odata.metadata=minimal' });
    response.end(said.body === undefined ? undefined : JSON.stringify(said.body));
  });
  ends.push(server.stop);
  return { ...server, books, put, drop, lines };
}

/** @param {string} url */
const library = (url) => ({ name: 'library', url, soups: { books: { entitySet: 'Books', id: 'ID', delta: true } } });

test('next links, delta links and removed entities', async () => {
  const server = await full();
  for (let n = 0; n < 7; n += 1) server.put({ ID: `b${n}`, title: `${n}` });
  const books = await connect(library(server.url));
  const first = await books.pull('books', { pageSize: 3 });
  assert.deepEqual([first.requests, first.stored, first.total], [3, 7, 7]);
  server.put({ ID: "o'x", title: 'new' });
  server.drop('b3');
  const next = await books.pull('books', { pageSize: 3 });
  assert.deepEqual([next.requests, next.stored, next.removed], [1, 1, 1]);
});

test('a batch of changes is one request; a stale one of them is a conflict, and no other pays for it', async () => {
  const server = await full();
  for (const ID of ['a', 'b', 'c']) server.put({ ID, title: 'first' });
  const books = await connect({ ...library(server.url), batch: 10 });
  await books.pull('books');
  server.put({ ID: 'b', title: 'theirs' });
  books.pause();
  const mine = (await entries(store, 'books')).map((/** @type {any} */ book) => ({ ...book, title: 'mine' }));
  await store.upsertSoupEntriesWithExternalId('books', [...mine, { ID: "d'd", title: 'mine' }], 'ID');
  server.lines.length = 0;
  books.resume();
  await until(books, ({ dead, pending }) => dead === 1 && pending === 0);
  assert.deepEqual(server.lines, ['POST /$batch', "GET /Books('b')"]);
  const titles = () => [...server.books.values()].map(({ ID, title }) => `${ID} ${title}`).sort();
  assert.deepEqual(titles(), ['a mine', 'b theirs', 'c mine', "d'd mine"]);
  await books.resolve('client');
  await until(books, sent);
  assert.deepEqual(titles(), ['a mine', 'b mine', 'c mine', "d'd mine"]);
});

test('a delta link that the service does not know any more: everything is listed again', async () => {
  const server = await full();
  server.put({ ID: 'a', title: 'first' });
  const books = await connect(library(server.url));
  await books.pull('books');
  const before = globalThis.fetch;
  books.close();
  const forgetful = (/** @type {any} */ url, /** @type {any} */ init) =>
    before(String(url).replace(/deltatoken=\d+/, 'deltatoken=gone'), init);
  const again = await connect({ ...library(server.url), fetch: forgetful });
  server.put({ ID: 'b', title: 'second' });
  const pulled = await again.pull('books');
  assert.equal(pulled.stored, 1);
  assert.equal((await entries(store, 'books')).length, 2);
});
