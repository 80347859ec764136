// Syncs up to the test org: every way, the merge modes, what the org refuses, and answers that are lost.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { CANNED } from '../backends/salesforce/faults.mjs';
import { Org } from '../backends/salesforce/org.mjs';
import { UP, deleted, device, edited, made, soql } from './mobile-sync.mjs';

/** @type {Org} */
let org;
/** @type {Awaited<ReturnType<typeof device>>} */
let phone;

const ALL = soql('SELECT Name, Phone FROM Account');
const LEAVE = { ...UP, mergeMode: 'LEAVE_IF_CHANGED' };
const WAYS = ['SyncUpTarget', 'BatchSyncUpTarget', 'CollectionSyncUpTarget'];

beforeEach(async () => {
  org = await Org.start();
  org.clock.set('2024-05-06T07:08:09Z');
  phone = await device(org);
});
afterEach(async () => {
  await phone.close();
  await org.stop();
});

/** @param {string} way */
const by = (way) => ({ androidImpl: `com.salesforce.androidsdk.mobilesync.target.${way}`, iOSImpl: `SF${way}` });

/** @param {string} name */
const entry = async (name) => (await phone.all()).find(({ Name }) => Name === name);

/** Accounts in the org and on the device, and changes of every kind to them. */
async function changes() {
  for (const Name of ['a', 'b', 'c']) org.create('Account', { Name });
  await phone.down(ALL);
  org.clock.advance(1000);
  await phone.put([
    edited(await entry('a'), { Name: 'A', Phone: null }),
    deleted(await entry('b')),
    made('Account', { Name: 'd' }),
    deleted(made('Account', { Name: 'never' })),
  ]);
  org.asked();
}

for (const way of WAYS) {
  test(`${way}: what was created, changed and deleted goes up`, async () => {
    await changes();
    const state = await phone.up(by(way));
    assert.deepEqual([state.status, state.totalSize, state.failed, state.progress], ['DONE', 4, 0, 100], state.error);
    assert.deepEqual(org.all('Account').map(({ Name }) => Name).sort(), ['A', 'c', 'd']);
    const entries = await phone.all();
    assert.deepEqual(entries.map(({ Name }) => Name).sort(), ['A', 'c', 'd']);
    for (const { Id, LastModifiedDate, __local__, __locally_created__ } of entries) {
      assert.deepEqual([__local__, __locally_created__], [false, false]);
      assert.equal(LastModifiedDate, org.record(Id)?.LastModifiedDate, 'the new date is stored');
    }
    assert.ok(!org.asked().some((asked) => asked.includes('never')));
    assert.equal((await phone.up(by(way), LEAVE)).totalSize, 0);
  });

  test(`${way}: a record that the org refuses keeps its change and the reason`, async () => {
    await phone.put(['good', 'x'.repeat(300), 'fine'].map((Name) => made('Account', { Name })));
    const state = await phone.up(by(way));
    assert.deepEqual([state.status, state.failed], ['DONE', 1]);
    assert.equal(org.all('Account').length, 2);
    const [refused] = (await phone.all()).filter(({ __local__ }) => __local__);
    assert.match(refused.__last_error__, /STRING_TOO_LONG/);
    assert.equal(Array.isArray(JSON.parse(refused.__last_error__)), way === 'SyncUpTarget');
    await phone.put([{ ...refused, Name: 'short' }]);
    assert.deepEqual([(await phone.up(by(way))).failed, (await entry('short')).__last_error__], [0, undefined]);
  });

  test(`${way}: LEAVE_IF_CHANGED leaves what was changed in the org, too`, async () => {
    const [mine, both, gone] = ['mine', 'both', 'gone'].map((Name) => org.create('Account', { Name }));
    await phone.down(ALL);
    org.clock.advance(1000);
    org.update(both, { Name: 'theirs' });
    org.remove(gone);
    for (const name of ['mine', 'both', 'gone']) await phone.put([edited(await entry(name), { Name: `my ${name}` })]);
    const state = await phone.up(by(way), LEAVE);
    assert.deepEqual([state.status, state.failed], ['DONE', 0]);
    assert.deepEqual([org.record(mine)?.Name, org.record(both)?.Name], ['my mine', 'theirs']);
    const dirty = (await phone.all()).filter(({ __local__ }) => __local__).map(({ Name }) => Name);
    assert.deepEqual(dirty, ['my both', 'my gone']);
    org.clock.advance(1000);
    await phone.put([edited(await entry('my mine'), { Name: 'again' })]);
    await phone.up(by(way), LEAVE);
    assert.equal(org.record(mine)?.Name, 'again', 'it does not take its own change for theirs');
  });

  test(`${way}: OVERWRITE creates anew what the org has no more, and a deletion agrees with a deletion`, async () => {
    for (const Name of ['changed', 'dropped']) org.create('Account', { Name });
    await phone.down(ALL);
    for (const { Id } of org.all('Account')) org.remove(Id);
    await phone.put([edited(await entry('changed'), { Name: 'kept' }), deleted(await entry('dropped'))]);
    const state = await phone.up(by(way));
    assert.deepEqual([state.status, state.failed], ['DONE', 0]);
    const [kept, ...none] = await phone.all();
    assert.deepEqual([none.length, kept.__local__, org.record(kept.Id)?.Name], [0, false, 'kept']);
  });

  test(`${way}: a lost answer makes no second record with an external id, and is told without one`, async () => {
    const account = org.create('Account', { Name: 'a' });
    const visit = { Account__c: account, Notes__c: 'x' };
    const options = { mergeMode: 'OVERWRITE', fieldlist: ['Account__c', 'Notes__c', 'Code__c'] };
    const target = { ...by(way), externalIdFieldName: 'Code__c' };
    await phone.put([made('Visit__c', { ...visit, Code__c: 'v1' })]);
    org.faults.order({ on: /(POST|PATCH|DELETE)/, drop: 'after' });
    const broken = await phone.up(target, options);
    assert.equal(broken.status, 'FAILED');
    assert.equal((await phone.up(target, options)).status, 'DONE');
    assert.equal(org.all('Visit__c').length, 1);

    await phone.put([made('Visit__c', visit)]);
    org.faults.order({ on: /(POST|PATCH|DELETE)/, drop: 'after' });
    assert.equal((await phone.up(target, options)).status, 'FAILED');
    const [, lost] = await phone.all();
    assert.equal(JSON.parse(lost.__last_error__).errorCode, 'NO_ANSWER');
    assert.equal(lost.__local__, true);
  });
}

