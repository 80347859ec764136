// The test org's own code, and its limit of requests.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { freshOrg } from './salesforce.mjs';

/** @type {import('../backends/salesforce/org.mjs').Org} */
let org;
/** @type {ReturnType<typeof import('./salesforce.mjs').clientOf>} */
let client;

beforeEach(async () => {
  ({ org, client } = await freshOrg());
});
afterEach(() => org.stop());

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
