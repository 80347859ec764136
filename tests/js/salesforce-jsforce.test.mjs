// The test org seen by jsforce, a client of Salesforce that knows nothing of it: if the two understand each other, the
// org speaks as the service does wherever that client looks.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import jsforce from 'jsforce';
import { Org } from '../backends/salesforce/org.mjs';

/** @type {Org} */
let org;
/** @type {InstanceType<typeof jsforce.Connection>} */
let connection;

before(async () => {
  org = await Org.start();
  connection = await logIn('60.0');
});
after(() => org.stop());

/** @param {string} version */
async function logIn(version) {
  const oauth2 = { clientId: 'tureen', clientSecret: 'test', loginUrl: org.address };
  const opened = new jsforce.Connection({ loginUrl: org.address, version, oauth2 });
  await opened.login('admin@example.com', 'admin');
  return opened;
}

/**
 * @param {Promise<unknown>} work
 * @param {string} errorCode
 */
const refused = (work, errorCode) =>
  assert.rejects(work, (/** @type {any} */ error) => {
    assert.equal(error.errorCode, errorCode);
    return true;
  });

test('logs in, says who it is, and learns of what it may still ask', async () => {
  const identity = await connection.identity();
  assert.equal(identity.username, 'admin@example.com');
  assert.equal(identity.user_id, connection.userInfo?.id);
  const { DailyApiRequests } = await connection.limits();
  assert.equal(DailyApiRequests.Max, 15_000);
  assert.equal(connection.limitInfo.apiUsage?.limit, 15_000);
  await assert.rejects(logInAs('wrong'), { name: 'invalid_grant', message: 'authentication failure' });
});

/** @param {string} password */
async function logInAs(password) {
  const oauth2 = { clientId: 'tureen', clientSecret: 'test', loginUrl: org.address };
  await new jsforce.Connection({ loginUrl: org.address, oauth2 }).login('admin@example.com', password);
}

test('logs in again when its session is over, and asks again', async () => {
  org.sessions.expire();
  org.asked();
  const { totalSize } = await connection.query('SELECT Id FROM User');
  assert.equal(totalSize, 1);
  assert.deepEqual(
    org.asked().map((line) => line.split('?')[0]),
    ['GET /services/data/v60.0/query', 'POST /services/oauth2/token', 'GET /services/data/v60.0/query'],
  );
});

test('changes a code for tokens by PKCE, refreshes them, and gives them back', async () => {
  const redirectUri = 'http://localhost/callback';
  const oauth2 = new jsforce.OAuth2({ clientId: 'tureen', loginUrl: org.address, redirectUri, useVerifier: true });
  const page = oauth2.getAuthorizationUrl({ scope: 'api refresh_token', state: 'there & back' });
  const form = new URLSearchParams([
    ...new URL(page).searchParams,
    ['username', 'admin@example.com'],
    ['password', 'admin'],
  ]);
  const answer = await fetch(page.split('?')[0], { method: 'POST', body: form, redirect: 'manual' });
  const back = new URL(String(answer.headers.get('location')));
  assert.equal(back.searchParams.get('state'), 'there & back');
  const opened = new jsforce.Connection({ oauth2, version: '60.0' });
  await opened.authorize(String(back.searchParams.get('code')));
  assert.equal((await opened.query('SELECT Id FROM User')).totalSize, 1);
  org.sessions.expire();
  assert.equal((await opened.query('SELECT Id FROM User')).totalSize, 1, 'after a refresh');
  const { accessToken } = opened;
  await opened.logout(true);
  assert.equal(org.sessions.userOf(accessToken), undefined);
});

test('creates, reads, updates and deletes a record', async () => {
  const saved = await connection.sobject('Account').create({ Name: 'Kitchen', AnnualRevenue: 12 });
  assert.ok(saved.success);
  const account = await connection.sobject('Account').retrieve(saved.id);
  assert.deepEqual([account.Name, account.AnnualRevenue, account.attributes?.type], ['Kitchen', 12, 'Account']);
  await connection.sobject('Account').update({ Id: saved.id, Name: 'Kitchen and Garden' });
  assert.equal(org.record(saved.id)?.Name, 'Kitchen and Garden');
  assert.deepEqual((await connection.sobject('Account').recent())[0].Id, saved.id);
  await connection.sobject('Account').destroy(saved.id);
  await refused(connection.sobject('Account').retrieve(saved.id), 'NOT_FOUND');
  await refused(connection.sobject('Account').destroy(saved.id), 'ENTITY_IS_DELETED');
  await refused(connection.sobject('Account').create({ Phone: '1' }), 'REQUIRED_FIELD_MISSING');
});