test('the fields of a target come before those of the options', async () => {
  const id = org.create('Account', { Name: 'a', Phone: '1' });
  await phone.down(ALL);
  await phone.put([edited(await entry('a'), { Name: 'b', Phone: '2' }), made('Account', { Name: 'c', Phone: '3' })]);
  await phone.up({ createFieldlist: ['Name'], updateFieldlist: ['Phone'] });
  assert.deepEqual([org.record(id)?.Name, org.record(id)?.Phone], ['a', '2']);
  assert.equal(org.all('Account')[1].Phone, null);
});

test('records go in the order in which they were made, many at once', async () => {
  await phone.put(Array.from({ length: 2000 }, (_, number) => made('Account', { Name: `n${number}` })));
  org.asked();
  const state = await phone.up({}, LEAVE);
  assert.deepEqual([state.status, state.totalSize], ['DONE', 2000]);
  const requests = org.asked().length;
  assert.ok(requests <= 12, `${requests} requests`);
  const names = org.all('Account').map(({ Name }) => Name);
  assert.deepEqual(names, Array.from({ length: 2000 }, (_, number) => `n${number}`));
});

test('an edit while its record is on the way is kept, and goes up next', async () => {
  await phone.put([made('Account', { Name: 'first' })]);
  const held = org.faults.order({ on: 'POST', hold: 'after' });
  const running = phone.up();
  await held.reached;
  const [before] = await phone.all();
  await phone.put([{ ...before, Name: 'second' }]);
  held.release();
  await running;
  const [after] = await phone.all();
  const { Name, __local__, __locally_created__, __locally_updated__ } = after;
  assert.deepEqual([Name, __local__, __locally_created__, __locally_updated__], ['second', true, false, true]);
  await phone.up();
  assert.deepEqual(org.all('Account').map(({ Name }) => Name), ['second']);
});

test('what makes a whole sync fail leaves every record as it is', async () => {
  await phone.put([made('Account', { Name: 'a' })]);
  const before = await phone.all();
  org.faults.order({ on: 'POST', answer: CANNED.unavailable });
  const state = await phone.up();
  assert.deepEqual([state.status, /SERVER_UNAVAILABLE/.test(state.error)], ['FAILED', true]);
  const nothing = await phone.up({}, { mergeMode: 'OVERWRITE' });
  assert.deepEqual([nothing.status, /No fields specified/.test(nothing.error)], ['FAILED', true]);
  const unknown = await phone.up({ androidImpl: 'a.B' });
  assert.deepEqual([unknown.status, /registered as a.B/.test(unknown.error)], ['FAILED', true]);
  /** @param {any} entry */
  const undated = ({ _soupLastModifiedDate: _, ...entry }) => entry;
  assert.deepEqual((await phone.all()).map(undated), before.map(undated));
  await phone.put([{ ...before[0], attributes: undefined }]);
  assert.equal((await phone.up()).failed, 1);
  assert.match((await phone.all())[0].__last_error__, /attributes.type/);
});
