// SOQL as the test org understands it: what queries find, in what order, and how those are refused that it cannot read.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Org } from '../backends/salesforce/org.mjs';
import { clientOf } from './salesforce.mjs';

/** @type {Org} */
let org;
/** @type {ReturnType<typeof clientOf>} */
let client;
/** @type {Record<string, string>} */
const ids = {};

before(async () => {
  org = await Org.start();
  client = clientOf(org);
  org.clock.set('2024-05-08T12:00:00Z'); // a Wednesday
  ids.beet = org.create('Account', {
    Name: 'Beet',
    AnnualRevenue: 100,
    NumberOfEmployees: 3,
    Industry: 'Food',
    Description: 'x',
  });
  ids.leek = org.create('Account', { Name: 'leek', AnnualRevenue: 50, ParentId: ids.beet, Website: 'a%b_c\\d' });
  ids.corn = org.create('Account', { Name: 'Corn\'s "Best"', Rating: 'Hot' });
  ids.ann = org.create('Contact', {
    FirstName: 'Ann',
    LastName: 'Beetson',
    AccountId: ids.beet,
    Birthdate: '1990-02-03',
  });
  ids.bob = org.create('Contact', { LastName: 'Bob', AccountId: ids.leek, HasOptedOutOfEmail: true });
  ids.cal = org.create('Contact', { LastName: 'Cal', ReportsToId: ids.ann });
  const visits = [
    {
      Code__c: 'a',
      Start__c: '2024-05-08T09:30:00Z',
      Day__c: '2024-05-08',
      Opens__c: '08:00:00.000Z',
      Topics__c: 'Price;Quality',
    },
    {
      Code__c: 'b',
      Start__c: '2024-05-05T00:00:00Z',
      Day__c: '2024-05-04',
      Opens__c: '10:30:00.000Z',
      Topics__c: 'Quality',
    },
    { Code__c: 'c', Start__c: '2024-04-30T23:59:59Z', Day__c: '2024-04-30', Topics__c: 'Price;Quality;Delivery' },
    { Code__c: 'd', Start__c: '2023-12-31T00:00:00Z', Day__c: '2024-06-01', Done__c: true },
    { Code__c: 'e' },
  ];
  for (const visit of visits) ids[visit.Code__c] = org.create('Visit__c', { Account__c: ids.beet, ...visit });
  ids.gone = org.create('Account', { Name: 'Gone' });
  org.remove(ids.gone);
});
after(() => org.stop());

/** @param {string} soql */
async function names(soql) {
  const { records } = await client.query(soql);
  return records.map((/** @type {any} */ record) => record.Code__c ?? record.LastName ?? record.Name).join(' ');
}

