// `Force.StoreCache`: records in a soup, how they are merged, and which of them have changes that were not sent.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { Force, cacheOf, clearStores, plain, refusal, smartstoreClient } from './models.mjs';

const { OVERWRITE, LEAVE_IF_CHANGED, MERGE_ACCEPT_THEIRS } = Force.MERGE_MODE_DOWNLOAD;
const flags = { __local__: false, __locally_created__: false, __locally_updated__: false, __locally_deleted__: false };

afterEach(clearStores);

/** @param {any} record */
const flagsOf = (record) => Object.fromEntries(Object.keys(flags).map((name) => [name, record[name]]));

test('init makes a soup with the key, what else is asked for, and __local__', async () => {
  const cache = new Force.StoreCache('agents', [{ path: 'Name', type: 'string' }]);
  assert.equal(await smartstoreClient.soupExists('agents'), false);
  await cache.init();
  await cache.init();
  assert.deepEqual(await smartstoreClient.getSoupIndexSpecs('agents'), [
    { path: 'Id', type: 'string' }, { path: 'Name', type: 'string' }, { path: '__local__', type: 'string' },
  ]);
  const listed = new Force.StoreCache('spies', [{ path: '__local__', type: 'string' }], 'code');
  await listed.init();
  assert.deepEqual(await smartstoreClient.getSoupIndexSpecs('spies'), [
    { path: 'code', type: 'string' }, { path: '__local__', type: 'string' },
  ]);
});

test('a cache may be in a global store, and in a named one', async () => {
  for (const [isGlobal, name] of [[true, null], [false, 'other'], [true, 'other']]) {
    const cache = new Force.StoreCache('agents', null, null, isGlobal, name);
    await cache.init();
    await cache.save({ Id: '007', Name: `${isGlobal} ${name}` });
    assert.equal((await cache.retrieve('007')).Name, `${isGlobal} ${name}`);
    const { records } = await cache.find({ queryType: 'smart', smartSql: 'select {agents:_soup} from {agents}', pageSize: 5 });
    assert.equal(records.length, 1);
    await cache.remove('007');
    assert.equal(await cache.retrieve('007'), null);
  }
  assert.equal(await smartstoreClient.soupExists('agents'), false, 'of the default store');
});

test('a record is retrieved by its key, if it has the fields that are wanted', async () => {
  const cache = await cacheOf('agents');
  await smartstoreClient.upsertSoupEntries('agents', [
    { Id: '007', Name: 'James', Rank: null, Owner: { Name: 'M' }, Account: null }, { Id: "00'8", Name: 'Bill' },
  ]);
  assert.deepEqual(plain(await cache.retrieve('007')), {
    Id: '007', Name: 'James', Rank: null, Owner: { Name: 'M' }, Account: null,
  });
  assert.equal((await cache.retrieve('007', ['Id', 'Name', 'Rank', 'Owner.Name', 'Account.Name'])).Name, 'James');
  assert.equal(await cache.retrieve('007', ['Name', 'Weapon']), null);
  assert.equal(await cache.retrieve('007', ['Owner.Rank']), null);
  assert.equal((await cache.retrieve("00'8")).Name, 'Bill');
  for (const none of ['nobody', null, undefined]) assert.equal(await cache.retrieve(none), null);
});

test('what is saved is merged field by field, unless it shall overwrite', async () => {
  const cache = await cacheOf('agents');
  const first = await cache.save({ Id: '007', Name: 'James', Rank: 'Commander' });
  assert.deepEqual(flagsOf(first), flags);
  const merged = await cache.save({ Id: '007', Name: 'Jim' });
  assert.deepEqual([plain(merged), merged._soupEntryId], [{ Id: '007', Name: 'Jim', Rank: 'Commander' }, first._soupEntryId]);
  const over = await cache.save({ Id: '007', Name: 'J' }, OVERWRITE);
  assert.deepEqual([plain(over), over._soupEntryId], [{ Id: '007', Name: 'J' }, first._soupEntryId]);
  assert.deepEqual(plain(await cache.retrieve('007')), { Id: '007', Name: 'J' });
});

test('save() with LEAVE_IF_CHANGED keeps what was changed here, and takes what was not', async () => {
  const cache = await cacheOf('agents');
  await cache.saveAll([{ Id: '007', Name: 'James', __locally_updated__: true }, { Id: '008', Name: 'Bill' }]);
  assert.equal((await cache.save({ Id: '007', Name: 'Jim' }, LEAVE_IF_CHANGED)).Name, 'James');
  assert.equal((await cache.save({ Id: '008', Name: 'Will' }, LEAVE_IF_CHANGED)).Name, 'Will');
  assert.equal((await cache.save({ Id: '009', Name: 'Eve' }, LEAVE_IF_CHANGED)).Name, 'Eve');
  const all = await cache.saveAll(['009', '007', '008'].map((Id) => ({ Id, Name: 'new' })), LEAVE_IF_CHANGED);
  assert.deepEqual(all.map((/** @type {any} */ { Id, Name }) => [Id, Name]), [['009', 'new'], ['007', 'James'], ['008', 'new']]);
  assert.deepEqual([(await cache.retrieve('007')).Name, (await cache.retrieve('007')).__local__], ['James', true]);
});

