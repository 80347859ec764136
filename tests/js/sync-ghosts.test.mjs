// Records that a sync has no more: found by few requests, and never taken from another sync.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Org } from '../backends/salesforce/org.mjs';
import { device, edited, soql } from './mobile-sync.mjs';

/** @type {Org} */
let org;
/** @type {Awaited<ReturnType<typeof device>>} */
let phone;

beforeEach(async () => {
  org = await Org.start();
  phone = await device(org);
});
afterEach(async () => {
  await phone.close();
  await org.stop();
});

const names = async () => (await phone.all()).map(({ Name }) => Name);

test('what was deleted, or fits no more, goes by two requests; what was changed here stays', async () => {
  const all = ['a gone', 'a renamed', 'a mine', 'a kept'];
  const [gone, renamed, mine] = all.map((Name) => org.create('Account', { Name }));
  const { _soupEntryId: id } = await phone.down(soql("SELECT Name FROM Account WHERE Name LIKE 'a%'"));
  await phone.put([edited((await phone.all())[2], { Name: 'a mine, edited' })]);
  org.remove(gone);
  org.remove(mine);
  org.update(renamed, { Name: 'other' });
  org.asked();
  assert.equal(await phone.clean(id), 2);
  const asked = org.asked();
  assert.equal(asked.length, 2, asked.join('\n'));
  assert.deepEqual(await names(), ['a mine, edited', 'a kept']);
  assert.equal(await phone.clean(id), 0);
  assert.equal(org.asked().length, 2);
});

test('ten deletions among many take two requests at most', async () => {
  const ids = Array.from({ length: 5000 }, (_, number) => org.create('Account', { Name: `n${number}` }));
  const { _soupEntryId: id } = await phone.down(soql('SELECT Name FROM Account'));
  for (const gone of ids.slice(100, 110)) org.remove(gone);
  org.asked();
  assert.equal(await phone.clean(id), 10);
  assert.ok(org.asked().length <= 2);
  assert.equal((await phone.all()).length, 4990);
});

for (const [what, query] of [
  ['a limit', 'SELECT Name FROM Account ORDER BY Name LIMIT 3'],
  ['a parent', "SELECT LastName FROM Contact WHERE Account.Name = 'a'"],
]) {
  test(`where ${what} decides, the ids are read`, async () => {
    const account = org.create('Account', { Name: 'a' });
    for (const LastName of ['x', 'y']) org.create('Contact', { LastName, AccountId: account });
    for (const Name of ['b', 'c', 'd']) org.create('Account', { Name });
    const { _soupEntryId: id } = await phone.down(soql(query));
    const before = (await phone.all()).length;
    org.create('Account', { Name: 'aa' });
    org.update(account, { Name: 'changed' });
    org.asked();
    assert.ok((await phone.clean(id)) > 0);
    assert.ok((await phone.all()).length < before);
    assert.ok(!org.asked().some((asked) => asked.includes('/deleted')));
  });
}

test('where the org remembers too little, the ids are read; from then on it is asked again', async () => {
  const [gone] = ['a', 'b'].map((Name) => org.create('Account', { Name }));
  const { _soupEntryId: id } = await phone.down(soql('SELECT Name FROM Account'));
  org.remove(gone);
  const text = '[{"errorCode":"INVALID_REPLICATION_DATE","message":"x"}]';
  org.faults.order({ on: '/deleted', answer: { status: 400, type: 'application/json', text } });
  org.asked();
  assert.equal(await phone.clean(id), 1);
  assert.deepEqual(await names(), ['b']);
  assert.equal(org.asked().filter((asked) => asked.includes('SELECT Id FROM Account')).length, 1);
});

test('a record that two syncs have survives the cleaning of one', async () => {
  const [both] = ['ab', 'b'].map((Name) => org.create('Account', { Name }));
  const first = await phone.down(soql("SELECT Name FROM Account WHERE Name LIKE 'a%'"));
  const second = await phone.down(soql("SELECT Name FROM Account WHERE Name LIKE '%b%'"));
  assert.equal(await phone.clean(first._soupEntryId), 0);
  assert.deepEqual(await names(), ['ab', 'b']);
  org.update(both, { Name: 'b only' });
  assert.equal(await phone.clean(first._soupEntryId), 0, 'the second has it');
  assert.equal(await phone.clean(second._soupEntryId), 0);
  org.remove(both);
  assert.equal(await phone.clean(second._soupEntryId), 1);
  assert.deepEqual(await names(), ['b']);
});

test('an org that is down takes nothing away', async () => {
  org.create('Account', { Name: 'a' });
  const { _soupEntryId: id } = await phone.down(soql('SELECT Name FROM Account'));
  org.faults.order({ on: '', drop: 'before', times: 9 });
  await assert.rejects(phone.clean(id), { code: 'UNREACHABLE' });
  assert.deepEqual(await names(), ['a']);
  await assert.rejects(phone.clean((await phone.up())._soupEntryId), { code: 'BAD_TARGET' });
});