/** What conditions find, of accounts, contacts and visits. @type {Record<string, Record<string, string>>} */
const CONDITIONS = {
  'SELECT Name FROM Account': {
    "Name = 'BEET'": 'Beet',
    "name = 'beet' and ANNUALREVENUE = 100.0": 'Beet',
    "Name != 'Beet'": `leek Corn's "Best"`,
    "Rating <> 'Cold'": `Beet leek Corn's "Best"`,
    'Rating = null': 'Beet leek',
    "Rating = ''": 'Beet leek',
    'Rating != NULL': `Corn's "Best"`,
    "Name > 'beet'": `leek Corn's "Best"`,
    "Name >= 'b' AND Name < 'C'": 'Beet',
    'AnnualRevenue < 1e2': 'leek',
    'AnnualRevenue <= +100 AND AnnualRevenue > -1': 'Beet leek',
    "Name LIKE '%EE_'": 'Beet leek',
    "Name LIKE 'ee'": '',
    "Website LIKE 'a\\%b\\_c\\\\d'": 'leek',
    "Website LIKE '%\\%'": '',
    "Website = 'a%b_c\\\\d'": 'leek',
    "Name = 'Corn\\'s \\\"Best\\\"'": `Corn's "Best"`,
    "Name = '\\u0042eet'": 'Beet',
    "Name IN ('beet', 'LEEK')": 'Beet leek',
    "Name NOT IN ('beet')": `leek Corn's "Best"`,
    "Rating NOT IN ('Hot')": 'Beet leek',
    'NumberOfEmployees IN (3, null)': `Beet leek Corn's "Best"`,
    "(NOT Name = 'Beet') AND (AnnualRevenue = 50 OR AnnualRevenue = 100)": 'leek',
    "NOT (Name = 'Beet' OR Name = 'leek')": `Corn's "Best"`,
    "((Name = 'Beet'))": 'Beet',
    "Parent.Name = 'beet'": 'leek',
    'Parent.Name = null': `Beet Corn's "Best"`,
    "Account.Name = 'Beet'": 'Beet',
    "Owner.Username = 'admin@example.com' AND IsDeleted = false": `Beet leek Corn's "Best"`,
    'IsDeleted = true': '',
    "Id IN (SELECT AccountId FROM Contact WHERE LastName LIKE 'B%')": 'Beet leek',
    'Id NOT IN (SELECT AccountId FROM Contact)': `Corn's "Best"`,
  },
  'SELECT LastName FROM Contact': {
    'Birthdate = 1990-02-03': 'Beetson',
    'Birthdate < 1990-02-03': '',
    'HasOptedOutOfEmail = true': 'Bob',
    'HasOptedOutOfEmail != TRUE': 'Beetson Cal',
    "ReportsTo.Account.Name = 'Beet'": 'Cal',
    "Name = 'ann beetson'": 'Beetson',
  },
  'SELECT Code__c FROM Visit__c': {
    'Start__c = 2024-05-08T11:30:00+02:00': 'a',
    'Start__c > 2024-05-05T00:00:00.000+0000': 'a',
    'Start__c >= 2024-05-05T00:00:00Z': 'a b',
    'Start__c = TODAY': 'a',
    'Start__c = THIS_WEEK': 'a b',
    'Start__c = LAST_N_DAYS:3': 'a b',
    'Start__c = LAST_MONTH': 'c',
    'Start__c < THIS_MONTH': 'c d',
    'Start__c <= LAST_MONTH': 'c d',
    'Start__c > LAST_MONTH': 'a b',
    'Start__c = LAST_YEAR': 'd',
    'Start__c = LAST_FISCAL_QUARTER': '',
    'Start__c = N_DAYS_AGO:3': 'b',
    'Start__c = LAST_N_WEEKS:2': 'c',
    'Start__c != TODAY': 'b c d e',
    'Day__c = TODAY': 'a',
    'Day__c = LAST_WEEK': 'b c',
    'Day__c > TODAY': 'd',
    'Day__c = NEXT_N_DAYS:24': 'd',
    'Day__c = NEXT_N_DAYS:23': '',
    'Day__c IN (TODAY, 2024-06-01)': 'a d',
    'Opens__c > 08:00:00Z': 'b',
    'Done__c = true': 'd',
    "Topics__c INCLUDES ('Price;Quality', 'Delivery')": 'a c',
    "Topics__c EXCLUDES ('Price')": 'b d e',
    "Topics__c = 'Quality'": 'b',
    "Account__r.Parent.Name = null AND Code__c = 'A'": 'a',
  },
};

test('conditions find what they say', async () => {
  for (const [select, conditions] of Object.entries(CONDITIONS)) {
    for (const [condition, found] of Object.entries(conditions)) {
      assert.equal(await names(`${select} WHERE ${condition}`), found, condition);
    }
  }
});

test('ids are the same in 15 and 18 characters', async () => {
  for (const id of [ids.beet, ids.beet.slice(0, 15)]) {
    assert.equal(await names(`SELECT Name FROM Account WHERE Id = '${id}'`), 'Beet');
    assert.equal(await names(`SELECT LastName FROM Contact WHERE AccountId IN ('${id}')`), 'Beetson');
    assert.equal(await names(`SELECT Name FROM Account WHERE Id > '${id}' AND Parent.Id = '${id}'`), 'leek');
  }
});

