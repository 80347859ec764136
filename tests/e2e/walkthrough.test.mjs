// The published walk-through, as it stands but for the address, in a page with a strict Content-Security-Policy.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { at } from '../../scripts/project.mjs';
import { World, hosts } from './world.mjs';

for (const { name, query } of hosts) describe(name, () => {
  /** @type {World} */
  let world;
  /** @type {import('./browser/browser.mjs').Browser} */
  let browser;

  before(async () => {
    world = await World.start({
      answers: (network) => ({
        '/walkthrough.js': async () => {
          const published = await readFile(at('tests/e2e/walkthrough/walkthrough.js'), 'utf8');
          return published.replace('https://yoursite.azurewebsites.net', network.address);
        },
      }),
    });
    browser = await world.device();
  });
  after(() => world.stop());

  /**
   * Waits until the list has been shown so many times, and reads it.
   * @param {number} times
   */
  const listShown = (times) =>
    browser.run(
      (count) =>
        new Promise((resolve, reject) => {
          const list = /** @type {HTMLElement} */ (document.getElementById('list'));
          const error = /** @type {HTMLElement} */ (document.getElementById('error'));
          const look = () => {
            if (error.textContent) reject(new Error(error.textContent));
            if (list.dataset.shown === String(count)) resolve([...list.children].map((item) => item.textContent));
          };
          new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
          look();
        }),
      times,
    );

  test('it pulls, and shows what is not done', async () => {
    await world.ask('tables/todoitem', { method: 'POST', body: { id: '1', text: 'Peel onions', complete: false } });
    await world.ask('tables/todoitem', { method: 'POST', body: { id: '2', text: 'Boil water', complete: true } });
    await browser.open(`${world.site.address}/tests/e2e/walkthrough/index.html${query}`);
    assert.deepEqual(await listShown(1), ['Peel onions']);
  });

  test('what the user adds is pushed by the next refresh', async () => {
    await browser.run(() => todoItemTable.insert({ text: 'Stir', complete: false }));
    await browser.run(() => refreshData());
    assert.deepEqual((await listShown(2)).sort(), ['Peel onions', 'Stir']);
    assert.equal((await world.ask("tables/todoitem?$filter=text eq 'Stir'")).length, 1);
  });

  test('after a reload it starts from what it has, and pulls what is new', async () => {
    await world.ask('tables/todoitem', { method: 'POST', body: { id: '3', text: 'Taste', complete: false } });
    await browser.reload();
    assert.deepEqual((await listShown(1)).sort(), ['Peel onions', 'Stir', 'Taste']);
  });

  test('a conflict reaches its onConflict', async () => {
    await browser.run(() => todoItemTable.update({ id: '1', text: 'Peel many onions' }));
    await world.ask('tables/todoitem/1', { method: 'PATCH', body: { id: '1', text: 'Peel two onions' } });
    await browser.session.executeScript('refreshData()');
    const dialogue = await browser.session.wait(async () => browser.session.switchTo().alert().catch(() => null), 30_000);
    assert.equal(await dialogue?.getText(), 'TODO: onConflict');
    await dialogue?.accept();
  });
});
