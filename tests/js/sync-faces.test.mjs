// The other ways to Mobile Sync: cordova.exec's native class, force.js' credentials, syncs that are there from the
// beginning.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { mobilesyncClient as sync, ready, salesforce, smartstoreClient as stores } from '../../www/node.mjs';
import { parts } from '../../www/mobile-sync/original.mjs';
import { mobileSyncService as exec } from '../../www/mobile-sync/service.mjs';
import { Org } from '../backends/salesforce/org.mjs';
import { device, ended, login, soql } from './mobile-sync.mjs';

const ALL = soql('SELECT Name FROM Account');
const OVERWRITE = { mergeMode: 'OVERWRITE' };

/** @type {any} */
const page = globalThis;
/** @type {Org} */
let org;
/** @type {Awaited<ReturnType<typeof device>>} */
let phone;

beforeEach(async () => {
  org = await Org.start();
  org.create('Account', { Name: 'a' });
  phone = await device(org);
});
afterEach(async () => {
  delete page.force;
  await ready({ syncs: false });
  await stores.removeStore({ isGlobalStore: true });
  await phone.close();
  await org.stop();
});

test('the native class answers as the original’s', async () => {
  const ask = (/** @type {string} */ action, /** @type {object} */ payload) =>
    exec(action, ['pluginSDKVersion:14.0.0', { ...phone.store, ...payload }]);
  const state = await ended(phone.store, () =>
    ask('syncDown', { target: ALL, soupName: 'accounts', options: OVERWRITE, syncName: 'down' }),
  );
  assert.equal(state.totalSize, 1);
  assert.equal((await ask('getSyncStatus', { syncName: 'down' })).status, 'DONE');
  assert.deepEqual(await ask('getSyncStatus', { syncId: 99 }), {});
  assert.equal((await ended(phone.store, () => ask('reSync', { syncId: state._soupEntryId }))).status, 'DONE');
  assert.equal(await ask('cleanResyncGhosts', { syncId: state._soupEntryId }), 0);
  const up = await ended(phone.store, () =>
    ask('syncUp', { target: null, soupName: 'accounts', options: { ...OVERWRITE, fieldlist: ['Name'] } }),
  );
  assert.deepEqual([up.type, up.status], ['syncUp', 'DONE']);
  await ask('deleteSync', { syncName: 'down' });
  assert.deepEqual(await ask('getSyncStatus', { syncName: 'down' }), {});
  await assert.rejects(ask('nothing', {}), (error) => error === 'Invalid action');
});

test('the modules of the original have all that it has, and reject with texts', async () => {
  const names = ['MERGE_MODE', 'cleanResyncGhosts', 'deleteSync', 'getSyncStatus', 'reSync', 'syncDown', 'syncUp'];
  /** @type {Record<string, any>} */
  const modules = parts.modules;
  for (const id of ['com.salesforce.plugin.mobilesync', 'com.salesforce.plugin.mobilesync.client']) {
    assert.deepEqual(Object.keys(modules[id]).sort(), names);
  }
  const client = modules['com.salesforce.plugin.mobilesync.client'];
  await assert.rejects(client.reSync(phone.store, 5), (error) => error === 'Sync 5 does not exist');
});

test('without a word of the app, requests go through force.js', async () => {
  salesforce(null);
  /** @type {string[]} */
  const asked = [];
  page.force = {
    /** @type {(request: any, ok: (answer: any) => void, fail: (error: any) => void) => void} */
    request({ method, path, data, contentType }, ok, fail) {
      asked.push(`${method} ${path}`);
      const headers = { authorization: `Bearer ${org.token()}`, ...(contentType && { 'content-type': contentType }) };
      fetch(org.address + path, { method, headers, body: data && JSON.stringify(data) }).then(async (response) => {
        const text = await response.text();
        if (response.ok) ok(text && JSON.parse(text));
        else fail({ status: response.status, responseText: text });
      });
    },
  };
  assert.equal((await phone.down(ALL)).status, 'DONE');
  assert.match(asked[0], /^GET \/services\/data\/v66\.0\/query\?q=/);
  const failed = await phone.down(soql('SELECT Nothing FROM Account'));
  assert.deepEqual([failed.status, /INVALID_FIELD/.test(failed.error)], ['FAILED', true]);
  login(org);
  asked.length = 0;
  assert.equal((await phone.down(ALL)).status, 'DONE');
  assert.deepEqual(asked, [], 'the app has said its own');
});

test('a default store has its syncs from the beginning; they wait to be run, and stay as they are', async () => {
  /** @type {any} */
  const down = { syncName: 'all', syncType: 'syncDown', soupName: 'accounts', target: ALL, options: OVERWRITE };
  await ready({ syncs: { global: { syncs: [down] } } });
  const store = { isGlobalStore: true, storeName: 'defaultStore' };
  await stores.registerSoup(store, 'accounts', ['Id', '__local__'].map((path) => ({ path, type: 'string' })));
  const made = await sync.getSyncStatus(store, 'all');
  assert.deepEqual([made.status, made.type, made.soupName], ['NEW', 'syncDown', 'accounts']);
  assert.equal((await ended(store, () => sync.reSync(store, 'all'))).totalSize, 1);
  assert.equal(await phone.status('all'), null);
});

for (const [what, content] of /** @type {[string, any][]} */ ([
  ['no list', {}],
  ['no name', { syncs: [{ syncType: 'syncUp', soupName: 'x' }] }],
  ['no type', { syncs: [{ syncName: 'x', syncType: 'sync', soupName: 'x' }] }],
])) {
  test(`syncs with ${what} are refused`, async () => {
    await ready({ syncs: { global: content } });
    await assert.rejects(sync.getSyncStatus({ isGlobalStore: true }, 'x'), { code: 'BAD_SYNCS' });
  });
}
