// The calls below the models: what each cache mode asks of cache and org, conflicts, and fetches.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Force, cacheOf, clearStores, plain, refusal, startOrg } from './models.mjs';

const { CACHE_ONLY, CACHE_FIRST, SERVER_ONLY, SERVER_FIRST } = Force.CACHE_MODE;
const { OVERWRITE, MERGE_ACCEPT_YOURS, MERGE_FAIL_IF_CONFLICT, MERGE_FAIL_IF_CHANGED } = Force.MERGE_MODE;
const FIELDS = ['LastName', 'Title', 'Phone'];
const UNREAD = { LastName: 'Broth', Title: 'Cook', Phone: '1' };

/** @type {import('../backends/salesforce/org.mjs').Org} */
let org;
/** @type {any} */
let cache;
/** @type {any} */
let originals;

beforeEach(async () => {
  org = await startOrg();
  cache = await cacheOf('contacts');
  originals = await cacheOf('originals');
});
afterEach(async () => {
  await clearStores();
  await org.stop();
});

/**
 * @param {string} method @param {any} id @param {any} attributes @param {any} [mode] @param {any} [fieldlist]
 * @returns {Promise<any>}
 */
const sync = (method, id, attributes, mode, fieldlist = FIELDS) =>
  Force.syncSObject(method, 'Contact', id, attributes, fieldlist, cache, mode);

/** @param {any} record */
const flags = (record) =>
  ['__local__', '__locally_created__', '__locally_updated__', '__locally_deleted__'].filter((flag) => record[flag]);

/** What the org has of a record. @param {string} id */
const there = (id) => {
  const { LastName, Title, Phone, IsDeleted } = org.record(id) ?? {};
  return IsDeleted ? null : { LastName, Title, Phone };
};

test('the words of the modes are the original’s', () => {
  assert.deepEqual(Force.CACHE_MODE, {
    CACHE_ONLY: 'cache-only', CACHE_FIRST: 'cache-first', SERVER_ONLY: 'server-only', SERVER_FIRST: 'server-first',
  });
  assert.deepEqual(Force.MERGE_MODE, {
    OVERWRITE: 'overwrite', MERGE_ACCEPT_YOURS: 'merge-accept-yours',
    MERGE_FAIL_IF_CONFLICT: 'merge-fail-if-conflict', MERGE_FAIL_IF_CHANGED: 'merge-fail-if-changed',
  });
});

test('cache-only: a record is created, changed and deleted here, and the org hears nothing', async () => {
  const created = await sync('create', null, UNREAD, CACHE_ONLY);
  assert.ok(cache.isLocalId(created.Id));
  assert.deepEqual(flags(created), ['__local__', '__locally_created__']);
  assert.deepEqual(created.attributes, { type: 'Contact' }, 'a sync up can send it');
  const changed = await sync('update', created.Id, { Title: 'Chef' }, CACHE_ONLY);
  assert.deepEqual(plain(changed), { ...UNREAD, Title: 'Chef', Id: created.Id });
  assert.deepEqual(flags(changed), ['__local__', '__locally_created__', '__locally_updated__']);
  assert.equal((await sync('read', created.Id, null, CACHE_ONLY)).Title, 'Chef');
  assert.equal(await sync('delete', created.Id, null, CACHE_ONLY), null);
  assert.equal(await sync('read', created.Id, null, CACHE_ONLY), null, 'the org never knew it: nothing is left to send');

  await cache.save({ Id: '003x', ...UNREAD });
  assert.equal(await sync('delete', '003x', null, CACHE_ONLY), null);
  assert.deepEqual(flags(await cache.retrieve('003x')), ['__local__', '__locally_deleted__']);
  assert.deepEqual(org.asked(), []);
});

