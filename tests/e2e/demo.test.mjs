// The demo page, worked as a person works it, on two devices against the real backend.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Key } from 'selenium-webdriver';
import { outOfReach, violations } from './accessible.mjs';
import { DemoPage } from './demo-page.mjs';
import { engine, World } from './world.mjs';

/** @type {World} */
let world;
/** @type {DemoPage} */
let kitchen;
/** @type {DemoPage} */
let shop;

before(async () => {
  world = await World.start({
    answers: (network) => ({ '/config.json': () => JSON.stringify({ backend: network.address }) }),
  });
  kitchen = new DemoPage(await world.device(), world.site.address);
  shop = new DemoPage(await world.device(), world.site.address);
});
after(() => world.stop());

/** What the backend has, past every client: `done` before the text where it is. */
async function cloud() {
  const rows = /** @type {{ text: string, complete: boolean }[]} */ (await world.ask('tables/todoitem'));
  return rows.map(({ text, complete }) => (complete ? `done ${text}` : text)).sort();
}

const inStep = /^In step with the server/;

describe('a list', { concurrency: false }, () => {
  test('begins empty, and in step with the server', async () => {
    await kitchen.open();
    await kitchen.shows({ status: 'In step with the server: nothing was new.', todos: {}, queue: [] });
  });

  test('sends what is added at once', async () => {
    for (const text of ['Leeks', 'Carrots', 'Celery']) {
      await kitchen.add(text);
      await kitchen.shows({ status: inStep, queue: [], focus: 'New todo' });
    }
    await kitchen.shows({ todos: { Leeks: 'saved', Carrots: 'saved', Celery: 'saved' } });
    assert.deepEqual(await cloud(), ['Carrots', 'Celery', 'Leeks']);
  });

  test('keeps what is added, edited, finished and deleted offline', async () => {
    await kitchen.workOffline(true);
    await kitchen.add('Thyme');
    await kitchen.shows({ status: /^Added “Thyme”\. You are offline\. 1 change waits on this device\.$/ });
    await kitchen.edit('Leeks', 'Two leeks');
    await kitchen.shows({ status: /2 changes wait/, focus: 'Edit Two leeks' });
    await kitchen.complete('Carrots');
    await kitchen.shows({ status: /3 changes wait/ });
    await kitchen.delete('Celery');
    await kitchen.shows({ ...offline, status: /4 changes wait/ });
    assert.deepEqual(await cloud(), ['Carrots', 'Celery', 'Leeks']);
  });

  const offline = {
    todos: { Thyme: 'not sent yet', 'Two leeks': 'not sent yet', Carrots: 'done, not sent yet' },
    queue: [
      'Insert Thyme: not sent yet', 'Update Two leeks: not sent yet',
      'Update Carrots: not sent yet', 'Delete Celery: not sent yet',
    ],
    counts: { Todos: 3, Open: 2, 'Not sent': 4, Conflicts: 0 },
  };

  test('stops only its own requests when it is told to be offline, and says so', async () => {
    world.network.look();
    await kitchen.press('Sync now');
    await kitchen.shows({ ...offline, status: 'You are offline. 4 changes wait on this device.' });
    assert.deepEqual(world.network.look(), []);
    assert.equal(await kitchen.browser.run(() => fetch('/config.json').then(({ ok }) => ok)), true);
  });

  test('is all there after a reload', async () => {
    await kitchen.browser.reload();
    await kitchen.shows({ ...offline, offline: true, status: 'You are offline. 4 changes wait on this device.' });
    await kitchen.shows({ log: /Deleted “Celery”/ });
  });

  test('says that a server does not answer, and loses nothing', async () => {
    world.network.condition = 'down';
    await kitchen.workOffline(false);
    await kitchen.shows({ ...offline, status: 'The server does not answer. 4 changes wait on this device.' });
  });

  test('is sent when the server is back', async () => {
    let letThrough = () => {};
    world.network.condition = new Promise((resolve) => {
      letThrough = resolve;
    });
    await kitchen.press('Sync now');
    await kitchen.shows({ status: 'Syncing…', queue: /Insert Thyme: sending/, todos: /"Thyme":"sending"/ });
    world.network.condition = 'up';
    letThrough();
    await kitchen.shows({
      status: /^In step with the server: 4 changes sent/,
      todos: { Thyme: 'saved', 'Two leeks': 'saved', Carrots: 'done, saved' },
      queue: [],
      counts: { Todos: 3, Open: 2, 'Not sent': 0, Conflicts: 0 },
    });
    assert.deepEqual(await cloud(), ['Thyme', 'Two leeks', 'done Carrots']);
  });

  test('has nothing new when it asks again', async () => {
    await kitchen.press('Sync now');
    await kitchen.shows({ status: 'In step with the server: nothing was new.' });
    await kitchen.browser.reload();
    await kitchen.shows({ status: 'In step with the server: nothing was new.' });
  });

  test('shows on a second device', async () => {
    await shop.open();
    await shop.shows({ status: inStep, todos: { Thyme: 'saved', 'Two leeks': 'saved', Carrots: 'done, saved' } });
  });

  test('shows what is open, or what is done', async () => {
    await shop.browser.run(() => /** @type {HTMLElement} */ (document.querySelector('[value=open]')).click());
    await shop.shows({ todos: { Thyme: 'saved', 'Two leeks': 'saved' } });
    await shop.browser.run(() => /** @type {HTMLElement} */ (document.querySelector('[value=done]')).click());
    await shop.shows({ todos: { Carrots: 'done, saved' } });
    await shop.browser.run(() => /** @type {HTMLElement} */ (document.querySelector('[value=all]')).click());
    await shop.shows({ counts: { Todos: 3, Open: 2, 'Not sent': 0, Conflicts: 0 } });
  });
});

