// The demo's other views: a table of conflicts, ten thousand todos, charts, two devices on one page, the SQL console.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { By, Key } from 'selenium-webdriver';
import { outOfReach, violations } from './accessible.mjs';
import { DemoPage } from './demo-page.mjs';
import { engine, World } from './world.mjs';

/** @type {World} */
let world;
/** @type {DemoPage} */
let page;

before(async () => {
  world = await World.start({
    answers: (network) => ({ '/config.json': () => JSON.stringify({ backend: network.address }) }),
  });
  page = new DemoPage(await world.device(), world.site.address);
});
after(() => world.stop());

const inStep = /^In step with the server/;

/** The texts of what a selector finds. @param {string} selector */
const texts = (selector) =>
  page.browser.run(
    (chosen) => [...document.querySelectorAll(chosen)].map((found) => found.textContent ?? ''), selector);

/** Waits until what a selector finds says what is expected. @param {string} selector @param {RegExp} expected */
async function says(selector, expected) {
  await page.browser.session.wait(async () => expected.test((await texts(selector)).join('\n')), 60_000,
    `${selector} does not say ${expected}`);
}

/** Nothing is wrong with the view, and all is in reach, at both widths and in both colours. */
async function isForEveryone() {
  for (const scheme of /** @type {('light' | 'dark')[]} */ (engine === 'chromium' ? ['light', 'dark'] : ['light'])) {
    if (engine === 'chromium') await page.prefer(scheme);
    for (const width of [390, 1280]) {
      await page.resize(width, 844);
      assert.deepEqual(await violations(page.browser), [], `${scheme}, ${width} px`);
      assert.deepEqual(await page.browser.run(outOfReach), [], `${scheme}, ${width} px`);
    }
  }
}

describe('the table of conflicts', { concurrency: false }, () => {
  /** Lets the server and this device change the same todos. @param {string[]} list */
  async function clash(list) {
    await page.workOffline(true);
    for (const text of list) {
      const [row] = await world.ask(`tables/todoitem?$filter=text eq '${text}'`);
      await world.ask(`tables/todoitem/${row.id}`, { method: 'PATCH', body: { text: `${text}, theirs` } });
      await page.edit(text, `${text}, mine`);
    }
    await page.workOffline(false);
    await page.shows({ status: /Choose what to keep/ });
  }

  test('shows what both were made of, and takes a choice for each', async () => {
    await page.open();
    await page.shows({ status: inStep });
    for (const text of ['Leek', 'Chard']) {
      await page.add(text);
      await page.shows({ status: inStep, queue: [] });
    }
    await clash(['Leek', 'Chard']);
    const rows = (await texts('#conflicts tbody tr')).sort();
    assert.equal(rows.length, 2);
    assert.match(rows[1] ?? '', /Before\s*Leek \(open\).*Leek, mine \(open\).*Leek, theirs \(open\)/s);
    await isForEveryone();
    await page.press('Keep mine: Leek, mine');
    await page.shows({ todos: { 'Leek, mine': 'saved', 'Chard, mine': 'conflict' }, focus: 'Edit Leek, mine' });
    await page.press('Keep the server’s: Chard, mine');
    await page.shows({ status: inStep, todos: { 'Leek, mine': 'saved', 'Chard, theirs': 'saved' } });
    assert.equal((await texts('#conflicts tbody tr')).length, 0);
  });

  test('takes one choice for all', async () => {
    await clash(['Leek, mine', 'Chard, theirs']);
    await page.press('Keep all mine');
    await page.shows({ status: inStep, todos: { 'Leek, mine, mine': 'saved', 'Chard, theirs, mine': 'saved' } });
    const there = await world.ask('tables/todoitem');
    const known = there.map((/** @type {any} */ { text }) => text).sort();
    assert.deepEqual(known, ['Chard, theirs, mine', 'Leek, mine, mine']);
  });

  test('is beside charts of what sync moved, with the numbers in a table', async () => {
    await page.browser.session.findElement(By.css('#traffic summary')).click();
    assert.equal((await texts('#charts figcaption')).length, 3);
    const rows = await texts('#traffic-rows tr');
    assert.ok(rows.length > 3, rows.join());
    const bars = await page.browser.run(() => document.querySelectorAll('#charts rect').length);
    assert.equal(bars, 3 * rows.length);
    await isForEveryone();
  });
});

