// Records of the test org, one at a time: by id and by external id, and what an org's rules make of them.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { longId } from '../backends/salesforce/data/ids.mjs';
import { NONE, START, clientOf, freshOrg } from './salesforce.mjs';

/** @type {import('../backends/salesforce/org.mjs').Org} */
let org;
/** @type {ReturnType<typeof import('./salesforce.mjs').clientOf>} */
let client;

beforeEach(async () => {
  ({ org, client } = await freshOrg());
});
afterEach(() => org.stop());

test('ids tell in three more characters which letters are capitals', () => {
  assert.equal(longId('001D000000IRFma'), '001D000000IRFmaIAH');
  assert.equal(longId('001D000000IRFmaIAH'), '001D000000IRFmaIAH');
  for (const wrong of ['001d000000IRFmaIAH', '001D000000IRFm', 'local_123456789', 7, undefined]) {
    assert.equal(longId(wrong), undefined);
  }
});

test('versions are told to anybody, resources to who has a session', async () => {
  const versions = await (await fetch(`${org.address}/services/data/`)).json();
  assert.deepEqual(versions[versions.length - 1], {
    label: "Spring '26",
    url: '/services/data/v66.0',
    version: '66.0',
  });
  assert.deepEqual(versions.find((/** @type {any} */ { version }) => version === '59.0').label, "Winter '24");
  const { body } = await client.ask('GET', '/services/data/v59.0/');
  assert.equal(body.sobjects, '/services/data/v59.0/sobjects');
  assert.match(body.identity, /\/id\/00D\w{15}\/005\w{15}$/);
  assert.equal(await client.refusal('GET', '/services/data/v67.0/limits'), '404 NOT_FOUND');
  assert.equal(await client.refusal('GET', '/services/data/v30.0/limits'), '410 UNSUPPORTED_API_VERSION');
  assert.equal(await client.refusal('GET', 'nonsense'), '404 NOT_FOUND');
  assert.equal(await client.refusal('GET', 'sobjects/Nonsense/describe'), '404 NOT_FOUND');
  assert.equal(await client.refusal('PUT', 'sobjects/Account', {}), '405 METHOD_NOT_ALLOWED');
  assert.equal(await clientOf(org, 'nonsense').refusal('GET', 'limits'), '401 INVALID_SESSION_ID');
});

test('a record is created, read, changed and deleted', async () => {
  const { status, body, headers } = await client.ask('POST', 'sobjects/account', {
    Name: ' Beet ',
    phone: '',
    NumberOfEmployees: 3,
  });
  assert.deepEqual([status, body.success, body.errors], [201, true, []]);
  const path = `sobjects/Account/${body.id}`;
  assert.equal(headers.get('location'), `/services/data/v60.0/${path}`);
  const read = (await client.ask('GET', path)).body;
  assert.deepEqual(read.attributes, { type: 'Account', url: `/services/data/v60.0/${path}` });
  assert.deepEqual([read.Name, read.Phone, read.NumberOfEmployees], ['Beet', null, 3], 'trimmed, and nothing is null');
  assert.equal(read.LastModifiedDate, '2024-05-08T12:00:00.000+0000');
  org.clock.advance(61_999);
  assert.equal((await client.ask('PATCH', path, { Name: 'Leek', NumberOfEmployees: null })).status, 204);
  const { attributes: _, ...changed } = (
    await client.ask('GET', `${path}?fields=Name,numberofemployees,LastModifiedDate`)
  ).body;
  assert.deepEqual(
    changed,
    {
      Name: 'Leek',
      NumberOfEmployees: null,
      LastModifiedDate: '2024-05-08T12:01:01.000+0000',
      Id: body.id,
    },
    'times are kept to the second',
  );
  assert.equal((await client.ask('POST', `${path}?_HttpMethod=PATCH`, { Name: 'Corn' })).status, 204);
  assert.equal(org.record(body.id)?.Name, 'Corn');
  assert.equal((await client.ask('DELETE', path)).status, 204);
  assert.equal(await client.refusal('GET', path), '404 NOT_FOUND');
  assert.equal(await client.refusal('PATCH', path, { Name: 'Back' }), '404 ENTITY_IS_DELETED');
  assert.equal(await client.refusal('DELETE', path), '404 ENTITY_IS_DELETED');
});