describe('a todo that was changed on both devices', { concurrency: false }, () => {
  /** @param {string} text of a todo that is added to both lists */
  async function bothKnow(text) {
    await kitchen.add(text);
    await kitchen.shows({ status: inStep, queue: [] });
    await shop.press('Sync now');
    await shop.shows({ status: inStep, queue: [] });
    assert.ok((await textsOf(shop)).includes(text));
  }

  /**
   * Lets both devices know a todo, then changes it in the kitchen, and otherwise in the shop, which then goes online.
   * @param {string} text
   * @param {() => Promise<void>} inKitchen
   * @param {() => Promise<void>} inShop
   */
  async function clash(text, inKitchen, inShop) {
    await bothKnow(text);
    await shop.workOffline(true);
    await inShop();
    await shop.shows({ status: /1 change waits/ });
    await inKitchen();
    await kitchen.shows({ status: inStep, queue: [] });
    await shop.workOffline(false);
    await shop.shows({ status: '1 todo was changed both here and at the server. Choose what to keep.' });
  }

  /** Both renamed it. @param {string} text */
  const bothRename = (text) =>
    clash(text, () => kitchen.edit(text, `${text}, by the kitchen`), () => shop.edit(text, `${text}, by the shop`));

  test('waits as a conflict, for as long as the user likes', async () => {
    await bothRename('Bread');
    await shop.shows({ queue: ['Update Bread, by the shop: conflict'] });
    await shop.press('Resolve the conflict about Bread, by the shop');
    await shop.shows({ dialog: 'Which “Bread, by the shop”?' });
    await shop.type(Key.ESCAPE);
    const focus = 'Resolve the conflict about Bread, by the shop';
    await shop.shows({ dialog: '', queue: ['Update Bread, by the shop: conflict'], focus });
  });

  test('is as here when mine is kept', async () => {
    await shop.press('Resolve the conflict about Bread, by the shop');
    await shop.press('Keep mine');
    await shop.shows({ status: inStep, queue: [], focus: 'Edit Bread, by the shop' });
    assert.ok((await cloud()).includes('Bread, by the shop'));
    await kitchen.press('Sync now');
    await kitchen.shows({ status: inStep });
    assert.match(JSON.stringify(await textsOf(kitchen)), /Bread, by the shop/);
  });

  test('is as at the server when that is taken', async () => {
    await bothRename('Butter');
    await shop.press('Resolve the conflict about Butter, by the shop');
    await shop.press('Take the server’s');
    await shop.shows({ status: inStep, queue: [], focus: 'Edit Butter, by the kitchen' });
    assert.ok((await cloud()).includes('Butter, by the kitchen'));
  });

  test('is a third thing when the user merges both', async () => {
    await bothRename('Salt');
    await shop.press('Resolve the conflict about Salt, by the shop');
    await shop.mergeInto('Salt, coarse');
    await shop.shows({ status: inStep, queue: [], focus: 'Edit Salt, coarse' });
    assert.ok((await cloud()).includes('Salt, coarse'));
  });

  test('is asked about again when the server’s changed once more', async () => {
    await bothRename('Rice');
    await shop.press('Resolve the conflict about Rice, by the shop');
    await kitchen.edit('Rice, by the kitchen', 'Rice, once more');
    await kitchen.shows({ status: inStep, queue: [] });
    await shop.press('Keep mine');
    // The newest line first: a sync after the decision.
    await shop.shows({
      log: /^\["1 todo was changed both here and at the server[^"]*","Conflict about “Rice, by the shop”: kept mine/,
      queue: ['Update Rice, by the shop: conflict'],
    });
    assert.ok((await cloud()).includes('Rice, once more'));
    await shop.press('Resolve the conflict about Rice, by the shop');
    await shop.press('Take the server’s');
    await shop.shows({ status: inStep, queue: [] });
  });

  test('is asked about when the server’s arrived while it was being edited', async () => {
    await bothKnow('Soup');
    await shop.press('Edit Soup');
    await kitchen.edit('Soup', 'Leek soup');
    await kitchen.shows({ status: inStep, queue: [] });
    await shop.press('Sync now');
    await shop.shows({ status: inStep, queue: [], todos: /"Leek soup":"saved"/ });
    await shop.endEdit('Soup', 'Bean soup');
    await shop.shows({ status: /Choose what to keep/ });
    assert.ok((await cloud()).includes('Leek soup'));
    await shop.press('Resolve the conflict about Bean soup');
    await shop.mergeInto('Leek and bean soup');
    await shop.shows({ status: inStep, queue: [] });
    assert.ok((await cloud()).includes('Leek and bean soup'));
  });

  test('can stay deleted, though the server’s was changed', async () => {
    await clash('Beans', () => kitchen.complete('Beans'), () => shop.delete('Beans'));
    await shop.press('Resolve the conflict about Beans');
    await shop.press('Delete it anyway');
    await shop.shows({ status: inStep, queue: [] });
    assert.doesNotMatch((await cloud()).join(), /Beans/);
  });

  test('can come back, though it was deleted here', async () => {
    await clash('Wine', () => kitchen.complete('Wine'), () => shop.delete('Wine'));
    await shop.press('Resolve the conflict about Wine');
    await shop.press('Take the server’s');
    await shop.shows({ status: inStep, queue: [], focus: 'Edit Wine' });
    assert.ok((await cloud()).includes('done Wine'));
  });

  test('is kept as a new one when the server’s is gone, and holds up nothing', async () => {
    await bothKnow('Ham');
    await shop.workOffline(true);
    await shop.edit('Ham', 'Smoked ham');
    await shop.add('Mustard');
    await shop.shows({ status: /2 changes wait/ });
    await kitchen.delete('Ham');
    await kitchen.shows({ status: inStep, queue: [] });
    await shop.workOffline(false);
    await shop.shows({ status: inStep, queue: [], log: /“Smoked ham” was deleted at the server/ });
    const there = await cloud();
    assert.deepEqual(there.filter((text) => /ham|mustard/i.test(text)), ['Mustard', 'Smoked ham']);
    assert.deepEqual((await textsOf(shop)).sort(), there.map((text) => text.replace('done ', '')).sort());
  });

  test('is nothing to ask about when both deleted it', async () => {
    await bothKnow('Figs');
    await shop.workOffline(true);
    for (const device of [kitchen, shop]) await device.delete('Figs');
    await kitchen.shows({ status: inStep, queue: [] });
    await shop.workOffline(false);
    await shop.shows({ status: inStep, queue: [] });
  });

  test('is no conflict when both did the same', async () => {
    await bothKnow('Eggs');
    await shop.workOffline(true);
    for (const device of [kitchen, shop]) await device.edit('Eggs', 'Six eggs');
    await kitchen.shows({ status: inStep, queue: [] });
    await shop.workOffline(false);
    await shop.shows({ status: inStep, queue: [] });
  });

  test('is no conflict when an answer was lost on its way', async () => {
    world.network.condition = 'answerLost';
    await shop.add('Honey');
    await shop.shows({ status: /1 change waits/ });
    world.network.condition = 'up';
    await shop.press('Sync now');
    await shop.shows({ status: inStep, queue: [] });
    assert.equal((await cloud()).filter((text) => text === 'Honey').length, 1);
  });
});