test('orders, limits and offsets', async () => {
  const from = 'SELECT Name FROM Account';
  assert.equal(await names(`${from} ORDER BY Name`), `Beet Corn's "Best" leek`);
  assert.equal(await names(`${from} ORDER BY AnnualRevenue`), `Corn's "Best" leek Beet`);
  assert.equal(await names(`${from} ORDER BY AnnualRevenue ASC NULLS LAST`), `leek Beet Corn's "Best"`);
  assert.equal(await names(`${from} ORDER BY AnnualRevenue DESC NULLS LAST`), `Beet leek Corn's "Best"`);
  assert.equal(await names(`${from} ORDER BY Parent.Name NULLS LAST, Name DESC`), `leek Corn's "Best" Beet`);
  assert.equal(await names(`${from} ORDER BY Name LIMIT 1 OFFSET 1`), `Corn's "Best"`);
  assert.equal(await names(`${from} LIMIT 0`), '');
  assert.equal((await client.query('SELECT COUNT() FROM Account WHERE AnnualRevenue > 1')).totalSize, 2);
  assert.deepEqual(await client.query('SELECT count() FROM Account LIMIT 1'), {
    totalSize: 1,
    done: true,
    records: [],
  });
});

test('records show what was selected, as it was selected', async () => {
  const { records } = await client.query(
    'SELECT name, Account.Name, AccountId, ReportsTo.LastName, Birthdate, HasOptedOutOfEmail ' +
      `FROM Contact c WHERE c.Id = '${ids.ann}'`,
  );
  assert.deepEqual(records, [
    {
      attributes: { type: 'Contact', url: `/services/data/v60.0/sobjects/Contact/${ids.ann}` },
      Name: 'Ann Beetson',
      Account: {
        attributes: { type: 'Account', url: `/services/data/v60.0/sobjects/Account/${ids.beet}` },
        Name: 'Beet',
      },
      AccountId: ids.beet,
      ReportsTo: null,
      Birthdate: '1990-02-03',
      HasOptedOutOfEmail: false,
    },
  ]);
  const [visit] = (await client.query("SELECT Start__c, Opens__c, CreatedDate, Name FROM Visit__c WHERE Code__c = 'a'"))
    .records;
  const { attributes: _, ...values } = visit;
  assert.deepEqual(values, {
    Start__c: '2024-05-08T09:30:00.000+0000',
    Opens__c: '08:00:00.000Z',
    CreatedDate: '2024-05-08T12:00:00.000+0000',
    Name: 'V-0001',
  });
  const [all] = (await client.query('SELECT FIELDS(ALL) FROM Account LIMIT 200')).records;
  assert.equal(Object.keys(all).length, 1 + org.database.object('Account').fields.length);
});

test('children come in lists of their own', async () => {
  const { records } = await client.query(
    "SELECT Name, (SELECT LastName FROM Contacts WHERE LastName LIKE 'B%'), " +
      '(SELECT Code__c FROM Visits__r ORDER BY Code__c DESC LIMIT 2) ' +
      'FROM Account ORDER BY Name',
  );
  const [beet, corn] = records;
  assert.deepEqual(
    beet.Contacts.records.map((/** @type {any} */ { LastName }) => LastName),
    ['Beetson'],
  );
  assert.deepEqual([beet.Contacts.totalSize, beet.Contacts.done], [1, true]);
  assert.deepEqual(
    beet.Visits__r.records.map((/** @type {any} */ { Code__c }) => Code__c),
    ['e', 'd'],
  );
  assert.deepEqual([corn.Contacts, corn.Visits__r], [null, null]);
});

