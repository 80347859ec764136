// The demo's contacts, worked as a person works them, on the test org that `npm start` starts.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { By, Key } from 'selenium-webdriver';
import { startOrg } from '../../scripts/serve/org.mjs';
import { serve } from '../../scripts/serve/site.mjs';
import { outOfReach, violations } from './accessible.mjs';
import { Browser } from './browser/browser.mjs';
import { DemoPage } from './demo-page.mjs';
import { engine } from './world.mjs';

const PATIENCE = 20_000;
const home = '/www/demo/contacts/';

/** @type {Awaited<ReturnType<typeof startOrg>>} */
let served;
/** @type {Awaited<ReturnType<typeof serve>>} */
let site;
/** @type {Browser} */
let browser;

before(async () => {
  served = await startOrg(0);
  const folders = ['www', 'pkg', 'node_modules/backbone', 'node_modules/underscore'];
  site = await serve({ folders, home, answers: { '/org.json': served.session } }, 0);
  browser = await Browser.start(engine);
  await browser.open(site.address);
});
after(async () => {
  await browser.quit();
  await Promise.all([site.stop(), served.stop()]);
});

/** What the org has of somebody, by the last name. @param {string} name */
const there = (name) => served.org.all('Contact').find(({ LastName }) => LastName === name);

/** @param {RegExp} expected */
async function says(expected) {
  const text = () => browser.run(() => document.getElementById('status')?.textContent ?? '');
  await browser.session.wait(async () => expected.test(await text()), PATIENCE).catch(() => {});
  assert.match(await text(), expected);
}

/** @param {string} label of a button, by what is read out */
async function press(label) {
  const path = `//button[@aria-label="${label}" or (not(@aria-label) and normalize-space()="${label}")]`;
  const pressed = async () => {
    for (const button of await browser.session.findElements(By.xpath(path))) {
      // The list may be drawn anew meanwhile.
      const isThere = await button.isDisplayed().catch(() => false);
      if (isThere) return button.click().then(() => true, () => false);
    }
    return false;
  };
  await browser.session.wait(pressed, PATIENCE, `no button ${label}`);
}

/** Writes into the open form. @param {Record<string, string>} values by the fields' names */
async function write(values) {
  for (const [name, value] of Object.entries(values)) {
    const field = await browser.session.findElement(By.id(`field-${name}`));
    await field.clear();
    await field.sendKeys(value);
  }
  await press('Save');
}

/** @param {boolean} wanted */
async function workOffline(wanted) {
  const box = await browser.session.findElement(By.id('offline'));
  if ((await box.isSelected()) !== wanted) await box.click();
  await says(wanted ? /You are offline/ : /In step|decision/);
}

/** The contacts as they are shown: the name, and what the org knows. */
const shown = () =>
  browser.run(() => Object.fromEntries([...document.querySelectorAll('#list > li')].map((row) => [
    row.querySelector('.name')?.textContent, row.querySelector('.state')?.textContent,
  ])));

const inStep = /In step with the org/;