/** @param {DemoPage} page */
const textsOf = (page) =>
  page.browser.run(() => [...document.querySelectorAll('#list .text')].map((place) => place.textContent));

describe('this device', { concurrency: false }, () => {
  test('can be emptied, and filled again from the server', async () => {
    const before = (await textsOf(shop)).length;
    await shop.press('Empty this device…');
    await shop.shows({ dialog: 'Empty this device?' });
    await shop.press('Empty this device');
    await shop.shows({ dialog: '', todos: {}, counts: { Todos: 0, Open: 0, 'Not sent': 0, Conflicts: 0 } });
    await shop.press('Sync now');
    await shop.shows({ status: inStep });
    assert.equal((await textsOf(shop)).length, before);
  });

  test('refuses what is no address', async () => {
    for (const address of ['soup', 'ftp://example.com', 'http://example.com']) {
      await shop.typeServer(address);
      await shop.shows({ focus: 'Server' });
      assert.notEqual(await shop.browser.run(() => document.getElementById('server-error')?.textContent), '');
    }
  });

  test('has a list for each server, and remembers which it uses', async () => {
    await shop.useServer('http://127.0.0.1:9');
    await shop.shows({ status: 'The server does not answer. Nothing is lost.', todos: {} });
    await shop.add('For another server');
    await shop.shows({ status: /1 change waits/ });
    await shop.browser.reload();
    await shop.shows({ todos: { 'For another server': 'not sent yet' }, status: /does not answer/ });
    await shop.reloadedBy(() => shop.press('Back to the default'));
    await shop.shows({ status: inStep });
    assert.doesNotMatch(JSON.stringify(await textsOf(shop)), /another server/);
  });

  test('can play two devices in two tabs', async () => {
    const first = await shop.browser.tab();
    await shop.browser.openTab(`${shop.address}?device=second`);
    await shop.shows({ status: inStep });
    await shop.workOffline(true);
    await shop.add('Only here');
    await shop.shows({ status: /1 change waits/ });
    await shop.browser.session.close();
    await shop.browser.toTab(first);
    await shop.press('Sync now');
    await shop.shows({ status: inStep, offline: false });
    assert.doesNotMatch(JSON.stringify(await textsOf(shop)), /Only here/);
  });
});

