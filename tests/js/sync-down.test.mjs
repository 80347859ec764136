// Syncs down from the test org: pages, merge modes, what is fetched again, how they end.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { mobilesync, mobilesyncClient as sync, salesforce } from '../../www/node.mjs';
import { CANNED } from '../backends/salesforce/faults.mjs';
import { Org } from '../backends/salesforce/org.mjs';
import { device, edited, ended, soql } from './mobile-sync.mjs';

/** @type {Org} */
let org;
/** @type {Awaited<ReturnType<typeof device>>} */
let phone;

const ALL = soql('SELECT Name, Phone FROM Account');
const PAGED = soql('SELECT Name FROM Account', { maxBatchSize: 200 });
const OVERWRITE = { mergeMode: 'OVERWRITE' };

beforeEach(async () => {
  org = await Org.start();
  org.clock.set('2024-05-06T07:08:09Z');
  phone = await device(org);
});
afterEach(async () => {
  await phone.close();
  await org.stop();
});

/** @param {number} count */
const accounts = (count) =>
  Array.from({ length: count }, (_, number) => {
    org.clock.advance(1000);
    return org.create('Account', { Name: `Account ${number}` });
  });

/** @param {any[]} entries */
const names = (entries) => entries.map(({ Name }) => Name);

test('records come page by page, with the state that tells how far it is', async () => {
  const ids = accounts(450);
  const state = await phone.down(soql('SELECT Name FROM Account', { maxBatchSize: 200 }), undefined, 'all accounts');
  assert.deepEqual(
    state.told.map((/** @type {any} */ { status, progress, totalSize }) => [status, progress, totalSize]),
    [['RUNNING', 44, 450], ['RUNNING', 88, 450], ['DONE', 100, 450]],
  );
  assert.equal(org.asked().length, 3);
  const entries = await phone.all();
  assert.deepEqual(entries.map(({ Id }) => Id), ids);
  const [first] = entries;
  assert.deepEqual(
    ['', 'ly_created', 'ly_updated', 'ly_deleted'].map((flag) => first[`__local${flag}__`]).concat(first.__sync_id__),
    [false, false, false, false, state._soupEntryId],
  );
  assert.equal(first.attributes.type, 'Account');
  const { told: _, isGlobalStore, storeName, ...detail } = state;
  assert.deepEqual([isGlobalStore, storeName], [true, phone.store.storeName]);
  const { _soupLastModifiedDate: __, ...kept } = await phone.status('all accounts');
  assert.deepEqual(kept, detail);
  assert.deepEqual(
    [kept.type, kept.soupName, kept.name, kept.options, kept.error, kept.failed],
    ['syncDown', 'accounts', 'all accounts', { mergeMode: 'OVERWRITE' }, '', 0],
  );
  assert.deepEqual(
    [kept.target.idFieldName, kept.target.modificationDateFieldName, kept.maxTimeStamp],
    ['Id', 'LastModifiedDate', org.clock.now()],
  );
  assert.ok(kept.endTime >= kept.startTime && kept.startTime > 1.6e12);
});

test('a reSync fetches what has changed since, and asks once when nothing has', async () => {
  const [first] = accounts(3);
  const query = "SELECT Name FROM Account WHERE Name LIKE 'A%' OR Name LIKE 'B%'";
  const { _soupEntryId: id } = await phone.down(soql(query));
  org.asked();
  assert.equal((await phone.again(id)).totalSize, 0);
  assert.equal(org.asked().length, 1);
  org.clock.advance(1000);
  org.update(first, { Name: 'Better' });
  const again = await phone.again(id);
  assert.deepEqual([again.status, again.totalSize, again.maxTimeStamp], ['DONE', 1, org.clock.now()]);
  assert.deepEqual(names(await phone.all()), ['Better', 'Account 1', 'Account 2']);
});

test('what was changed here is left or overwritten, as the options say', async () => {
  const [id] = accounts(1);
  await phone.down(ALL);
  await phone.put([edited((await phone.all())[0], { Name: 'Mine' })]);
  org.clock.advance(1000);
  org.update(id, { Name: 'Theirs' });
  await phone.down(ALL, { mergeMode: 'LEAVE_IF_CHANGED' });
  assert.deepEqual(names(await phone.all()), ['Mine']);
  await phone.down(ALL, { mergeMode: 'OVERWRITE' });
  const [entry] = await phone.all();
  assert.deepEqual([entry.Name, entry.__local__], ['Theirs', false]);
});

test('a sync that broke off goes on where it stood', async () => {
  accounts(500);
  org.faults.order({ on: /query\/.*-400/, drop: 'before' });
  const target = soql('SELECT Name FROM Account', { maxBatchSize: 200 });
  const broken = await phone.down(target);
  assert.equal(broken.status, 'FAILED');
  assert.match(broken.error, /connection failure/);
  assert.equal((await phone.all()).length, 400);
  org.asked();
  const whole = await phone.again(broken._soupEntryId);
  assert.deepEqual([whole.status, whole.totalSize], ['DONE', 101]);
  assert.equal((await phone.all()).length, 500);
  assert.equal(org.asked().length, 1);
});

test('a sync is stopped, and goes on', async () => {
  accounts(500);
  const held = org.faults.order({ on: /query\/.*-200/, hold: 'after' });
  const running = ended(phone.store, () =>
    sync.syncDown(phone.store, PAGED, 'accounts', OVERWRITE),
  );
  await held.reached;
  await sync.stopSync(phone.store);
  held.release();
  const { status, _soupEntryId: id } = await running;
  assert.equal(status, 'STOPPED');
  assert.ok((await phone.all()).length < 500);
  assert.equal((await phone.again(id)).status, 'DONE');
  assert.equal((await phone.all()).length, 500);
});