describe('the contacts', { concurrency: false }, () => {
  test('come from the org with one click', async () => {
    await says(/^In step with the org: 0 sent, 8 received\.$/);
    const names = await browser.run(() => [...document.querySelectorAll('.name')].map((name) => name.textContent));
    assert.deepEqual([names.length, names[0], names[7]], [8, 'Dill Anders', 'Tarragon Wells']);
  });

  test('are found by name and title', async () => {
    await browser.session.findElement(By.id('search')).sendKeys('tHy');
    await browser.session.wait(async () => Object.keys(await shown()).length === 1, PATIENCE);
    assert.deepEqual(Object.keys(await shown()), ['Basil Thyme']);
    await browser.session.findElement(By.id('search')).sendKeys("'%_");
    await browser.session.wait(async () => Object.keys(await shown()).length === 0, PATIENCE);
    await browser.session.findElement(By.id('search')).sendKeys(...Array(6).fill(Key.BACK_SPACE));
    await browser.session.wait(async () => Object.keys(await shown()).length === 8, PATIENCE);
  });

  test('are sent at once when there is a network', async () => {
    await press('New contact');
    await write({ FirstName: 'Saffron', LastName: 'Hill', Title: 'Buyer' });
    await says(/^Saved Saffron Hill\. In step/);
    assert.equal(there('Hill')?.Title, 'Buyer');
    await press('Edit Saffron Hill');
    await write({ Title: 'Chef' });
    await browser.session.wait(() => there('Hill')?.Title === 'Chef', PATIENCE);
    await says(inStep);
  });

  test('are changed offline, outlive a reload, and are sent later', async () => {
    await workOffline(true);
    served.org.asked();
    await press('New contact');
    await write({ FirstName: 'Chervil', LastName: 'Banks' });
    await says(/^Saved Chervil Banks\. You are offline\. 1 change waits/);
    await press('Edit Olive Marsh');
    await write({ Email: 'olive@marsh.example' });
    await says(/2 changes wait/);
    await press('Edit Tarragon Wells');
    await press('Delete');
    await says(/^Deleted Tarragon Wells\. You are offline\. 3 changes wait/);
    assert.deepEqual(served.org.asked(), []);

    await browser.reload();
    await says(/3 changes wait/);
    const states = await shown();
    assert.deepEqual(
      ['Chervil Banks', 'Olive Marsh', 'Tarragon Wells', 'Dill Anders'].map((name) => states[name]),
      ['new, not sent yet', 'change not sent yet', 'deletion not sent yet', 'at the org'],
    );
    await workOffline(false);
    await says(inStep);
    assert.ok(there('Banks') && !there('Wells'));
    assert.equal(there('Marsh')?.Email, 'olive@marsh.example');
    assert.ok(Object.values(await shown()).every((state) => state === 'at the org'));
  });

  test('a deletion can be taken back before it is sent', async () => {
    await workOffline(true);
    await press('Edit Dill Anders');
    await press('Delete');
    await says(/^Deleted Dill Anders/);
    await press('Undo the deletion of Dill Anders');
    await says(/^Took the deletion of Dill Anders back/);
    await workOffline(false);
    await says(inStep);
    assert.ok(there('Anders'));
  });

  test('what others did comes with a sync, deletions, too', async () => {
    served.org.remove(String(there('Banks')?.Id));
    served.org.update(String(there('Root')?.Id), { Title: 'Boss' });
    await press('Sync now');
    await says(/^In step with the org: 0 sent, 2 received\.$/);
    assert.equal((await shown())['Chervil Banks'], undefined);
  });

  test('an org that is down costs nothing, and a session that expired is renewed', async () => {
    const down = served.org.faults.order({ on: '/services/data', drop: 'before', times: 999 });
    await press('Edit Rosemary Field');
    await write({ Phone: '1' });
    await says(/^Saved Rosemary Field\. The org does not answer\. Nothing is lost\.$/);
    assert.ok(down.hits > 0);
    served.org.faults.clear();
    served.org.sessions.expire();
    await press('Sync now');
    await says(/^In step with the org: 1 sent/);
    assert.equal(there('Field')?.Phone, '1');
  });
});

/** Has both sides change the title of somebody. @param {string} last @param {string} name @param {string} [theirs] */
async function clash(last, name, theirs = 'Theirs') {
  await workOffline(true);
  await press(`Edit ${name}`);
  await write({ Title: 'Mine', Phone: '5' });
  await says(/^Saved/);
  served.org.update(String(there(last)?.Id), { Title: theirs, Email: 'new@example.com' });
  await workOffline(false);
  await says(/One contact waits for your decision/);
  assert.equal((await shown())[name], 'conflict');
  assert.equal(there(last)?.Title, theirs);
  await press(`Decide about ${name}`);
}