describe('for everyone', { concurrency: false }, () => {
  // Only Chromium can be told which colours its user prefers.
  for (const scheme of /** @type {('light' | 'dark')[]} */ (engine === 'chromium' ? ['light', 'dark'] : ['light'])) {
    for (const width of [390, 1280]) {
      test(`axe-core finds nothing, and all is in reach, ${width} px wide, ${scheme}`, async () => {
        if (engine === 'chromium') await kitchen.prefer(scheme);
        await kitchen.resize(width, 844);
        assert.deepEqual(await violations(kitchen.browser), []);
        assert.deepEqual(await kitchen.browser.run(outOfReach), []);
      });
    }
  }

  test('axe-core finds nothing while a todo is edited, and the keyboard does it all', async () => {
    await kitchen.workOffline(true);
    await kitchen.add('Pepper');
    await kitchen.shows({ focus: 'New todo', status: /1 change waits/ });
    // Past Add, the chosen filter and the box of the newest todo.
    await kitchen.browser.run(() => /** @type {HTMLElement} */ (document.querySelector('#list input')).focus());
    await kitchen.type(Key.TAB);
    await kitchen.shows({ focus: 'Edit Pepper' });
    await kitchen.type(Key.ENTER);
    await kitchen.shows({ focus: 'Text of the todo' });
    assert.deepEqual(await violations(kitchen.browser), []);
    await kitchen.type('Salt and pepper', Key.ESCAPE);
    await kitchen.shows({ focus: 'Edit Pepper' });
    await kitchen.type(Key.TAB);
    await kitchen.shows({ focus: 'Delete Pepper' });
    await kitchen.type(Key.ENTER);
    await kitchen.shows({ focus: /^Delete (?!Pepper)/, queue: [], status: /^Deleted “Pepper”/ });
  });

  test('axe-core finds nothing in the dialog of a conflict', async () => {
    await kitchen.workOffline(false);
    await kitchen.shows({ status: inStep });
    const [row] = await world.ask("tables/todoitem?$filter=text eq 'Thyme'");
    await world.ask(`tables/todoitem/${row.id}`, { method: 'PATCH', body: { text: 'Thyme and bay' } });
    await kitchen.edit('Thyme', 'Fresh thyme');
    await kitchen.shows({ status: /Choose what to keep/ });
    assert.deepEqual(await violations(kitchen.browser), []);
    await kitchen.press('Resolve the conflict about Fresh thyme');
    await kitchen.shows({ dialog: 'Which “Fresh thyme”?', focus: 'Which “Fresh thyme”?' });
    assert.deepEqual(await violations(kitchen.browser), []);
    await kitchen.resize(390, 844);
    assert.deepEqual(await violations(kitchen.browser), []);
    assert.deepEqual(await kitchen.browser.run(outOfReach), []);
    await kitchen.press('Decide later');
  });
});
