// The filter that logs: it tells what passes, and no secret among it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WindowsAzure } from '../../www/node.mjs';

/** @typedef {import('../../www/windows-azure/http.mjs').FilterResponse} FilterResponse */

const { MobileServiceClient, logRequests } = WindowsAzure;

/** In every secret of these tests. */
const MARK = 'hush';

/** @type {any[][]} what was logged */
let logged = [];

/**
 * A client with the filter, in front of an answer of the test's own.
 * @param {Partial<FilterResponse> | Error} [answer]
 */
function client(answer = {}) {
  logged = [];
  const own = new MobileServiceClient('https://site.example').withFilter((_, __, callback) =>
    answer instanceof Error ? callback(answer) : callback(null, { status: 200, statusText: 'OK', responseText: '', ...answer }),
  );
  return own.withFilter(logRequests((...given) => logged.push(structuredClone(given))));
}

/** @param {RegExp} expected something else that must be there */
function assertNoSecret(expected) {
  const text = JSON.stringify(logged);
  assert.match(text, expected);
  assert.doesNotMatch(text, new RegExp(MARK, 'i'));
}

test('it tells method, address, headers, status and bodies', async () => {
  const own = client({
    status: 201,
    statusText: 'Created',
    responseText: '{"id":"1","text":"Peel"}',
    getResponseHeader: (name) => (name === 'ETag' ? '"MQ=="' : null),
    getAllResponseHeaders: () => 'etag: "MQ=="\r\ncontent-type: application/json\r\n',
  });
  await own.getTable('todoitem').insert({ id: '1', text: 'Peel', author: 'Ann' });
  const [[sent, request], [got, response]] = logged;
  assert.equal(sent, '→ POST https://site.example/tables/todoitem');
  assert.equal(request.headers['ZUMO-API-VERSION'], '2.0.0');
  assert.deepEqual(request.body, { id: '1', text: 'Peel', author: 'Ann' });
  assert.equal(got, '← POST https://site.example/tables/todoitem: 201 Created');
  assert.deepEqual(response, {
    headers: { etag: '"MQ=="', 'content-type': 'application/json' },
    body: { id: '1', text: 'Peel' },
  });
});

test('it tells a query in clear, what has no body without one, and passes everything on', async () => {
  const rows = await client({ responseText: '[{"id":"1"}]' }).getTable('todoitem').where({ text: 'a b' }).read();
  assert.deepEqual([...rows], [{ id: '1' }]);
  const [[sent, request]] = logged;
  assert.equal(sent, "→ GET https://site.example/tables/todoitem?$filter=(text eq 'a b')");
  assert.ok(!('body' in request));
});

test('it tells of a request that failed, and of a server that was not reached', async () => {
  const failure = new Error(`no route for token=${MARK}`);
  await assert.rejects(client(failure).getTable('todoitem').read(), failure);
  assert.equal(logged[1][0], '✗ GET https://site.example/tables/todoitem: Error: no route for token=[hidden]');
  await assert.rejects(client({ status: 0, statusText: '' }).getTable('todoitem').read(), { code: 'UNREACHABLE' });
  assert.equal(logged[1][0], '← GET https://site.example/tables/todoitem: not reached');
});

test('the token of the user is nowhere, even where an answer repeats it', async () => {
  const own = client({
    responseText: `"seen: abc.${MARK}.xyz"`,
    statusText: `abc.${MARK}.xyz`,
    getAllResponseHeaders: () => `x-echo: abc.${MARK}.xyz\r\nset-cookie: session=${MARK}\r\nx-shown: yes\r\n`,
  });
  own.currentUser = { userId: 'sid:1', mobileServiceAuthenticationToken: `abc.${MARK}.xyz` };
  await own.invokeApi(`me/abc.${MARK}.xyz`, {
    headers: { Authorization: `Bearer ${MARK}-2`, Cookie: `a=${MARK}`, 'X-Api-Key': `${MARK}-3`, 'x-functions-key': `${MARK}-4` },
    parameters: { q: `abc.${MARK}.xyz`, again: `${MARK}-2` },
  });
  assertNoSecret(/"X-ZUMO-AUTH":"\[hidden\]".*"x-shown":"yes"/);
});

for (const [name, parameters] of /** @type {[string, Record<string, unknown>][]} */ ([
  ['a token', { access_token: MARK, shown: 'x' }],
  ['a token with what a query has a meaning for', { authenticationToken: `a&b=${MARK}#;=${MARK}`, shown: 'x' }],
  ['a password', { Password: `${MARK} ${MARK}`, shown: 'x' }],
  ["a provider's code, a signature and a key", { code: MARK, sig: MARK, key: MARK, shown: 'x' }],
  ['an object', { login: { user: 'x', id_token: MARK, shown: 'x' } }],
  ['a token by its looks', { q: `eyJhbGciOiJI.${MARK}.${MARK}`, shown: 'x' }],
])) {
  test(`no secret passes in the query: ${name}`, async () => {
    await client().invokeApi('any', { method: 'GET', parameters });
    assertNoSecret(/shown/);
  });
}

for (const [name, body] of /** @type {[string, unknown][]} */ ([
  ['JSON', { user: 'x', token: MARK }],
  ['an object within', { token: { access_token: MARK, all: [MARK] }, user: 'x' }],
  ['JSON within', { user: 'x', list: [{ refreshToken: [MARK] }, { clientSecret: { a: MARK } }] }],
  ['JSON as text within JSON', { user: 'x', kept: JSON.stringify({ user: 1, password: `my "${MARK}" ${MARK}` }) }],
  ['a form', `user=x&password=a%20%26${MARK}&client_secret=${MARK}`],
  ['text', `user: x, password: "${MARK} ${MARK}", Authorization: Bearer ${MARK}`],
  ['JSON that is cut off', `{"user":"x","access_token":"my \\"${MARK}`],
  ['a token by its looks', { user: `x eyJhbGciOiJI.${MARK}.${MARK}` }],
  ['an address', { user: `https://ann:${MARK}@site.example/?code=${MARK}` }],
])) {
  test(`no secret passes in a body: ${name}`, async () => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    await client({ responseText: text, getResponseHeader: () => 'text/plain' }).invokeApi('any', { body });
    assert.equal(logged.length, 2);
    for (const [, { body: told }] of logged) assert.ok(told, 'there is a body');
    assertNoSecret(/user/);
  });
}

test('of a login there is no body at all', async () => {
  const own = client({ responseText: `{"user":{"userId":"sid:${MARK}"}}` });
  await own.invokeApi('https://site.example/.auth/login/aad', { body: { anything: MARK } });
  await own.invokeApi('https://site.example/.auth/me', { method: 'GET' });
  assertNoSecret(/200 OK/);
  assert.ok(logged.every(([, told]) => !('body' in told)));
});

test('a large text is quick', async () => {
  const large = 'a'.repeat(2_000_000);
  await client({ responseText: JSON.stringify({ large }) }).invokeApi('any', { method: 'GET' });
  assert.equal(logged[1][1].body.large.length, large.length);
});

test('it takes a function', () => {
  assert.throws(() => logRequests(/** @type {any} */ (undefined)), { name: 'TypeError', message: /console\.log/ });
});