test('cache-first: the org is asked for what the cache does not have, or not all of it', async () => {
  const Id = org.create('Contact', UNREAD);
  assert.deepEqual(plain(await sync('read', Id, null, CACHE_FIRST)), { ...UNREAD, Id });
  org.update(Id, { Title: 'Chef' });
  assert.equal((await sync('read', Id, null, CACHE_FIRST)).Title, 'Cook');
  assert.equal(org.asked().length, 1);
  const more = await sync('read', Id, null, CACHE_FIRST, [...FIELDS, 'Email']);
  assert.deepEqual(plain(more), { ...UNREAD, Id, Title: 'Chef', Email: null });
  for (const method of ['create', 'update', 'delete']) {
    const error = await refusal(sync(method, Id, UNREAD, CACHE_FIRST));
    assert.deepEqual([error.code, error.message.startsWith(`Can't ${method} with cacheMode cache-first`)], ['BAD_CACHE_MODE', true]);
  }
});

test('server-only: the cache is left alone', async () => {
  const { Id } = await sync('create', null, UNREAD, SERVER_ONLY);
  assert.deepEqual(there(Id), UNREAD);
  assert.equal((await sync('read', Id, null, SERVER_ONLY)).Title, 'Cook');
  await sync('update', Id, { ...UNREAD, Title: 'Chef', Email: 'not@listed.example' }, SERVER_ONLY);
  assert.deepEqual([there(Id)?.Title, org.record(Id)?.Email], ['Chef', null], 'only what the field list names');
  assert.equal(await sync('delete', Id, null, SERVER_ONLY), null);
  assert.equal(there(Id), null);
  assert.equal((await cache.find({ queryType: 'range', indexPath: 'Id', pageSize: 9 })).records.length, 0);
});

test('server-first: what the org answers is in the cache then; that is what is meant when nothing is said', async () => {
  for (const mode of [SERVER_FIRST, undefined, null]) {
    const created = await sync('create', null, UNREAD, mode);
    assert.deepEqual(plain(created), { ...UNREAD, Id: created.Id });
    assert.deepEqual([flags(created), created.attributes.type], [[], 'Contact']);
    org.update(created.Id, { Phone: '2' });
    assert.equal((await sync('read', created.Id, null, mode)).Phone, '2');
    await sync('update', created.Id, { Title: 'Chef' }, mode);
    assert.deepEqual(plain(await cache.retrieve(created.Id)), { ...UNREAD, Phone: '2', Title: 'Chef', Id: created.Id });
    assert.deepEqual(there(created.Id), { ...UNREAD, Phone: '2', Title: 'Chef' });
    await sync('delete', created.Id, null, mode);
    assert.deepEqual([there(created.Id), await cache.retrieve(created.Id)], [null, null]);
  }
});

test('server-first: what was created here is created there, and is in the cache once', async () => {
  const { Id: local } = await sync('create', null, UNREAD, CACHE_ONLY);
  for (const method of ['read', 'delete', 'create']) {
    assert.equal((await refusal(sync(method, local, UNREAD, SERVER_FIRST))).code, 'LOCAL_RECORD');
  }
  const saved = await sync('update', local, { ...UNREAD, Title: 'Chef' }, SERVER_FIRST);
  assert.deepEqual(there(saved.Id), { ...UNREAD, Title: 'Chef' });
  assert.deepEqual([flags(saved), await cache.retrieve(local)], [[], null]);
  assert.equal((await cache.retrieve(saved.Id)).Title, 'Chef');
});

test('server-first: what the org refuses, or does not hear, changes nothing here', async () => {
  const { Id: local } = await sync('create', null, UNREAD, CACHE_ONLY);
  const before = await cache.retrieve(local);
  assert.equal((await refusal(sync('update', local, { LastName: '' }, SERVER_FIRST))).status, 400);
  org.faults.order({ on: 'POST', drop: 'before' });
  assert.equal((await refusal(sync('update', local, UNREAD, SERVER_FIRST))).status, 0);
  assert.deepEqual(await cache.retrieve(local), before);
  assert.equal((await refusal(sync('update', '0035g00000zzzzzAAA', { Title: 'x' }, SERVER_FIRST))).status, 404);
});

