// The test org as a server on a network: who is let in, what can go wrong on the way, and what a test learns of it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { CANNED } from '../backends/salesforce/faults.mjs';
import { Org } from '../backends/salesforce/org.mjs';
import { clientOf } from './salesforce.mjs';

/** @type {Org} */
let org;
/** @type {ReturnType<typeof clientOf>} */
let client;

const REDIRECT = 'http://localhost/callback';
const VERIFIER = 'a verifier that is long enough to be one, as RFC 7636 wants it';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

beforeEach(async () => {
  org = await Org.start({ client: { id: 'app', secret: 'secret', redirects: [REDIRECT] } });
  client = clientOf(org);
});
afterEach(() => org.stop());

/** @param {Record<string, string>} given */
async function token(given) {
  const body = new URLSearchParams({ client_id: 'app', ...given });
  const response = await fetch(`${org.address}/services/oauth2/token`, { method: 'POST', body });
  return { status: response.status, body: await response.json() };
}

/** @param {Record<string, string>} given */
async function authorize(given) {
  const body = new URLSearchParams({
    response_type: 'code',
    client_id: 'app',
    redirect_uri: REDIRECT,
    code_challenge: CHALLENGE,
    username: 'admin@example.com',
    password: 'admin',
    state: 's',
    ...given,
  });
  const response = await fetch(`${org.address}/services/oauth2/authorize`, {
    method: 'POST',
    body,
    redirect: 'manual',
  });
  return { response, back: new URL(response.headers.get('location') ?? 'none:').searchParams };
}

const exchange = async (/** @type {Record<string, string>} */ given = {}, code = /** @type {string | null} */ (null)) =>
  token({
    grant_type: 'authorization_code',
    code: code ?? String((await authorize({})).back.get('code')),
    redirect_uri: REDIRECT,
    code_verifier: VERIFIER,
    ...given,
  });

test('a password is changed for a token, if everything is right', async () => {
  const given = { grant_type: 'password', client_secret: 'secret', username: 'admin@example.com', password: 'admin' };
  const { body } = await token(given);
  assert.deepEqual([body.instance_url, body.token_type, body.refresh_token], [org.address, 'Bearer', undefined]);
  assert.equal((await clientOf(org, body.access_token).ask('GET', 'limits')).status, 200);
  for (const [wrong, error] of [
    [{ password: 'x' }, 'invalid_grant'],
    [{ client_id: 'x' }, 'invalid_client_id'],
    [{ client_secret: 'x' }, 'invalid_client'],
    [{ grant_type: 'x' }, 'unsupported_grant_type'],
  ]) {
    const refused = await token({ ...given, .../** @type {Record<string, string>} */ (wrong) });
    assert.deepEqual([refused.status, refused.body.error], [400, error]);
  }
});

test('a code is worth tokens once, to who began to ask, and not for long', async () => {
  const { back } = await authorize({});
  assert.equal(back.get('state'), 's');
  const code = String(back.get('code'));
  const { body } = await exchange({}, code);
  assert.equal((await clientOf(org, body.access_token).ask('GET', 'limits')).status, 200);
  assert.equal((await exchange({}, code)).body.error, 'invalid_grant');
  assert.equal((await exchange({ code_verifier: 'another' })).body.error, 'invalid_grant');
  assert.equal((await exchange({ redirect_uri: 'http://localhost/other' })).body.error, 'redirect_uri_mismatch');
  const late = String((await authorize({})).back.get('code'));
  org.clock.advance(16 * 60_000);
  assert.equal((await exchange({}, late)).body.error_description, 'expired authorization code');
});

test('the page to log in on', async () => {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'app',
    redirect_uri: REDIRECT,
    state: '"><script>',
  });
  const page = await fetch(`${org.address}/services/oauth2/authorize?${query}`);
  assert.match(String(page.headers.get('content-type')), /^text\/html/);
  const text = await page.text();
  assert.ok(text.includes('name="state" value="&#34;&#62;&#60;script&#62;"') && !text.includes('<script>'));
  const again = await authorize({ password: 'wrong' });
  assert.equal(again.response.status, 200);
  assert.match(await again.response.text(), /check your username and password/);
  assert.equal((await authorize({ deny: '1' })).back.get('error'), 'access_denied');
  assert.equal((await authorize({ code_challenge_method: 'plain' })).back.get('error'), 'invalid_request');
  const elsewhere = await authorize({ redirect_uri: 'https://elsewhere.example/' });
  assert.deepEqual(
    [elsewhere.response.status, (await elsewhere.response.json()).error],
    [400, 'redirect_uri_mismatch'],
  );
});