test('pages are as long as they are asked to be, within limits, and a locator does not live for ever', async () => {
  const account = org.create('Account', { Name: 'Parent of many' });
  for (let index = 0; index < 450; index += 1) org.create('Contact', { LastName: `Many ${index}`, AccountId: account });
  const soql = "SELECT Id FROM Contact WHERE LastName LIKE 'Many %'";
  /** @param {any} first */
  async function sizes(first) {
    const all = [first];
    while (all[all.length - 1].nextRecordsUrl)
      all.push((await client.ask('GET', all[all.length - 1].nextRecordsUrl)).body);
    assert.deepEqual(
      all.map(({ done }) => done),
      all.map((_, index) => index === all.length - 1),
    );
    assert.ok(all.every(({ totalSize }) => totalSize === 450));
    assert.equal(new Set(all.flatMap(({ records }) => records.map((/** @type {any} */ { Id }) => Id))).size, 450);
    return all.map(({ records }) => records.length);
  }
  assert.deepEqual(await sizes(await client.query(soql)), [450]);
  assert.deepEqual(await sizes(await client.query(soql, { 'sforce-query-options': 'batchSize=250' })), [250, 200]);
  assert.deepEqual(await sizes(await client.query(soql, { 'sforce-query-options': 'batchSize=10' })), [200, 200, 50]);
  const nested = `SELECT (SELECT Id FROM Contacts) FROM Account WHERE Id = '${account}'`;
  const { records } = await client.query(nested, { 'sforce-query-options': 'batchSize=200' });
  assert.deepEqual(await sizes(records[0].Contacts), [200, 200, 50]);
  org.batchSize = 3;
  const { nextRecordsUrl } = await client.query(soql, { 'sforce-query-options': 'batchSize=200' });
  assert.match(nextRecordsUrl, /^\/services\/data\/v60\.0\/query\/01g\w{15}-3$/);
  org.locators.expire();
  assert.equal(await client.refusal('GET', nextRecordsUrl), '400 INVALID_QUERY_LOCATOR');
  org.batchSize = undefined;
});

test('a page shows the records as they were when the query began', async () => {
  org.batchSize = 1;
  const {
    records: [first],
    nextRecordsUrl,
  } = await client.query('SELECT Name FROM Account ORDER BY Name');
  assert.equal(first.Name, 'Beet');
  org.update(ids.corn, { Name: 'Zucchini' });
  const { body } = await client.ask('GET', nextRecordsUrl);
  assert.equal(body.records[0].Name, `Corn's "Best"`);
  org.update(ids.corn, { Name: `Corn's "Best"` });
  org.batchSize = undefined;
});

test('queryAll finds what was deleted, until the bin is emptied', async () => {
  const all = async () =>
    (await client.ask('GET', 'queryAll?q=SELECT+Name+FROM+Account+WHERE+IsDeleted=true')).body.records;
  assert.deepEqual(
    (await all()).map((/** @type {any} */ { Name }) => Name),
    ['Gone'],
  );
  assert.equal(await names('SELECT Name FROM Account WHERE IsDeleted = true'), '');
  org.database.records.emptyBin();
  assert.deepEqual(await all(), []);
});

