// Sync by itself: by the signs of the page's life, which a stand-in gives here, and against a real backend.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { AutoSync } from '../../www/windows-azure/auto.mjs';
import { WindowsAzure } from '../../www/node.mjs';
import { backend as startBackend, device } from './device.mjs';

/** @typedef {import('../../www/windows-azure/auto.mjs').AutoOutcome} AutoOutcome */

/** The life of a page, told by the test. */
function aLife() {
  /** @type {(sign: any) => void} */
  let told = () => {};
  const life = {
    active: true,
    online: true,
    watch: (/** @type {(sign: any) => void} */ listener) => {
      told = listener;
      return () => {
        told = () => {};
      };
    },
  };
  const sign = (/** @type {string} */ name) => {
    if (name === 'pause' || name === 'resume') life.active = name === 'resume';
    else life.online = name === 'online';
    told(name);
  };
  return { life, sign };
}

/** A context that counts, and can be told to fail. */
function aContext() {
  const calls = { push: 0, pull: 0, fails: false };
  const context = {
    push: async () => {
      calls.push += 1;
      if (calls.fails) throw new Error('no answer');
      return [];
    },
    pull: async () => {
      calls.pull += 1;
    },
  };
  return { calls, context: /** @type {any} */ (context) };
}

describe('syncs by themselves', () => {
  /** @type {AutoSync | undefined} */
  let auto;
  /** @type {AutoOutcome[]} */
  let outcomes;
  beforeEach(() => {
    outcomes = [];
  });
  afterEach(() => auto?.stop());

  /** @param {any} context @param {any} life @param {object} [settings] */
  function start(context, life, settings) {
    const pulls = [{ query: 'todoitem', queryId: 'all' }];
    const onSync = (/** @type {AutoOutcome} */ outcome) => outcomes.push(outcome);
    auto = new AutoSync(context, { pulls, onSync, ...settings }, life);
    return auto;
  }

  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const reasons = () => outcomes.map(({ reason }) => reason);

  test('begin at once, with the page at the front, and with the network', async () => {
    const [{ life, sign }, { calls, context }] = [aLife(), aContext()];
    start(context, life);
    await settled();
    sign('pause');
    sign('offline');
    await settled();
    sign('resume');
    await settled();
    assert.deepEqual(reasons(), ['start'], 'at the front, and without a network');
    sign('online');
    await settled();
    sign('pause');
    sign('resume');
    await settled();
    assert.deepEqual(reasons(), ['start', 'online', 'resume']);
    assert.deepEqual([calls.push, calls.pull], [3, 3]);
  });

  test('follow a change, and several changes share one', async () => {
    const [{ life, sign }, { calls, context }] = [aLife(), aContext()];
    const made = start(context, life);
    for (let change = 0; change < 10; change += 1) made.changed();
    await settled();
    assert.deepEqual(reasons(), ['start', 'change']);
    sign('offline');
    made.changed();
    await settled();
    assert.equal(calls.push, 2);
    assert.equal((await made.sync()).reason, 'call', 'which is the app’s own will');
  });

  test('come again after a failure, each time later, and after a while when the app wants it', async ({ mock }) => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const [{ life }, { calls, context }] = [aLife(), aContext()];
    calls.fails = true;
    start(context, life, { every: 60_000 });
    await settled();
    for (const delay of [5_000, 10_000, 20_000]) {
      mock.timers.tick(delay - 1);
      await settled();
      const before = calls.push;
      mock.timers.tick(1);
      await settled();
      assert.equal(calls.push, before + 1, `after ${delay} ms`);
    }
    assert.match(String(outcomes.at(-1)?.error), /no answer/);
    calls.fails = false;
    mock.timers.tick(40_000);
    await settled();
    mock.timers.tick(60_000);
    await settled();
    assert.deepEqual(reasons(), ['start', 'retry', 'retry', 'retry', 'retry', 'timer']);
    assert.equal(outcomes.at(-1)?.error, undefined);
  });

  test('end when they are told to', async ({ mock }) => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const [{ life, sign }, { calls, context }] = [aLife(), aContext()];
    const made = start(context, life, { every: 1_000 });
    await settled();
    made.stop();
    sign('pause');
    sign('resume');
    made.changed();
    mock.timers.tick(10_000);
    await settled();
    assert.equal(calls.push, 1);
  });
});

test('a change reaches a real backend, and what is there arrives', async () => {
  const backend = await startBackend();
  try {
    const { client, context, todo } = await device(backend.address);
    await client.getTable('todoitem').insert({ text: 'from the cloud' });
    /** @type {(outcome: AutoOutcome) => void} */
    let heard = () => {};
    const next = () => new Promise((/** @type {(outcome: AutoOutcome) => void} */ resolve) => (heard = resolve));
    const first = next();
    const pulls = [{ query: new WindowsAzure.Query('todoitem'), queryId: 'all' }];
    const auto = context.auto({ pulls, onSync: (outcome) => heard(outcome) });
    assert.deepEqual(await first, { reason: 'start', conflicts: [] });
    assert.deepEqual((await todo.read()).map((/** @type {any} */ { text }) => text), ['from the cloud']);
    const second = next();
    await todo.insert({ text: 'from here' });
    assert.deepEqual(await second, { reason: 'change', conflicts: [] });
    const there = await client.getTable('todoitem').where({ text: 'from here' }).read();
    assert.equal(there.length, 1);
    auto.stop();
  } finally {
    await backend.stop();
  }
});

test('a context without a store refuses', () => {
  const context = new WindowsAzure.MobileServiceClient('https://site.example').getSyncContext();
  assert.throws(() => context.auto(), { code: 'NOT_INITIALIZED' });
});