describe('a conflict', { concurrency: false }, () => {
  test('shows what was, what the org has, and what is here', async () => {
    await clash('Field', 'Rosemary Field');
    const rows = await browser.run(() => [...document.querySelectorAll('.compare tbody tr')].map((row) =>
      [...row.children].map((cell) => cell.textContent)));
    assert.deepEqual(rows, [
      ['Title', 'Director', 'Theirs', 'Mine'],
      ['Email', 'rosemary@field.example', 'new@example.com', 'rosemary@field.example'],
      ['Phone', '1', '1', '5'],
    ]);
    assert.equal(await browser.run(() => document.activeElement?.textContent), 'Which Rosemary Field?');
    await press('Decide later');
    await browser.reload();
    await says(/One contact waits for your decision/);
    await press('Decide about Rosemary Field');
    await press('Keep all of mine');
    await says(inStep);
    assert.deepEqual([there('Field')?.Title, there('Field')?.Phone], ['Mine', '5']);
  });

  test('can end with theirs', async () => {
    await clash('Marsh', 'Olive Marsh');
    await press('Take the org’s');
    await says(/^Took the org’s Olive Marsh\. In step/);
    assert.deepEqual([there('Marsh')?.Title, there('Marsh')?.Phone], ['Theirs', '+44 20 7946 0106']);
  });

  test('can end with some of both, field by field', async () => {
    await clash('Lovage', 'Ada Lovage');
    const radio = await browser.session.findElement(By.css('input[aria-label="Title: the org’s, Theirs"]'));
    await radio.click();
    await press('Save the choice');
    await says(/^Saved the choice for Ada Lovage\. In step/);
    const { Title, Email, Phone } = there('Lovage') ?? {};
    assert.deepEqual([Title, Email, Phone], ['Theirs', 'new@example.com', '5']);
  });

  test('of a change with a deletion, either way', async () => {
    await workOffline(true);
    await press('Edit Ginger Root');
    await press('Delete');
    await says(/^Deleted/);
    served.org.update(String(there('Root')?.Id), { Title: 'Chair' });
    await press('Edit Basil Thyme');
    await write({ Title: 'Chief' });
    await says(/^Saved/);
    served.org.remove(String(there('Thyme')?.Id));
    await workOffline(false);
    await says(/2 contacts wait for your decision/);
    await press('Decide about Ginger Root');
    await press('Take the org’s');
    await says(/One contact waits/);
    await press('Decide about Basil Thyme');
    await press('Keep it as a new contact');
    await says(/^Kept Basil Thyme as a new contact\. In step/);
    assert.deepEqual([there('Root')?.Title, there('Thyme')?.Title], ['Chair', 'Chief']);
  });

  test('a change that the org refuses can be corrected', async () => {
    served.org.faults.order({
      on: 'PATCH',
      answer: {
        status: 400,
        type: 'application/json',
        text: '[{"message":"Phone: no such number","errorCode":"FIELD_INTEGRITY_EXCEPTION"}]',
      },
    });
    await press('Edit Basil Thyme');
    await write({ Phone: '123' });
    await says(/One contact waits/);
    await press('Correct Basil Thyme');
    const complaint = await browser.run(() => document.querySelector('#form [role=alert]')?.textContent ?? '');
    assert.match(complaint, /Phone: no such number/);
    await write({ Phone: '124' });
    await says(inStep);
    assert.equal(there('Thyme')?.Phone, '124');
  });

  test('can be made with a colleague who is played', async () => {
    await workOffline(true);
    await press('Edit Dill Anders');
    await write({ Title: 'Mine' });
    await says(/^Saved/);
    await press('Let a colleague change one');
    await says(/^A colleague changed the title of Dill Anders/);
    await workOffline(false);
    await says(/One contact waits for your decision/);
    await press('Decide about Dill Anders');
    await press('Keep all of mine');
    await says(inStep);
    assert.equal(there('Anders')?.Title, 'Mine');
  });
});

describe('for everyone', { concurrency: false }, () => {
  test('axe-core finds nothing, and all is in reach: the list, the form and the conflict, wide and narrow', async () => {
    await clash('Marsh', 'Olive Marsh', 'Chief of accounts');
    const schemes = engine === 'chromium' ? ['light', 'dark'] : ['light'];
    for (const scheme of schemes) {
      if (engine === 'chromium') {
        await browser.devtools('Emulation.setEmulatedMedia', {
          features: [{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }],
        });
      }
      for (const width of [390, 1280]) {
        await new DemoPage(browser, '').resize(width, 844);
        const check = async (/** @type {string} */ what) => {
          assert.deepEqual(await violations(browser), [], `${what}, ${scheme}, ${width}`);
          assert.deepEqual(await browser.run(outOfReach), [], `${what}, ${scheme}, ${width}`);
        };
        await check('the conflict');
        await press('Decide later');
        await check('the list');
        await press('New contact');
        await check('the form');
        await browser.session.actions().sendKeys(Key.ESCAPE).perform();
        await press('Decide about Olive Marsh');
      }
    }
    await press('Take the org’s');
    await says(inStep);
  });

  test('the keyboard does it all', async () => {
    const type = (/** @type {string[]} */ ...keys) => browser.session.actions().sendKeys(...keys).perform();
    await browser.run(() => document.getElementById('new')?.focus());
    await type(Key.ENTER);
    await type('Mint', Key.TAB, 'Green', Key.ENTER);
    await says(/^Saved Mint Green\. In step/);
    assert.equal(await browser.run(() => document.activeElement?.id), 'new');
    await browser.run(() => /** @type {HTMLElement} */ (document.querySelector('[aria-label="Edit Mint Green"]')).focus());
    await type(Key.ENTER);
    await type(Key.ESCAPE);
    assert.equal(await browser.run(() => document.activeElement?.getAttribute('aria-label')), 'Edit Mint Green');
  });
});
