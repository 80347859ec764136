// An app written for the SmartStore plugin, as it is, in a web page: another script stands where cordova.js stood.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { at } from '../../scripts/project.mjs';
import { serve } from '../../scripts/serve/site.mjs';
import { Browser } from './browser/browser.mjs';
import { askNativeClass, keepContacts } from './contacts-page.mjs';
import { engine } from './world.mjs';

const place = '/tests/e2e/contacts/page.html';

/** @type {Awaited<ReturnType<typeof serve>>} */
let site;
/** @type {Browser} */
let browser;

before(async () => {
  const app = await readFile(at('tests', 'e2e', 'contacts', 'index.html'), 'utf8');
  const scripts = '<script src="/pkg/tureen.hybrid.js"></script><script src="/pkg/tureen.global.js"></script>';
  const answers = { [place]: () => app.replace('<script src="cordova.js"></script>', scripts) };
  site = await serve({ folders: ['pkg', 'tests/e2e/contacts'], home: place, answers }, 0);
  browser = await Browser.start(engine);
  await browser.open(`${site.address}${place}`);
});
after(async () => {
  await browser.quit();
  await site.stop();
});

test('contacts are kept', () => keepContacts(browser));

test('the native class answers', () => askNativeClass(browser));

test("the promises of the client, and SmartStore's objects on navigator, are those of the registry", async () => {
  const told = await browser.run(async () => {
    const client = cordova.require('com.salesforce.plugin.smartstore.client');
    const refused = await client.clearSoup('nowhere').catch((/** @type {unknown} */ error) => error);
    return [
      client === navigator.smartstoreClient,
      cordova.require('com.salesforce.plugin.smartstore') === navigator.smartstore,
      refused,
      await client.getAllStores(),
    ];
  });
  assert.deepEqual(told.slice(0, 2), [true, true]);
  assert.match(told[2], /^Soup: nowhere does not exist/);
  assert.deepEqual(told[3], [{ storeName: 'defaultStore', isGlobalStore: false }]);
});
