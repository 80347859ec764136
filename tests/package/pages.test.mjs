// Plain pages that load the package's script: each works, or says in one sentence what to change.
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { modules } from '../../scripts/build/parts.mjs';
import { run } from '../../scripts/command.mjs';
import { hasWebKitGtk } from '../../scripts/setup/system.mjs';
import { serve } from '../../scripts/serve/site.mjs';
import { Browser } from '../e2e/browser/browser.mjs';
import { keep } from './keep.mjs';
import { install } from './packed.mjs';

/** @type {string} */
let folder;
/** The site: `/index.html`, `/shop/deep/index.html`, and what they load below `/lib/`. @type {string} */
let base;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tureen-pages-'));
  await install(folder);
  base = path.join(folder, 'site');
  await cp(path.join(folder, 'node_modules', 'cordova-plugin-tureen', 'pkg'), path.join(base, 'lib'), { recursive: true });
  await mkdir(path.join(base, 'shop', 'deep'), { recursive: true });
  const page = (/** @type {string} */ lib) =>
    `<!doctype html><title>Pantry</title><link rel="icon" href="data:,"><script src="${lib}/tureen.global.js"></script>`;
  await writeFile(path.join(base, 'index.html'), page('lib'));
  await writeFile(path.join(base, 'shop', 'deep', 'index.html'), page('../../lib'));
});
after(() => rm(folder, { recursive: true, force: true }));

const csp = (/** @type {string} */ policy) => ({ 'content-security-policy': policy });

for (const engine of /** @type {const} */ (['chromium', 'firefox', ...(hasWebKitGtk() ? ['webkitgtk'] : [])])) {
  describe(engine, () => {
    /** @type {Browser} */
    let browser;
    before(async () => {
      browser = await Browser.start(/** @type {import('../e2e/browser/engines.mjs').EngineName} */ (engine));
    });
    after(() => browser.quit());

    /**
     * Opens a page of a site, and stops to serve it after the work.
     * @param {Partial<import('../../scripts/serve/site.mjs').Site> & { page?: string }} site
     * @param {() => Promise<void>} work
     */
    async function on({ page = '/index.html', ...site }, work) {
      const { address, stop } = await serve({ base, folders: ['.'], home: page, ...site }, 0);
      try {
        await browser.open(`${address}${page}`);
        await work();
      } finally {
        await stop();
      }
    }

    const works = async () => assert.deepEqual(await keep(browser), ['saffron']);

    test('a page at the root', () => on({}, works));

    test('a page in a folder below', () => on({ page: '/shop/deep/index.html' }, works));

    test('a page that has gone elsewhere by history.pushState', () =>
      on({}, async () => {
        await browser.run(() => history.pushState({}, '', '/orders/7/lines?open=1#last'));
        await works();
      }));

    test('a page of file://, once the module is there as scripts', async () => {
      await browser.open(pathToFileURL(path.join(base, 'index.html')).href);
      await assert.rejects(keep(browser), {
        code: 'WASM_NOT_FOUND',
        message: new RegExp(
          "^Tureen's module is not at file://.*/lib/tureen_bg\\.wasm\\.js: a page of file:// needs it as a script, which " +
            '`npx cordova-plugin-tureen file-pages <folder>` makes in the folder of tureen_bg\\.wasm\\.$',
        ),
      });
      const lib = path.join(base, 'lib');
      const told = await run('npx', ['cordova-plugin-tureen', 'file-pages', lib], { cwd: folder, output: 'keep' });
      const made = ['azure', 'bg', 'providers', 'salesforce'].map((name) => `tureen_${name}.wasm.js`).join(' and ');
      assert.equal(told, `${lib} has ${made} now, for pages of file://.\n`);
      await works();
      await Promise.all(modules.map((file) => rm(path.join(lib, `${path.basename(file)}.js`))));
    });

    test('a server that does not know the type of .wasm', () => on({ types: { '.wasm': 'text/plain' } }, works));

    test('a strict policy', () =>
      on({ headers: csp("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'") }, works));

    test('a server that answers index.html for a missing module', () =>
      on({ fallback: '/index.html' }, async () => {
        await assert.rejects(keep(browser, { wasm: '/nowhere/tureen_bg.wasm' }), {
          code: 'WASM_INVALID',
          message: '/nowhere/tureen_bg.wasm is not a WebAssembly module but something of type text/html; charset=utf-8, ' +
            "perhaps the app's index.html: check that tureen_bg.wasm was deployed there.",
        });
        await works();
      }));

    test('a server that calls its index.html a module', () =>
      on({ answers: { '/html.wasm': () => '<!doctype html>' } }, async () => {
        const refused = { code: 'WASM_INVALID', message: /was deployed there\.$/ };
        await assert.rejects(keep(browser, { wasm: '/html.wasm' }), refused);
      }));

    test('a missing module', () =>
      on({}, async () => {
        await assert.rejects(keep(browser, { wasm: '/nowhere.wasm' }), {
          code: 'WASM_NOT_FOUND',
          message: "Tureen's module is not at /nowhere.wasm, the server answered 404: put tureen_bg.wasm there, or pass its " +
            'address to ready({ wasm: url }).',
        });
      }));

    test('a policy that forbids WebAssembly', () =>
      on({ headers: csp("default-src 'self'; img-src data:") }, async () => {
        await assert.rejects(keep(browser), {
          code: 'WASM_REFUSED',
          message: new RegExp(
            "^Tureen's module could not be started: where the page has a Content-Security-Policy, its script-src needs " +
              "'wasm-unsafe-eval'\\. \\(tureen_bg\\.wasm: ",
          ),
        });
      }));

    test('a policy that forbids fetching the module', () =>
      on({ headers: csp("script-src 'self' 'wasm-unsafe-eval'; connect-src https://site.example") }, async () => {
        const url = new URL('/lib/tureen_bg.wasm', await browser.session.getCurrentUrl()).href;
        await assert.rejects(keep(browser), {
          code: 'WASM_NOT_FOUND',
          message: `Tureen's module could not be fetched from ${url}: serve tureen_bg.wasm there or pass its address to ` +
            "ready({ wasm: url }), and have the page's Content-Security-Policy, if any, allow it in connect-src.",
        });
      }));

    test('a policy that forbids the backend', () =>
      on({ headers: csp("script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'") }, async () => {
        const read = browser.run(() =>
          new WindowsAzure.MobileServiceClient('https://site.example').getTable('jars').read());
        await assert.rejects(read, /the page's Content-Security-Policy has no connect-src for it\.$/);
      }));
  });
}
