// Where records may come from besides SOQL: lists, single things, briefcases, and targets of the app's own.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { registerTarget, salesforce } from '../../www/node.mjs';
import { Org } from '../backends/salesforce/org.mjs';
import { device, edited, made, soql } from './mobile-sync.mjs';

/** @type {Org} */
let org;
/** @type {Awaited<ReturnType<typeof device>>} */
let phone;

beforeEach(async () => {
  org = await Org.start();
  org.clock.set('2024-05-06T07:08:09Z');
  phone = await device(org, ['accounts', 'contacts']);
});
afterEach(async () => {
  await phone.close();
  await org.stop();
});

const names = async (soup = 'accounts') => (await phone.all(soup)).map(({ Name, LastName }) => Name ?? LastName).sort();

test('sosl: what a search finds', async () => {
  for (const Name of ['Ulm water', 'Bonn water', 'Jena']) org.create('Account', { Name });
  const state = await phone.down({ type: 'sosl', query: 'FIND {water} IN ALL FIELDS RETURNING Account(Id, Name)' });
  const found = [state.status, state.totalSize, await names()];
  assert.deepEqual(found, ['DONE', 2, ['Bonn water', 'Ulm water']], state.error);
  org.remove((await phone.all())[0].Id);
  assert.equal(await phone.clean(state._soupEntryId), 1);
});

test('mru: what the user looked at last', async () => {
  const [seen] = ['seen', 'unseen'].map((Name) => org.create('Account', { Name }));
  const accessToken = org.token(org.addUser('ann@example.com', 'secret', { LastName: 'Ann' }));
  salesforce({ instanceUrl: org.address, accessToken });
  const headers = { authorization: `Bearer ${accessToken}` };
  const look = encodeURIComponent(`SELECT Name FROM Account WHERE Id = '${seen}' FOR VIEW`);
  await fetch(`${org.address}/services/data/v60.0/query?q=${look}`, { headers });
  const state = await phone.down({ type: 'mru', sobjectType: 'Account', fieldlist: ['Name'] });
  assert.deepEqual([state.status, await names()], ['DONE', ['seen']], state.error);
  org.remove(seen);
  assert.equal(await phone.clean(state._soupEntryId), 1);
});

test('refresh: what the soup has, in slices, and only what has changed when it runs again', async () => {
  const ids = Array.from({ length: 7 }, (_, number) => org.create('Account', { Name: `n${number}` }));
  await phone.put(ids.map((Id) => ({ Id, Name: 'old' })));
  await phone.put([made('Account', { Name: 'local' })]);
  org.create('Account', { Name: 'not here' });
  const target = { type: 'refresh', sobjectType: 'Account', fieldlist: ['Name'], countIdsPerSoql: 3 };
  org.asked();
  const state = await phone.down(target);
  assert.deepEqual([state.status, state.totalSize, org.asked().length], ['DONE', 7, 3], state.error);
  assert.deepEqual(await names(), ['local', 'n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6']);
  org.clock.advance(1000);
  org.update(ids[5], { Name: 'new' });
  org.served.records = 0;
  await phone.again(state._soupEntryId);
  assert.equal(org.served.records, 1);
  assert.ok((await names()).includes('new'));
  org.remove(ids[0]);
  assert.equal(await phone.clean(state._soupEntryId), 1);
});

test('layout and metadata: one record each, by its own id', async () => {
  const layout = { type: 'layout', sobjectType: 'Account', formFactor: 'Medium', layoutType: 'Compact', mode: 'Edit' };
  const first = await phone.down(layout);
  assert.equal(first.status, 'DONE', first.error);
  assert.equal((await phone.all())[0].Id, 'Account-Medium-Compact-Edit-null');
  const second = await phone.down({ type: 'metadata', sobjectType: 'Account' });
  assert.equal(second.status, 'DONE', second.error);
  const [, described] = await phone.all();
  assert.deepEqual([described.Id, described.keyPrefix], ['Account', '001']);
  assert.equal((await phone.again(second._soupEntryId)).status, 'DONE');
  assert.equal((await phone.all()).length, 2);
  assert.equal(await phone.clean(second._soupEntryId), 0);
});

