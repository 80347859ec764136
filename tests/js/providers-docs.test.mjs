// The code of docs/providers.md, run against services.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { at } from '../../scripts/project.mjs';
import { Tureen, sent, serve, until } from './providers/world.mjs';

const packaged = createRequire(import.meta.url);
const page = await readFile(at('docs/providers.md'), 'utf8');
const folder = await mkdtemp(path.join(tmpdir(), 'tureen-docs-'));
/** @type {(() => any)[]} */
const ends = [() => rm(folder, { recursive: true })];
after(async () => {
  for (const end of ends.reverse()) await end();
});

/**
 * The code of this name as a function.
 * @param {string} name
 * @param {string} gives what it leaves behind
 */
async function code(name, gives) {
  const found = new RegExp('```js ' + name + '\\n(.*?)```', 's').exec(page)?.[1];
  assert.ok(found, `docs/providers.md has code called ${name}`);
  const file = path.join(folder, `${name}.mjs`);
  const quiet = found.replaceAll('console.log', 'void ');
  await writeFile(file, `export default async ({ Tureen, url, connection }) => {\n${quiet}\nreturn ${gives};\n};\n`);
  return (await import(pathToFileURL(file).href)).default;
}

test('REST', async () => {
  const jsonServer = packaged('json-server');
  const router = jsonServer.router({ todos: [{ id: 1, text: 'kale' }] });
  const server = await serve(jsonServer.create().use(jsonServer.defaults({ logger: false })).use(router));
  ends.push(server.stop);
  const run = await code('rest', '{ shop, store }');
  const { shop, store } = await run({ Tureen, url: server.url });
  ends.push(() => shop.close());
  await until(shop, sent);
  assert.equal(router.db.get('todos').value().length, 2);
  assert.equal((await store.smartQuery('select count(*) from {todos}'))[0][0], 2);
});

test('OData', async () => {
  const table = new (packaged('nedb'))({ inMemoryOnly: true });
  await new Promise((done) => table.insert([{ _id: 'kale', name: 'kale', price: 5 }, { _id: 'air', name: 'air', price: 0 }], done));
  const type = { _id: { type: 'Edm.String', key: true }, name: { type: 'Edm.String' }, price: { type: 'Edm.Int32' } };
  const model = { namespace: 'k', entityTypes: { Dish: type }, entitySets: { dishes: { entityType: 'k.Dish' } } };
  const server = await serve((request, answer) => service.handle(request, answer));
  const give = (/** @type {any} */ _, /** @type {any} */ back) => back(null, table);
  const service = packaged('simple-odata-server')(server.url).model(model).adapter(packaged('simple-odata-server-nedb')(give));
  ends.push(server.stop);
  const run = await code('odata', '{ kitchen, store }');
  const { kitchen, store } = await run({ Tureen, url: server.url });
  ends.push(() => kitchen.close());
  await until(kitchen, sent);
  const names = await store.smartQuery('select {dishes:_id} from {dishes} order by {dishes:_id}');
  assert.deepEqual(names, [['kale'], ['leek']]);
  const count = await new Promise((give) => table.count({}, (/** @type {any} */ _, /** @type {number} */ n) => give(n)));
  assert.equal(count, 3);
});

test('a provider of an app\'s own, and its queue', async () => {
  const run = await code('own', '{ own, rows }');
  const { own, rows } = await run({ Tureen });
  await until(own, sent);
  assert.equal(rows.get('a').text, 'leek');
  await (await code('preload', 'undefined'))({ connection: own });
  assert.ok(own.pulledAt('notes') > 0);
  await (await code('queue', 'state'))({ connection: own });
});