test('upserts by an external id, whether it is told of updates or not', async () => {
  const account = org.create('Account', { Name: 'Upserted' });
  const visit = { Code__c: 'U 1', Account__c: account, Score__c: 1 };
  const first = await connection.sobject('Visit__c').upsert(visit, 'Code__c');
  assert.deepEqual([first.success, first.created], [true, true]);
  const again = await connection.sobject('Visit__c').upsert({ Code__c: 'U 1', Score__c: 2 }, 'Code__c');
  assert.deepEqual([again.id, again.created], [first.id, false]);
  const old = await logIn('45.0');
  assert.ok((await old.sobject('Visit__c').upsert({ Code__c: 'U 1', Score__c: 3 }, 'Code__c')).success);
  assert.equal(org.record(String(first.id))?.Score__c, 3);
  for (const Code__c of ['L1', 'L2']) org.create('Visit__c', { Code__c, Account__c: account, Legacy__c: 'both' });
  await refused(connection.sobject('Visit__c').upsert({ Legacy__c: 'both' }, 'Legacy__c'), 'MULTIPLE_CHOICES');
});

test('reads a query page by page, with pages of children inside', async () => {
  const parent = org.create('Account', { Name: 'Paged' });
  for (let index = 0; index < 450; index += 1) org.create('Contact', { AccountId: parent, LastName: `Paged ${index}` });
  const found = await connection.query(
    "SELECT Id, LastName FROM Contact WHERE LastName LIKE 'Paged %' ORDER BY CreatedDate",
    {
      autoFetch: true,
      maxFetch: 10_000,
      headers: { 'Sforce-Query-Options': 'batchSize=200' },
    },
  );
  assert.deepEqual([found.totalSize, found.records.length], [450, 450]);
  assert.equal(new Set(found.records.map(({ Id }) => Id)).size, 450);
  const nested = await connection.query(`SELECT Name, (SELECT Id FROM Contacts) FROM Account WHERE Id = '${parent}'`, {
    autoFetch: true,
    headers: { 'Sforce-Query-Options': 'batchSize=200' },
  });
  assert.equal(nested.records[0].Contacts.records.length, 450);
});

test('builds its own queries from conditions and descriptions', async () => {
  const account = org.create('Account', { Name: "O'Brien 100%", NumberOfEmployees: 7 });
  const contact = org.create('Contact', { LastName: 'Built', AccountId: account });
  org.create('Opportunity', {
    Name: 'Built',
    StageName: 'Prospecting',
    CloseDate: '2024-05-06',
    AccountId: account,
    Amount: 5,
  });
  const [found] = await connection
    .sobject('Account')
    .find({ Name: "O'Brien 100%", NumberOfEmployees: { $gt: 6 } }, '*');
  assert.equal(found.Id, account);
  const count = await connection.sobject('Contact').count({ 'Account.Name': { $like: "O'Brien%" } });
  assert.equal(count, 1);
  const date = jsforce.SfDate.toDateLiteral('2024-05-06');
  const [opportunity] = await connection.sobject('Opportunity').find({ CloseDate: date }, 'Name, Account.Name');
  assert.equal(opportunity.Account?.Name, "O'Brien 100%");
  const [parent] = await connection
    .sobject('Account')
    .select('Name')
    .include('Contacts')
    .select('Id')
    .end()
    .where({ Id: account });
  assert.deepEqual(
    parent.Contacts?.records.map((/** @type {any} */ { Id }) => Id),
    [contact],
  );
});

