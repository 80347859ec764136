// The models and collections, as an app of the original uses them: settings, callbacks, promises, pages.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { makeForce } from '../../www/models/force.mjs';
import { Backbone, Force, cacheOf, clearStores, force, plain, refusal, startOrg } from './models.mjs';

/** @type {import('../backends/salesforce/org.mjs').Org} */
let org;
/** @type {any} */
let cache;
/** @type {any} */
let originals;
/** What a model of it does is set by each test. @type {any} */
let Contact;

beforeEach(async () => {
  org = await startOrg();
  cache = await cacheOf('contacts');
  originals = await cacheOf('originals');
  Contact = Force.SObject.extend({
    sobjectType: 'Contact',
    fieldlist: (/** @type {string} */ method) => (method === 'read' ? ['Id', 'LastName', 'Title', 'Name'] : ['LastName', 'Title']),
    cache: () => cache,
    cacheForOriginals: () => originals,
  });
});
afterEach(async () => {
  await clearStores();
  await org.stop();
});

/**
 * What Backbone calls back.
 * @param {any} model @param {'fetch' | 'save' | 'destroy' | 'getMore'} call @param {...any} given
 */
const called = (model, call, ...given) =>
  new Promise((resolve) => {
    const options = given.pop() ?? {};
    model[call](...given, {
      ...options,
      success: (/** @type {any[]} */ ...told) => resolve({ success: told }),
      error: (/** @type {any[]} */ ...told) => resolve({ error: told }),
    });
  });

/** @param {any[]} models */
const names = (models) => models.map((model) => model.get('LastName'));

test('a model is saved, fetched and destroyed, by callbacks, events and promises', async () => {
  const ada = new Contact({ LastName: 'Ada', Title: 'Cook', Department: 'not listed' });
  /** @type {string[]} */
  const events = [];
  ada.on('all', (/** @type {string} */ name) => events.push(name));
  const { success } = await called(ada, 'save', null, {});
  assert.equal(success[0], ada);
  assert.deepEqual([ada.isNew(), org.record(ada.id)?.LastName, org.record(ada.id)?.Department], [false, 'Ada', null]);
  assert.deepEqual([events[0], events.at(-1), events.includes('change:Id')], ['request', 'sync', true]);

  org.update(ada.id, { Title: 'Chef' });
  await ada.fetch();
  assert.deepEqual([ada.get('Title'), ada.get('Name'), ada.get('__local__')], ['Chef', 'Ada', false]);
  await ada.save({ Title: 'Boss' }, { patch: true });
  assert.equal(org.record(ada.id)?.Title, 'Boss');
  const { id } = ada;
  await called(ada, 'destroy', {});
  assert.deepEqual([org.record(id)?.IsDeleted, await cache.retrieve(id), await originals.retrieve(id)], [true, null, null]);
});

test('settings are properties or options, values or functions of the method', async () => {
  /** @type {string[]} */
  const asked = [];
  const Careful = Contact.extend({
    cacheMode(/** @type {string} */ method) {
      assert.ok(this instanceof Careful);
      asked.push(method);
      return method === 'read' ? 'cache-first' : 'cache-only';
    },
  });
  const ben = new Careful({ LastName: 'Ben' });
  await ben.save();
  assert.deepEqual([cache.isLocalId(ben.id), ben.get('__locally_created__'), org.asked()], [true, true, []]);
  await ben.fetch();
  await ben.save({ Title: 'Cook' });
  assert.deepEqual(asked, ['create', 'read', 'update']);
  const local = ben.id;
  await ben.save(null, { cacheMode: 'server-first', fieldlist: () => ['LastName'] });
  assert.deepEqual([org.record(ben.id)?.LastName, org.record(ben.id)?.Title], ['Ben', null]);
  assert.deepEqual([await cache.retrieve(local), ben.get('__local__')], [null, false]);
});

test('a class of the language does as well, with its own type', async () => {
  class Account extends Force.SObject {
    get sobjectType() {
      return 'Account';
    }
  }
  const account = new /** @type {any} */ (Account)({ Name: 'Pantry' });
  await account.save();
  assert.equal(org.record(account.id)?.Name, 'Pantry');
  assert.ok(account instanceof Force.SObject && account instanceof Force.RemoteObject && account instanceof Backbone.Model);
});