test('sessions end, and are begun anew with a refresh token until that is taken back', async () => {
  const { body } = await exchange();
  const session = clientOf(org, body.access_token);
  org.sessions.expire();
  const { status, headers, body: refused } = await session.ask('GET', 'limits');
  assert.deepEqual(
    [status, refused],
    [401, [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]],
  );
  assert.equal(headers.get('www-authenticate'), 'Token');
  const refresh = () => token({ grant_type: 'refresh_token', refresh_token: body.refresh_token });
  const { access_token: fresh, refresh_token: none } = (await refresh()).body;
  assert.equal(none, undefined);
  assert.equal((await clientOf(org, fresh).ask('GET', 'limits')).status, 200);
  const about = async (/** @type {string} */ url) => fetch(url, { headers: { authorization: `Bearer ${fresh}` } });
  assert.equal(
    (await (await about(`${org.address}/services/oauth2/userinfo`)).json()).preferred_username,
    'admin@example.com',
  );
  assert.equal((await (await about(body.id)).json()).username, 'admin@example.com');
  assert.equal((await fetch(body.id)).status, 403);
  const revoked = await fetch(`${org.address}/services/oauth2/revoke?token=${encodeURIComponent(body.refresh_token)}`);
  assert.equal(revoked.status, 200);
  assert.equal((await clientOf(org, fresh).ask('GET', 'limits')).status, 401);
  assert.deepEqual((await refresh()).body, {
    error: 'invalid_grant',
    error_description: 'expired access/refresh token',
  });
});

