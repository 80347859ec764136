// The tables of a real backend, called as the Azure SDK's are.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WindowsAzure } from '../../www/node.mjs';
import { backend as startBackend, device } from './device.mjs';

/** @typedef {import('../../www/windows-azure/http.mjs').FilterRequest} FilterRequest */

/** @type {Awaited<ReturnType<typeof startBackend>>} */
let backend;
/** @type {InstanceType<typeof WindowsAzure.MobileServiceClient>} */
let client;

before(async () => {
  backend = await startBackend();
  client = new WindowsAzure.MobileServiceClient(backend.address);
});
after(() => backend.stop());

test('a record is added, looked up, changed, deleted and brought back', async () => {
  const table = client.getTable('todoitem');
  const due = new Date(Date.UTC(2024, 1, 29, 12, 30));
  const added = await table.insert({ text: 'Peel', complete: false, due });
  assert.equal(added.text, 'Peel');
  assert.deepEqual(added.due, due, 'a date comes back as one');
  assert.ok(added.id && added.version);

  const changed = await table.update({ ...added, text: 'Peel and cut' });
  assert.notEqual(changed.version, added.version);
  assert.equal((await table.lookup(added.id)).text, 'Peel and cut');
  assert.deepEqual(await table.refresh({ id: added.id }), await table.lookup(added.id));

  assert.equal(await table.del({ id: added.id, version: changed.version }), undefined);
  await assert.rejects(table.lookup(added.id), { message: 'The item does not exist' });
  assert.equal((await table.undelete({ id: added.id })).text, 'Peel and cut');
  assert.equal((await table.lookup(added.id)).deleted, false);
});

test('a query, OData text and parameters read the same', async () => {
  const table = client.getTable('todoitem');
  for (const price of [1, 2, 3]) await table.insert({ text: 'priced', price });
  const ids = (/** @type {any[]} */ rows) => rows.map(({ price }) => price);
  assert.deepEqual(ids(await table.where({ text: 'priced' }).orderByDescending('price').take(2).read()), [3, 2]);
  assert.deepEqual(ids(await table.read("$filter=(text eq 'priced')&$orderby=price")), [1, 2, 3]);
  const counted = await table.where({ text: 'priced' }).take(1).includeTotalCount().read();
  assert.deepEqual([counted.length, counted.totalCount], [1, 3]);
  const projected = await table.where({ text: 'priced' }).orderBy('price').select(function (/** @type {any} */ row) {
    // @ts-ignore the row is `this`, as in the original
    return this.price * 10;
  }).read();
  assert.deepEqual([...projected], [10, 20, 30]);
  await assert.rejects(table.read(new WindowsAzure.Query('other')), /query for table 'other' via table 'todoitem'/);
  await assert.rejects(table.read(null, { $top: 1 }), /must not begin with a '\$'/);
});

test('a record that another changed meanwhile is not overwritten', async () => {
  const table = client.getTable('todoitem');
  const { id, version } = await table.insert({ text: 'a' });
  await table.update({ id, text: 'b' });
  for (const refused of [table.update({ id, text: 'c', version }), table.del({ id, version })]) {
    await assert.rejects(refused, (/** @type {any} */ error) => {
      assert.equal(error.code, 'CONFLICT');
      assert.equal(error.request.status, 412);
      assert.equal(error.serverInstance.text, 'b');
      return error instanceof Error;
    });
  }
});

test('what cannot be sent is refused at once', async () => {
  const table = client.getTable('todoitem');
  await assert.rejects(table.lookup('a/b'), { message: 'id "a/b" is not valid.', code: 'INVALID_ID' });
  await assert.rejects(table.update(/** @type {any} */ ({ text: 'no id' })), { message: 'instance.id "undefined" is not valid.' });
  await assert.rejects(table.insert({ ID: 'x' }), /id member is already set/);
  await assert.rejects(table.insert(/** @type {any} */ (null)), { message: 'instance cannot be null.' });
  assert.throws(() => client.getTable(''), { message: 'tableName cannot be null or empty.' });
  assert.throws(() => new WindowsAzure.MobileServiceClient(/** @type {any} */ (5)), /expected to be a value of type string/);
});