test('briefcase: several soups by one sync', async () => {
  const account = org.create('Account', { Name: 'a' });
  const [gone] = ['x', 'y', 'z'].map((LastName) => org.create('Contact', { LastName, AccountId: account }));
  org.briefcase.rules = [{ object: 'Account' }, { object: 'Contact' }];
  org.briefcase.pageSize = 2;
  const infos = [
    { soupName: 'accounts', sobjectType: 'Account', fieldlist: ['Name'] },
    { soupName: 'contacts', sobjectType: 'Contact', fieldlist: ['LastName'] },
  ];
  const state = await phone.down({ type: 'briefcase', infos });
  assert.deepEqual([state.status, state.totalSize], ['DONE', 4], state.error);
  assert.deepEqual([await names(), await names('contacts')], [['a'], ['x', 'y', 'z']]);
  org.remove(gone);
  assert.equal(await phone.clean(state._soupEntryId), 1);
  assert.deepEqual(await names('contacts'), ['y', 'z']);
  org.clock.advance(1000);
  org.update(account, { Name: 'b' });
  await phone.again(state._soupEntryId);
  assert.deepEqual(await names(), ['b']);
});

test('a target of the app itself, both ways', async () => {
  /** @type {any[]} */
  const calls = [];
  const pages = [[{ Id: '1', Name: 'a' }, { Id: '2', Name: 'b' }], [{ Id: '3', Name: 'c' }], []];
  registerTarget('my.Target', {
    startFetch: (since, target) => {
      calls.push(['start', since, /** @type {any} */ (target).extra]);
      return { records: pages[0], totalSize: 3 };
    },
    continueFetch: async () => pages[calls.push(['more']) - 1],
    getRemoteIds: (ids) => ids.filter((id) => id !== '2'),
    createOnServer: (type, fields) => {
      calls.push(['create', type, fields]);
      return '9';
    },
    updateOnServer: (_type, id, fields) => void calls.push(['update', id, fields]),
    deleteOnServer: () => ({ error: 'no' }),
  });
  try {
    const target = { type: 'custom', androidImpl: 'my.Target', extra: 5 };
    const state = await phone.down(target);
    assert.deepEqual([state.status, state.totalSize, await names()], ['DONE', 3, ['a', 'b', 'c']], state.error);
    assert.deepEqual(calls.splice(0), [['start', -1, 5], ['more'], ['more']]);
    assert.equal(await phone.clean(state._soupEntryId), 1);
    const [a, c] = await phone.all();
    await phone.put([
      edited({ ...a, attributes: { type: 'X' } }, { Name: 'A' }),
      { ...c, attributes: { type: 'X' }, __local__: true, __locally_deleted__: true },
      made('X', { Name: 'new' }),
    ]);
    const up = await phone.up({ iOSImpl: 'my.Target' }, { mergeMode: 'OVERWRITE', fieldlist: ['Name'] });
    assert.deepEqual([up.status, up.failed], ['DONE', 1], up.error);
    assert.deepEqual(calls, [['update', '1', { Name: 'A' }], ['create', 'X', { Name: 'new' }]]);
    const [, refused, created] = await phone.all();
    assert.deepEqual([refused.__last_error__, created.Id, created.__local__], ['no', '9', false]);
  } finally {
    registerTarget('my.Target', null);
  }
});

test('what a target of the app throws is why its sync fails', async () => {
  registerTarget('bad', { startFetch: () => Promise.reject(new Error('out of coffee')) });
  const state = await phone.down({ type: 'custom', impl: 'bad' });
  registerTarget('bad', null);
  assert.deepEqual([state.status, state.error], ['FAILED', 'out of coffee']);
  assert.equal((await phone.down(soql('SELECT Name FROM Account'))).status, 'DONE');
});