test('pages of other origins are let in, if they are on the list', async () => {
  const preflight = (/** @type {string} */ origin) =>
    fetch(`${org.address}/services/data/v60.0/limits`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
  const { status, headers } = await preflight('http://app.example');
  assert.deepEqual([status, headers.get('access-control-allow-origin')], [204, 'http://app.example']);
  assert.equal(headers.get('access-control-allow-headers'), 'authorization,content-type');
  assert.match(String(headers.get('access-control-allow-methods')), /PATCH/);
  const refused = await clientOf(org, 'none').ask('GET', 'limits', undefined, { origin: 'http://app.example' });
  assert.equal(refused.headers.get('access-control-allow-origin'), 'http://app.example', 'errors can be read, too');
  org.origins = ['http://app.example'];
  assert.equal((await preflight('http://other.example')).headers.get('access-control-allow-origin'), null);
  assert.deepEqual(org.asked(), ['GET /services/data/v60.0/limits'], 'preflights are not among the requests');
});

test('a connection breaks before a change is made, or after', async () => {
  const create = (/** @type {string} */ Name) => client.ask('POST', 'sobjects/Account', { Name });
  org.faults.order({ on: 'POST /services/data/v60.0/sobjects/Account', drop: 'before' });
  await assert.rejects(create('Never'), TypeError);
  org.faults.order({ on: /sobjects\/Account$/, drop: 'after' });
  await assert.rejects(create('Lost'), TypeError);
  assert.equal((await create('Told')).status, 201);
  assert.deepEqual(
    org.all('Account').map(({ Name }) => Name),
    ['Lost', 'Told'],
  );
  assert.deepEqual(
    org.requests.map(({ status }) => status),
    [0, 201, 201],
  );
});

test('clients that go away or say nonsense do no harm', async () => {
  const { port, host } = new URL(org.address);
  const socket = connect(Number(port), '127.0.0.1');
  const lines = [
    'POST /services/data/v60.0/sobjects/Account HTTP/1.1',
    `Host: ${host}`,
    'Content-Length: 100',
    '',
    '{"Name":',
  ];
  await new Promise((resolve) => socket.write(lines.join('\r\n'), resolve));
  await new Promise((resolve) => socket.once('close', resolve).destroy());
  assert.equal(await client.refusal('POST', 'composite', { compositeRequest: [null] }), '500 UNKNOWN_EXCEPTION');
  assert.equal((await client.ask('GET', 'limits')).status, 200);
  assert.deepEqual(org.all('Account'), []);
});

test('a request waits until the test lets it go, before it is served or after', async () => {
  for (const [place, done] of /** @type {['before' | 'after', number][]} */ ([
    ['before', 0],
    ['after', 1],
  ])) {
    const held = org.faults.order({ on: 'sobjects/Account', hold: place });
    const answer = client.ask('POST', 'sobjects/Account', { Name: place });
    await held.reached;
    assert.equal(org.all('Account').filter(({ Name }) => Name === place).length, done);
    assert.equal((await client.ask('GET', 'limits')).status, 200, 'others do not wait');
    held.release();
    assert.equal((await answer).status, 201);
    assert.equal(org.all('Account').filter(({ Name }) => Name === place).length, 1);
  }
});

test('answers come from somebody else, or are cut short', async () => {
  const fault = org.faults.order({ on: 'limits', answer: CANNED.unavailable, times: 2 });
  assert.deepEqual(
    [(await client.ask('GET', 'limits')).status, (await client.ask('GET', 'limits')).status],
    [503, 503],
  );
  assert.equal((await client.ask('GET', 'limits')).status, 200);
  assert.equal(fault.hits, 2);
  org.faults.order({ on: 'limits', answer: CANNED.serverError });
  assert.equal(await client.refusal('GET', 'limits'), '500 UNKNOWN_EXCEPTION');
  const raw = () =>
    fetch(`${org.address}/services/data/v60.0/limits`, { headers: { authorization: `Bearer ${org.token()}` } });
  for (const page of [CANNED.maintenancePage, CANNED.portalPage]) {
    org.faults.order({ on: 'limits', answer: page });
    const answer = await raw();
    assert.deepEqual(
      [answer.status, answer.headers.get('content-type'), (await answer.text()).slice(0, 6)],
      [page.status, 'text/html', '<html>'],
    );
  }
  org.faults.order({ on: 'limits', cut: 20 });
  const cut = await (await raw()).text();
  assert.equal(cut.length, 20);
  assert.throws(() => JSON.parse(cut), SyntaxError);
  org.faults.order({ on: 'limits', drop: 'before' });
  org.faults.clear();
  assert.equal((await raw()).status, 200);
});

test('an address has 16 KiB, with the headers', async () => {
  const status = async (/** @type {number} */ letters) => {
    const soql = `SELECT Id FROM Account WHERE Name = '${'x'.repeat(letters)}'`;
    const url = `${org.address}/services/data/v60.0/query?q=${encodeURIComponent(soql)}`;
    return (await fetch(url, { headers: { authorization: `Bearer ${org.token()}` } })).status;
  };
  assert.deepEqual([await status(15_000), await status(16_384)], [200, 431]);
});

test('a test learns what was asked and how much was served', async () => {
  org.create('Account', { Name: 'Beet' });
  await client.query("SELECT Name FROM Account WHERE Name = 'Beet'");
  await client.ask('POST', 'sobjects/Account', { Name: 'Leek' }, { 'x-of-the-test': 'yes' });
  const [, { headers, body, status }] = org.requests;
  assert.deepEqual([headers['x-of-the-test'], JSON.parse(body), status], ['yes', { Name: 'Leek' }, 201]);
  assert.deepEqual(org.asked(), [
    "GET /services/data/v60.0/query?q=SELECT Name FROM Account WHERE Name = 'Beet'",
    'POST /services/data/v60.0/sobjects/Account',
  ]);
  assert.deepEqual(org.asked(), []);
  const { requests, records, bytes, milliseconds } = org.served;
  assert.deepEqual([requests, records], [2, 1]);
  assert.ok(bytes > 100 && milliseconds > 0);
});

test("the clock is the machine's until a test sets it", () => {
  const now = Date.now();
  assert.ok(org.clock.now() >= now);
  org.clock.set('2020-02-03T04:05:06Z');
  org.clock.advance(1000);
  assert.equal(org.clock.now(), Date.UTC(2020, 1, 3, 4, 5, 7));
  org.clock.run();
  assert.ok(org.clock.now() >= now);
});

test('users have sessions of their own', async () => {
  const user = org.addUser('ann@example.com', 'secret', { FirstName: 'Ann', LastName: 'Beet' });
  const ann = clientOf(org, org.token(user));
  const { body } = await ann.ask('POST', 'sobjects/Account', { Name: "Ann's" });
  assert.deepEqual([org.record(body.id)?.OwnerId, org.record(body.id)?.CreatedById], [user, user]);
  assert.equal((await client.ask('GET', 'recent')).body.length, 0, 'the admin saw nothing');
  assert.equal((await client.query('SELECT Owner.Name FROM Account')).records[0].Owner.Name, 'Ann Beet');
});
