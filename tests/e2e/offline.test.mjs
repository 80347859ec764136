// A todo app on two devices, offline and online again, against the real backend.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { World, hosts } from './world.mjs';

/** @typedef {import('./browser/browser.mjs').Browser} Browser */

for (const { name, query } of hosts) describe(name, () => {
  /** @type {World} */
  let world;
  /** @type {Browser} */
  let kitchen;
  /** @type {Browser} */
  let shop;

  before(async () => {
    world = await World.start();
    [kitchen, shop] = [await world.device(), await world.device()];
    await open(kitchen);
    await open(shop);
  });
  after(() => world.stop());

  /** Opens, or opens again, the app. @param {Browser} device */
  async function open(device) {
    await device.open(world.page + query);
    await device.run((url) => startApp(url), world.network.address);
  }

  /** @param {Browser} device */
  const push = (device) => device.run(() => app.context.push().then((/** @type {unknown[]} */ errors) => errors.length));

  /** Pulls incrementally, and tells which rows came. @param {Browser} device */
  async function pull(device) {
    world.network.look();
    await device.run(() => app.context.pull(new WindowsAzure.Query('todoitem'), 'all'));
    return world.network
      .look()
      .flatMap(({ received }) => JSON.parse(received))
      .map(({ id }) => id)
      .sort();
  }

  /** The texts of all items, in order. @param {Browser} device */
  const texts = (device) =>
    device.run(async () => {
      const items = await app.todo.orderBy('text').read();
      return items.map((/** @type {{ text: string }} */ { text }) => text);
    });

  /** The same from the backend itself. */
  const textsInTheCloud = async () => {
    const items = /** @type {{ text: string }[]} */ (await world.ask('tables/todoitem?$orderby=text'));
    return items.map(({ text }) => text);
  };

  test('what is added, edited and deleted offline is there at once', async () => {
    for (const [id, text] of [['salt', 'Salt'], ['leek', 'Leeks']]) {
      await world.ask('tables/todoitem', { method: 'POST', body: { id, text, complete: false } });
    }
    await pull(kitchen);
    world.network.condition = 'down';
    await kitchen.run(async () => {
      await app.todo.insert({ id: 'pea', text: 'Peas', complete: false, price: 2.5, due: new Date(1700000000000) });
      await app.todo.update({ id: 'leek', text: 'Two leeks' });
      await app.todo.del({ id: 'salt' });
    });
    assert.deepEqual(await texts(kitchen), ['Peas', 'Two leeks']);
  });

  test('a push without a network fails and loses nothing', async () => {
    const refused = await kitchen.run(() => app.context.push().then(() => 'pushed', (/** @type {Error} */ { message }) => message));
    assert.match(refused, /^Push failed while pushing operation for tableName : todoitem, action: \w+, and record ID: \w+/);
    assert.match(refused, /offline/);
    assert.deepEqual(await texts(kitchen), ['Peas', 'Two leeks']);
  });

  test('after a reload everything is still there', async () => {
    await kitchen.reload();
    await kitchen.run((url) => startApp(url), world.network.address);
    assert.deepEqual(await texts(kitchen), ['Peas', 'Two leeks']);
    assert.deepEqual(await kitchen.run(() => app.todo.lookup('pea').then((/** @type {any} */ { price, due, complete }) =>
      [price, due.getTime(), complete])), [2.5, 1700000000000, false]);
    assert.deepEqual(await textsInTheCloud(), ['Leeks', 'Salt'], 'nothing has been sent');
  });

  test('online again, a push brings each change to the backend, once', async () => {
    world.network.condition = 'up';
    world.network.look();
    assert.equal(await push(kitchen), 0);
    assert.deepEqual(
      world.network.look().map(({ method, url }) => `${method} ${url}`).sort(),
      ['DELETE /tables/todoitem/salt', 'PATCH /tables/todoitem/leek', 'POST /tables/todoitem'],
    );
    assert.deepEqual(await textsInTheCloud(), ['Peas', 'Two leeks']);
    const [pea] = await world.ask("tables/todoitem?$filter=id eq 'pea'");
    assert.deepEqual([pea.price, pea.due, pea.complete], [2.5, '2023-11-14T22:13:20.000Z', false]);
    assert.equal(await push(kitchen), 0);
    assert.deepEqual(world.network.look(), []);
  });

  test('another device pulls them', async () => {
    await pull(shop);
    assert.deepEqual(await texts(shop), ['Peas', 'Two leeks']);
  });

  test('a pull fetches only what has changed since the last', async () => {
    await pull(kitchen);
    for (let number = 0; number < 120; number += 1) {
      await world.ask('tables/todoitem', { method: 'POST', body: { id: `n${number}`, text: `~ ${number}` } });
    }
    const first = new Set(await pull(kitchen));
    assert.equal([...first].filter((id) => id.startsWith('n')).length, 120, 'several pages');
    await world.ask('tables/todoitem/n7', { method: 'PATCH', body: { id: 'n7', text: '~ seven' } });
    await world.ask('tables/todoitem/n8', { method: 'DELETE' });
    const second = new Set(await pull(kitchen));
    assert.ok(second.has('n7') && second.has('n8'));
    // Rows as new as the newest of the last pull may come again: they could have changed within its instant.
    assert.ok(second.size <= 3, `fetched ${[...second]}`);
    assert.equal(await kitchen.run(() => app.todo.lookup('n7').then((/** @type {any} */ { text }) => text)), '~ seven');
    assert.equal(await kitchen.run(() => app.todo.lookup('n8', true)), null);
  });

  test('when two devices edit one row, the second push goes through onConflict', async () => {
    await pull(shop);
    await kitchen.run(() => app.todo.update({ id: 'leek', text: 'Three leeks' }));
    await shop.run(() => app.todo.update({ id: 'leek', text: 'Many leeks', complete: true }));
    assert.equal(await push(kitchen), 0);

    const seen = await shop.run(async () => {
      /** @type {any[]} */
      const seen = [];
      app.context.pushHandler = {
        onConflict: (/** @type {any} */ pushError) => {
          const [server, client] = [pushError.getServerRecord(), pushError.getClientRecord()];
          seen.push([pushError.getTableName(), pushError.getAction(), server.text, client.text]);
          return pushError.update({ ...client, text: `${server.text}, ${client.text}`, version: server.version });
        },
      };
      const unhandled = await app.context.push();
      return [seen, unhandled.length];
    });
    assert.deepEqual(seen, [[['todoitem', 'update', 'Three leeks', 'Many leeks']], 0]);
    const leek = await world.ask('tables/todoitem/leek');
    assert.deepEqual([leek.text, leek.complete], ['Three leeks, Many leeks', true]);
  });

  test('the three-argument form of onConflict is called as it was published', async () => {
    await pull(kitchen);
    await kitchen.run(() => app.todo.update({ id: 'leek', text: 'Mine' }));
    await world.ask('tables/todoitem/leek', { method: 'PATCH', body: { id: 'leek', text: 'Theirs' } });
    const seen = await kitchen.run(async () => {
      /** @type {any[]} */
      const seen = [];
      app.context.pushHandler = {
        onConflict: function (/** @type {any} */ serverRecord, /** @type {any} */ clientRecord, /** @type {any} */ pushError) {
          seen.push([serverRecord.text, clientRecord.text]);
          return pushError.cancelAndUpdate(serverRecord);
        },
      };
      const unhandled = await app.context.push();
      return [seen, unhandled.length];
    });
    assert.deepEqual(seen, [[['Theirs', 'Mine']], 0]);
    assert.equal(await kitchen.run(() => app.todo.lookup('leek').then((/** @type {any} */ { text }) => text)), 'Theirs');
  });

  test('a conflict that nobody handles is given back, and stays', async () => {
    await shop.run(() => {
      app.context.pushHandler = undefined;
      return app.todo.update({ id: 'leek', text: 'Stubborn' });
    });
    assert.equal(await push(shop), 1);
    assert.equal(await push(shop), 1);
    assert.equal((await world.ask('tables/todoitem/leek')).text, 'Theirs');
  });

  test('a purge refuses while changes wait to be sent, and obeys force', async () => {
    const purge = (/** @type {boolean | undefined} */ force) =>
      shop.run(
        (forced) =>
          app.context.purge(new WindowsAzure.Query('todoitem'), forced).then(
            () => 'purged',
            (/** @type {unknown} */ error) => (error instanceof Error ? error.message : String(error)),
          ),
        force,
      );
    assert.match(await purge(undefined), /Cannot purge the table as it contains pending operations/);
    assert.ok((await texts(shop)).includes('Stubborn'));
    assert.equal(await purge(true), 'purged');
    assert.deepEqual(await texts(shop), []);
    assert.equal(await push(shop), 0, 'the pending change is gone');
    await pull(shop);
    assert.ok((await texts(shop)).includes('Theirs'), 'and the next pull starts anew');
  });

  test('a backend that was restarted meanwhile has kept everything', async () => {
    const before = await textsInTheCloud();
    await world.restartBackend();
    assert.deepEqual(await textsInTheCloud(), before);
    await kitchen.run(() => app.todo.insert({ text: 'Restarted' }));
    assert.equal(await push(kitchen), 0);
  });
});
