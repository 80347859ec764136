// A device that has no more room: what was acknowledged stays, what was not is refused, and the store goes on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { World } from '../world.mjs';

/** @type {World} */
let world;
/** @type {import('../browser/browser.mjs').Browser} */
let browser;

before(async () => {
  world = await World.start();
  browser = await world.device();
  await browser.open(world.page);
});
after(() => world.stop());

/** @param {number | undefined} quotaSize bytes; no number lifts the limit */
const setQuota = (quotaSize) =>
  browser.devtools('Storage.overrideQuotaForOrigin', { origin: world.site.address, ...(quotaSize ? { quotaSize } : {}) });

const entries = () =>
  browser.run(async () => {
    const spec = navigator.smartstore.buildSmartQuerySpec('select {stock:n} from {stock} order by {stock:n}', 100_000);
    const cursor = await navigator.smartstoreClient.runSmartQuery(spec);
    return cursor.currentPageOrderedEntries.map((/** @type {[number]} */ [n]) => n);
  });

test('a full device refuses the write, keeps what it has acknowledged, and goes on when there is room', async () => {
  // Before IndexedDB is opened: Chromium remembers for a while how much room there was.
  await setQuota(3_000_000);
  await browser.run(() => navigator.smartstoreClient.registerSoup('stock', [{ path: 'n', type: 'floating' }]));
  const { kept, error } = await browser.run(async () => {
    // The store of the same name as the client's, with errors that have codes; the client's are texts.
    const store = await Tureen.openStore();
    /** @type {number[]} */
    const kept = [];
    for (let n = 0; n < 500; n += 1) {
      // Random, so that compression does not make room.
      const noise = [...crypto.getRandomValues(new Uint8Array(30_000))].map((byte) => byte.toString(36)).join('');
      try {
        await store.upsertSoupEntries('stock', [{ n, noise }, { n: n + 0.5, noise }]);
      } catch (thrown) {
        const { code, message } = /** @type {any} */ (thrown);
        return { kept, error: { code, message } };
      }
      kept.push(n, n + 0.5);
    }
    return { kept, error: undefined };
  });
  assert.ok(error, 'the device never was full');
  assert.equal(error.code, 'STORAGE_FULL');
  assert.match(error.message, /space|room|quota|full/i);
  assert.ok(kept.length > 0);
  assert.deepEqual(await entries(), kept, 'the refused write has left nothing in memory');

  await setQuota(undefined);
  await browser.run(() => navigator.smartstoreClient.upsertSoupEntries('stock', [{ n: 1000 }]));
  await browser.reload();
  assert.deepEqual(await entries(), [...kept, 1000], 'and nothing on the device');
});