test('an error goes to the callback and the event; whoever waits for the promise gets it too, and nobody must', async () => {
  const ada = new Contact({ Title: 'Cook' });
  /** @type {any[]} */
  const heard = [];
  ada.on('error', (/** @type {any} */ _, /** @type {any} */ error) => heard.push(error.code));
  const { error } = await called(ada, 'save', null, {});
  assert.deepEqual([error[0], error[1].status, new Force.Error(error[1]).details[0].fields], [ada, 400, ['LastName']]);
  assert.equal((await refusal(ada.save())).code, 'REQUIRED_FIELD_MISSING');
  assert.equal((await called(new Contact({ Id: 'local_1' }), 'fetch', {})).error[1].code, 'LOCAL_RECORD');
  assert.deepEqual(heard, ['REQUIRED_FIELD_MISSING', 'REQUIRED_FIELD_MISSING']);
  assert.equal((await called(new Force.RemoteObject(), 'save', null, {})).error[1].code, 'NOT_DEFINED');
  assert.equal((await called(new Force.SObject({ Id: 'x' }), 'fetch', {})).error[1].code, 'NO_TYPE');
  assert.equal((await called(new Force.ApexRestObject({ id: 'x' }), 'fetch', {})).error[1].code, 'NO_PATH');
});

test('a conflict is told with base, theirs and yours', async () => {
  const ada = new Contact({ LastName: 'Ada', Title: 'Cook' });
  await ada.save();
  org.update(ada.id, { Title: 'Chef' });
  const { error } = await called(ada, 'save', { Title: 'Boss' }, { mergeMode: 'merge-fail-if-conflict' });
  const { type, base, theirs, yours, conflictingChanges } = new Force.Error(error[1]);
  assert.deepEqual([type, base.Title, theirs.Title, yours.Title, conflictingChanges], ['ConflictError', 'Cook', 'Chef', 'Boss', ['Title']]);
  await ada.save(null, { mergeMode: Force.MERGE_MODE.MERGE_ACCEPT_YOURS });
  assert.equal(org.record(ada.id)?.Title, 'Boss');
});

test('a model of an org’s own code', async () => {
  const Account = Force.ApexRestObject.extend({
    apexRestPath: 'simpleAccount', idAttribute: 'accountId', fieldlist: ['accountId', 'accountName'],
  });
  const account = new Account({ accountName: 'Pantry' });
  await account.save();
  await account.save({ accountName: 'Larder' });
  org.update(account.id, { Name: 'Cellar' });
  await account.fetch();
  assert.equal(account.get('accountName'), 'Cellar');
  const Accounts = Force.ApexRestObjectCollection.extend({ model: Account });
  const accounts = new Accounts();
  await accounts.fetch({ config: { apexRestPath: 'simpleAccounts', params: { namePattern: '%' } } });
  assert.equal(accounts.get(account.id).get('accountName'), 'Cellar');
  const { id } = account;
  await account.destroy();
  assert.equal(org.record(id)?.IsDeleted, true);
});

const config = { type: 'soql', query: 'SELECT Id, LastName, Title FROM Contact ORDER BY LastName' };

test('a collection is fetched page by page, and each model is of its record’s type', async () => {
  org.batchSize = 2;
  for (const LastName of ['Ada', 'Ben', 'Cleo', 'Dov', 'Eve']) org.create('Contact', { LastName });
  const contacts = new Force.SObjectCollection();
  contacts.config = () => config;
  contacts.cache = cache;
  const { success } = await called(contacts, 'fetch', {});
  assert.deepEqual([success[0], names(contacts.models), contacts.hasMore()], [contacts, ['Ada', 'Ben'], true]);
  assert.ok(contacts.at(0) instanceof Force.SObject);
  assert.equal(contacts.at(0).sobjectType, 'Contact');
  contacts.at(0).fieldlist = ['LastName'];
  await contacts.at(0).save({ LastName: 'Adele' });
  assert.equal(org.record(contacts.at(0).id)?.LastName, 'Adele');

  assert.equal((await contacts.getMore()).length, 2);
  assert.deepEqual(names(contacts.models), ['Adele', 'Ben', 'Cleo', 'Dov']);
  const told = await called(contacts, 'getMore', { reset: true });
  assert.deepEqual([told.success[0], names(contacts.models), contacts.hasMore()], [contacts, ['Eve'], false]);
  assert.deepEqual(await contacts.getMore(), []);

  const offline = new Force.SObjectCollection(null, { model: Contact });
  await offline.fetch({ cache, config: { type: 'cache', cacheQuery: { queryType: 'range', indexPath: 'Id', orderPath: 'Id', pageSize: 9 } } });
  assert.deepEqual([offline.length, offline.at(0) instanceof Contact], [5, true]);
});

