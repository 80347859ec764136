// OData text for local tables: as tables of the backend take it, and with the same answers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WindowsAzure } from '../../www/node.mjs';
import { backend as startBackend, device } from './device.mjs';

const { Query } = WindowsAzure;

/** @type {Awaited<ReturnType<typeof startBackend>>} */
let backend;
/** @type {Awaited<ReturnType<typeof device>>} */
let mine;

const rows = [
  { id: 'a', text: "R&D's", price: 3, complete: false, due: new Date('2024-01-01T00:00:00.000Z') },
  { id: 'b', text: '100% a+b', price: 1, complete: true, due: new Date('2024-02-01T00:00:00.000Z') },
  { id: 'c', text: null, price: 2, complete: true, due: null },
];

before(async () => {
  backend = await startBackend();
  mine = await device(backend.address);
  for (const row of rows) await mine.todo.insert(row);
  await mine.context.push();
});
after(() => backend.stop());

const texts = [
  '$filter=complete',
  '$filter=(price gt 1)&$orderby=price desc',
  '?$filter=price ge 1 and complete eq true&$select=id,price',
  "$filter=text eq 'R%26D''s'",
  "$filter=substringof('%25 a%2Bb', text)",
  "$filter=due lt datetime'2024-01-15T00:00:00.000Z'",
  '$filter=text eq null',
  '$orderby=price&$skip=1&$top=1',
  '$orderby=complete desc, price asc&$top=2',
];

for (const text of texts) {
  test(`read('${text}')`, async () => {
    const names = /\$select=([^&]*)/.exec(text)?.[1].split(',') ?? ['id', 'text', 'price', 'complete', 'due'];
    /** @param {any[]} found */
    const shown = (found) => {
      const kept = found.map((row) => names.map((name) => row[name]));
      return text.includes('$orderby') ? kept : kept.sort();
    };
    const online = shown(await mine.online.read(text.replace(/^\?/, '')));
    assert.deepEqual(shown(await mine.todo.read(text)), online);
    assert.deepEqual(shown(await mine.context.read(`/todoitem?${text.replace(/^\?/, '')}`)), online);
  });
}

test('the total count comes as of any local read', async () => {
  const { result, count } = await mine.todo.read('$filter=complete&$top=1&$inlinecount=allpages');
  assert.deepEqual([result.length, count], [1, 2]);
});

test('a query whose components are OData text reads, pulls and purges', async () => {
  const yours = await device(backend.address);
  const made = Query.Providers.OData.fromOData('todoitem', 'complete eq true');
  await yours.context.pull(made, 'complete');
  const ids = async (/** @type {any} */ query) => (await yours.todo.read(query)).map((/** @type {any} */ { id }) => id).sort();
  assert.deepEqual(await ids(undefined), ['b', 'c']);
  const set = new Query('todoitem').setComponents({ table: 'todoitem', filters: 'price gt 1' });
  assert.deepEqual(await ids(set), ['c']);
  await yours.todo.pull('$filter=price eq 3', 'three');
  assert.deepEqual(await ids(undefined), ['a', 'b', 'c']);
  await yours.todo.purge("$filter=id ne 'b'");
  assert.deepEqual(await ids(undefined), ['b']);
  await yours.context.purge('/todoitem');
  assert.deepEqual(await ids(undefined), []);
});

test('what is no such text is refused as before, and an option that is none by its name', async () => {
  await assert.rejects(mine.todo.read(/** @type {any} */ ('complete')), /'query' is expected to be a value of type object/);
  await assert.rejects(mine.todo.pull(/** @type {any} */ ('query')), /'query' is expected to be a value of type object/);
  await assert.rejects(mine.context.read('$filter=complete'), /'query' is expected to be a value of type object/);
  await assert.rejects(mine.todo.read('$expand=all'), { code: 'BAD_QUERY', message: /\$expand/ });
  await assert.rejects(mine.todo.read('$top=many'), { code: 'BAD_QUERY', message: /"many"/ });
  await assert.rejects(mine.todo.pull('$top=5'), { message: 'take is not supported in the pull query' });
});
