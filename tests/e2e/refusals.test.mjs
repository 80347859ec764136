// Bad input, from the app, the network and the device: an error that says what is wrong, and nothing lost.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { World, hosts } from './world.mjs';

/**
 * The error of a call that must fail, as an app sees it.
 * @param {() => Promise<unknown>} call
 * @returns {Promise<{ name: string, code?: string, message: string }>}
 */
async function refusal(call) {
  try {
    await call();
  } catch (error) {
    const { name, message, code } = /** @type {import('./browser/browser.mjs').PageError} */ (error);
    return { name, message, code };
  }
  return assert.fail('it was not refused');
}

for (const { name: host, query } of hosts) describe(host, () => {
  /** @type {World} */
  let world;
  /** @type {import('./browser/browser.mjs').Browser} */
  let browser;

  before(async () => {
    world = await World.start({
      answers: () => ({
        '/sandboxed.html': () => '<!doctype html><iframe sandbox="allow-scripts" src="/inside.html"></iframe>',
        '/inside.html': () => '<!doctype html><script src="/pkg/tureen.global.js"></script>',
      }),
    });
    browser = await world.device();
    await browser.open(world.page + query);
    await browser.run((url) => startApp(url), world.network.address);
  });
  after(() => world.stop());

  describe('a backend that fails', () => {
    for (const [name, condition] of /** @type {[string, import('./network.mjs').Condition][]} */ ([
      ['is down', 'down'],
      ['answers 500', { status: 500, type: 'application/json', body: '{"error":"out of soup"}' }],
      ['answers HTML', { status: 200, type: 'text/html', body: '<!doctype html><p>Log in to the hotel network' }],
      ['answers broken JSON', { status: 200, type: 'application/json', body: '[{"id":"1","te' }],
      ['answers something else', { status: 200, type: 'application/json', body: '42' }],
    ])) {
      test(`${name}: push and pull say so, and the change waits for the next push`, async () => {
        await browser.run((id) => app.todo.insert({ id, text: 'Waiting' }), name);
        world.network.condition = condition;
        const pushed = await refusal(() => browser.run(() => app.context.push()));
        const pulled = await refusal(() => browser.run(() => app.context.pull(new WindowsAzure.Query('todoitem'))));
        world.network.condition = 'up';

        assert.match(pushed.message, /Push failed while pushing operation for tableName : todoitem, action: insert/);
        for (const { message } of [pushed, pulled]) assert.doesNotMatch(message, /undefined|\[object|Unexpected token/);
        if (name === 'answers 500') assert.match(pulled.message, /out of soup/);

        assert.equal(await browser.run(async (id) => (await app.todo.lookup(id)).text, name), 'Waiting');
        assert.deepEqual(await browser.run(() => app.context.push()), []);
        assert.equal((await world.ask(`tables/todoitem?$filter=id eq '${name}'`)).length, 1);
      });
    }

    test('an answer that is lost on its way back does not send the row twice', async () => {
      await browser.run(() => app.todo.insert({ id: 'lost', text: 'Lost' }));
      world.network.condition = 'answerLost';
      await refusal(() => browser.run(() => app.context.push()));
      world.network.condition = 'up';
      // The backend refuses to insert it again, and the row it has turns out to be this very one.
      assert.deepEqual(await browser.run(() => app.context.push()), []);
      assert.equal((await world.ask("tables/todoitem?$filter=id eq 'lost'")).length, 1);
      assert.equal(await browser.run(async () => (await app.todo.lookup('lost')).text), 'Lost');
    });
  });

  describe('an app that errs', () => {
    for (const [name, call, message] of /** @type {[string, () => Promise<unknown>, RegExp][]} */ ([
      ['an unknown table', () => app.client.getSyncTable('nowhere').insert({ id: '1' }), /nowhere/],
      ['a value of the wrong type', () => app.todo.insert({ id: '1', complete: 'perhaps' }), /complete|boolean/],
      ['an id that is none', () => app.todo.insert({ id: 'a/b' }), /id "a\/b" is not valid/],
      ['an update without an id', () => app.todo.update({ text: 'Which?' }), /instance\.id "undefined" is not valid/],
      ['a pull that skips', () => app.context.pull(new WindowsAzure.Query('todoitem').skip(5)), /skip is not supported/],
      ['a page size of nothing', () => app.context.pull(new WindowsAzure.Query('todoitem'), 'q', { pageSize: 0 }),
        /Page size must be a positive integer/],
      ['a context that was not initialised', () => new WindowsAzure.MobileServiceClient('http://127.0.0.1:9').getSyncContext().push(),
        /before it is initialized/],
      ['an unknown soup', () => navigator.smartstoreClient.upsertSoupEntries('nowhere', [{}]), /nowhere/],
      ['an index of no type', () => navigator.smartstoreClient.registerSoup('odd', [{ path: 'a', type: 'colour' }]), /colour/],
      ['Smart SQL that is none', () =>
        navigator.smartstoreClient.runSmartQuery(navigator.smartstore.buildSmartQuerySpec('select from where', 1)), /syntax|SQL/i],
      ['Smart SQL over an unknown soup', () =>
        navigator.smartstoreClient.runSmartQuery(navigator.smartstore.buildSmartQuerySpec('select {nowhere:a} from {nowhere}', 1)),
        /nowhere/],
    ])) {
      test(`${name} is refused with a sentence`, async () => {
        const error = await refusal(() => browser.run(call));
        assert.match(error.message, message);
      });
    }

    test('nothing of what was refused has been kept', async () => {
      assert.deepEqual(await browser.run(() => app.todo.where({ id: '1' }).read()), []);
      assert.equal(await browser.run(() => navigator.smartstoreClient.soupExists('odd')), false);
    });
  });

  describe('a device that refuses', () => {
    test('a page without storage says so', async () => {
      await browser.openTab(`${world.site.address}/sandboxed.html`);
      await browser.session.switchTo().frame(0);
      const error = await refusal(() => browser.run(() => Tureen.openStore({ name: 'any' })));
      assert.ok(error.code, error.message);
      assert.match(error.message, /storage|IndexedDB/i);
    });

    test('a page that cannot find the module says where it looked', async () => {
      await browser.openTab(world.page + query);
      for (const [wasm, code] of [['/nowhere.wasm', 'WASM_NOT_FOUND'], ['/tests/e2e/page.html', 'WASM_INVALID']]) {
        const error = await refusal(() => browser.run((address) => Tureen.ready({ wasm: address, worker: location.search !== '' }), wasm));
        assert.equal(error.code, code);
        assert.match(error.message, new RegExp(wasm.replace(/[/.]/g, '\\$&')));
      }
      await browser.run(() => startModule());
    });
  });
});
