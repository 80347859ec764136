// The packed plugin in a Cordova app: on the browser platform, and as it is prepared for Android and iOS. Nothing is
// built natively; Chromium stands in for the webviews.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { run } from '../../scripts/command.mjs';
import { at, cache } from '../../scripts/project.mjs';
import { serve } from '../../scripts/serve/site.mjs';
import { Browser } from '../e2e/browser/browser.mjs';
import { askNativeClass, keepContacts } from '../e2e/contacts-page.mjs';
import { keep } from './keep.mjs';
import { pack } from './packed.mjs';

/** @type {string} */
let folder;
/** @type {string} */
let www;

/** Where each platform's web files land, below the app. */
const prepared = {
  browser: 'platforms/browser/www',
  android: 'platforms/android/app/src/main/assets/www',
  ios: 'platforms/ios/www',
};

/** What a webview's native part gives the page, as far as cordova.js asks for it while it starts. */
const native = `
  window.prompt = () => '1';
  window._cordovaNative = { exec: () => '', setNativeToJsBridgeMode() {}, retrieveJsMessages: () => '' };
  window.webkit = { messageHandlers: { cordova: { postMessage() {} } } };
`;

before(async () => {
  // Below the project, where the platform finds the packages it needs without asking a registry for them.
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(path.join(cache, 'cordova-'));
  const { tarball } = await pack(folder);
  const app = path.join(folder, 'app');
  const cordova = (/** @type {string[]} */ ...parameters) =>
    run('cordova', ['--no-telemetry', '--no-update-notifier', ...parameters], {
      cwd: app,
      output: 'keep',
      // A platform that is added from a folder would be made anew from its sources.
      env: { npm_config_ignore_scripts: 'true' },
    });
  await run('cordova', ['--no-telemetry', '--no-update-notifier', 'create', app, 'com.example.soup', 'Soup'], {
    cwd: folder,
    output: 'keep',
  });
  for (const platform of Object.keys(prepared)) {
    await cordova('platform', 'add', at('node_modules', `cordova-${platform}`));
  }
  await cordova('plugin', 'add', `file:${tarball}`);
  const template = await readFile(path.join(app, 'www', 'index.html'), 'utf8');
  const beside = template.replace('<script src="cordova.js">', '<script src="native.js"></script>$&');
  await writeFile(path.join(app, 'www', 'template.html'), beside);
  await writeFile(path.join(app, 'www', 'native.js'), native);
  await writeFile(
    path.join(app, 'www', 'index.html'),
    `<!doctype html><meta http-equiv="content-security-policy" content="default-src 'self'; script-src 'self' 'wasm-unsafe-eval'">
     <script src="cordova.js"></script>`,
  );
  await cp(at('tests', 'e2e', 'contacts', 'index.html'), path.join(app, 'www', 'contacts.html'));
  await cp(at('tests', 'e2e', 'contacts', 'contacts.js'), path.join(app, 'www', 'contacts.js'));
  const soups = [{ soupName: 'from the beginning', indexes: [{ path: 'name', type: 'string' }] }];
  await writeFile(path.join(app, 'www', 'userstore.json'), JSON.stringify({ soups }));
  await cordova('prepare');
  www = path.join(app, prepared.browser);
});
after(() => rm(folder, { recursive: true, force: true }));

for (const [platform, place] of Object.entries(prepared)) {
  test(`${platform}: the files land where they are looked for, and below plugins/ nothing but the script`, () => {
    const root = path.join(folder, 'app', place);
    for (const file of [
      'tureen/tureen_bg.wasm', 'tureen/tureen_bg.wasm.js', 'tureen/tureen_azure.wasm', 'tureen/tureen_azure.wasm.js',
      'tureen/tureen_salesforce.wasm', 'tureen/tureen_salesforce.wasm.js',
      'tureen/tureen_providers.wasm', 'tureen/tureen_providers.wasm.js',
      'tureen/tureen.inspector.js', 'tureen/tureen.worker.js',
      'plugins/cordova-plugin-tureen/pkg/tureen.cordova.js',
    ]) {
      assert.ok(existsSync(path.join(root, file)), `${file} is missing`);
    }
    assert.ok(!existsSync(path.join(root, 'plugins/cordova-plugin-tureen/pkg/tureen_bg.wasm')));
  });
}