test('every request says who asks; features are of their own request alone', async () => {
  /** @type {FilterRequest[]} */
  const seen = [];
  const watched = client.withFilter((request, next, callback) => {
    seen.push(request);
    callback(null, { status: 200, responseText: '[]' });
  });
  watched.currentUser = { userId: 'ann', mobileServiceAuthenticationToken: 'a.b.c' };
  for (let time = 0; time < 3; time += 1) await watched.getTable('todoitem').read('$top=1', { extra: 'a b' });
  await watched.invokeApi('echo', { body: { a: 1 } });
  const [first, , third, api] = seen;
  assert.equal(first.type, 'GET');
  assert.equal(first.url, `${backend.address}/tables/todoitem?$top=1&extra=a%20b`);
  assert.equal(first.headers['ZUMO-API-VERSION'], '2.0.0');
  assert.equal(first.headers['X-ZUMO-AUTH'], 'a.b.c');
  assert.match(first.headers['X-ZUMO-VERSION'], /^ZUMO\/2\.0 /);
  assert.match(first.headers['X-ZUMO-INSTALLATION-ID'], /^[0-9a-f-]{36}$/);
  assert.equal(first.headers['X-ZUMO-FEATURES'], 'TR,QS');
  assert.equal(third.headers['X-ZUMO-FEATURES'], 'TR,QS', 'it does not grow');
  assert.equal(api.headers['X-ZUMO-FEATURES'], 'AJ');
  assert.equal(api.data, '{"a":1}');
});

test('filters see a request newest first, and may answer it, change it, send it twice or fail it', async () => {
  /** @type {string[]} */
  const order = [];
  const noting = (/** @type {string} */ name) => /** @type {import('../../www/windows-azure/http.mjs').Filter} */ (
    (request, next, callback) => {
      order.push(`${name} asks`);
      next(request, (error, response) => {
        order.push(`${name} answers`);
        callback(error, response);
      });
    }
  );
  await client.withFilter(noting('first')).withFilter(noting('last')).getTable('todoitem').read('$top=1');
  assert.deepEqual(order, ['last asks', 'first asks', 'first answers', 'last answers']);

  const answering = client.withFilter((request, next, callback) => callback(null, { status: 200, responseText: '[{"id":"x"}]' }));
  assert.deepEqual([...(await answering.getTable('any').read())], [{ id: 'x' }]);

  const failing = client.withFilter((request, next, callback) => callback('no ladle'));
  await assert.rejects(failing.getTable('any').read(), { message: 'no ladle' });

  const reason = new TypeError('mine');
  const throwing = client.withFilter(() => {
    throw reason;
  });
  await assert.rejects(throwing.getTable('any').read(), (error) => error === reason);

  let tries = 0;
  const retrying = client.withFilter((request, next, callback) => {
    next({ ...request, url: request.url.replace('nothing', 'todoitem') }, (error, response) => {
      tries += 1;
      if (tries < 2) next({ ...request, url: request.url.replace('nothing', 'todoitem') }, callback);
      else callback(error, response);
    });
  });
  assert.ok(Array.isArray(await retrying.getTable('nothing').read('$top=1')));
});

test('an API is called by name or address, and its JSON is read', async () => {
  const told = await client.invokeApi('echo', { body: { a: 1 }, parameters: { q: 'z z' } });
  assert.deepEqual(told.result, { body: { a: 1 }, query: { q: 'z z' } });
  assert.equal(told.status, 200);
  assert.match(String(told.getResponseHeader?.('content-type')), /json/);
  const got = await client.invokeApi(`${backend.address}/api/echo?q=1`, { method: 'get' });
  assert.equal(got.result.query.q, '1');
  await assert.rejects(client.invokeApi('nowhere'), (/** @type {any} */ error) => error.request.status === 404);
  await assert.rejects(client.invokeApi('echo', { method: 'BREW' }), { code: 'BAD_ARGUMENT' });
});

test('a server that is not there, and one that takes too long, are told apart', async () => {
  const nobody = new WindowsAzure.MobileServiceClient('http://127.0.0.1:9');
  await assert.rejects(nobody.getTable('todoitem').read(), { code: 'UNREACHABLE', message: /^Unexpected connection failure\./ });
  const { createServer } = await import('node:http');
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = /** @type {import('node:net').AddressInfo} */ (silent.address());
  const patient = new WindowsAzure.MobileServiceClient(`http://127.0.0.1:${port}`, { timeout: 50 });
  await assert.rejects(patient.getTable('todoitem').read(), { code: 'TIMED_OUT' });
  const abort = new AbortController();
  const asked = new WindowsAzure.MobileServiceClient(`http://127.0.0.1:${port}`).invokeApi('a', { signal: abort.signal });
  abort.abort();
  await assert.rejects(asked, { name: 'AbortError', code: 'ABORTED' });
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
});

