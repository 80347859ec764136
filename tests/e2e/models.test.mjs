// The model objects in a plain page, from the package's scripts and the page's own Backbone, against the test org.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from '../../scripts/serve/site.mjs';
import { Org } from '../backends/salesforce/org.mjs';
import { Browser } from './browser/browser.mjs';
import { engine } from './world.mjs';

const home = '/tests/e2e/models/index.html';

/** @type {Org} */
let org;
/** @type {Awaited<ReturnType<typeof serve>>} */
let site;
/** @type {Browser} */
let browser;

before(async () => {
  org = await Org.start();
  const folders = ['pkg', 'tests/e2e/models', 'node_modules/backbone', 'node_modules/underscore'];
  site = await serve({ folders, home }, 0);
  browser = await Browser.start(engine);
});
after(async () => {
  await browser.quit();
  await Promise.all([site.stop(), org.stop()]);
});

/** Opens the page, with a session that has expired, and one that has not. */
async function open() {
  const expired = org.token();
  org.sessions.expire();
  await browser.open(`${site.address}${home}`);
  await browser.run((...given) => models.start(...given), org.address, expired, org.token());
}

test('records come, are kept without a network, changed, and sent', async () => {
  const ada = org.create('Contact', { LastName: 'Ada', Title: 'Cook' });
  org.create('Contact', { LastName: 'Ben', Title: 'Baker' });
  await open();
  const told = await browser.run(async () => [await models.call(models.list, 'fetch'), models.names()]);
  assert.deepEqual(told, ['done', ['Ada, Cook', 'Ben, Baker']]);
  assert.equal(org.requests.filter(({ status }) => status === 401).length, 1, 'the session was renewed');

  await open();
  org.asked();
  const offline = await browser.run(async () => {
    models.online = false;
    await models.list.fetch();
    await models.call(models.list.at(0), 'save', { Title: 'Chef' });
    const cleo = { LastName: 'Cleo', Title: 'Waiter' };
    await new Promise((success) => models.list.create(cleo, { success }));
    await models.list.fetch();
    return [models.names(), models.list.map((/** @type {any} */ each) => each.get('__local__'))];
  });
  assert.deepEqual(offline, [['Ada, Chef', 'Ben, Baker', 'Cleo, Waiter'], [true, false, true]]);
  assert.deepEqual(org.asked(), []);

  org.update(ada, { Title: 'Boss' });
  const sent = await browser.run(async () => {
    models.online = true;
    const [ada, , cleo] = models.list.models;
    const answers = [await models.call(cleo, 'save', null), await models.call(ada, 'save', null)];
    const overwrite = { mergeMode: Force.MERGE_MODE.OVERWRITE };
    await ada.save(null, overwrite);
    await models.call(models.list, 'fetch');
    return [...answers, models.names(), models.list.map((/** @type {any} */ each) => each.get('__local__'))];
  });
  assert.deepEqual(sent, [
    'done',
    { type: 'ConflictError', status: null, conflicting: ['Title'], sides: ['Cook', 'Boss', 'Chef'] },
    ['Ada, Chef', 'Ben, Baker', 'Cleo, Waiter'],
    [false, false, false],
  ]);
  assert.deepEqual(org.all('Contact').map(({ LastName, Title }) => `${LastName}, ${Title}`).sort(), [
    'Ada, Chef', 'Ben, Baker', 'Cleo, Waiter',
  ]);
});

test('an org that refuses, or is down, is told to the error callback', async () => {
  await open();
  const refused = await browser.run(() => models.call(new models.list.model({ Title: 'nameless' }), 'save', null));
  assert.deepEqual([refused.type, refused.status], ['RestError', 400]);
  // Firefox repeats by itself, and often, what was not answered at all.
  org.faults.order({ on: 'query', drop: 'before', times: 999 });
  const lost = await browser.run(() => models.call(models.list, 'fetch'));
  org.faults.clear();
  assert.deepEqual([lost.type, lost.status], ['RestError', 0]);
});
