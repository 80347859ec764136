// The test org's REST resources besides queries: what they answer, and with what codes they refuse.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Org } from '../backends/salesforce/org.mjs';
import { longId } from '../backends/salesforce/data/ids.mjs';
import { clientOf } from './salesforce.mjs';

/** @type {Org} */
let org;
/** @type {ReturnType<typeof clientOf>} */
let client;

const NONE = '0015g0000000zzzAAA';
const START = '2024-05-08T12:00:00Z';

beforeEach(async () => {
  org = await Org.start();
  org.clock.set(START);
  client = clientOf(org);
});
afterEach(() => org.stop());

/** @param {any} list @returns {(string | undefined)[]} the codes of failed records */
const codes = (list) => list.map((/** @type {any} */ { errors }) => errors[0]?.statusCode);

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

/** @param {any} part */
const part = ({ method = 'POST', path = 'sobjects/Account', ...rest }) => ({
  method,
  url: `/services/data/v60.0/${path}`,
  ...rest,
});

test('a composite request goes on after a failure, without what refers to it', async () => {
  const { status, body } = await client.ask('POST', 'composite', {
    compositeRequest: [
      part({ referenceId: 'bad', body: {} }),
      part({ referenceId: 'child', path: 'sobjects/Contact', body: { LastName: 'x', AccountId: '@{bad.id}' } }),
      part({ referenceId: 'good', body: { Name: 'Beet' } }),
      part({ referenceId: 'found', method: 'GET', path: "query?q=SELECT+Id+FROM+Account+WHERE+Id='@{good.id}'" }),
      part({ referenceId: 'named', body: { Name: 'Child of @{good.id}', ParentId: '@{found.records[0].Id}' } }),
      part({ referenceId: 'gone', method: 'DELETE', path: 'sobjects/Account/@{named.id}' }),
    ],
  });
  const parts = body.compositeResponse;
  assert.equal(status, 200);
  assert.deepEqual(
    parts.map((/** @type {any} */ one) => [one.referenceId, one.httpStatusCode]),
    [
      ['bad', 400],
      ['child', 400],
      ['good', 201],
      ['found', 200],
      ['named', 201],
      ['gone', 204],
    ],
  );
  assert.equal(parts[1].body[0].errorCode, 'PROCESSING_HALTED');
  assert.deepEqual(parts[2].httpHeaders, { Location: `/services/data/v60.0/sobjects/Account/${parts[2].body.id}` });
  assert.equal(parts[5].body, null);
  assert.equal(org.record(parts[4].body.id)?.Name, `Child of ${parts[2].body.id}`);
  assert.equal(org.limits.used, 1, 'it counts as one request');
  const path = `sobjects/Account/${parts[2].body.id}`;
  const httpHeaders = { 'If-Unmodified-Since': 'Wed, 08 May 2024 11:00:00 GMT' };
  const late = part({ referenceId: 'late', method: 'PATCH', path, body: { Name: 'x' }, httpHeaders });
  const { compositeResponse } = (await client.ask('POST', 'composite', { compositeRequest: [late] })).body;
  assert.equal(compositeResponse[0].httpStatusCode, 412);
});

test('a composite request is taken back as a whole if it is asked to be', async () => {
  const { body } = await client.ask('POST', 'composite', {
    allOrNone: true,
    compositeRequest: [part({ referenceId: 'good', body: { Name: 'Beet' } }), part({ referenceId: 'bad', body: {} })],
  });
  const errors = body.compositeResponse.map((/** @type {any} */ one) => one.body[0].errorCode);
  assert.deepEqual(errors, ['PROCESSING_HALTED', 'REQUIRED_FIELD_MISSING']);
  assert.deepEqual(org.all('Account'), []);
  const many = Array.from({ length: 26 }, (_, index) => part({ referenceId: `r${index}`, body: {} }));
  assert.equal(await client.refusal('POST', 'composite', { compositeRequest: many }), '400 LIMIT_EXCEEDED');
  for (const referenceId of ['a-b', '']) {
    assert.equal(
      await client.refusal('POST', 'composite', { compositeRequest: [part({ referenceId })] }),
      '400 INVALID_INPUT',
    );
  }
  const twice = [part({ referenceId: 'a' }), part({ referenceId: 'a' })];
  assert.equal(await client.refusal('POST', 'composite', { compositeRequest: twice }), '400 INVALID_INPUT');
});

