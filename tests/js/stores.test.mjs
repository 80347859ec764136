// Whose stores they are: users', one after another, and the app's; and what default stores have from the beginning.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { logout, openStore, ready, setUser, smartstore, smartstoreClient as client } from '../../www/node.mjs';

const specs = [{ path: 'name', type: 'string' }];
const page = /** @type {{ document?: any, cordova?: any }} */ (globalThis);

beforeEach(async () => {
  setUser(null);
  await ready({ requireUser: false });
  await client.removeAllStores();
  await client.removeAllGlobalStores();
});

/** @param {string} id */
async function clear(id) {
  setUser(id);
  await logout();
}

describe('users', () => {
  afterEach(async () => {
    await clear('ann');
    await clear('bob');
  });

  test('logging out removes all stores of the user, open or not, and no others', async () => {
    await client.registerSoup('nobody', specs);
    await client.registerSoup(true, 'app', specs);
    setUser('bob');
    await client.registerSoup('of bob', specs);
    setUser('ann');
    await client.registerSoup('of ann', specs);
    const closed = await openStore({ name: 'letters' });
    await closed.registerSoup('letter', specs);
    await closed.close();
    assert.deepEqual((await client.getAllStores()).map((/** @type {any} */ each) => each.storeName), ['defaultStore', 'letters']);
    await logout();

    assert.equal(await client.soupExists('nobody'), true, 'nobody is logged in');
    assert.equal(await client.soupExists(true, 'app'), true);
    setUser('ann');
    assert.deepEqual(await client.getAllStores(), []);
    setUser('bob');
    assert.equal(await client.soupExists('of bob'), true);
  });

  test('a store that was opened for a user stays theirs, until they log out', async () => {
    setUser('ann');
    const diary = await openStore({ name: 'diary' });
    await diary.registerSoup('page', specs);
    setUser('bob');
    assert.equal(await diary.soupExists('page'), true);
    assert.equal(await (await openStore({ name: 'diary' })).soupExists('page'), false, "bob's is another");
    setUser('ann');
    assert.equal(await diary.soupExists('page'), true, 'ann again');
    const again = await openStore({ name: 'diary' });
    await logout();
    await assert.rejects(again.soupExists('page'), { code: 'LOGGED_OUT' });
    setUser('ann');
    assert.equal(await (await openStore({ name: 'diary' })).soupExists('page'), false);
  });

  test('a user is named at the time of the call, whatever comes before its answer', async () => {
    setUser('ann');
    const registered = client.registerSoup('of ann', specs);
    setUser('bob');
    await registered;
    assert.equal(await client.soupExists('of ann'), false);
    setUser('ann');
    assert.equal(await client.soupExists('of ann'), true);
  });

  test('where a user is required, only the app has stores before one is named', async () => {
    await ready({ requireUser: true });
    const refused = { code: 'NO_USER', message: 'No user account found' };
    await assert.rejects(client.registerSoup('a', specs), refused);
    await assert.rejects(openStore({ name: 'a' }), refused);
    await assert.rejects(client.getAllStores(), refused);
    await assert.rejects(client.removeStore(), refused);
    await assert.rejects(client.removeAllStores(), refused);
    const told = new Promise((resolve) => smartstore.soupExists('a', () => resolve('answered'), resolve));
    assert.equal(await told, 'No user account found');
    await logout();
    await client.registerSoup(true, 'a', specs);
    setUser('ann');
    await client.registerSoup('a', specs);
  });

  test('a name that is none is refused', () => {
    for (const id of ['', 7, {}]) assert.throws(() => setUser(/** @type {any} */ (id)), { code: 'BAD_ARGUMENT' });
  });
});

describe('initial soups', () => {
  /** @type {Record<string, () => Response>} */
  let files;
  /** @type {string[]} */
  let asked;
  const original = globalThis.fetch;
  const json = (/** @type {unknown} */ content) => () => Response.json(content);
  const one = (/** @type {string} */ soupName) => ({ soups: [{ soupName, indexes: specs }] });

  beforeEach(() => {
    files = {};
    asked = [];
    globalThis.fetch = async (address) => {
      asked.push(String(address));
      return files[String(address)]?.() ?? new Response('', { status: 404 });
    };
    page.document = { baseURI: 'https://localhost/app/index.html' };
  });
  afterEach(async () => {
    globalThis.fetch = original;
    delete page.document;
    delete page.cordova;
  });
  const user = 'https://localhost/app/userstore.json';
  const global = 'https://localhost/app/globalstore.json';

  test('in Cordova, unless the app says otherwise, they are read from beside the page, once, for default stores only', async () => {
    assert.equal(await client.soupExists('of user'), false, 'a web page asks for nothing');
    assert.deepEqual(asked, []);
    await client.removeAllStores();
    page.cordova = { define: () => {} };
    files = { [user]: json(one('of user')), [global]: json(one('of app')) };
    assert.equal(await client.soupExists('of user'), true);
    assert.equal(await client.soupExists(true, 'of app'), true);
    assert.equal(await client.soupExists({ isGlobalStore: true, storeName: 'other' }, 'of app'), false);
    await client.removeAllStores();
    assert.deepEqual(await client.getSoupIndexSpecs('of user'), specs, 'the store is made again with them');
    assert.deepEqual(asked, [user, global]);
  });

  test('a soup that is there is left alone', async () => {
    await ready({ soups: false });
    await client.registerSoup('note', [{ path: 'other', type: 'integer' }]);
    await (await openStore({})).close();
    await ready({ soups: { user: one('note') } });
    assert.deepEqual(await client.getSoupIndexSpecs('note'), [{ path: 'other', type: 'integer' }]);
  });

  test('files that are not there are no matter, unless the app names them', async () => {
    await ready({ soups: true });
    assert.equal(await client.soupExists('of user'), false);
    files[global] = () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } });
    assert.equal(await client.soupExists(true, 'of app'), false, 'nor is a page in their place');
    await client.removeAllStores();
    await ready({ soups: { user: 'mine.json' } });
    await assert.rejects(client.soupExists('of user'), { code: 'SOUPS_NOT_FOUND', message: /app\/mine\.json/ });
  });

  test('a broken file is told by its name, by every call on its store, until it is whole', async () => {
    await ready({ soups: true });
    /** @type {[() => Response, string, RegExp][]} */
    const broken = [
      [() => new Response('{"soups": ['), 'BAD_SOUPS', /userstore\.json cannot be used/],
      [json({ soup: [] }), 'BAD_SOUPS', /userstore\.json cannot be used: it has no array of soups/],
      [json({ soups: [{ soupName: 'a' }] }), 'BAD_SOUPS', /no soupName or no indexes: \{"soupName":"a"\}/],
    ];
    for (const [file, code, message] of broken) {
      files[user] = file;
      await assert.rejects(client.soupExists('of user'), { code, message });
    }
    await ready({ soups: { user: { soups: [{ soupName: 'odd', indexes: [{ path: 'a', type: 'colour' }] }] } } });
    await assert.rejects(client.soupExists('of user'), { code: 'BAD_INDEX_SPECS' });
    assert.equal(await client.soupExists(true, 'of app'), false, 'other stores go on');
    await ready({ soups: true });
    files[user] = json(one('of user'));
    assert.equal(await client.soupExists('of user'), true);
  });
});

test('in node, which has no workers, the page works and says so', async () => {
  assert.deepEqual(await ready({ worker: true }), { worker: false, reason: 'there are no workers here' });
  assert.equal(await client.soupExists('any'), false);
});
