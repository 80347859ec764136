// The test org's collections: a result for each record, or all of them or none.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { NONE, codes, freshOrg } from './salesforce.mjs';

/** @type {import('../backends/salesforce/org.mjs').Org} */
let org;
/** @type {ReturnType<typeof import('./salesforce.mjs').clientOf>} */
let client;

beforeEach(async () => {
  ({ org, client } = await freshOrg());
});
afterEach(() => org.stop());

test('collections give each record a result of its own', async () => {
  const [one, two] = ['One', 'Two'].map((Name) => org.create('Account', { Name }));
  const gone = org.create('Account', { Name: 'Gone' });
  org.remove(gone);
  const attributes = { type: 'Account' };
  const created = await client.ask('POST', 'composite/sobjects', {
    records: [
      { attributes, Name: 'New' },
      { attributes, Phone: '1' },
      { attributes: { type: 'Contact' }, LastName: 'Ann' },
    ],
  });
  assert.deepEqual(codes(created.body), [undefined, 'REQUIRED_FIELD_MISSING', undefined]);
  assert.deepEqual(created.body[1], {
    success: false,
    errors: [
      { statusCode: 'REQUIRED_FIELD_MISSING', message: 'Required fields are missing: [Name]', fields: ['Name'] },
    ],
  });
  const updated = await client.ask('PATCH', 'composite/sobjects', {
    records: [
      { attributes, id: one, Name: 'Eins' },
      { attributes, id: gone, Name: 'x' },
      { attributes, Id: NONE, Name: 'x' },
      { attributes, Name: 'x' },
    ],
  });
  assert.deepEqual(updated.body[0], { id: one, success: true, errors: [] });
  assert.deepEqual(codes(updated.body), [
    undefined,
    'ENTITY_IS_DELETED',
    'INVALID_CROSS_REFERENCE_KEY',
    'MISSING_ARGUMENT',
  ]);
  const deleted = await client.ask('DELETE', `composite/sobjects?ids=${one},${gone},nonsense`);
  assert.deepEqual(codes(deleted.body), [undefined, 'ENTITY_IS_DELETED', 'MALFORMED_ID']);
  const there = org.create('Visit__c', { Account__c: two, Code__c: 'there' });
  const upserted = await client.ask('PATCH', 'composite/sobjects/Visit__c/Code__c', {
    records: [
      { attributes: { type: 'Visit__c' }, Code__c: 'new', Account__c: two },
      { attributes: { type: 'Visit__c' }, Code__c: 'there', Score__c: 2 },
      { attributes: { type: 'Visit__c' }, Code__c: 'There' },
      { attributes: { type: 'Visit__c' }, Account__c: two },
      { attributes, Code__c: 'd' },
    ],
  });
  assert.deepEqual(
    upserted.body.map((/** @type {any} */ { created }) => created),
    [true, false, undefined, undefined, undefined],
  );
  assert.deepEqual(codes(upserted.body).slice(1), [undefined, 'DUPLICATE_VALUE', 'MISSING_ARGUMENT', 'INVALID_TYPE']);
  assert.equal(org.record(there)?.Score__c, 2);
  const read = await client.ask('POST', 'composite/sobjects/Account', {
    ids: [two, gone, NONE],
    fields: ['Name', 'LastModifiedDate'],
  });
  assert.deepEqual(
    read.body.map((/** @type {any} */ record) => record?.Name),
    ['Two', undefined, undefined],
  );
  assert.equal(read.body[0].Id, two);
  assert.equal(read.body[1], null);
});

test('collections are all or none if they are asked to be, and only so long', async () => {
  const attributes = { type: 'Account' };
  const [one, two] = ['One', 'Two'].map((Name) => org.create('Account', { Name }));
  const records = [
    { attributes, id: one, Name: 'Eins' },
    { attributes, id: two, Name: '' },
  ];
  const { body } = await client.ask('PATCH', 'composite/sobjects', { allOrNone: true, records });
  assert.deepEqual(codes(body), ['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'REQUIRED_FIELD_MISSING']);
  assert.equal(org.record(one)?.Name, 'One');
  const contact = org.create('Contact', { LastName: 'Ann', AccountId: one });
  await client.ask('DELETE', `composite/sobjects?allOrNone=true&ids=${one},nonsense`);
  assert.deepEqual(
    [one, contact].map((id) => org.record(id)?.IsDeleted),
    [false, false],
  );
  assert.equal(
    (await client.query(`SELECT (SELECT Id FROM Contacts) FROM Account WHERE Id = '${one}'`)).records[0].Contacts
      .totalSize,
    1,
  );
  const many = Array.from({ length: 201 }, () => ({ attributes, Name: 'x' }));
  assert.equal(await client.refusal('POST', 'composite/sobjects', { records: many }), '400 EXCEEDED_ID_LIMIT');
  const ids = Array.from({ length: 2001 }, () => one);
  assert.equal(
    await client.refusal('POST', 'composite/sobjects/Account', { ids, fields: ['Id'] }),
    '400 EXCEEDED_ID_LIMIT',
  );
  const unreadable = [
    { attributes, Name: 'x' },
    { attributes, Name: 'x', Nonsense: 1 },
  ];
  const before = org.all('Account').length;
  assert.equal(await client.refusal('POST', 'composite/sobjects', { records: unreadable }), '400 INVALID_FIELD');
  assert.equal(org.all('Account').length, before);
  assert.equal(await client.refusal('POST', 'composite/sobjects', { records: [{ Name: 'x' }] }), '400 INVALID_TYPE');
});
