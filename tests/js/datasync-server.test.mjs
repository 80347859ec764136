// The Datasync server of the tests, asked what no client of ours asks: that it is as strict as it is meant to be.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { filterOf, ticksOf } from '../backends/datasync/filter.mjs';
import { Datasync } from '../backends/datasync/server.mjs';

/** @type {Datasync} */
let server;
before(async () => {
  server = await Datasync.start({ pageSize: 3, maxTop: 50 });
  for (const id of ['a', 'b', 'c', 'd', 'e']) {
    await ask('', { method: 'POST', body: JSON.stringify({ id, text: `text ${id}` }) });
  }
});
after(() => server.stop());

/**
 * @param {string} rest of the address of the table
 * @param {RequestInit} [init]
 */
const ask = (rest, init) => fetch(`${server.address}/tables/todoitem${rest}`, init);

/**
 * @param {string} rest
 * @param {Record<string, string>} headers
 * @param {string} [method]
 */
const statusOf = async (rest, headers, method) => (await ask(rest, { method, headers })).status;

test('conditions of a request are kept', async () => {
  const answer = await ask('/a');
  const tag = String(answer.headers.get('etag'));
  assert.equal(tag, `"${(await answer.json()).version}"`);
  const modified = String(answer.headers.get('last-modified'));
  const [before, later] = [-3600_000, 3600_000].map((shift) => new Date(Date.parse(modified) + shift).toUTCString());
  assert.equal(await statusOf('/a', { 'if-none-match': tag }), 304);
  assert.equal(await statusOf('/a', { 'if-none-match': '"other"' }), 200);
  assert.equal(await statusOf('/a', { 'if-modified-since': later }), 304);
  assert.equal(await statusOf('/a', { 'if-modified-since': before }), 200);
  assert.equal(await statusOf('/a', { 'if-match': '"other"' }), 412);
  /** @type {Record<string, string>[]} */
  const conditions = [{ 'if-match': '"other"' }, { 'if-none-match': tag }, { 'if-unmodified-since': before }];
  for (const headers of conditions) {
    const refused = await ask('/a', { method: 'DELETE', headers });
    assert.deepEqual([refused.status, (await refused.json()).text], [412, 'text a'], JSON.stringify(headers));
  }
});

test('records are replaced, not patched', async () => {
  const refused = await ask('/a', { method: 'PATCH', body: '{}' });
  assert.deepEqual([refused.status, refused.headers.get('allow')], [405, 'GET, PUT, DELETE']);
  await ask('/e', { method: 'PUT', body: JSON.stringify({ id: 'e', price: 1 }) });
  const { text, price } = await (await ask('/e')).json();
  assert.deepEqual({ text, price }, { text: null, price: 1 }, 'what is not sent is gone');
  assert.equal((await ask('/e', { method: 'PUT', body: '{"id":"a"}' })).status, 400);
  assert.equal((await ask('/e', { method: 'PUT', body: '{"price":"1"}' })).status, 400);
});

test('a list ends where it was asked to, and links to the rest of a page', async () => {
  /** @param {string} query */
  const list = async (query) => (await ask(`?${query}`)).json();
  const first = await list('$count=true');
  assert.deepEqual([first.items.length, first.count], [3, 5]);
  const { items, nextLink } = await list(first.nextLink);
  assert.deepEqual(items.map((/** @type {any} */ { id }) => id), ['d', 'e']);
  assert.equal(nextLink, undefined);
  assert.equal((await list('$top=2')).nextLink, undefined, 'two were asked for, and given');
  assert.equal(new URLSearchParams((await list('$top=4')).nextLink).get('$top'), '1');
});

test('what is not of OData v4 is refused', async () => {
  for (const query of [
    '$inlinecount=allpages', '$top=51', '$top=-1', '$orderby=nothing', '$select=nothing', "$filter=substringof('a',text)",
    "$filter=updatedAt ge datetimeoffset'2024-01-01T00:00:00Z'", "$filter=replace(text,'a','b') eq 'b'",
    "$filter=text add 'a' eq 'b'", '$filter=text gt 5', '$filter=nothing eq 1', '$filter=price', '$filter=(price eq 1',
    '$filter=price eq', '$filter=price eq 1 2', "$filter=contains(text)",
  ]) {
    assert.equal((await ask(`?${query}`)).status, 400, query);
  }
});

test('null is false in comparisons but for ne, and unknown to not', () => {
  const none = { a: null, b: null };
  const meets = (/** @type {string} */ filter) => filterOf(filter, { a: 'int', b: 'int', c: 'truth' })(none);
  for (const filter of ['a ne 1', 'a eq b', 'not (a gt 1)', 'c or true', 'a eq null']) assert.equal(meets(filter), true, filter);
  for (const filter of ['a gt 1', 'a le b', 'not c', 'c and true', 'a add 1 eq 1']) assert.equal(meets(filter), false, filter);
});

test('integers divide to integers, and times are exact to 100 ns', () => {
  const row = { n: 5, at: ticksOf('2024-05-06T07:08:09.1234567Z') };
  const meets = (/** @type {string} */ filter) => filterOf(filter, { n: 'int', at: 'time' })(row);
  assert.ok(meets('n div 2 eq 2') && meets('n div 2.0 eq 2.5') && meets('-n mod 3 eq -2'));
  assert.ok(meets('at gt cast(2024-05-06T07:08:09.1234566Z,Edm.DateTimeOffset)'));
  assert.ok(!meets('at gt 2024-05-06T09:08:09.1234567+02:00'));
});