test('batches and trees', async () => {
  const batchRequests = [
    { method: 'POST', url: 'v60.0/sobjects/Account', richInput: { Name: 'Beet' } },
    { method: 'GET', url: `v60.0/sobjects/Account/${NONE}` },
    { method: 'GET', url: 'v60.0/limits' },
  ];
  const statuses = async (/** @type {boolean} */ haltOnError) => {
    const { body } = await client.ask('POST', 'composite/batch', { haltOnError, batchRequests });
    return [body.hasErrors, ...body.results.map((/** @type {any} */ { statusCode }) => statusCode)];
  };
  assert.deepEqual(await statuses(false), [true, 201, 404, 200]);
  assert.deepEqual(await statuses(true), [true, 201, 404, 412]);
  const tree = (/** @type {string} */ LastName) => ({
    records: [
      {
        attributes: { type: 'Account', referenceId: 'a' },
        Name: 'Tree',
        Contacts: { records: [{ attributes: { type: 'Contact', referenceId: 'c' }, LastName }] },
      },
    ],
  });
  const grown = await client.ask('POST', 'composite/tree/Account', tree('Leaf'));
  assert.deepEqual([grown.status, grown.body.hasErrors], [201, false]);
  const [account, contact] = grown.body.results;
  assert.equal(org.record(contact.id)?.AccountId, account.id);
  const before = org.all('Account').length;
  const felled = await client.ask('POST', 'composite/tree/Account', tree(''));
  assert.deepEqual([felled.status, felled.body.results[0].referenceId], [400, 'c']);
  assert.equal(org.all('Account').length, before);
});

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

test("an org's own code is served, the usual example and a test's", async () => {
  const path = '/services/apexrest/simpleAccount';
  const {
    body: { accountId },
  } = await client.ask('POST', path, { accountName: 'Beet' });
  await client.ask('PATCH', `${path}/${accountId}`, { accountName: "Beet's" });
  assert.deepEqual((await client.ask('GET', `${path}/${accountId}`)).body, { accountId, accountName: "Beet's" });
  const list = (await client.ask('GET', "/services/apexrest/simpleAccounts?namePattern=Beet's%25")).body;
  assert.deepEqual(list, { totalSize: 1, records: [{ accountId, accountName: "Beet's" }] });
  assert.equal((await client.ask('DELETE', `${path}/${accountId}`)).status, 200);
  assert.equal(org.record(accountId)?.IsDeleted, true);
  org.apex.classes.set('echo', ({ method, rest, query, body }) => ({ method, rest, a: query.get('a'), body }));
  const echo = await client.ask('PUT', '/services/apexrest/echo/x/y%20z?a=1', [1]);
  assert.deepEqual(echo.body, { method: 'PUT', rest: 'x/y z', a: '1', body: [1] });
  assert.equal(await client.refusal('GET', '/services/apexrest/nonsense'), '404 NOT_FOUND');
});

test('requests are counted until there are too many', async () => {
  org.limits.most = 2;
  const { headers, body } = await client.ask('GET', 'limits');
  assert.equal(headers.get('sforce-limit-info'), 'api-usage=1/2');
  assert.deepEqual(body.DailyApiRequests, { Max: 2, Remaining: 1 });
  await client.ask('GET', 'limits');
  assert.equal(await client.refusal('POST', 'sobjects/Account', { Name: 'x' }), '403 REQUEST_LIMIT_EXCEEDED');
  assert.deepEqual(org.all('Account'), []);
});