test('an unknown mode or method is refused before anything is asked', async () => {
  assert.equal((await refusal(sync('read', 'x', null, 'sometimes'))).code, 'BAD_CACHE_MODE');
  for (const mode of [CACHE_ONLY, SERVER_ONLY]) assert.equal((await refusal(sync('patch', 'x', null, mode))).code, 'BAD_METHOD');
  const merge = Force.syncSObjectDetectConflict('update', 'Contact', 'x', {}, FIELDS, cache, null, originals, 'sometimes');
  assert.equal((await refusal(merge)).code, 'BAD_MERGE_MODE');
  assert.equal((await refusal(Force.syncSObjectWithServer('read', '', 'x'))).code, 'NO_TYPE');
  assert.deepEqual(org.asked(), []);
});

test('without a field list all fields of a record are meant, and nothing of the device’s own', async () => {
  const local = await sync('create', null, UNREAD, CACHE_ONLY, null);
  const saved = await sync('update', local.Id, local, SERVER_FIRST, null);
  assert.deepEqual(there(saved.Id), UNREAD);
  assert.equal((await sync('read', saved.Id, null, SERVER_FIRST, null)).FirstName, null);
});

/**
 * @param {string} method @param {any} id @param {any} attributes @param {any} [mergeMode] @param {any} [cacheMode]
 * @param {string[]} [fieldlist]
 * @returns {Promise<any>}
 */
const careful = (method, id, attributes, mergeMode, cacheMode, fieldlist = FIELDS) =>
  Force.syncSObjectDetectConflict(method, 'Contact', id, attributes, fieldlist, cache, cacheMode, originals, mergeMode);

/** A record that was read, and then changed by others and by us. @param {object} theirs @param {object} ours */
async function changed(theirs, ours) {
  const Id = org.create('Contact', UNREAD);
  const read = await careful('read', Id, null);
  org.update(Id, theirs);
  return { Id, yours: { ...read, ...ours } };
}

test('what the org answers is kept as the original, too; what was changed here is not', async () => {
  const Id = org.create('Contact', UNREAD);
  await careful('read', Id, null);
  await careful('update', Id, { ...UNREAD, Title: 'Chef' }, null, CACHE_ONLY);
  assert.equal((await cache.retrieve(Id)).Title, 'Chef');
  assert.equal((await careful('read', Id, null, null, CACHE_FIRST)).Title, 'Chef');
  assert.deepEqual([(await originals.retrieve(Id)).Title, flags(await originals.retrieve(Id))], ['Cook', []]);
  await careful('update', Id, { ...UNREAD, Title: 'Boss' });
  assert.equal((await originals.retrieve(Id)).Title, 'Boss');
  await careful('delete', Id, null);
  assert.equal(await originals.retrieve(Id), null);
});

test('each merge mode does what its name says', async () => {
  /** @type {[string, object, object, object | string[]][]} an object is what the org has then, a list the conflict */
  const cases = [
    [OVERWRITE, { Title: 'Chef' }, { Title: 'Boss' }, { ...UNREAD, Title: 'Boss' }],
    [OVERWRITE, { Phone: '2' }, { Title: 'Boss' }, { ...UNREAD, Title: 'Boss' }],
    [MERGE_ACCEPT_YOURS, { Title: 'Chef', Phone: '2' }, { Title: 'Boss' }, { ...UNREAD, Title: 'Boss', Phone: '2' }],
    [MERGE_FAIL_IF_CONFLICT, { Phone: '2' }, { Title: 'Boss' }, { ...UNREAD, Title: 'Boss', Phone: '2' }],
    [MERGE_FAIL_IF_CONFLICT, { Title: 'Boss' }, { Title: 'Boss' }, { ...UNREAD, Title: 'Boss' }],
    [MERGE_FAIL_IF_CONFLICT, { Title: 'Chef', Phone: '2' }, { Title: 'Boss' }, ['Title']],
    [MERGE_FAIL_IF_CHANGED, {}, { Title: 'Boss' }, { ...UNREAD, Title: 'Boss' }],
    [MERGE_FAIL_IF_CHANGED, { Phone: '2' }, { Title: 'Boss' }, []],
  ];
  for (const [mode, theirs, ours, outcome] of cases) {
    const { Id, yours } = await changed(theirs, ours);
    if (!Array.isArray(outcome)) {
      const saved = await careful('update', Id, yours, mode);
      assert.deepEqual([there(Id), plain(await cache.retrieve(Id))], [outcome, { ...outcome, Id }], mode);
      assert.equal(saved.Title, 'Boss');
      continue;
    }
    const conflict = await refusal(careful('update', Id, yours, mode));
    assert.deepEqual([conflict.name, conflict.code], ['ConflictError', 'CONFLICT']);
    assert.deepEqual(conflict.conflictingChanges, outcome);
    assert.deepEqual(conflict.remoteChanges.sort(), Object.keys(theirs).sort());
    assert.deepEqual(conflict.localChanges, ['Title']);
    assert.deepEqual([conflict.base, conflict.theirs, conflict.yours].map(({ Title }) => Title), [
      'Cook', there(Id)?.Title, 'Boss',
    ]);
    assert.equal((await cache.retrieve(Id)).Title, 'Cook');
    const told = new Force.Error(conflict);
    assert.deepEqual([told.type, told.theirs, told.conflictingChanges], ['ConflictError', conflict.theirs, outcome]);
    await careful('update', Id, yours, OVERWRITE);
    assert.equal(there(Id)?.Title, 'Boss');
  }
});

