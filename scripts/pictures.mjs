// `npm run pictures`: takes the pictures that README and docs/ show, of the demo page, in Chromium, against a real
// backend, and of the inspector.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DemoPage } from '../tests/e2e/demo-page.mjs';
import { World } from '../tests/e2e/world.mjs';
import { build } from './build.mjs';
import { main } from './command.mjs';
import { at } from './project.mjs';
import { needs, setUp } from './setup.mjs';

const folder = at('docs', 'images');

await main(async () => {
  await setUp(needs.forTest);
  await build();
  const world = await World.start({
    answers: (network) => ({ '/config.json': () => JSON.stringify({ backend: network.address }) }),
  });
  try {
    const page = new DemoPage(await world.device(), world.site.address);
    await prefer(page, 'light');
    await cook(page, world);
    await mkdir(folder, { recursive: true });
    await take(page, 1280, 900, 'demo-1280.png');
    await take(page, 390, 844, 'demo-390.png');
    await prefer(page, 'dark');
    await take(page, 1280, 900, 'demo-1280-dark.png');
    await page.resize(1280, 900);
    await prefer(page, 'light');
    await page.press('Resolve the conflict about Stock: roast the onions first');
    await take(page, 1280, 900, 'demo-conflict-1280.png');
    await prefer(page, 'light');
    await page.browser.open(world.page);
    await page.browser.run(inspect);
    await take(page, 1280, 900, 'inspector-1280.png');
    await take(page, 390, 844, 'inspector-390.png');
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

/** @param {DemoPage} page @param {'light' | 'dark'} scheme */
async function prefer(page, scheme) {
  await page.browser.devtools('Emulation.setEmulatedMedia', {
    features: [{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }],
  });
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
