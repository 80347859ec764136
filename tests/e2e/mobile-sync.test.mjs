// Mobile Sync in a web page that an app of the original would be, with the test org on another origin; and after a
// reload in the middle of a sync.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from '../../scripts/serve/site.mjs';
import { Org } from '../backends/salesforce/org.mjs';
import { Browser } from './browser/browser.mjs';
import { engine } from './world.mjs';

const place = '/tests/e2e/mobile-sync.html';

/** @type {Org} */
let org;
/** @type {Awaited<ReturnType<typeof serve>>} */
let site;
/** @type {Browser} */
let browser;

before(async () => {
  org = await Org.start();
  const scripts = '<script src="/pkg/tureen.hybrid.js"></script><script src="/pkg/tureen.global.js"></script>';
  const policy = `script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ${org.address}`;
  const meta = `<meta http-equiv="content-security-policy" content="${policy}">`;
  const page = `<!doctype html><html lang="en"><title>Sync</title>${meta}${scripts}</html>`;
  site = await serve({ folders: ['pkg'], home: place, answers: { [place]: () => page } }, 0);
  browser = await Browser.start(engine);
});
after(async () => {
  await browser.quit();
  await site.stop();
  await org.stop();
});

/** Opens the page, logged in, with a soup, and with `synced(start)`, the state with which a sync ends. */
async function open() {
  await browser.open(`${site.address}${place}`);
  await browser.run(
    async (instanceUrl, accessToken) => {
      const { Tureen } = /** @type {any} */ (window);
      Tureen.salesforce({ instanceUrl, accessToken, apiVersion: 'v60.0' });
      const specs = ['Id', '__local__'].map((path) => ({ path, type: 'string' }));
      await navigator.smartstoreClient.registerSoup('accounts', specs);
      Object.assign(window, {
        synced: (/** @type {(client: any) => Promise<any>} */ start) =>
          new Promise((resolve, reject) => {
            const client = cordova.require('com.salesforce.plugin.mobilesync.client');
            document.addEventListener('sync', (/** @type {any} */ { detail }) => {
              if (detail.status !== 'RUNNING') resolve(detail);
            });
            start(client).catch(reject);
          }),
      });
    },
    org.address,
    org.token(),
  );
}

test('records come down, and changes go up', async () => {
  for (const Name of ['Ulm', 'Bonn']) org.create('Account', { Name });
  await open();
  const [down, up] = await browser.run(async () => {
    const { synced, navigator } = /** @type {any} */ (window);
    const target = { type: 'soql', query: 'SELECT Name FROM Account' };
    const overwrite = { mergeMode: 'OVERWRITE' };
    const down = await synced((/** @type {any} */ client) => client.syncDown(target, 'accounts', overwrite, 'down'));
    const store = navigator.smartstoreClient;
    const smartSql = "select {accounts:_soup} from {accounts} where {accounts:Name} = 'Ulm'";
    const query = { queryType: 'smart', smartSql, pageSize: 1 };
    const [[ulm]] = (await store.runSmartQuery(query)).currentPageOrderedEntries;
    await store.upsertSoupEntries('accounts', [
      { ...ulm, Name: 'Ulm an der Donau', __local__: true, __locally_updated__: true },
      { Id: 'local_1', Name: 'Jena', attributes: { type: 'Account' }, __local__: true, __locally_created__: true },
    ]);
    const options = { mergeMode: 'LEAVE_IF_CHANGED', fieldlist: ['Name'] };
    return [down, await synced((/** @type {any} */ client) => client.syncUp({}, 'accounts', options))];
  });
  assert.deepEqual([down.status, down.totalSize, up.status, up.failed], ['DONE', 2, 'DONE', 0]);
  assert.deepEqual(org.all('Account').map(({ Name }) => Name), ['Ulm an der Donau', 'Bonn', 'Jena']);
});

test('a page that is reloaded in the middle of a sync goes on where it stood', async () => {
  for (let number = 0; number < 600; number += 1) {
    org.clock.advance(1000);
    org.create('Account', { Name: `n${number}` });
  }
  await open();
  const held = org.faults.order({ on: /query\/.*-400/, hold: 'before' });
  await browser.run(async () => {
    const target = { type: 'soql', query: 'SELECT Name FROM Account', maxBatchSize: 200 };
    const client = cordova.require('com.salesforce.plugin.mobilesync.client');
    await client.syncDown(target, 'accounts', { mergeMode: 'OVERWRITE' }, 'many');
  });
  await held.reached;
  await open();
  org.faults.clear();
  const [before, state] = await browser.run(async () => {
    const client = cordova.require('com.salesforce.plugin.mobilesync.client');
    let before;
    // The lock of the page that is gone is free soon, but not at once.
    for (let tries = 0; tries < 200; tries += 1) {
      before = await client.getSyncStatus('many');
      if (before.status !== 'RUNNING') break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return [before, await /** @type {any} */ (window).synced(() => client.reSync('many'))];
  });
  // A page that goes breaks its request off; in WebKit it lives long enough to hear of that.
  assert.ok(['STOPPED', 'FAILED'].includes(before.status), before.status);
  assert.ok(before.maxTimeStamp > 0);
  assert.deepEqual([state.status, state.totalSize < 400], ['DONE', true]);
  const count = await browser.run(async () => {
    const query = { queryType: 'smart', smartSql: 'select count(*) from {accounts}', pageSize: 1 };
    return (await navigator.smartstoreClient.runSmartQuery(query)).currentPageOrderedEntries[0][0];
  });
  assert.equal(count, org.all('Account').length);
});