test('a deletion minds what others changed, as a change does', async () => {
  const { Id } = await changed({ Phone: '2' }, {});
  assert.deepEqual((await refusal(careful('delete', Id, null, MERGE_FAIL_IF_CHANGED))).remoteChanges, ['Phone']);
  await careful('delete', Id, null, MERGE_FAIL_IF_CONFLICT);
  assert.equal(there(Id), null);
});

test('nothing, null and an empty text are the same; nought and false are not', async () => {
  const Id = org.create('Account', { Name: 'Broth', NumberOfEmployees: 5, Phone: '' });
  const accounts = await cacheOf('accounts');
  const fields = ['Name', 'NumberOfEmployees', 'Phone'];
  const save = (/** @type {any} */ attributes) =>
    Force.syncSObjectDetectConflict('update', 'Account', Id, attributes, fields, accounts, null, originals, MERGE_FAIL_IF_CONFLICT);
  await Force.syncSObjectDetectConflict('read', 'Account', Id, null, fields, accounts, null, originals);
  org.update(Id, { NumberOfEmployees: 0 });
  const conflict = await refusal(save({ Name: 'Broth', NumberOfEmployees: '', Phone: '' }));
  assert.deepEqual([conflict.localChanges, conflict.conflictingChanges], [['NumberOfEmployees'], ['NumberOfEmployees']]);
  await save({ Name: 'Soup', NumberOfEmployees: '5', Phone: undefined });
  assert.deepEqual([org.record(Id)?.Name, org.record(Id)?.NumberOfEmployees], ['Soup', 0], 'a form makes texts of numbers');
});

test('a record of another, such as the owner, is no change because it came anew', async () => {
  const AccountId = org.create('Account', { Name: 'Pantry' });
  const Id = org.create('Contact', { ...UNREAD, AccountId });
  const fields = ['Id', 'LastName', 'Title', 'Account.Name'];
  const config = { type: 'soql', query: `SELECT ${fields} FROM Contact` };
  const { records } = await Force.fetchSObjects(config, cache, originals);
  const syncWithServer = async (/** @type {string} */ method, /** @type {any} */ id, /** @type {any} */ attributes) =>
    method === 'read'
      ? (await Force.fetchSObjectsFromServer(config)).records[0]
      : Force.syncSObjectWithServer(method, 'Contact', id, attributes, fields);
  const yours = { ...records[0], Title: 'Boss', Account: structuredClone(records[0].Account) };
  await Force.syncRemoteObjectDetectConflict(
    'update', Id, yours, fields, cache, null, originals, MERGE_FAIL_IF_CHANGED, syncWithServer,
  );
  assert.equal(there(Id)?.Title, 'Boss');
  assert.equal((await cache.retrieve(Id, fields)).Account.Name, 'Pantry', 'it is kept with the record');
});

