// Several requests of the test org in one: composite, batches and trees.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { NONE, freshOrg } from './salesforce.mjs';

/** @type {import('../backends/salesforce/org.mjs').Org} */
let org;
/** @type {ReturnType<typeof import('./salesforce.mjs').clientOf>} */
let client;

beforeEach(async () => {
  ({ org, client } = await freshOrg());
});
afterEach(() => org.stop());

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