for (const platform of /** @type {const} */ (['android', 'ios'])) {
  test(`${platform}: the prepared app works under the template's own policy`, async () => {
    const base = path.join(folder, 'app', prepared[platform]);
    const site = await serve({ base, folders: ['.'], home: '/template.html' }, 0);
    const browser = await Browser.start('chromium');
    try {
      const pages = [`${site.address.replace('127.0.0.1', 'localhost')}/template.html`];
      // Where iOS serves its pages from unless the app's config.xml names a scheme.
      if (platform === 'ios') pages.push(pathToFileURL(path.join(base, 'template.html')).href);
      for (const page of pages) {
        await browser.open(page);
        const told = await browser.run(async () => {
          await new Promise((resolve) => document.addEventListener('deviceready', resolve, { once: true }));
          return [cordova.platformId, document.querySelector('meta[http-equiv]')?.getAttribute('content')];
        });
        assert.equal(told[0], platform);
        assert.match(told[1], /^default-src 'self'/);
        assert.deepEqual(await keep(browser), ['saffron']);
      }
    } finally {
      await browser.quit();
      await site.stop();
    }
  });
}

test('after deviceready the app calls WindowsAzure and SmartStore', async () => {
  const site = await serve({ base: www, folders: ['.'], home: '/index.html' }, 0);
  const browser = await Browser.start('chromium');
  try {
    await browser.open(site.address);
    const told = await browser.run(async () => {
      await new Promise((resolve) => document.addEventListener('deviceready', resolve, { once: true }));
      const store = new WindowsAzure.MobileServiceSqliteStore();
      await store.defineTable({ name: 'dish', columnDefinitions: { id: 'string', name: 'string' } });
      await store.upsert('dish', { id: '1', name: 'Borscht' });
      await navigator.smartstoreClient.registerSoup('dish', [{ path: 'name', type: 'string' }]);
      await navigator.smartstoreClient.upsertSoupEntries('dish', [{ name: 'Goulash' }]);
      const cursor = await navigator.smartstoreClient.querySoup('dish', navigator.smartstore.buildAllQuerySpec('name'));
      return [
        (await store.lookup('dish', '1')).name, cursor.currentPageOrderedEntries[0].name, typeof Tureen.ready,
        await navigator.smartstoreClient.soupExists('from the beginning'),
        await Tureen.showInspector().then(() => document.body.lastElementChild?.shadowRoot?.querySelector('h2')?.textContent),
      ];
    });
    assert.deepEqual(told, ['Borscht', 'Goulash', 'function', true, 'Inspector']);
  } finally {
    await browser.quit();
    await site.stop();
  }
});

test('soups can be worked on in a worker', async () => {
  const site = await serve({ base: www, folders: ['.'], home: '/index.html' }, 0);
  const browser = await Browser.start('chromium');
  try {
    await browser.open(site.address);
    const told = await browser.run(async () => {
      await new Promise((resolve) => document.addEventListener('deviceready', resolve, { once: true }));
      return [await Tureen.ready({ worker: true }), await navigator.smartstoreClient.soupExists('from the beginning')];
    });
    assert.deepEqual(told, [{ worker: true }, true]);
  } finally {
    await browser.quit();
    await site.stop();
  }
});

test('an app written for the SmartStore plugin runs as it is', async () => {
  const site = await serve({ base: www, folders: ['.'], home: '/contacts.html' }, 0);
  const browser = await Browser.start('chromium');
  try {
    await browser.open(site.address);
    await keepContacts(browser);
    await askNativeClass(browser);
  } finally {
    await browser.quit();
    await site.stop();
  }
});