test('an org’s own code is asked in the same ways', async () => {
  const accounts = await cacheOf('apex', [], 'accountId');
  const fields = ['accountId', 'accountName'];
  const apex = (/** @type {string} */ method, /** @type {any} */ id, /** @type {any} */ attributes, /** @type {any} */ list) =>
    Force.syncApexRestObjectWithServer(method, '/simpleAccount', id, 'accountId', attributes, list);
  const call = (/** @type {string} */ method, /** @type {any} */ id, /** @type {any} */ attributes) =>
    Force.syncRemoteObject(method, id, attributes, fields, accounts, SERVER_FIRST, apex);
  const { accountId, accountName } = await call('create', null, { accountName: 'Broth' });
  assert.deepEqual([accountName, org.record(accountId)?.Name], ['Broth', 'Broth']);
  await call('update', accountId, { accountName: 'Soup' });
  assert.deepEqual([(await call('read', accountId, null)).accountName, org.record(accountId)?.Name], ['Soup', 'Soup']);
  assert.equal((await accounts.retrieve(accountId)).accountName, 'Soup');
  const found = await Force.fetchApexRestObjectsFromServer({ apexRestPath: 'simpleAccounts', params: { namePattern: 'So%' } });
  assert.deepEqual(found.records, [{ accountId, accountName: 'Soup' }]);
  await call('delete', accountId, null);
  assert.deepEqual([org.all('Account'), await accounts.retrieve(accountId)], [[], null]);
});

/** @param {any[]} records */
const names = (records) => records.map(({ LastName }) => LastName);

test('what a query of the org finds goes into the caches, page by page', async () => {
  org.batchSize = 2;
  for (const LastName of ['Ada', 'Ben', 'Cleo', 'Dov', 'Eve']) org.create('Contact', { LastName });
  const config = { type: 'soql', query: 'SELECT Id, LastName FROM Contact ORDER BY LastName' };
  const found = await Force.fetchSObjects(config, cache, originals);
  assert.deepEqual([names(found.records), found.totalSize, found.hasMore()], [['Ada', 'Ben'], 5, true]);
  assert.deepEqual(names(await found.getMore()), ['Cleo', 'Dov']);
  assert.deepEqual(names(found.records), ['Ada', 'Ben', 'Cleo', 'Dov']);
  const kept = { queryType: 'range', indexPath: 'Id', pageSize: 9 };
  assert.deepEqual([(await cache.find(kept)).totalSize, (await originals.find(kept)).totalSize], [4, 4]);
  await found.closeCursor();
  assert.deepEqual([found.hasMore(), await found.getMore()], [false, []]);

  const offline = await Force.fetchSObjects({ type: 'cache', cacheQuery: { ...kept, pageSize: 3 } }, cache);
  assert.deepEqual([offline.records.length, (await offline.getMore()).length, offline.hasMore()], [3, 1, false]);
  const closed = await Force.fetchSObjects({ type: 'cache', cacheQuery: { ...kept, pageSize: 3 }, closeCursorImmediate: true }, cache);
  assert.deepEqual([closed.records.length, closed.hasMore()], [3, false]);
});

test('a fetch leaves what was changed here, if it is asked to', async () => {
  const Id = org.create('Contact', UNREAD);
  await sync('read', Id, null);
  await sync('update', Id, { Title: 'Boss' }, CACHE_ONLY);
  const config = { type: 'soql', query: `SELECT ${['Id', ...FIELDS]} FROM Contact` };
  const left = await Force.fetchSObjects({ ...config, mergeMode: 'leave-if-changed' }, cache);
  assert.deepEqual([left.records[0].Title, (await cache.retrieve(Id)).Title], ['Boss', 'Boss']);
  await Force.fetchSObjects({ ...config, mergeMode: 'overwrite' }, cache);
  assert.deepEqual([(await cache.retrieve(Id)).Title, flags(await cache.retrieve(Id))], ['Cook', []]);
});

test('a fetch that leaves a change leaves its original, too: the conflict is still seen', async () => {
  const Id = org.create('Contact', UNREAD);
  await careful('read', Id, null);
  const yours = await careful('update', Id, { ...UNREAD, Title: 'Boss' }, null, CACHE_ONLY);
  org.update(Id, { Title: 'Chef' });
  const query = `SELECT ${['Id', ...FIELDS]} FROM Contact`;
  await Force.fetchSObjects({ type: 'soql', query, mergeMode: 'leave-if-changed' }, cache, originals);
  assert.equal((await originals.retrieve(Id)).Title, 'Cook');
  const conflict = await refusal(careful('update', Id, yours, MERGE_FAIL_IF_CONFLICT));
  assert.deepEqual(conflict.conflictingChanges, ['Title']);
});

