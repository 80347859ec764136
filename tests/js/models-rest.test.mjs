// `force`: the calls of the REST API, expired sessions, and answers that are none.
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { afterEach, beforeEach, test } from 'node:test';
import { CANNED } from '../backends/salesforce/faults.mjs';
import { Force, force, refusal, startOrg } from './models.mjs';

/** @type {import('../backends/salesforce/org.mjs').Org} */
let org;

beforeEach(async () => {
  org = await startOrg();
});
afterEach(async () => {
  force.discardToken();
  await org.stop();
});

test('records are created, read, changed and deleted, by id and by external id', async () => {
  const { id, success } = await force.create('Account', { Name: 'Broth', attributes: { type: 'Account' } });
  assert.equal(success, true);
  await force.update('Account', { Id: id, Phone: '1', attributes: { type: 'Account' } });
  await force.update('Account', id, { Website: 'https://broth.example' });
  const { attributes, ...read } = await force.retrieve('Account', id, ['Name', 'Phone', 'Website']);
  assert.deepEqual(read, { Id: id, Name: 'Broth', Phone: '1', Website: 'https://broth.example' });
  assert.equal(attributes.type, 'Account');
  assert.equal((await force.retrieve('Account', id)).Name, 'Broth');
  await force.upsert('Visit__c', 'Code__c', 'a/b', { Account__c: id });
  await force.upsert('Visit__c', 'Code__c', 'a/b', { Score__c: 3 });
  assert.deepEqual(org.all('Visit__c').map(({ Code__c, Score__c }) => [Code__c, Score__c]), [['a/b', 3]]);
  assert.equal(await force.del('Account', id), null);
  assert.deepEqual(org.all('Account'), []);
});

test('queries come in pages, searches and descriptions at once', async () => {
  org.batchSize = 2;
  for (const Name of ['Broth', 'Ladle', 'Whisk']) org.create('Account', { Name });
  const first = await force.query("SELECT Name FROM Account WHERE Name != 'a+b&c' ORDER BY Name");
  assert.deepEqual([first.totalSize, first.done, first.records.length], [3, false, 2]);
  const rest = await force.queryMore(first.nextRecordsUrl);
  assert.deepEqual(rest.records.map((/** @type {any} */ { Name }) => Name), ['Whisk']);
  assert.equal((await force.search('FIND {Ladle} RETURNING Account(Name)')).searchRecords[0].Name, 'Ladle');
  assert.equal((await force.describe('Account')).name, 'Account');
  assert.equal((await force.metadata('Account')).objectDescribe.name, 'Account');
  assert.ok((await force.describeGlobal()).sobjects.length > 3);
  assert.ok((await force.describeLayout('Account', '012000000000000AAA')).detailLayoutSections);
  assert.ok((await force.versions()).length > 10);
  assert.ok((await force.resources()).query);
  const answer = await force.apexrest({ path: '/simpleAccounts', params: { namePattern: 'L%' } });
  assert.equal(answer.records[0].accountName, 'Ladle');
  assert.equal((await force.apexrest('simpleAccounts')).totalSize, 3);
});

test('callbacks are called as well as promises are kept', async () => {
  const created = await new Promise((resolve, reject) => void force.create('Account', { Name: 'Broth' }, resolve, reject));
  assert.ok(created.id);
  const error = await new Promise((resolve, reject) => void force.query('nonsense', reject, resolve));
  assert.equal(error.code, 'MALFORMED_QUERY');
});

test('an expired session is renewed once, whoever asks meanwhile, and the request repeated', async () => {
  let renewed = 0;
  force.init({
    instanceURL: org.address,
    accessToken: org.token(),
    refresh: async () => {
      renewed += 1;
      return org.token();
    },
  });
  org.sessions.expire();
  const answers = await Promise.all(['Broth', 'Ladle', 'Whisk'].map((Name) => force.create('Account', { Name })));
  assert.deepEqual([answers.length, renewed, org.all('Account').length], [3, 1, 3]);
  assert.equal(org.requests.filter(({ status }) => status === 401).length, 3);
});

test('a refresh token gets new access tokens, as the original asks for them', async () => {
  const { id, secret } = org.sessions.client;
  const code = org.sessions.code({ user: /** @type {any} */ (org.sessions.userOf(org.token())), client: id }, 'app:back', null);
  const body = new URLSearchParams({
    grant_type: 'authorization_code', client_id: id, client_secret: secret, code, redirect_uri: 'app:back',
  });
  const tokens = await (await fetch(`${org.address}/services/oauth2/token`, { method: 'POST', body })).json();
  force.init({
    instanceURL: tokens.instance_url, accessToken: tokens.access_token, refreshToken: tokens.refresh_token, appId: id,
    loginURL: org.address,
  });
  org.sessions.expire();
  assert.equal((await force.query('SELECT Id FROM Account')).totalSize, 0);
  org.sessions.revokeAll();
  const error = await refusal(force.query('SELECT Id FROM Account'));
  assert.deepEqual([error.status, error.code, error.cause.code], [401, 'INVALID_SESSION_ID', 'LOGIN_NEEDED']);
});