describe('ten thousand todos', { concurrency: false }, () => {
  before(() => page.open());

  test('can be given up on the way, which leaves those that were added', async () => {
    await page.workOffline(true);
    await page.press('Fill with 10,000 rows');
    await says('.count', /^[1-9][\d,]* of 10,000$/);
    await page.press('Cancel');
    await page.shows({ status: /^Added [\d,]+ todos in/ });
    const added = Number(/Added ([\d,]+) todos/.exec((await texts('#status'))[0] ?? '')?.[1]?.replace(',', ''));
    assert.ok(added > 0 && added < 10_000, `${added}`);
  });

  test('are there after some seconds, and their sending can be given up', async () => {
    await page.press('Fill with 10,000 rows');
    await page.shows({ status: /^Added 10,000 todos in/ });
    assert.match((await texts('#counts')).join(), /Todos1\d,\d{3}/);
    await page.workOffline(false);
    await says('.count', /^[1-9][\d,]* of 1\d,\d{3}$/);
    await page.press('Cancel');
    await page.shows({ status: /^Stopped\. [\d,]+ changes wait on this device\.$/ });
    await page.workOffline(true);
    await page.press('Empty this device…');
    await page.press('Empty this device');
    await page.shows({ todos: {}, status: /^This device is empty/ });
    await page.workOffline(false);
    await page.shows({ status: inStep });
  });
});

describe('the SQL console', { concurrency: false }, () => {
  /** @param {string} sql */
  async function run(sql) {
    const field = page.browser.session.findElement(By.id('statement'));
    await field.clear();
    await field.sendKeys(sql, Key.chord(Key.CONTROL, Key.ENTER));
  }

  test('answers as a table, by the keyboard', async () => {
    await page.browser.open(`${world.site.address}/www/demo/sql.html`);
    await page.shows({ status: /rows? in/ });
    const where = "from {todoitem} where {todoitem:text} like 'Leek%'";
    await run(`select {todoitem:text} as todo, length({todoitem:text}) ${where}`);
    await says('#result', /Leek, mine, mine/);
    assert.deepEqual(await texts('#result th'), ['todo', 'length({todoitem:text})']);
    assert.deepEqual(await texts('#result td'), ['Leek, mine, mine', '16']);
    assert.deepEqual(await texts('#statement-error'), ['']);
    await isForEveryone();
  });

  test('says what is wrong, and changes nothing', async () => {
    const wrong = /** @type {[string, RegExp][]} */ ([
      ['delete from {todoitem}', /only reads/],
      ['select * from {nothing}', /no such table.*nothing/],
      ['select {todoitem from', /does not understand|Braces hold/],
      ['select from where', /does not understand/],
    ]);
    for (const [sql, expected] of wrong) {
      await run(sql);
      await says('#statement-error', expected);
    }
    await isForEveryone();
    await run('select count(*) > 0 from {todoitem}');
    await says('#result', /1/);
    assert.deepEqual(await texts('#statement-error'), ['']);
  });
});

describe('two devices on one page', { concurrency: false }, () => {
  test('let a conflict arise, and be solved', async () => {
    await page.browser.open(`${world.site.address}/www/demo/two.html`);
    await page.press('Make a conflict');
    await page.shows({ status: /Choose in Shop what to keep/ });
    const [kitchen = '', shop = ''] = await texts('.pane');
    assert.doesNotMatch(kitchen, /two litres/);
    assert.match(shop, /Before.*two litres.*roast the onions first/s);
    await isForEveryone();
    const [row] = await texts('.pane:last-child .list .text');
    await page.press(`Keep mine: ${row}`);
    await says('.pane:last-child .said', /kept mine.*In step/);
    await page.press('Sync now: Kitchen');
    await says('.pane:first-child .list', /two litres/);
  });

  test('have a switch each', async () => {
    const [kitchen, shop] = await page.browser.session.findElements(By.css('.pane input[type=checkbox][role=switch]'));
    assert.ok(kitchen && shop);
    await kitchen.click();
    await says('.pane:first-child .said', /You are offline/);
    const [field] = await page.browser.session.findElements(By.css('.pane:first-child .add input'));
    await field?.sendKeys('Only in the kitchen', Key.ENTER);
    await says('.pane:first-child .list', /Only in the kitchen/);
    await page.press('Sync now: Shop');
    await says('.pane:last-child .said', inStep);
    assert.doesNotMatch((await texts('.pane:last-child .list')).join(), /Only in the kitchen/);
    await kitchen.click();
    await says('.pane:first-child .said', inStep);
    await page.press('Sync now: Shop');
    await says('.pane:last-child .list', /Only in the kitchen/);
  });
});
