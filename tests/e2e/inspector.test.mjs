// The inspector, over a page whose Content-Security-Policy is strict: what it shows, by mouse and by keyboard, to
// everybody.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, beforeEach, describe, test } from 'node:test';
import { By, Key } from 'selenium-webdriver';
import { at } from '../../scripts/project.mjs';
import { serve } from '../../scripts/serve/site.mjs';
import { Browser } from './browser/browser.mjs';
import { engine } from './world.mjs';

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>An app</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta http-equiv="content-security-policy" content="default-src 'self'; script-src 'self' 'wasm-unsafe-eval'">
  <script src="/pkg/tureen.hybrid.js"></script><script src="/pkg/tureen.global.js"></script>
  <main><h1>An app</h1><button id="open">Open</button></main></html>`;

/** Longer than anything that the inspector does. */
const PATIENCE = 20_000;

/** @type {Awaited<ReturnType<typeof serve>>} */
let site;
/** @type {Browser} */
let browser;

before(async () => {
  site = await serve({ folders: ['pkg'], home: '/app.html', answers: { '/app.html': () => page } }, 0);
  browser = await Browser.start(engine);
  await browser.open(site.address);
  await browser.run(async () => {
    const client = navigator.smartstoreClient;
    const contact = { path: 'Name', type: 'string' };
    const [city, notes] = [{ path: 'Address.City', type: 'string' }, { path: 'Notes', type: 'full_text' }];
    await client.registerSoup('contacts', [contact, city, notes]);
    const cities = ['Ulm', 'Bonn', 'Jena'];
    const entries = Array.from({ length: 45 }, (_, at) => ({
      Name: `Contact ${at + 1}`, Address: { City: cities[at % 3] }, Notes: 'Likes soup. '.repeat(at % 8), Tags: ['a', at],
    }));
    await client.upsertSoupEntries('contacts', entries);
    await client.registerSoup('empty', [contact]);
    const pantry = { storeName: 'pantry', isGlobalStore: true };
    await client.registerSoup(pantry, 'jars', [{ path: 'label', type: 'string' }]);
    await client.upsertSoupEntries(pantry, 'jars', [{ label: '<b>saffron</b>' }]);
    document.getElementById('open')?.addEventListener('click', () => Tureen.showInspector());
  });
});
after(async () => {
  await browser.quit();
  await site.stop();
});

/** The part of the inspector that a selector finds. @param {string} selector */
async function part(selector) {
  const host = await browser.session.findElement(By.css('body > div'));
  return (await host.getShadowRoot()).findElement(By.css(selector));
}

/** @param {string} name */
const button = async (name) => {
  const host = await browser.session.findElement(By.css('body > div'));
  const buttons = await (await host.getShadowRoot()).findElements(By.css('button'));
  for (const each of buttons) if ((await each.getText()) === name && (await each.isDisplayed())) return each;
  return assert.fail(`there is no button ${name}`);
};

/**
 * What can be read in the inspector, once it says what is expected.
 * @param {Record<string, string>} expected
 */
const shows = (expected) =>
  browser.run((wanted, patience) => {
    const root = document.querySelector('body > div')?.shadowRoot;
    if (!root) throw new Error('the inspector is not open');
    const text = (/** @type {string} */ selector) => root.querySelector(selector)?.textContent ?? '';
    const texts = (/** @type {Iterable<Element>} */ all) => [...all].map((each) => each.textContent ?? '');
    const lines = (/** @type {string} */ selector) => texts(root.querySelectorAll(selector));
    const read = () => ({
      stores: lines('#store option'), soups: lines('#soup option'), facts: text('.facts'), problem: text('.problem'),
      indexes: lines('.indexes li'), entries: text('.rows:not(form ~ *) .count'), results: text('form ~ .rows .count'),
      heads: lines('.rows:not(form ~ *) th'), first: lines('.rows:not(form ~ *) tbody tr:first-child td'),
      rows: [...root.querySelectorAll('form ~ .rows tbody tr')].map((row) => texts(row.children)),
    });
    return /** @type {Promise<ReturnType<typeof read>>} */ (new Promise((resolve) => {
      const end = () => {
        observer.disconnect();
        clearTimeout(timer);
        resolve(read());
      };
      const look = () => {
        const seen = /** @type {Record<string, unknown>} */ (read());
        if (Object.entries(wanted).every(([name, value]) => seen[name] === value)) end();
      };
      const observer = new MutationObserver(look);
      const timer = setTimeout(end, patience);
      observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
      look();
    }));
  }, expected, PATIENCE);

/** @param {Record<string, string>} expected */
async function seen(expected) {
  const shown = await shows(expected);
  for (const [name, value] of Object.entries(expected)) {
    assert.equal(/** @type {Record<string, unknown>} */ (shown)[name], value, JSON.stringify(shown, null, 1));
  }
  return shown;
}

beforeEach(async () => {
  await browser.run(() => document.querySelector('body > div')?.shadowRoot?.querySelector('dialog')?.close());
  await browser.session.findElement(By.id('open')).sendKeys(Key.ENTER);
  // The script of the inspector may have to come first.
  await browser.session.wait(async () => (await browser.session.findElements(By.css('body > div'))).length > 0, PATIENCE);
});

test('it lists stores, soups with their indexes and sizes, and the entries page by page', async () => {
  const shown = await seen({ entries: '1–20 of 45' });
  assert.deepEqual(shown.stores, ["defaultStore (user's)", 'pantry (global)']);
  assert.deepEqual(shown.soups, ['contacts', 'empty']);
  assert.match(shown.facts, /^Store: 2 soups, [\d.]+ KiB\. Soup: 45 entries, [\d.]+ KiB of JSON\.$/);
  assert.deepEqual(shown.indexes, ['Name string', 'Address.City string', 'Notes full_text']);
  assert.deepEqual(shown.heads, ['Id', 'Changed (UTC)', 'Name', 'Address.City', 'Notes', 'Entry']);
  assert.deepEqual([shown.first[0], shown.first[2], shown.first[3]], ['1', 'Contact 1', 'Ulm']);
  await (await button('Next')).click();
  assert.equal((await seen({ entries: '21–40 of 45' })).first[2], 'Contact 21');
  await (await button('Next')).click();
  await seen({ entries: '41–45 of 45' });
  assert.equal(await (await button('Next')).isEnabled(), false);
  await (await button('Previous')).click();
  await seen({ entries: '21–40 of 45' });
});

test('another soup, and another store, is chosen by the keyboard', async () => {
  await seen({ entries: '1–20 of 45' });
  await (await part('#soup')).sendKeys('e');
  await seen({ entries: 'No rows' });
  await (await part('#store')).sendKeys('p');
  const shown = await seen({ entries: '1–1 of 1' });
  assert.equal(shown.first[2], '<b>saffron</b>', 'which is text, and no markup');
});

test('Smart SQL is run by Ctrl and Enter, in pages; what is wrong with it is said; nothing is written', async () => {
  await seen({ entries: '1–20 of 45' });
  const field = await part('#sql');
  const write = async (/** @type {string} */ sql) => {
    await field.clear();
    await field.sendKeys(sql);
  };
  await write('select {contacts:Address.City}, count(*) from {contacts} group by 1 order by 1');
  await field.sendKeys(Key.chord(Key.CONTROL, Key.ENTER));
  assert.deepEqual((await seen({ results: '1–3 of 3' })).rows, [['Bonn', '15'], ['Jena', '15'], ['Ulm', '15']]);
  await write('delete from {contacts}');
  await (await button('Run')).click();
  assert.equal((await seen({ problem: 'Only SELECT are supported' })).results, '');
  await write('select {contacts:Name} from {contacts} order by {contacts:_soupEntryId}');
  await (await button('Run')).click();
  const shown = await seen({ results: '1–20 of 45' });
  assert.deepEqual([shown.problem, shown.rows[0]], ['', ['Contact 1']]);
});

test('what has changed since is there after a refresh', async () => {
  await seen({ entries: '1–20 of 45' });
  await browser.run(() => navigator.smartstoreClient.upsertSoupEntries('contacts', [{ Name: 'New' }]));
  await (await button('Refresh')).click();
  await seen({ entries: '1–20 of 46' });
  await browser.run(() => navigator.smartstoreClient.removeFromSoup('contacts', [46]));
});

test('Escape closes it, and the focus is where it was', async () => {
  await seen({ entries: '1–20 of 45' });
  await (await part('#store')).sendKeys(Key.ESCAPE);
  await browser.session.wait(async () => (await browser.session.findElements(By.css('body > div'))).length === 0, PATIENCE);
  assert.equal(await browser.session.switchTo().activeElement().getAttribute('id'), 'open');
});

test('the callbacks of SmartStore, and its native class, open it at the store that they mean', async () => {
  await browser.run(() => navigator.smartstore.showInspector({ storeName: 'pantry', isGlobalStore: true }));
  await seen({ entries: '1–1 of 1' });
  await browser.run(() =>
    new Promise((resolve, reject) =>
      cordova.exec(resolve, reject, 'com.salesforce.smartstore', 'pgShowInspector', ['v', { isGlobalStore: false }])));
  await seen({ entries: '1–20 of 45' });
});

// Only Chromium can be told how wide a screen is, and which colours its user prefers.
describe('for everybody', { skip: engine !== 'chromium' }, () => {
  for (const width of [390, 1280]) {
    for (const scheme of ['light', 'dark']) {
      test(`axe-core finds nothing, and all is in reach, ${width} px wide, ${scheme}`, async () => {
        const screen = { width, height: 844, deviceScaleFactor: 1, mobile: true };
        await browser.devtools('Emulation.setDeviceMetricsOverride', screen);
        const features = [{ name: 'prefers-color-scheme', value: scheme }];
        await browser.devtools('Emulation.setEmulatedMedia', { features });
        await seen({ entries: '1–20 of 45' });
        await (await button('Run')).click();
        await seen({ results: '1–10 of 10' });
        await browser.session.executeScript(await readFile(at('node_modules/axe-core/axe.min.js'), 'utf8'));
        const violations = await browser.run(async () => {
          const { violations: found } = await /** @type {any} */ (globalThis).axe.run(document);
          return found.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes.length} × ${nodes[0].target}`);
        });
        assert.deepEqual(violations, []);
        const wide = await browser.run(() => {
          const dialog = document.querySelector('body > div')?.shadowRoot?.querySelector('dialog');
          return dialog ? dialog.scrollWidth - dialog.clientWidth : -1;
        });
        assert.equal(wide, 0, 'nothing sticks out');
      });
    }
  }
});
