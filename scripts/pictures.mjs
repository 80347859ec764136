// `npm run pictures`: takes pictures of every view of the demo, at both widths and in both colours, in Chromium, against a
// real backend, and of the inspector. All are to be looked at; README and docs/ show some.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DemoPage } from '../tests/e2e/demo-page.mjs';
import { World } from '../tests/e2e/world.mjs';
import { build } from './build.mjs';
import { main } from './command.mjs';
import { at, cache } from './project.mjs';
import { needs, setUp } from './setup.mjs';

const folder = path.join(cache, 'pictures');
/** Those that README and docs/ show. */
const shown = ['demo-1280', 'demo-390-dark', 'two-1280', 'sql-1280-dark', 'inspector-1280'];

await main(async () => {
  await setUp(needs.forTest);
  await build();
  const world = await World.start({
    answers: (network) => ({ '/config.json': () => JSON.stringify({ backend: network.address }) }),
  });
  try {
    const page = new DemoPage(await world.device(), world.site.address);
    await mkdir(folder, { recursive: true });
    await page.prefer('light');
    await cook(page, world);
    await takeAll(page, 'demo');
    await page.resize(1280, 900);
    await page.press('Merge…: Stock: roast the onions first');
    await take(page, 1280, 900, 'demo-conflict-1280.png');
    await page.browser.open(`${world.site.address}/www/demo/two.html`);
    await page.press('Make a conflict');
    await page.shows({ status: /Choose in Shop/ });
    await takeAll(page, 'two');
    await page.browser.open(`${world.site.address}/www/demo/sql.html`);
    await page.shows({ status: /rows? in/ });
    await page.browser.run(chooseExample);
    await page.shows({ status: /^20 rows in/ });
    await takeAll(page, 'sql');
    await page.prefer('light');
    await page.browser.open(world.page);
    await page.browser.run(inspect);
    await take(page, 1280, 900, 'inspector-1280.png');
    await take(page, 390, 844, 'inspector-390.png');
    for (const name of shown) await copyFile(path.join(folder, `${name}.png`), at('docs', 'images', `${name}.png`));
    console.log(`All of them are in ${folder}.`);
  } finally {
    await world.stop();
  }
});

/**
 * A list with a todo in every state.
 * @param {DemoPage} page
 * @param {World} world
 */
async function cook(page, world) {
  await page.open();
  await page.shows({ status: /^In step/ });
  for (const text of ['Ask Mira for her recipe', 'Soak the beans overnight', 'Leeks, carrots, celery', 'Stock', 'Bread from the corner bakery']) {
    await page.add(text);
    await page.shows({ status: /^In step/, queue: [] });
  }
  await page.complete('Soak the beans overnight');
  await page.shows({ status: /^In step/, queue: [] });
  const [stock] = await world.ask("tables/todoitem?$filter=text eq 'Stock'");
  await world.ask(`tables/todoitem/${stock.id}`, { method: 'PATCH', body: { text: 'Stock, two litres' } });
  await page.edit('Stock', 'Stock: roast the onions first');
  await page.shows({ status: /Choose what to keep/ });
  await page.workOffline(true);
  await page.add('Warm the tureen before serving');
  await page.shows({ status: /2 changes wait/ });
  await page.complete('Leeks, carrots, celery');
  await page.shows({ status: /3 changes wait/ });
  await page.delete('Bread from the corner bakery');
  await page.shows({ status: /4 changes wait/ });
}

/** In the page: some contacts, and the inspector over them, with a query and its answer. */
async function inspect() {
  const { smartstoreClient: client } = navigator;
  const specs = [
    { path: 'LastName', type: 'string' },
    { path: 'Address.City', type: 'string' },
    { path: 'Notes', type: 'full_text' },
  ];
  await client.registerSoup('contacts', specs);
  const people = [
    ['Lovage', 'Ulm', 'Asks for the recipe'], ['Chervil', 'Jena', ''], ['Savory', 'Bonn', 'Brings bread'],
    ['Borage', 'Ulm', ''],
  ];
  const entries = people.map(([LastName, City, Notes]) => ({ LastName, Address: { City }, Notes }));
  await client.upsertSoupEntries('contacts', entries);
  await Tureen.showInspector();
  const root = document.querySelector('body > div')?.shadowRoot;
  const [field, form] = [root?.querySelector('textarea'), root?.querySelector('form')];
  if (!root || !field || !form) throw new Error('the inspector is not open');
  field.value = 'select {contacts:Address.City}, count(*)\nfrom {contacts} group by 1 order by 2 desc';
  const answered = new Promise((resolve) => {
    new MutationObserver(resolve).observe(root, { subtree: true, childList: true });
  });
  form.requestSubmit();
  await answered;
}

/**
 * A view at both widths, in both colours.
 * @param {DemoPage} page
 * @param {string} name
 */
async function takeAll(page, name) {
  for (const scheme of /** @type {const} */ (['light', 'dark'])) {
    await page.prefer(scheme);
    const suffix = scheme === 'dark' ? '-dark' : '';
    await take(page, 1280, 900, `${name}-1280${suffix}.png`);
    await take(page, 390, 844, `${name}-390${suffix}.png`);
  }
  await page.prefer('light');
}

/** In the page: the words that come most often. */
function chooseExample() {
  const examples = /** @type {HTMLSelectElement} */ (document.getElementById('examples'));
  examples.value = '2';
  examples.dispatchEvent(new Event('change'));
}

/**
 * @param {DemoPage} page
 * @param {number} width
 * @param {number} height
 * @param {string} file
 */
async function take(page, width, height, file) {
  await page.resize(width, height);
  await page.browser.run(() => scrollTo(0, 0));
  await writeFile(path.join(folder, file), await page.browser.session.takeScreenshot(), 'base64');
}