test('a token is exchanged for a user, and never shown to filters or errors', async () => {
  const { createServer } = await import('node:http');
  const asked = /** @type {{ url?: string, body: string }[]} */ ([]);
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk)).on('end', () => {
      asked.push({ url: request.url, body });
      response.setHeader('content-type', 'application/json');
      if (request.url?.includes('facebook')) response.writeHead(401).end('{"error":"not you"}');
      else response.end('{"user":{"userId":"sid:1"},"authenticationToken":"x.y.z"}');
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  let filtered = 0;
  const own = new WindowsAzure.MobileServiceClient(`http://127.0.0.1:${port}/`).withFilter((request, next, callback) => {
    filtered += 1;
    next(request, callback);
  });
  const user = await own.loginWithOptions('WindowsAzureActiveDirectory', { token: { access_token: 'secret' }, parameters: { a: 1 } });
  assert.deepEqual(user, { userId: 'sid:1', mobileServiceAuthenticationToken: 'x.y.z' });
  assert.equal(own.currentUser, user);
  assert.deepEqual(asked[0], { url: '/.auth/login/aad?a=1', body: '{"access_token":"secret"}' });
  await own.login('a.b.c');
  assert.deepEqual(asked[1], { url: '/.auth/login', body: '{"authenticationToken":"a.b.c"}' });
  assert.equal(filtered, 0);
  await own.logout();
  assert.equal(own.currentUser, null);
  await assert.rejects(own.login('facebook', { access_token: 'secret' }), (/** @type {any} */ error) => {
    assert.equal(error.message, 'not you');
    return !JSON.stringify(error).includes('secret');
  });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('promises are real ones, and end with done', async (context) => {
  const read = client.getTable('todoitem').read('$top=1');
  assert.ok(read instanceof Promise);
  const rows = await new Promise((resolve, reject) => read.then((got) => got).done(resolve, reject));
  assert.ok(Array.isArray(rows));
  // What is thrown is thrown from a timer, where the page's error listener hears of it.
  const thrown = new Promise((resolve) => context.mock.method(globalThis, 'setTimeout', resolve));
  read.done(() => {
    throw new Error('from done');
  });
  assert.throws(/** @type {() => void} */ (await thrown), { message: 'from done' });
});

test('a client made by withFilter has a context of its own', async () => {
  const { client: initialized } = await device(backend.address);
  const other = initialized.withFilter((request, next, callback) => next(request, callback));
  await assert.rejects(other.getSyncContext().push(), { code: 'NOT_INITIALIZED' });
});

test('a device is registered for push notifications, and unregistered', async () => {
  /** @type {FilterRequest[]} */
  const asked = [];
  const { push } = client.withFilter((request, next, callback) => {
    asked.push(request);
    callback(null, { status: 200, responseText: '' });
  });
  const template = { body: { text: '$(message)' }, tags: ['news'] };
  await push.register('gcm', 'channel/1', { news: template, plain: { body: '<toast/>' } });
  await push.unregister('channel/1');
  const [registered, unregistered] = asked;
  const { installationId, ...content } = JSON.parse(String(registered.data));
  assert.equal(registered.type, 'PUT');
  assert.equal(registered.url, `${backend.address}/push/installations/${installationId}`);
  assert.equal(registered.headers['X-ZUMO-INSTALLATION-ID'], installationId);
  assert.deepEqual(content, {
    pushChannel: 'channel/1',
    platform: 'gcm',
    templates: { news: { body: '{"text":"$(message)"}', tags: ['news'] }, plain: { body: '<toast/>' } },
    secondaryTiles: {},
  });
  assert.deepEqual(template.body, { text: '$(message)' }, "the app's own template is left alone");
  assert.deepEqual([unregistered.type, unregistered.url, unregistered.data], ['DELETE', registered.url, null]);
  await assert.rejects(push.register('', 'channel'), { message: 'platform cannot be null or empty.' });
  await assert.rejects(push.unregister(''), { message: 'pushChannel cannot be null or empty.' });
});

test('an id of empty text is none', async () => {
  /** @type {FilterRequest[]} */
  const asked = [];
  const table = client.withFilter((request, next, callback) => {
    asked.push(request);
    callback(null, { status: 201, responseText: '{"id":"given"}' });
  }).getTable('todoitem');
  assert.equal((await table.insert({ id: '', text: 'a' })).id, 'given');
  assert.equal(asked[0].data, '{"id":"","text":"a"}');
});
