// The browser is killed in the middle of writing, again and again: what was acknowledged is there, and nothing is half.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { World } from '../world.mjs';

const kills = 30;

/** @type {World} */
let world;
/** @type {import('../browser/browser.mjs').Browser} */
let browser;
/** @type {import('node:http').Server} */
let witness;
/** What the page has told to be acknowledged: written after its promise had resolved. @type {Set<number>} */
const acknowledged = new Set();
/** @type {() => void} */
let heard = () => {};

before(async () => {
  witness = createServer((request, response) => {
    for (const n of (request.url ?? '').slice(1).split(',')) acknowledged.add(Number(n));
    heard();
    response.writeHead(204, { 'access-control-allow-origin': '*' }).end();
  });
  await new Promise((resolve) => witness.listen(0, '127.0.0.1', () => resolve(undefined)));
  world = await World.start();
  browser = await world.device();
});
after(async () => {
  witness.closeAllConnections();
  witness.close();
  await world.stop();
});

const witnessAddress = () => `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (witness.address()).port}`;

async function open() {
  await browser.open(world.page);
  await browser.run(async (url) => {
    await startApp(url, 'killed.db');
    await navigator.smartstoreClient.registerSoup('pair', [{ path: 'n', type: 'integer' }]);
  }, world.network.address);
}

/**
 * Writes without end, each number both as a todo, with its change in the queue, and as a pair of entries; up to eight
 * writes are on their way at once. A number is told to the witness once all its writes have been acknowledged.
 * @param {number} from
 */
const burst = (from) =>
  browser.run((first, address) => {
    let next = first;
    const write = async () => {
      for (;;) {
        const n = next;
        next += 1;
        await Promise.all([
          app.todo.insert({ id: `todo ${n}`, text: 'x'.repeat(n % 700), price: n }),
          navigator.smartstoreClient.upsertSoupEntries('pair', [{ n, half: 'left' }, { n, half: 'right' }]),
        ]);
        void fetch(`${address}/${n}`, { keepalive: true });
      }
    };
    for (let writer = 0; writer < 8; writer += 1) void write();
  }, from, witnessAddress());

/** What is there, as numbers, and what is half. */
const inventory = () =>
  browser.run(async () => {
    const rows = async (/** @type {string} */ sql) => {
      const spec = navigator.smartstore.buildSmartQuerySpec(sql, 1_000_000);
      return (await navigator.smartstoreClient.runSmartQuery(spec)).currentPageOrderedEntries;
    };
    const todos = await app.todo.read();
    const operations = await app.store.read(new WindowsAzure.Query('__operations'));
    const queued = new Set(operations.map((/** @type {any} */ { itemId }) => itemId));
    const pairs = await rows('select {pair:n}, count(*) from {pair} group by {pair:n}');
    const defaultStore = await Tureen.openStore();
    const todoStore = await Tureen.openStore({ name: 'killed.db' });
    return {
      todos: todos.map((/** @type {any} */ { price }) => price),
      pairs: pairs.map((/** @type {[number, number]} */ [n]) => n),
      halfTodos: todos.filter((/** @type {any} */ { id, text, price }) => !queued.has(id) || text.length !== price % 700).length,
      strayOperations: operations.length - todos.length,
      halfPairs: pairs.filter((/** @type {[number, number]} */ [, count]) => count !== 2).length,
      integrity: [await defaultStore.integrityCheck(), await todoStore.integrityCheck()],
    };
  });

test(`${kills} kills lose nothing that was acknowledged, and leave nothing half`, async (context) => {
  await open();
  let from = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const told = acknowledged.size;
    /** @type {Promise<void>} */
    const first = new Promise((resolve) => {
      heard = () => acknowledged.size > told && resolve();
    });
    await burst(from);
    await first;
    // The moment of the kill is random on purpose; nothing waits for it.
    await pause(Math.random() * 400);
    await browser.kill();
    await browser.start();
    await open();

    const { todos, pairs, ...whole } = await inventory();
    assert.deepEqual(whole, { halfTodos: 0, strayOperations: 0, halfPairs: 0, integrity: ['ok', 'ok'] }, `kill ${kill}`);
    const [todosThere, pairsThere] = [new Set(todos), new Set(pairs)];
    const lost = [...acknowledged].filter((n) => !todosThere.has(n) || !pairsThere.has(n));
    assert.deepEqual(lost, [], `kill ${kill}`);
    from = Math.max(-1, ...todos, ...pairs) + 1;
  }
  context.diagnostic(`${acknowledged.size} acknowledged writes survived ${kills} kills`);
  assert.ok(acknowledged.size > kills * 5, `only ${acknowledged.size} writes`);
});