test('searches, and the records seen last', async () => {
  const [ada] = ['Ada', 'Ben'].map((LastName) => org.create('Contact', { LastName }));
  const sosl = await Force.fetchSObjects({ type: 'sosl', query: 'FIND {Ben} RETURNING Contact(Id, LastName)' }, cache);
  assert.deepEqual([names(sosl.records), sosl.hasMore()], [['Ben'], false]);
  const mru = { type: 'mru', sobjectType: 'Opportunity', fieldlist: ['Id', 'Name'] };
  assert.deepEqual((await Force.fetchSObjectsFromServer(mru)).records, [], 'though none was seen');
  await Force.syncSObjectWithServer('read', 'Contact', ada);
  const seen = { type: 'mru', sobjectType: 'Contact', fieldlist: ['Id', 'LastName'], orderBy: 'LastName', orderDirection: 'DESC' };
  assert.ok(names((await Force.fetchSObjects(seen, cache)).records).includes('Ada'));
  assert.ok((await Force.fetchSObjectsFromServer({ type: 'mru', sobjectType: 'Contact' })).records.length > 0);
  for (const wrong of [{ type: 'soap', query: 'x' }, {}]) {
    assert.equal((await refusal(Force.fetchSObjectsFromServer(wrong))).code, 'BAD_CONFIG');
  }
  assert.equal((await refusal(Force.fetchSObjects({ type: 'cache', cacheQuery: {} }))).code, 'NO_CACHE');
});

test('an object is described once, and without a network from the cache', async () => {
  const about = await cacheOf('types', [], 'type');
  const type = new Force.SObjectType('Contact', about);
  assert.equal((await type.describe()).name, 'Contact');
  assert.equal((await type.getMetadata()).objectDescribe.name, 'Contact');
  assert.ok((await type.describeLayout()).detailLayoutSections);
  assert.equal(org.asked().length, 3);
  const again = new Force.SObjectType('Contact', about);
  assert.equal((await again.describe()).name, 'Contact');
  assert.ok(await again.describeLayout('012000000000000AAA'));
  assert.deepEqual(org.asked(), []);

  const offline = new Force.SObjectType('Account', about, CACHE_ONLY);
  assert.equal(await offline.describe(), null);
  const fresh = new Force.SObjectType('Contact', about, SERVER_FIRST);
  await fresh.describe();
  await fresh.describe();
  assert.equal(org.asked().length, 1, 'once for each SObjectType');
  await type.reset();
  await type.describe();
  assert.equal(org.asked().length, 1);
  const without = new Force.SObjectType('Contact');
  await without.describe();
  await without.describe();
  assert.equal(org.asked().length, 1);
  const alone = new Force.SObjectType('Contact', about, SERVER_ONLY);
  await alone.describe();
  assert.equal(org.asked().length, 1);
});

test('a client of the page’s own, which knows callbacks only, does as well', async () => {
  const ours = Force.forceJsClient;
  /** @type {string[]} */
  const asked = [];
  const client = Object.fromEntries(
    ['create', 'retrieve', 'query'].map((name) => [
      name,
      (/** @type {any[]} */ ...given) => {
        asked.push(name);
        const onError = given.pop();
        ours[name](...given.slice(0, -1)).then(given[given.length - 1], onError);
      },
    ]),
  );
  Force.init({ client });
  try {
    const { Id } = await sync('create', null, UNREAD);
    assert.equal((await sync('read', Id, null)).Title, 'Cook');
    assert.equal((await refusal(Force.fetchSObjectsFromServer({ type: 'soql', query: 'nonsense' }))).code, 'MALFORMED_QUERY');
    assert.deepEqual(asked, ['create', 'retrieve', 'query']);
  } finally {
    Force.init({ client: ours });
  }
});