test('one sync runs at a time, and the same one not twice', async () => {
  accounts(1);
  const held = org.faults.order({ on: 'FROM Account', hold: 'before' });
  const first = ended(phone.store, () => sync.syncDown(phone.store, ALL, 'accounts', OVERWRITE, 'one'));
  await held.reached;
  const second = ended(phone.store, () => sync.syncDown(phone.store, ALL, 'accounts', OVERWRITE, 'two'));
  await assert.rejects(sync.reSync(phone.store, 'one'), /Cannot run runSync 1 - sync is still running/);
  await assert.rejects(
    sync.syncDown(phone.store, ALL, 'accounts', OVERWRITE, 'one'),
    /there is already a sync with name: one/,
  );
  await assert.rejects(sync.cleanResyncGhosts(phone.store, 1), { code: 'SYNC_RUNNING' });
  held.release();
  assert.deepEqual([(await first).status, (await second).status], ['DONE', 'DONE']);
  await sync.deleteSync(phone.store, 'one');
  assert.equal(await phone.status('one'), null);
  await assert.rejects(sync.reSync(phone.store, 'one'), { code: 'NO_SUCH_SYNC' });
});

test('a sync that is deleted while it runs ends and leaves nothing', async () => {
  accounts(500);
  const held = org.faults.order({ on: /query\/.*-200/, hold: 'before' });
  const running = ended(phone.store, () =>
    sync.syncDown(phone.store, PAGED, 'accounts', OVERWRITE),
  );
  await held.reached;
  await sync.deleteSync(phone.store, 1);
  held.release();
  await running;
  assert.equal(await phone.status(1), null);
});

test('a session that has ended is begun anew, once', async () => {
  accounts(1);
  org.sessions.expire();
  assert.equal((await phone.down(ALL)).status, 'DONE');
  assert.deepEqual(org.requests.map(({ status }) => status), [401, 200]);
  org.sessions.expire();
  salesforce({ instanceUrl: org.address, accessToken: 'old' });
  const { status, error } = await phone.down(ALL);
  assert.equal(status, 'FAILED');
  assert.equal(JSON.parse(error)[0].errorCode, 'INVALID_SESSION_ID');
});

test('what cannot be is told as the original tells it, and nothing is lost by it', async () => {
  accounts(1);
  await phone.down(ALL);
  const before = await phone.all();
  for (const [target, options, error, soup] of /** @type {[any, any, RegExp, string?][]} */ ([
    [null, { mergeMode: 'OVERWRITE' }, /Unknown sync down target type/],
    [soql(''), { mergeMode: 'OVERWRITE' }, /no SOQL query/],
    [soql('SELECT Name FROM Account', { maxBatchSize: 5 }), { mergeMode: 'OVERWRITE' }, /maxBatchSize/],
    [ALL, {}, /mergeMode/],
    [ALL, { mergeMode: 'OVERWRITE' }, /does not exist/, 'nothing'],
    [soql('SELECT Nothing FROM Account'), { mergeMode: 'OVERWRITE' }, /INVALID_FIELD/],
    [{ type: 'custom', androidImpl: 'a.B' }, { mergeMode: 'OVERWRITE' }, /registered as a.B/],
    [{ type: 'parent_children' }, { mergeMode: 'OVERWRITE' }, /parent/],
  ])) {
    const state = await phone.down(target, options, undefined, soup);
    assert.equal(state.status, 'FAILED', JSON.stringify(target));
    assert.match(state.error, error);
  }
  for (const [answer, error] of /** @type {[keyof typeof CANNED, RegExp][]} */ ([
    ['portalPage', /not JSON/], ['maintenancePage', /status 503/], ['serverError', /UNKNOWN_EXCEPTION/],
  ])) {
    org.faults.order({ on: 'FROM Account', answer: CANNED[answer] });
    const state = await phone.down(ALL);
    assert.deepEqual([state.status, error.test(state.error)], ['FAILED', true], state.error);
  }
  assert.deepEqual(await phone.all(), before);
  salesforce(null);
  await assert.rejects(sync.syncDown(phone.store, ALL, 'accounts', {}), { code: 'NO_ORG' });
});

test('callbacks get what promises give, and the messages of errors', async () => {
  accounts(1);
  const called = (/** @type {(...given: any[]) => void} */ run, /** @type {any[]} */ ...given) =>
    new Promise((resolve) => {
      run(
        ...given,
        (/** @type {any} */ value) => resolve({ value }),
        (/** @type {any} */ error) => resolve({ error }),
      );
    });
  const options = { mergeMode: mobilesync.MERGE_MODE.OVERWRITE };
  const start = () => called(mobilesync.syncDown, phone.store, ALL, 'accounts', options, 'named');
  const state = await ended(phone.store, async () => (await start()).value);
  assert.equal(state.name, 'named');
  assert.equal((await called(mobilesync.getSyncStatus, phone.store, 'named')).value.status, 'DONE');
  assert.equal((await called(mobilesync.reSync, phone.store, 'other')).error, 'Sync other does not exist');
  assert.equal((await called(mobilesync.cleanResyncGhosts, phone.store, state._soupEntryId)).value, 0);
});