test('without a way to renew it, an expired session is told as the org tells it, and nothing is repeated', async () => {
  force.init({ instanceUrl: org.address, accessToken: org.token() });
  org.sessions.expire();
  const error = await refusal(force.query('SELECT Id FROM Account'));
  assert.deepEqual([error.name, error.type, error.status, error.code], ['RestError', 'RestError', 401, 'INVALID_SESSION_ID']);
  assert.equal(org.requests.length, 1);
  force.init({ instanceUrl: org.address, accessToken: 'nonsense', refresh: async () => 'nonsense, too' });
  assert.equal((await refusal(force.query('SELECT Id FROM Account'))).status, 401);
  assert.equal(org.requests.length, 3, 'refused twice, and left at that');
});

test('refusals have the shape of the API', async () => {
  const error = await refusal(force.create('Contact', { FirstName: 'Ada' }));
  assert.deepEqual([error.status, error.code], [400, 'REQUIRED_FIELD_MISSING']);
  assert.deepEqual(error.details, JSON.parse(error.responseText));
  assert.deepEqual(error.details[0].fields, ['LastName']);
  const told = new Force.Error(error);
  assert.deepEqual([told.type, told.status, told.details, told.xhr], ['RestError', 400, error.details, error]);
  assert.ok(told instanceof Error && told.message === error.message);
  const ofXhr = new Force.Error({ status: 404, responseText: '[{"errorCode":"NOT_FOUND","message":"gone"}]' });
  assert.deepEqual([ofXhr.type, ofXhr.status, ofXhr.message], ['RestError', 404, 'gone']);
});

test('pages of HTML, answers that are cut, and an org that is not reached are errors that say so', async () => {
  const ask = () => refusal(force.query('SELECT Id FROM Account'));
  for (const [answer, status] of [[CANNED.maintenancePage, 503], [CANNED.portalPage, 200]]) {
    org.faults.order({ on: 'query', answer: /** @type {any} */ (answer) });
    const error = await ask();
    assert.deepEqual([error.code, error.status, error.details.length], ['NO_JSON', status, 1]);
  }
  org.faults.order({ on: 'query', cut: 9 });
  assert.equal((await ask()).code, 'NO_JSON');
  org.faults.order({ on: 'query', answer: CANNED.serverError });
  assert.deepEqual((({ status, code }) => [status, code])(await ask()), [500, 'UNKNOWN_EXCEPTION']);
  for (const drop of /** @type {const} */ (['before', 'after'])) {
    org.faults.order({ on: 'query', drop });
    const error = await ask();
    assert.deepEqual([error.code, error.status, new Force.Error(error).type], ['NOT_REACHED', 0, 'RestError']);
  }
});

test('tokens are told to nobody but the org', async () => {
  const token = org.token();
  force.init({ instanceURL: org.address, accessToken: token, refreshToken: 'very secret', appId: 'tureen', loginURL: org.address });
  org.sessions.expire();
  const error = await refusal(force.query('SELECT Id FROM Account'));
  const shown = inspect([error, new Force.Error(error), force, Force], { depth: 9, showHidden: true }) + JSON.stringify(error);
  assert.ok(!shown.includes(token) && !shown.includes('very secret'));
  const elsewhere = await refusal(force.queryMore('https://elsewhere.example/services/data'));
  assert.equal(elsewhere.code, 'BAD_ARGUMENT');
});

test('before anybody has said who asks, and with half of it, there is an error that says what to do', async () => {
  assert.equal(force.isAuthenticated(), true);
  force.discardToken();
  assert.equal(force.isAuthenticated(), false);
  assert.equal((await refusal(force.query('SELECT Id FROM Account'))).code, 'NO_SESSION');
  for (const options of [{ accessToken: 'x' }, { accessToken: '', instanceURL: org.address }, { accessToken: 'x', instanceURL: 'soup' }]) {
    assert.throws(() => force.init(options), { code: 'BAD_ARGUMENT' });
  }
  assert.throws(() => force.init(/** @type {any} */ (undefined)), { code: 'BAD_ARGUMENT' });
});