test('a record that breaks a rule is refused, with the fields that it is about', async () => {
  const account = org.create('Account', { Name: 'Beet' });
  const deleted = org.create('Account', { Name: 'Gone' });
  org.remove(deleted);
  org.create('Visit__c', { Account__c: account, Code__c: 'taken', Number__c: 1 });
  const visit = { Account__c: account };
  /** @type {[string, object, string, string[] | undefined][]} */
  const refused = [
    ['Account', {}, 'REQUIRED_FIELD_MISSING', ['Name']],
    ['Account', { Name: '  ' }, 'REQUIRED_FIELD_MISSING', ['Name']],
    ['Opportunity', { Name: 'x' }, 'REQUIRED_FIELD_MISSING', ['StageName', 'CloseDate']],
    ['Account', { Name: 'x'.repeat(256) }, 'STRING_TOO_LONG', ['Name']],
    ['Account', { Name: 'x', Nonsense: 1 }, 'INVALID_FIELD', undefined],
    ['Account', { Name: 'x', Id: account }, 'INVALID_FIELD_FOR_INSERT_UPDATE', ['Id']],
    ['Account', { Name: 'x', CreatedDate: START }, 'INVALID_FIELD_FOR_INSERT_UPDATE', ['CreatedDate']],
    ['Contact', { LastName: 'x', Name: 'x' }, 'INVALID_FIELD_FOR_INSERT_UPDATE', ['Name']],
    ['Account', { Name: 'x', ParentId: 'local_1' }, 'MALFORMED_ID', ['ParentId']],
    ['Account', { Name: 'x', ParentId: '0035g0000000001AAA' }, 'FIELD_INTEGRITY_EXCEPTION', ['ParentId']],
    ['Account', { Name: 'x', ParentId: NONE }, 'INVALID_CROSS_REFERENCE_KEY', []],
    ['Account', { Name: 'x', ParentId: deleted }, 'ENTITY_IS_DELETED', []],
    ['Account', { Name: 'x', NumberOfEmployees: 1.5 }, 'JSON_PARSER_ERROR', undefined],
    ['Account', { Name: 'x', NumberOfEmployees: 'many' }, 'JSON_PARSER_ERROR', undefined],
    ['Account', { Name: 1 }, 'JSON_PARSER_ERROR', undefined],
    ['Account', { Name: { text: 'x' } }, 'JSON_PARSER_ERROR', undefined],
    ['Contact', { LastName: 'x', Birthdate: '03/02/1990' }, 'JSON_PARSER_ERROR', undefined],
    ['Contact', { LastName: 'x', Email: 'nobody' }, 'INVALID_EMAIL_ADDRESS', ['Email']],
    ['Contact', { LastName: 'x', HasOptedOutOfEmail: null }, 'INVALID_TYPE_ON_FIELD_IN_RECORD', ['HasOptedOutOfEmail']],
    ['Visit__c', { ...visit, Code__c: 'TAKEN' }, 'DUPLICATE_VALUE', []],
    ['Visit__c', { ...visit, Number__c: 1 }, 'DUPLICATE_VALUE', []],
    ['Visit__c', { ...visit, Kind__c: 'Other' }, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', ['Kind__c']],
    ['Visit__c', { ...visit, Topics__c: 'Price;Other' }, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', ['Topics__c']],
    ['Visit__c', { ...visit, Score__c: 10_000 }, 'NUMBER_OUTSIDE_VALID_RANGE', ['Score__c']],
    ['Visit__c', { ...visit, Account__r: { Name: 'Beet' } }, 'INVALID_FIELD', []],
    ['User', { LastName: 'x', Username: 'x' }, 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', []],
  ];
  const before = org.all('Account').length;
  for (const [object, record, code, fields] of refused) {
    const { status, body } = await client.ask('POST', `sobjects/${object}`, record);
    assert.deepEqual([status, body[0].errorCode, body[0].fields], [400, code, fields], JSON.stringify(record));
  }
  assert.deepEqual([org.all('Account').length, org.all('Visit__c').length], [before, 1]);
  assert.equal(await client.refusal('PATCH', `sobjects/Account/${account}`, { Id: account }), '400 INVALID_FIELD');
  assert.equal(await client.refusal('PATCH', 'sobjects/Account/local_1', { Name: 'x' }), '400 MALFORMED_ID');
  assert.equal(
    await client.refusal('PATCH', `sobjects/Account/${NONE}`, { Name: 'x' }),
    '404 INVALID_CROSS_REFERENCE_KEY',
  );
  assert.equal(await client.refusal('GET', `sobjects/Account/${account}?fields=Nonsense`), '400 INVALID_FIELD');
  assert.equal(await client.refusal('POST', 'sobjects/Account', []), '400 JSON_PARSER_ERROR');
  assert.equal(
    await client.refusal('POST', 'sobjects/Account', {}, { 'content-type': 'text/plain' }),
    '415 UNSUPPORTED_MEDIA_TYPE',
  );
});

test('what the server makes of values', async () => {
  const account = org.create('Account', { Name: 'Beet' });
  const id = org.create('Visit__c', {
    Account__c: account,
    Start__c: '2024-05-08T09:30:15.999+02:00',
    Score__c: 1.005,
    Topics__c: 'Quality;Price',
    Opens__c: '08:00:00',
  });
  const { Start__c, Score__c, Topics__c, Opens__c, Name, Done__c } = /** @type {any} */ (org.record(id));
  assert.deepEqual([Start__c, Score__c, Topics__c], ['2024-05-08T07:30:15.000+0000', 1.01, 'Price;Quality']);
  assert.deepEqual([Opens__c, Name, Done__c], ['08:00:00.000Z', 'V-0001', false]);
});

test('a test defines objects and rules of its own', async () => {
  const broken = (/** @type {any} */ { Weight__c }) => Weight__c !== null && Weight__c < 0;
  org.schema.define({
    name: 'Crate__c',
    keyPrefix: 'a09',
    fields: {
      Name: { type: 'string', required: true },
      Weight__c: { type: 'double', scale: 1 },
      Account__c: {
        type: 'reference',
        to: 'Account',
        relationship: 'Account__r',
        children: 'Crates__r',
        onDelete: 'restrict',
      },
    },
    rules: [{ broken, message: 'A crate weighs something', field: 'Weight__c' }],
  });
  const account = org.create('Account', { Name: 'Beet' });
  const { body } = await client.ask('POST', 'sobjects/Crate__c', { Name: 'c', Weight__c: -1 });
  assert.deepEqual(body, [
    { message: 'A crate weighs something', errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', fields: ['Weight__c'] },
  ]);
  org.create('Crate__c', { Name: 'c', Account__c: account });
  assert.equal(await client.refusal('DELETE', `sobjects/Account/${account}`), '400 DELETE_FAILED');
  assert.equal(org.record(account)?.IsDeleted, false);
});

test('what belongs to a deleted record is deleted, what only refers to it is not', async () => {
  const account = org.create('Account', { Name: 'Beet' });
  const other = org.create('Account', { Name: 'Leek', ParentId: account });
  const contact = org.create('Contact', { LastName: 'Ann', AccountId: other });
  const visit = org.create('Visit__c', { Account__c: account, Contact__c: contact });
  const finding = org.create('Finding__c', { Name: 'f', Visit__c: visit });
  const kept = org.create('Visit__c', { Account__c: other, Contact__c: contact });
  org.clock.advance(60_000);
  await client.ask('DELETE', `sobjects/Account/${account}`);
  assert.deepEqual(
    [visit, finding, other].map((id) => org.record(id)?.IsDeleted),
    [true, true, false],
  );
  assert.equal(org.record(other)?.ParentId, null);
  await client.ask('DELETE', `sobjects/Contact/${contact}`);
  const { Contact__c, LastModifiedDate, SystemModstamp } = /** @type {any} */ (org.record(kept));
  assert.deepEqual(
    [Contact__c, LastModifiedDate, SystemModstamp],
    [null, '2024-05-08T12:00:00.000+0000', '2024-05-08T12:01:00.000+0000'],
    'the system did it',
  );
});

test('upserts by external id', async () => {
  const account = org.create('Account', { Name: 'Beet' });
  const path = `sobjects/Visit__c/Code__c/${encodeURIComponent('a/b c')}`;
  const first = await client.ask('PATCH', path, { Account__c: account, Score__c: 1 });
  assert.deepEqual([first.status, first.body.created], [201, true]);
  assert.equal(org.record(first.body.id)?.Code__c, 'a/b c');
  const second = await client.ask('PATCH', path.replace('Code', 'cODE'), { Score__c: 2 });
  assert.deepEqual(
    [second.status, second.body],
    [200, { id: first.body.id, success: true, errors: [], created: false }],
  );
  assert.equal((await client.ask('PATCH', `/services/data/v45.0/${path}`, { Score__c: 3 })).status, 204);
  assert.equal((await client.ask('GET', `${path}?fields=Score__c`)).body.Score__c, 3);
  assert.equal(await client.refusal('PATCH', path, { Code__c: 'x' }), '400 INVALID_FIELD');
  assert.equal(await client.refusal('PATCH', 'sobjects/Visit__c/Kind__c/First', {}), '404 NOT_FOUND');
  assert.equal(await client.refusal('PATCH', 'sobjects/Visit__c/Code__c/new?updateOnly=true', {}), '404 NOT_FOUND');
  const several = ['x', 'y'].map((Code__c) =>
    org.create('Visit__c', { Account__c: account, Code__c, Legacy__c: 'same' }),
  );
  const urls = several.map((id) => `/services/data/v60.0/sobjects/Visit__c/${id}`);
  for (const method of ['GET', 'PATCH', 'DELETE']) {
    const { status, body } = await client.ask(
      method,
      'sobjects/Visit__c/Legacy__c/same',
      method === 'PATCH' ? {} : undefined,
    );
    assert.deepEqual([status, body], [300, urls]);
  }
  assert.equal((await client.ask('PATCH', `sobjects/Visit__c/Id/${several[0]}`, { Score__c: 4 })).status, 200);
  assert.equal((await client.ask('POST', 'sobjects/Visit__c/Id', { Account__c: account })).status, 201);
  assert.equal((await client.ask('DELETE', path)).status, 204);
  assert.equal(org.record(first.body.id)?.IsDeleted, true);
  const led = await client.ask('POST', 'sobjects/Finding__c', { Name: 'f', Visit__r: { Code__c: 'X' } });
  assert.equal(org.record(led.body.id)?.Visit__c, several[0], 'a reference by the external id');
});

test('conditions in headers are kept', async () => {
  const path = `sobjects/Account/${org.create('Account', { Name: 'Beet' })}`;
  const { headers } = await client.ask('GET', path);
  const [etag, modified] = ['etag', 'last-modified'].map((name) => String(headers.get(name)));
  assert.equal(modified, 'Wed, 08 May 2024 12:00:00 GMT');
  const earlier = 'Wed, 08 May 2024 11:00:00 GMT';
  for (const [name, value, status] of [
    ['if-modified-since', modified, 304],
    ['if-modified-since', earlier, 200],
    ['if-none-match', etag, 304],
    ['if-match', etag, 200],
    ['if-match', '"other"', 412],
    ['if-unmodified-since', earlier, 412],
  ])
    assert.equal(
      (await client.ask('GET', path, undefined, { [name]: String(value) })).status,
      status,
      `${name}: ${value}`,
    );
  assert.equal(
    await client.refusal('PATCH', path, { Name: 'x' }, { 'if-unmodified-since': earlier }),
    '412 PRECONDITION_FAILED',
  );
  assert.equal(await client.refusal('DELETE', path, undefined, { 'if-match': '"other"' }), '412 PRECONDITION_FAILED');
  assert.equal((await client.ask('PATCH', path, { Name: 'x' }, { 'if-unmodified-since': modified })).status, 204);
  const described = String((await client.ask('GET', 'sobjects/Account/describe')).headers.get('last-modified'));
  assert.equal(
    (await client.ask('GET', 'sobjects/Account/describe', undefined, { 'if-modified-since': described })).status,
    304,
  );
});