test('saveAll saves many, in their order, whatever their keys are', async () => {
  const cache = await cacheOf('agents');
  const many = Array.from({ length: 1203 }, (_, at) => ({ Id: `it's ${at}`, Name: `agent ${at}` }));
  await cache.saveAll(many);
  const again = await cache.saveAll(many.map(({ Id }) => ({ Id, Rank: 'spy' })));
  assert.deepEqual(again.map(plain), many.map((record) => ({ ...record, Rank: 'spy' })));
  const twice = await cache.saveAll([{ Id: 'a', Name: 'one' }, { Id: 'a', Rank: 'two' }]);
  assert.deepEqual(twice.map(plain), Array(2).fill({ Id: 'a', Name: 'one', Rank: 'two' }));
  assert.deepEqual(await cache.saveAll([]), []);
});

test('what cannot be kept is refused, and nothing of it is stored', async () => {
  const cache = await cacheOf('agents');
  assert.equal((await refusal(cache.saveAll([{ Id: '007' }, { Name: 'nobody' }], MERGE_ACCEPT_THEIRS))).code, 'NO_KEY');
  assert.equal((await refusal(cache.save({ Name: 'nobody' }, OVERWRITE))).code, 'NO_KEY');
  assert.equal((await refusal(cache.save({ Id: '007' }, 'sometimes'))).code, 'BAD_MERGE_MODE');
  assert.equal(await cache.retrieve('007'), null);
  const nowhere = new Force.StoreCache('nowhere');
  assert.match((await refusal(nowhere.save({ Id: '007' }))).message, /nowhere/);
});

test('saves of one moment lose nothing of each other', async () => {
  const cache = await cacheOf('agents');
  await cache.save({ Id: '007' });
  await Promise.all(['a', 'b', 'c', 'd'].map((name) => cache.save({ Id: '007', [name]: 1 })));
  assert.deepEqual(plain(await cache.retrieve('007')), { Id: '007', a: 1, b: 1, c: 1, d: 1 });
});

test('__local__ says whether any of the other flags does', () => {
  const cache = new Force.StoreCache('agents');
  assert.deepEqual(cache.addLocalFields({ Id: 'x' }), { Id: 'x', ...flags });
  for (const flag of ['__locally_created__', '__locally_updated__', '__locally_deleted__']) {
    assert.deepEqual(cache.addLocalFields({ [flag]: true }), { ...flags, [flag]: true, __local__: true });
  }
  assert.deepEqual(cache.addLocalFields({ __local__: true }), flags);
});

test('local ids are told apart from those of the org, and from each other', () => {
  const cache = new Force.StoreCache('agents');
  const ids = Array.from({ length: 1000 }, () => cache.makeLocalId());
  assert.equal(new Set(ids).size, 1000);
  assert.ok(ids.every((id) => cache.isLocalId(id) && /^local_\d+$/.test(id)));
  for (const other of ['0035g00000abcdeAAA', 'a local_1', null, undefined, 7]) assert.equal(cache.isLocalId(other), false);
});

test('find gives pages of records, of a smart query, too', async () => {
  const cache = await cacheOf('agents');
  await cache.saveAll(['007', '008', '009'].map((Id) => ({ Id, Name: `agent ${Id}` })));
  const specs = [
    { queryType: 'range', indexPath: 'Name', orderPath: 'Name', order: 'descending', pageSize: 2 },
    { queryType: 'smart', smartSql: 'select {agents:_soup} from {agents} order by {agents:Name} desc', pageSize: 2 },
  ];
  for (const spec of specs) {
    const found = await cache.find(spec);
    const ids = () => found.records.map((/** @type {any} */ { Id }) => Id);
    assert.deepEqual([ids(), found.totalSize, found.hasMore()], [['009', '008'], 3, true]);
    assert.deepEqual((await found.getMore()).map((/** @type {any} */ { Id }) => Id), ['007']);
    assert.deepEqual([ids(), found.hasMore()], [['009', '008', '007'], false]);
    assert.deepEqual(await found.getMore(), []);
    await found.closeCursor();
    await found.closeCursor();
    const closed = await cache.find(spec);
    await closed.closeCursor();
    assert.deepEqual([closed.hasMore(), await closed.getMore()], [false, []]);
  }
});

test('remove takes a record away, and minds none that is not there', async () => {
  const cache = await cacheOf('agents');
  await cache.saveAll([{ Id: '007' }, { Id: '008' }]);
  await cache.remove('007');
  await cache.remove('007');
  assert.equal(await cache.retrieve('007'), null);
  assert.ok(await cache.retrieve('008'));
});
