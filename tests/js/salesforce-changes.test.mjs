// What the test org tells of its records: changes, those seen last, searches, descriptions, briefcases.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { START, freshOrg } from './salesforce.mjs';

/** @type {import('../backends/salesforce/org.mjs').Org} */
let org;
/** @type {ReturnType<typeof import('./salesforce.mjs').clientOf>} */
let client;

beforeEach(async () => {
  ({ org, client } = await freshOrg());
});
afterEach(() => org.stop());

test('what was deleted and updated between two minutes', async () => {
  const [old, fresh, gone] = ['old', 'fresh', 'gone'].map((Name) => org.create('Account', { Name }));
  org.clock.set('2024-05-08T12:10:30Z');
  org.update(fresh, { Name: 'fresher' });
  org.remove(gone);
  const ask = (/** @type {string} */ what, /** @type {string} */ start, /** @type {string} */ end) =>
    client.ask('GET', `sobjects/Account/${what}/?start=${encodeURIComponent(start)}&end=${encodeURIComponent(end)}`);
  org.clock.set('2024-05-08T12:20:00Z');
  const deleted = (await ask('deleted', '2024-05-08T12:10:59+00:00', '2024-05-08T12:15:00Z')).body;
  assert.deepEqual(deleted, {
    deletedRecords: [{ id: gone, deletedDate: '2024-05-08T12:10:30.000+0000' }],
    earliestDateAvailable: '2024-04-08T12:20:00.000+0000',
    latestDateCovered: '2024-05-08T12:15:00.000+0000',
  });
  const updated = (await ask('updated', '2024-05-08T12:10:00Z', '2024-05-08T13:00:00Z')).body;
  assert.deepEqual(updated, { ids: [fresh], latestDateCovered: '2024-05-08T12:20:00.000+0000' });
  assert.deepEqual((await ask('updated', '2024-05-08T11:00:00Z', '2024-05-08T13:00:00Z')).body.ids, [old, fresh]);
  for (const [start, end] of [
    ['2024-05-08T12:00:00Z', '2024-05-08T12:00:30Z'],
    ['2024-04-01T00:00:00Z', START],
  ]) {
    const { status, body } = await ask('deleted', start, end);
    assert.deepEqual([status, body[0].errorCode], [400, 'INVALID_REPLICATION_DATE']);
  }
});

test('records seen last are told, of an object or of all', async () => {
  const [one, two] = ['One', 'Two'].map((Name) => org.create('Account', { Name }));
  const contact = org.create('Contact', { LastName: 'Ann' });
  org.update(one, { Name: 'Eins' });
  const { recentItems, objectDescribe } = (await client.ask('GET', 'sobjects/Account/')).body;
  assert.deepEqual(
    recentItems,
    [
      [one, 'Eins'],
      [two, 'Two'],
    ].map(([Id, Name]) => ({
      attributes: { type: 'Account', url: `/services/data/v60.0/sobjects/Account/${Id}` },
      Id,
      Name,
    })),
  );
  assert.equal(objectDescribe.keyPrefix, '001');
  await client.query(`SELECT Id FROM Account WHERE Id = '${two}' FOR VIEW`);
  org.remove(one);
  const { body } = await client.ask('GET', 'recent?limit=2');
  assert.deepEqual(
    body.map((/** @type {any} */ { Id }) => Id),
    [two, contact],
  );
});

test('searches words', async () => {
  org.create('Account', { Name: 'Red Beet', Phone: '555', Description: 'sweet roots' });
  org.create('Account', { Name: 'Beetroot', AnnualRevenue: 5 });
  org.create('Contact', { LastName: 'Beet', Email: 'beet@example.com' });
  const names = async (/** @type {string} */ sosl) => {
    const { body } = await client.ask('GET', `search?q=${encodeURIComponent(sosl)}`);
    return body.searchRecords
      .map((/** @type {any} */ record) => record.Name ?? record.LastName ?? record.attributes.type)
      .join(', ');
  };
  assert.equal(await names('FIND {beet}'), 'Account, Contact');
  assert.equal(
    await names('FIND {beet*} RETURNING Account(Name ORDER BY Name), Contact(LastName)'),
    'Beetroot, Red Beet, Beet',
  );
  assert.equal(await names('FIND {"red beet"} RETURNING Account(Name)'), 'Red Beet');
  assert.equal(await names('FIND {beet* AND NOT red} RETURNING Account(Name)'), 'Beetroot');
  assert.equal(
    await names('FIND {roots OR beetroot} IN ALL FIELDS RETURNING Account(Name WHERE AnnualRevenue = 5)'),
    'Beetroot',
  );
  assert.equal(
    await names('FIND {beet*} IN NAME FIELDS RETURNING Account(Name), Contact(LastName) LIMIT 1'),
    'Red Beet',
  );
  assert.equal(await names('FIND {beet\\@example.com} IN EMAIL FIELDS RETURNING Contact(LastName)'), 'Beet');
  assert.equal(await client.refusal('GET', 'search?q=FIND+beet'), '400 MALFORMED_SEARCH');
  assert.equal(await client.refusal('GET', 'search?q=FIND+{beet}+RETURNING+Account(Name'), '400 MALFORMED_SEARCH');
  assert.equal(await client.refusal('GET', 'search?q=FIND+{b}'), '400 MALFORMED_SEARCH');
  assert.equal(await client.refusal('GET', 'search?q=FIND+{beet}+RETURNING+Nonsense'), '400 INVALID_TYPE');
});

