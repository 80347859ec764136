// Two tabs of one browser on one store.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { World } from './world.mjs';

/** @type {World} */
let world;
/** @type {import('./browser/browser.mjs').Browser} */
let browser;
/** @type {string[]} */
let tabs;

before(async () => {
  world = await World.start();
  browser = await world.device();
  await browser.open(world.page);
  tabs = [await browser.tab(), await browser.openTab(world.page)];
});
after(() => world.stop());

/**
 * News of another tab's commit is on its way when that is durable: asks until the answer is as expected.
 * @template T
 * @param {() => T} question asked in the page
 * @param {Awaited<T>} expected
 */
async function comesToBe(question, expected) {
  const later = Date.now() + 20_000;
  let answer = await browser.run(question);
  while (!isDeepStrictEqual(answer, expected) && Date.now() < later) answer = await browser.run(question);
  assert.deepEqual(answer, expected);
}

test('500 writes from each of two tabs at once make 1,000 entries', async () => {
  await browser.run(async () => {
    await navigator.smartstoreClient.registerSoup('burst', [{ path: 'tab', type: 'string' }, { path: 'n', type: 'integer' }]);
  });
  for (const tab of tabs) {
    await browser.toTab(tab);
    // Begun, and left running while the other tab begins.
    await browser.run((name) => {
      window.job = (async () => {
        for (let n = 0; n < 500; n += 1) await navigator.smartstoreClient.upsertSoupEntries('burst', [{ tab: name, n }]);
      })();
    }, tab);
  }
  for (const tab of tabs) {
    await browser.toTab(tab);
    await browser.run(() => window.job);
  }
  for (const tab of tabs) {
    await browser.toTab(tab);
    await comesToBe(async () => {
      const spec = navigator.smartstore.buildSmartQuerySpec(
        'select {burst:tab}, count(distinct {burst:n}), count(*) from {burst} group by {burst:tab} order by 1', 10);
      return (await navigator.smartstoreClient.runSmartQuery(spec)).currentPageOrderedEntries;
    }, tabs.toSorted().map((name) => [name, 500, 500]));
  }
});

test('a todo added in one tab is in the list of the other, and is pushed once', async () => {
  for (const tab of tabs) {
    await browser.toTab(tab);
    await browser.run((url) => startApp(url), world.network.address);
    await browser.run((name) => app.todo.insert({ id: name, text: name }), tab);
  }
  for (const tab of tabs) {
    await browser.toTab(tab);
    await comesToBe(async () => (await app.todo.read()).length, 2);
  }
  await browser.run(() => app.context.push());
  const sent = world.network.look().map(({ method }) => method);
  assert.deepEqual(sent, ['POST', 'POST'], 'changes of both tabs');
  await browser.toTab(tabs[0]);
  await browser.run(() => app.context.push());
  assert.deepEqual(world.network.look(), []);
});

test('a tab that has a store to itself tells nobody of its commits, until another opens it', async () => {
  await browser.toTab(tabs[0]);
  const alone = await browser.run(async () => {
    const { postMessage } = BroadcastChannel.prototype;
    const said = /** @type {unknown[]} */ ([]);
    /** @param {unknown} message */
    BroadcastChannel.prototype.postMessage = function note(message) {
      if (this.name === 'tureen/global:lonely') {
        said.push(message);
        window.heard?.();
      }
      postMessage.call(this, message);
    };
    const config = { storeName: 'lonely', isGlobalStore: true };
    window.write = async () => {
      await navigator.smartstoreClient.upsertSoupEntries(config, 'letter', [{ to: 'anyone' }]);
      return said;
    };
    await navigator.smartstoreClient.registerSoup(config, 'letter', [{ path: 'to', type: 'string' }]);
    for (let n = 0; n < 5; n += 1) await window.write();
    window.job = new Promise((resolve) => {
      window.heard = resolve;
    });
    return said;
  });
  assert.deepEqual(alone, [true], 'but for the greeting when it opens the store');

  await browser.toTab(tabs[1]);
  const read = await browser.run(async () => {
    const config = { storeName: 'lonely', isGlobalStore: true };
    const spec = navigator.smartstore.buildSmartQuerySpec('select count(*) from {letter}', 1);
    return (await navigator.smartstoreClient.runSmartQuery(config, spec)).currentPageOrderedEntries;
  });
  assert.deepEqual(read, [[5]]);

  await browser.toTab(tabs[0]);
  const together = await browser.run(async () => {
    await window.job;
    return window.write();
  });
  assert.deepEqual(together, [true, null, null], 'it answers the greeting, and announces its commit');
});