test('closeCursor() of a collection lets go of the rest', async () => {
  org.batchSize = 1;
  for (const LastName of ['Ada', 'Ben']) org.create('Contact', { LastName });
  const contacts = new Force.SObjectCollection();
  await contacts.closeCursor();
  await contacts.fetch({ config, cache });
  assert.equal(contacts.hasMore(), true);
  await contacts.closeCursor();
  assert.deepEqual([contacts.hasMore(), await contacts.getMore(), contacts.length], [false, [], 1]);

  let closed = 0;
  const pages = {
    records: [{ id: 1 }], totalSize: 2, hasMore: () => true, getMore: async () => [], closeCursor: async () => void (closed += 1),
  };
  const Others = Force.RemoteObjectCollection.extend({ fetchRemoteObjectsFromServer: async () => pages });
  const others = new Others();
  await others.fetch({ config: {} });
  assert.deepEqual([others.get(1).id, others.hasMore()], [1, true]);
  await others.closeCursor();
  assert.deepEqual([closed, others.hasMore()], [1, false]);
});

test('the answer of an older fetch says nothing any more', async () => {
  for (const LastName of ['Ada', 'Ben']) org.create('Contact', { LastName });
  const contacts = new Force.SObjectCollection();
  const slow = org.faults.order({ on: 'Ada', hold: 'after' });
  /** @type {string[]} */
  const heard = [];
  const query = (/** @type {string} */ name) => ({ type: 'soql', query: `SELECT LastName, Id FROM Contact WHERE LastName = '${name}'` });
  const first = contacts.fetch({ config: query('Ada'), success: () => heard.push('Ada') });
  await slow.reached;
  await contacts.fetch({ config: query('Ben'), success: () => heard.push('Ben') });
  slow.release();
  await first;
  assert.deepEqual([heard, names(contacts.models)], [['Ben'], ['Ben']]);
  const lost = org.faults.order({ on: 'Ada', hold: 'before', drop: 'after' });
  const failed = contacts.fetch({ config: query('Ada'), error: () => heard.push('lost') });
  await lost.reached;
  await contacts.fetch({ config: query('Ben') });
  lost.release();
  assert.equal((await refusal(failed)).status, 0);
  assert.deepEqual(heard, ['Ben']);
});

test('a page that comes after another fetch is not added to that', async () => {
  org.batchSize = 1;
  for (const LastName of ['Ada', 'Ben']) org.create('Contact', { LastName });
  const contacts = new Force.SObjectCollection();
  await contacts.fetch({ config });
  const slow = org.faults.order({ on: 'GET /services/data/v66.0/query/', hold: 'after' });
  const more = contacts.getMore();
  await slow.reached;
  await contacts.fetch({ config: { ...config, query: `${config.query} DESC` } });
  slow.release();
  await more;
  assert.deepEqual(names(contacts.models), ['Ben']);
});

test('a collection is only read, and without a config it is empty', async () => {
  const contacts = new Force.SObjectCollection();
  await contacts.fetch();
  assert.equal(contacts.length, 0);
  assert.equal((await refusal(contacts.sync('create', contacts, {}))).code, 'BAD_METHOD');
  assert.equal((await called(contacts, 'fetch', { config: { type: 'soap' } })).error[1].code, 'BAD_CONFIG');
  assert.equal((await called(new Force.RemoteObjectCollection(), 'fetch', { config })).error[1].code, 'NOT_DEFINED');
  org.batchSize = 1;
  for (const LastName of ['Ada', 'Ben']) org.create('Contact', { LastName });
  await contacts.fetch({ config });
  org.locators.expire();
  assert.equal((await called(contacts, 'getMore', {})).error[1].code, 'INVALID_QUERY_LOCATOR');
});

test('Force.init takes what the original’s took, and the store and client are to be had', async () => {
  force.discardToken();
  Force.init({ logLevel: 'debug' });
  Force.init();
  assert.equal(force.isAuthenticated(), false);
  Force.init({ accessToken: org.token(), instanceUrl: org.address, apiVersion: '60.0' });
  await Force.forceJsClient.query('SELECT Id FROM Contact');
  assert.match(org.asked()[0], /^GET \/services\/data\/v60\.0\/query/);
  assert.equal(await Force.smartstoreClient.soupExists('contacts'), true);
});

test('without Backbone only the models are missing', async () => {
  const bare = makeForce(() => undefined);
  assert.throws(() => bare.SObject, { code: 'NO_BACKBONE' });
  const created = await bare.syncSObject('create', 'Contact', null, { LastName: 'Ada' }, ['LastName'], cache, 'cache-only');
  const kept = await new bare.StoreCache('contacts').retrieve(created?.Id);
  assert.deepEqual(plain(kept), { LastName: 'Ada', Id: created?.Id });
});