test('descriptions and layouts', async () => {
  const { sobjects } = (await client.ask('GET', 'sobjects')).body;
  assert.ok(sobjects.some((/** @type {any} */ { name, keyPrefix }) => name === 'Visit__c' && keyPrefix === 'a00'));
  const { fields, childRelationships } = (await client.ask('GET', 'sobjects/Account/describe')).body;
  const field = (/** @type {string} */ wanted) => fields.find((/** @type {any} */ { name }) => name === wanted);
  assert.deepEqual([field('Name').nillable, field('Name').nameField, field('Id').type], [false, true, 'id']);
  assert.deepEqual([field('ParentId').referenceTo, field('ParentId').relationshipName], [['Account'], 'Parent']);
  assert.deepEqual([field('Description').filterable, field('CreatedDate').updateable], [false, false]);
  const contacts = childRelationships.find(
    (/** @type {any} */ { relationshipName }) => relationshipName === 'Contacts',
  );
  assert.deepEqual([contacts.childSObject, contacts.field, contacts.cascadeDelete], ['Contact', 'AccountId', true]);
  const layout = await client.ask('GET', 'ui-api/layout/Account?formFactor=Medium&layoutType=Compact&mode=Edit');
  assert.deepEqual(
    [layout.body.layoutType, layout.body.mode, layout.body.recordTypeId],
    ['Compact', 'Edit', '012000000000000AAA'],
  );
  assert.equal(layout.body.sections[0].layoutRows[0].layoutItems[0].layoutComponents[0].apiName, 'Name');
  assert.equal(await client.refusal('GET', 'ui-api/layout/Account?mode=Nonsense'), '400 INVALID_PARAMETER');
  assert.equal(await client.refusal('GET', 'ui-api/layout/Nonsense'), '404 INVALID_TYPE');
  const old = (await client.ask('GET', 'sobjects/Account/describe/layouts/012000000000000AAA')).body;
  assert.equal(old.detailLayoutSections[0].heading, 'Account Information');
});

test('a briefcase tells the ids of its records, in pages', async () => {
  const accounts = ['One', 'Two', 'Three'].map((Name) => org.create('Account', { Name }));
  const contact = org.create('Contact', { LastName: 'Ann' });
  org.create('Contact', { LastName: 'Not in it' });
  org.briefcase.rules = [
    { object: 'Account' },
    { object: 'Contact', holds: ({ LastName }) => LastName === 'Ann' },
    { object: 'Visit__c', fails: true },
  ];
  org.briefcase.pageSize = 3;
  const ask = async (/** @type {Record<string, string>} */ query) =>
    (await client.ask('GET', `connect/briefcase/priming-records?${new URLSearchParams(query)}`)).body;
  const first = await ask({});
  assert.deepEqual(first.primingRecords, {
    Account: { '012000000000000AAA': accounts.map((id) => ({ id, systemModstamp: '2024-05-08T12:00:00.000Z' })) },
  });
  assert.deepEqual(first.stats, { recordCountServed: 3, recordCountTotal: 4, ruleCountServed: 2, ruleCountTotal: 3 });
  assert.equal(first.ruleErrors.length, 1);
  const second = await ask({ relayToken: first.relayToken });
  assert.deepEqual([second.primingRecords.Contact['012000000000000AAA'][0].id, second.relayToken], [contact, null]);
  org.clock.advance(1000);
  org.update(accounts[1], { Name: 'Zwei' });
  const changed = await ask({ changedAfterTimestamp: '2024-05-08T12:00:00.000Z' });
  assert.deepEqual(
    changed.primingRecords.Account['012000000000000AAA'].map((/** @type {any} */ { id }) => id),
    [accounts[1]],
  );
  for (const wrong of ['relayToken=x', 'changedAfterTimestamp=yesterday']) {
    assert.equal(await client.refusal('GET', `connect/briefcase/priming-records?${wrong}`), '400 INVALID_PARAMETER');
  }
});
