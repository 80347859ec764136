// Parents with their children, from the test org and to it.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Org } from '../backends/salesforce/org.mjs';
import { deleted, device, edited, made } from './mobile-sync.mjs';

/** @type {Org} */
let org;
/** @type {Awaited<ReturnType<typeof device>>} */
let phone;

const OVERWRITE = { mergeMode: 'OVERWRITE' };

/** @param {string} relationshipType */
const family = (relationshipType) => ({
  parent: { sobjectType: 'Account', soupName: 'accounts' },
  children: {
    sobjectType: 'Contact', sobjectTypePlural: 'Contacts', soupName: 'contacts', parentIdFieldName: 'AccountId',
  },
  relationshipType,
});

/** @param {string} filter */
const down = (filter) => ({
  type: 'parent_children', ...family('MASTER_DETAIL'),
  parentFieldlist: ['Name'], childrenFieldlist: ['LastName'], parentSoqlFilter: filter,
});

const up = (relationshipType = 'MASTER_DETAIL') => ({
  androidImpl: 'com.salesforce.androidsdk.mobilesync.target.ParentChildrenSyncUpTarget', ...family(relationshipType),
  parentCreateFieldlist: ['Name'], parentUpdateFieldlist: ['Name'],
  childrenCreateFieldlist: ['LastName'], childrenUpdateFieldlist: ['LastName'],
});

beforeEach(async () => {
  org = await Org.start();
  org.clock.set('2024-05-06T07:08:09Z');
  phone = await device(org, ['accounts']);
  await phone.register('contacts', [{ path: 'AccountId', type: 'string' }]);
});
afterEach(async () => {
  await phone.close();
  await org.stop();
});

/** @param {string} name @param {string[]} children */
function tree(name, ...children) {
  const account = org.create('Account', { Name: name });
  return [account, ...children.map((LastName) => org.create('Contact', { LastName, AccountId: account }))];
}

/** @param {string} soup @param {string} name @returns {Promise<any>} */
const entry = async (soup, name) => (await phone.all(soup)).find(({ Name, LastName }) => (Name ?? LastName) === name);

/** What the org has, as `parent: children`. */
const trees = () =>
  org.all('Account').map(({ Id, Name }) => {
    const children = org.all('Contact').filter(({ AccountId }) => AccountId === Id);
    return `${Name}: ${children.map(({ LastName }) => LastName).sort().join(' ')}`.trim();
  });

test('parents come with their children, into two soups; ghosts of both go', async () => {
  const [a, x] = tree('a', 'x', 'y');
  tree('b', 'z');
  tree('other', 'none');
  const state = await phone.down(down("Name IN ('a','b')"), OVERWRITE);
  assert.deepEqual([state.status, state.totalSize], ['DONE', 2], state.error);
  const parents = (await phone.all()).map(({ Name, Contacts }) => [Name, Contacts]);
  assert.deepEqual(parents, [['a', undefined], ['b', undefined]]);
  const contacts = await phone.all('contacts');
  const children = contacts.map(({ LastName, AccountId }) => [LastName, AccountId === a]);
  assert.deepEqual(children, [['x', true], ['y', true], ['z', false]]);
  org.asked();
  assert.equal((await phone.again(state._soupEntryId)).totalSize, 0);
  org.remove(x);
  assert.equal(await phone.clean(state._soupEntryId), 1);
  org.remove(a);
  assert.equal(await phone.clean(state._soupEntryId), 2);
  assert.deepEqual((await phone.all('contacts')).map(({ LastName }) => LastName), ['z']);
});

test('a parent and children that were made offline go up in one call', async () => {
  const parent = made('Account', { Name: 'new' });
  await phone.put([parent]);
  await phone.put(['x', 'y'].map((LastName) => made('Contact', { LastName, AccountId: parent.Id })), 'contacts');
  org.asked();
  const state = await phone.up(up(), OVERWRITE);
  assert.deepEqual([state.status, state.failed, trees()], ['DONE', 0, ['new: x y']], state.error);
  assert.equal(org.asked().filter((asked) => asked.endsWith('/composite')).length, 1);
  const [{ Id }] = await phone.all();
  for (const child of await phone.all('contacts')) assert.deepEqual([child.AccountId, child.__local__], [Id, false]);
});

test('more children than one call takes follow their parent', async () => {
  const parent = made('Account', { Name: 'new' });
  await phone.put([parent]);
  const child = (/** @type {number} */ n) => made('Contact', { LastName: `c${n}`, AccountId: parent.Id });
  await phone.put(Array.from({ length: 40 }, (_, n) => child(n)), 'contacts');
  const state = await phone.up(up(), OVERWRITE);
  assert.deepEqual([state.status, state.failed], ['DONE', 0], state.error);
  assert.equal(org.all('Contact').filter(({ AccountId }) => AccountId === org.all('Account')[0].Id).length, 40);
  assert.ok((await phone.all('contacts')).every(({ __local__ }) => !__local__));
});

test('a child that was changed goes up though its parent was not, and a deleted one leaves', async () => {
  tree('a', 'x', 'y', 'z');
  await phone.down(down("Name = 'a'"), OVERWRITE);
  const changed = edited(await entry('contacts', 'x'), { LastName: 'X' });
  await phone.put([changed, deleted(await entry('contacts', 'y'))], 'contacts');
  const state = await phone.up(up(), OVERWRITE);
  assert.deepEqual([state.status, state.failed, trees()], ['DONE', 0, ['a: X z']], state.error);
  assert.deepEqual((await phone.all('contacts')).map(({ LastName }) => LastName), ['X', 'z']);
});

test('a parent that is deleted takes its children with it, or leaves them behind', async () => {
  tree('a', 'x');
  await phone.down(down("Name = 'a'"), OVERWRITE);
  await phone.put([deleted(await entry('accounts', 'a'))]);
  assert.equal((await phone.up(up(), OVERWRITE)).status, 'DONE');
  assert.deepEqual([trees(), await phone.all(), await phone.all('contacts')], [[], [], []]);
  const parent = made('Account', { Name: 'b' });
  await phone.put([{ ...parent, __locally_deleted__: true }]);
  await phone.put([made('Contact', { LastName: 'y', AccountId: parent.Id })], 'contacts');
  await phone.up(up('LOOKUP'), OVERWRITE);
  const [child] = await phone.all('contacts');
  assert.deepEqual([(await phone.all()).length, child.AccountId], [0, null]);
});

test('a tree of which any part was changed in the org is left', async () => {
  const [a, x] = tree('a', 'x', 'y');
  await phone.down(down("Name = 'a'"), OVERWRITE);
  org.clock.advance(1000);
  org.update(x, { LastName: 'theirs' });
  await phone.put([edited(await entry('accounts', 'a'), { Name: 'A' })]);
  await phone.put([edited(await entry('contacts', 'x'), { LastName: 'mine' })], 'contacts');
  assert.equal((await phone.up(up(), { mergeMode: 'LEAVE_IF_CHANGED' })).status, 'DONE');
  assert.deepEqual(trees(), ['a: theirs y']);
  assert.equal((await phone.up(up(), OVERWRITE)).status, 'DONE');
  assert.deepEqual([trees(), org.record(a)?.Name], [['A: mine y'], 'A']);
});

test('a family without what it needs is refused', async () => {
  for (const missing of ['relationshipType', 'children', 'parentFieldlist']) {
    const state = await phone.down({ ...down(''), [missing]: undefined }, OVERWRITE);
    assert.deepEqual([state.status, state.error !== ''], ['FAILED', true], missing);
  }
});