const REFUSED = {
  '': 'MALFORMED_QUERY',
  SELECT: 'MALFORMED_QUERY',
  'SELECT Id': 'MALFORMED_QUERY',
  'SELECT Id FORM Account': 'MALFORMED_QUERY',
  'SELECT Id FROM Account WHERE': 'MALFORMED_QUERY',
  'SELECT Id FROM Account LIMIT many': 'MALFORMED_QUERY',
  'SELECT Id, FROM Account': 'MALFORMED_QUERY',
  "SELECT Id FROM Account WHERE Name = 'a": 'MALFORMED_QUERY',
  "SELECT Id FROM Account WHERE Name = '\\x'": 'MALFORMED_QUERY',
  "SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'": 'MALFORMED_QUERY',
  "SELECT Id FROM Account WHERE Name = 'a' AND NOT Name = 'b'": 'MALFORMED_QUERY',
  "SELECT Id FROM Account WHERE (Name = 'a'": 'MALFORMED_QUERY',
  'SELECT Id FROM Account WHERE CreatedDate > SOMEDAY': 'MALFORMED_QUERY',
  'SELECT Id FROM Account WHERE CreatedDate > 2024-02-30T00:00:00Z': 'MALFORMED_QUERY',
  'SELECT Id FROM Account WHERE CreatedDate > 2024-02-03T00:00:00 0000': 'MALFORMED_QUERY',
  'SELECT Id FROM Account; DELETE': 'MALFORMED_QUERY',
  'SELECT Id FROM Account ORDER BY Description': 'MALFORMED_QUERY',
  'SELECT FIELDS(ALL) FROM Account': 'MALFORMED_QUERY',
  'SELECT Nonsense FROM Account': 'INVALID_FIELD',
  'SELECT Id, id FROM Account': 'INVALID_FIELD',
  'SELECT Nobody.Name FROM Account': 'INVALID_FIELD',
  'SELECT Id FROM Account WHERE Nonsense = 1': 'INVALID_FIELD',
  "SELECT Id FROM Account WHERE Description = 'x'": 'INVALID_FIELD',
  "SELECT Id FROM Account WHERE AnnualRevenue = '1'": 'INVALID_FIELD',
  'SELECT Id FROM Account WHERE Name = 1': 'INVALID_FIELD',
  'SELECT Id FROM Account WHERE CreatedDate > 2024-02-03': 'INVALID_FIELD',
  "SELECT Id FROM Account WHERE CreatedDate > '2024-02-03T00:00:00Z'": 'INVALID_FIELD',
  'SELECT Id FROM Visit__c WHERE Day__c = 2024-02-03T00:00:00Z': 'INVALID_FIELD',
  "SELECT Id FROM Account WHERE Id = 'local_1'": 'INVALID_QUERY_FILTER_OPERATOR',
  "SELECT Id FROM Account WHERE AnnualRevenue LIKE '1'": 'INVALID_QUERY_FILTER_OPERATOR',
  'SELECT Id FROM Contact WHERE HasOptedOutOfEmail > false': 'INVALID_QUERY_FILTER_OPERATOR',
  'SELECT Id FROM Nonsense': 'INVALID_TYPE',
  'SELECT (SELECT Id FROM Contact) FROM Account': 'INVALID_TYPE',
  'SELECT Id FROM Account OFFSET 2001': 'NUMBER_OUTSIDE_VALID_RANGE',
};

test('queries that cannot be read are refused', async () => {
  for (const [soql, code] of Object.entries(REFUSED)) {
    assert.equal(await client.refusal('GET', `query?q=${encodeURIComponent(soql)}`), `400 ${code}`, soql);
  }
  const { body } = await client.ask('GET', `query?q=${encodeURIComponent("SELECT Id\nFROM Account WHERE Foo = 'x'")}`);
  assert.equal(
    body[0].message.split('If you')[0],
    "\nSELECT Id FROM Account WHERE Foo = 'x'\n                             ^\n" +
      "ERROR at Row:2:Column:20\nNo such column 'Foo' on entity 'Account'. ",
  );
});

test('a plus that is not escaped is a space, and what is not there says so', async () => {
  const soql = 'SELECT Id FROM Account WHERE CreatedDate > 2024-01-01T00:00:00.000';
  assert.equal((await client.ask('GET', `query?q=${soql}%2B0000`)).status, 200);
  assert.equal(await client.refusal('GET', `query?q=${soql}+0000`), '400 MALFORMED_QUERY');
  for (const missing of [
    'SELECT COUNT(Id) FROM Account',
    'SELECT Name FROM Account GROUP BY Name',
    'SELECT Id FROM Account FOR UPDATE',
  ]) {
    assert.equal(await client.refusal('GET', `query?q=${encodeURIComponent(missing)}`), '501 NOT_IN_STAND_IN');
  }
});

test('a query is nested only so deep', async () => {
  const deep = `${'('.repeat(5000)}Name = 'x'${')'.repeat(5000)}`;
  assert.equal(
    await client.refusal('GET', `query?q=SELECT+Id+FROM+Account+WHERE+${encodeURIComponent(deep)}`),
    '400 MALFORMED_QUERY',
  );
});