test('sends and reads many records at once', async () => {
  const names = Array.from({ length: 250 }, (_, index) => ({ Name: `Many ${index}` }));
  const saved = await connection.sobject('Account').create(names, { allowRecursive: true });
  assert.ok(saved.every(({ success }) => success));
  const ids = saved.map(({ id }) => String(id));
  const updated = await connection.sobject('Account').update([
    { Id: ids[0], Name: 'First' },
    { Id: ids[1], Name: '' },
  ]);
  assert.deepEqual(
    updated.map(({ success }) => success),
    [true, false],
  );
  const none = await connection.sobject('Account').update(
    [
      { Id: ids[2], Name: 'Third' },
      { Id: ids[1], Name: '' },
    ],
    { allOrNone: true },
  );
  assert.deepEqual(
    none.map(({ errors }) => statusOf(errors)),
    ['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'REQUIRED_FIELD_MISSING'],
  );
  assert.equal(org.record(ids[2])?.Name, 'Many 2');
  const account = ids[0];
  const upserted = await connection
    .sobject('Visit__c')
    .upsert([{ Code__c: 'M1', Account__c: account }, { Code__c: 'M2' }], 'Code__c');
  assert.deepEqual(
    upserted.map(({ success }) => success),
    [true, false],
  );
  const read = await connection.sobject('Account').retrieve([ids[0], ids[3]]);
  assert.deepEqual(
    read.map(({ Name }) => Name),
    ['First', 'Many 3'],
  );
  const gone = await connection.sobject('Account').destroy(ids, { allowRecursive: true });
  assert.ok(gone.every(({ success }) => success));
});

/** @param {any[]} errors */
const statusOf = ([error]) => error?.statusCode;

test('composes requests that refer to each other', async () => {
  const base = '/services/data/v60.0';
  const { compositeResponse } = /** @type {any} */ (
    await connection.requestPost('/composite', {
      allOrNone: true,
      compositeRequest: [
        { method: 'POST', url: `${base}/sobjects/Account`, referenceId: 'parent', body: { Name: 'Composed' } },
        {
          method: 'POST',
          url: `${base}/sobjects/Contact`,
          referenceId: 'child',
          body: { LastName: 'C', AccountId: '@{parent.id}' },
        },
        { method: 'GET', url: `${base}/sobjects/Contact/@{child.id}?fields=AccountId`, referenceId: 'read' },
      ],
    })
  );
  assert.deepEqual(
    compositeResponse.map((/** @type {any} */ { httpStatusCode }) => httpStatusCode),
    [201, 201, 200],
  );
  assert.equal(compositeResponse[2].body.AccountId, compositeResponse[0].body.id);
});

test('finds what was deleted, what was updated, and words', async () => {
  const kept = org.create('Account', { Name: 'Searchable Soup' });
  const gone = org.create('Account', { Name: 'Unsearchable' });
  org.remove(gone);
  const [start, end] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 120_000)];
  const { deletedRecords } = await connection.sobject('Account').deleted(start, end);
  assert.ok(deletedRecords.some(({ id }) => id === gone));
  assert.ok((await connection.sobject('Account').updated(start, end)).ids.includes(kept));
  const { searchRecords } = await connection.search('FIND {soup} IN NAME FIELDS RETURNING Account(Id, Name)');
  assert.deepEqual(
    searchRecords.map(({ Name }) => Name),
    ['Searchable Soup'],
  );
  const { records } = await connection.query(`SELECT Id, IsDeleted FROM Account WHERE Id = '${gone}'`, {
    scanAll: true,
  });
  assert.deepEqual(
    records.map(({ IsDeleted }) => IsDeleted),
    [true],
  );
});

test('reads descriptions', async () => {
  const { sobjects } = await connection.describeGlobal();
  assert.deepEqual(
    sobjects.map(({ name }) => name),
    ['User', 'Account', 'Contact', 'Opportunity', 'Visit__c', 'Finding__c'],
  );
  const { fields, childRelationships } = await connection.sobject('Visit__c').describe();
  const code = fields.find(({ name }) => name === 'Code__c');
  assert.deepEqual([code?.externalId, code?.unique, code?.type], [true, true, 'string']);
  assert.deepEqual(
    childRelationships.map(({ relationshipName, cascadeDelete }) => [relationshipName, cascadeDelete]),
    [['Findings__r', true]],
  );
  const { layouts } = await connection.sobject('Account').layouts();
  assert.equal(layouts[0].editLayoutSections[0].layoutRows[0].layoutItems[0].required, true);
});