test('what a tab commits before it hears that it is not alone is heard of by the others', async () => {
  await browser.toTab(tabs[0]);
  await browser.run(async () => {
    const config = { storeName: 'late', isGlobalStore: true };
    await navigator.smartstoreClient.registerSoup(config, 'letter', [{ path: 'to', type: 'string' }]);
    const { postMessage } = BroadcastChannel.prototype;
    window.job = new Promise((resolve) => {
      BroadcastChannel.prototype.postMessage = function answer(message) {
        BroadcastChannel.prototype.postMessage = postMessage;
        postMessage.call(this, message);
        resolve();
      };
    });
  });
  await browser.toTab(tabs[1]);
  await browser.run(async () => {
    const config = { storeName: 'late', isGlobalStore: true };
    const { get, set } = Object.getOwnPropertyDescriptor(BroadcastChannel.prototype, 'onmessage') ?? {};
    const held = /** @type {(() => void)[]} */ ([]);
    let isFree = false;
    const hold = {
      configurable: true,
      get,
      /** @this {BroadcastChannel} @param {((event: MessageEvent) => void) | null} listener */
      set(listener) {
        const hear = (/** @type {MessageEvent} */ event) =>
          isFree ? listener?.call(this, event) : held.push(() => listener?.call(this, event));
        set?.call(this, listener && hear);
      },
    };
    Object.defineProperty(BroadcastChannel.prototype, 'onmessage', hold);
    await navigator.smartstoreClient.soupExists(config, 'letter');
    Object.defineProperty(BroadcastChannel.prototype, 'onmessage', { configurable: true, get, set });
    const release = async () => {
      await navigator.smartstoreClient.upsertSoupEntries(config, 'letter', [{ to: 'everybody' }]);
      isFree = true;
      for (const deliver of held.splice(0)) deliver();
    };
    Object.assign(window, { release });
  });
  await browser.toTab(tabs[0]);
  await browser.run(() => window.job);
  await browser.run(() => {
    const config = { storeName: 'late', isGlobalStore: true };
    window.job = new Promise((resolve, reject) => {
      const counting = 'select count(*) from {letter}';
      const tell = (/** @type {any} */ { currentPageOrderedEntries: [[count]] }) => count === 1 && resolve();
      navigator.smartstore.observe(config, counting, tell, reject);
      setTimeout(() => reject(new Error('nobody told it')), 20_000);
    });
    // It is waited for later.
    window.job.catch(() => {});
  });
  await browser.toTab(tabs[1]);
  await browser.run(() => /** @type {any} */ (window).release());
  await browser.toTab(tabs[0]);
  await browser.run(() => window.job);
});

test('a user who logs out in one tab is logged out in the other, which keeps nothing of theirs', async () => {
  for (const tab of tabs) {
    await browser.toTab(tab);
    await browser.run(async () => {
      Tureen.setUser('ann');
      const diary = await Tureen.openStore({ name: 'diary' });
      await diary.registerSoup('page', [{ path: 'text', type: 'string' }]);
      await diary.upsertSoupEntries('page', [{ text: 'Dear diary' }]);
      Object.assign(window, { diary });
    });
  }
  await browser.toTab(tabs[0]);
  await browser.run(() => Tureen.logout());
  await browser.toTab(tabs[1]);
  const told = await browser.run(async () => {
    const { diary } = /** @type {any} */ (window);
    const later = Date.now() + 20_000;
    // The news of it is on its way.
    let code;
    while (code === undefined && Date.now() < later) {
      await new Promise((resolve) => setTimeout(resolve));
      code = await diary.soupExists('page').then(() => undefined, (/** @type {any} */ error) => error.code);
    }
    Tureen.setUser('ann');
    const stores = await navigator.smartstoreClient.getAllStores();
    Tureen.setUser(null);
    return [code, stores];
  });
  assert.deepEqual(told, ['LOGGED_OUT', []]);
});
