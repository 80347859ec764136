// A provider that an app writes itself: the same queue, pulls and conflicts by its functions.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { entries, freshStore, sent, until } from './providers/world.mjs';

/** @type {any} */
let store;
/** What the provider has. @type {Map<string, any>} */
let rows;
/** Every call. @type {string[]} */
let calls;
/** @type {any} */
let connection;

beforeEach(async () => {
  [rows, calls] = [new Map(), []];
  store = await freshStore();
});
afterEach(async () => {
  connection?.close();
  await store.remove();
});

const refusal = (/** @type {number} */ status, /** @type {string} */ message) => Object.assign(new Error(message), { status });

let version = 0;
const put = (/** @type {any} */ row) => {
  const kept = { ...row, _version: `v${(version += 1)}` };
  rows.set(row.id, kept);
  return kept;
};

/** @type {import('../../www/providers/script.mjs').Provider} */
const provider = {
  list({ since, cursor, size }) {
    calls.push(`list ${since} ${cursor}`);
    const all = [...rows.values()].filter(({ _version }) => Number(_version.slice(1)) > Number(since ?? 0));
    const from = Number(cursor ?? 0);
    const more = from + size < all.length;
    return { rows: all.slice(from, from + size), next: more ? String(from + size) : null, since: more ? null : String(version) };
  },
  fetch: (_soup, id) => rows.get(id),
  create(_soup, record, id) {
    calls.push(`create ${id === record.id}`);
    if (rows.has(record.id)) throw refusal(409, 'it is there');
    return put(record);
  },
  update(_soup, id, record, based) {
    calls.push(`update ${based}`);
    if (rows.get(id)?._version !== based) throw refusal(412, 'another by now');
    return put(record);
  },
  remove(_soup, id) {
    calls.push('remove');
    put({ id, _deleted: true });
  },
};

/** @param {any} [more] */
async function connect(more) {
  connection = await store.connect({
    name: 'own', provider, soups: { notes: { delta: true, tombstones: true } },
    retry: { firstWait: 5, longestWait: 20 }, ...more,
  });
  return connection;
}

test('an app\'s own provider is listed, told of changes, and asked since where it said', async () => {
  for (let n = 0; n < 5; n += 1) put({ id: `n${n}`, text: `${n}` });
  const notes = await connect();
  assert.equal((await notes.pull('notes', { pageSize: 2 })).stored, 5);
  await store.upsertSoupEntries('notes', [{ id: 'mine', text: 'leek' }]);
  await until(notes, sent);
  await store.upsertSoupEntries('notes', [{ id: 'n0', text: 'changed' }]);
  await store.removeFromSoup('notes', [2]);
  await until(notes, sent);
  assert.deepEqual([rows.get('mine').text, rows.get('n0').text, rows.get('n1')._deleted], ['leek', 'changed', true]);
  calls.length = 0;
  put({ id: 'n4', _deleted: true });
  const pulled = await notes.pull('notes');
  assert.deepEqual([pulled.removed, calls.length, calls[0].startsWith('list 5')], [1, 1, true]);
  assert.equal((await entries(store, 'notes')).length, 4);
});

test('its errors mean what their status says, and any other error is no answer', async () => {
  let mishaps = [refusal(503, 'busy'), new Error('no network'), refusal(400, 'never')];
  const create = (/** @type {any[]} */ ...given) => {
    const mishap = mishaps.shift();
    if (mishap) throw mishap;
    return /** @type {any} */ (provider.create)(...given);
  };
  const notes = await connect({ provider: { ...provider, create } });
  await store.upsertSoupEntries('notes', [{ id: 'a' }]);
  await until(notes, ({ dead }) => dead === 1);
  assert.match(notes.pending()[0].error, /never/);
  await notes.retry();
  await until(notes, sent);
  assert.ok(rows.has('a'));
});

test('a conflict is settled by what its fetch gives', async () => {
  put({ id: 'a', text: 'first' });
  const notes = await connect({ conflict: (/** @type {any} */ { theirs }) => ({ ...theirs, text: 'both' }) });
  await notes.pull('notes');
  put({ id: 'a', text: 'theirs' });
  await store.upsertSoupEntries('notes', [{ id: 'a', text: 'mine' }]);
  await until(notes, sent);
  assert.equal(rows.get('a').text, 'both');
});

test('a preload plan keeps its order and its budget, leaves out what is fresh, and goes on where it ended', async () => {
  const soups = { first: {}, second: {}, third: {} };
  /** @type {string[]} */
  const asked = [];
  const end = new AbortController();
  const list = (/** @type {any} */ { soup, cursor }) => {
    asked.push(soup);
    if (soup === 'second' && !end.signal.aborted) end.abort();
    return { rows: [{ id: `${soup} ${cursor}` }], next: cursor ? null : 'more' };
  };
  const own = await connect({ provider: { ...provider, list }, soups });
  const plan = [{ soup: 'first', maxAge: 60_000 }, { soup: 'second', maxAge: 60_000 }, { soup: 'third' }];
  /** @type {string[]} */
  const told = [];
  const onProgress = (/** @type {any} */ { soup, done, of }) => void told.push(`${soup} ${done}/${of}`);
  await assert.rejects(own.preload(plan, { signal: end.signal, onProgress }), { code: 'ABORTED' });
  const again = await own.preload(plan, {});
  assert.deepEqual(again.pulled.at(-1), 'third');
  assert.equal([...again.pulled, ...again.fresh].length, 3);
  const fresh = await own.preload(plan, {});
  assert.deepEqual(fresh, { pulled: ['third'], fresh: ['first', 'second'], left: [] });
  const later = await own.preload(plan, { now: () => Date.now() + 61_000 });
  assert.deepEqual(later.pulled, ['first', 'second', 'third']);
  const none = await own.preload(plan, { bytes: 0, now: () => Date.now() + 61_000 });
  assert.deepEqual([none.pulled, none.left], [[], ['first', 'second', 'third']]);
  assert.ok(told.includes('first 0/3'));
});
