// The backend is the real one, with a memory, and understands in SQLite what it understands in SQL Server.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startBackend } from '../../scripts/serve/backend.mjs';

describe('the backend', () => {
  /** @type {string} */
  let folder;
  /** @type {import('../../scripts/serve/backend.mjs').Backend} */
  let backend;
  const start = async (env = {}) => startBackend({ data: path.join(folder, 'data', 'backend.sqlite'), env });

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tureen-backend-'));
    backend = await start();
  });
  after(async () => {
    await backend.stop();
    await rm(folder, { recursive: true });
  });

  /**
   * @param {string} request
   * @param {RequestInit} [options]
   */
  const ask = (request, options = {}) =>
    fetch(`${backend.address}/${request}`, {
      ...options,
      headers: { 'zumo-api-version': '2.0.0', 'content-type': 'application/json', ...options.headers },
    });
  /** @param {object} row */
  const add = (row) => ask('tables/todoitem', { method: 'POST', body: JSON.stringify(row) });
  /** @param {string} filter */
  const idsWhere = async (filter) => {
    const answer = await ask(`tables/todoitem?$select=id&$orderby=id&$filter=${encodeURIComponent(filter)}`);
    return /** @type {{ id: string }[]} */ (await answer.json()).map(({ id }) => id);
  };

  test('keeps versions, and refuses a stale one with the row as it is', async () => {
    const created = await add({ id: 'versions', text: 'first' });
    assert.equal(created.status, 201);
    const { version } = await created.json();
    const change = (/** @type {string} */ text) =>
      ask('tables/todoitem/versions', {
        method: 'PATCH',
        headers: { 'if-match': `"${version}"` },
        body: JSON.stringify({ id: 'versions', text }),
      });
    assert.equal((await change('second')).status, 200);
    const stale = await change('third');
    assert.equal(stale.status, 412);
    assert.equal((await stale.json()).text, 'second');
    await ask('tables/todoitem/versions', { method: 'DELETE' });
  });

  test('filters with functions of text, dates and numbers', async () => {
    await add({ id: 'a', text: 'Pea soup', price: 4.5, due: '2024-02-29T12:00:00.000Z' });
    await add({ id: 'b', text: 'Onion soup', price: 7, due: '2023-11-05T08:30:00.000Z' });
    for (const [filter, ids] of /** @type {[string, string[]][]} */ ([
      ["substringof('soup',text)", ['a', 'b']],
      ["startswith(text,'Pea')", ['a']],
      ["endswith(text,'n soup')", ['b']],
      ["indexof(text,'soup') eq 4", ['a']],
      ['length(text) eq 10', ['b']],
      ["substring(text,6) eq 'soup'", ['b']],
      ["substring(text,0,3) eq 'Pea'", ['a']],
      ['year(due) eq 2024 and month(due) eq 2 and day(due) eq 29', ['a']],
      ['(price mod 2) eq 1', ['b']],
      ['floor(price) eq 4', ['a']],
    ])) {
      assert.deepEqual(await idsWhere(filter), ids, filter);
    }
  });

  test('remembers what it has answered, even when it is killed', async () => {
    await add({ id: 'kept', text: 'kept' });
    await ask('tables/todoitem/a', { method: 'DELETE' });
    await backend.stop('SIGKILL');
    backend = await start();
    assert.equal((await ask('tables/todoitem/kept')).status, 200);
    assert.equal((await ask('tables/todoitem/a')).status, 404);
    const deleted = await ask("tables/todoitem?$filter=id eq 'a'&__includeDeleted=true");
    assert.equal((await deleted.json())[0].deleted, true);
  });

  test('asks members to log in', async () => {
    assert.equal((await ask('tables/members')).status, 401);
  });

  test('sends pages of the size it was given', async () => {
    await backend.stop();
    backend = await start({ PAGE_SIZE: '1' });
    assert.equal((await (await ask('tables/todoitem')).json()).length, 1);
  });
});
