// The package in what bundlers make of an app: Vite, webpack and esbuild, as they come.
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { build as esbuild } from 'esbuild';
import { build as vite, createServer } from 'vite';
import webpack from 'webpack';
import { at } from '../../scripts/project.mjs';
import { serve } from '../../scripts/serve/site.mjs';
import { Browser } from '../e2e/browser/browser.mjs';
import { keep } from './keep.mjs';
import { install } from './packed.mjs';

/** The app's folder. @type {string} */
let app;
/** @type {Browser} */
let browser;

before(async () => {
  app = await mkdtemp(path.join(tmpdir(), 'tureen-bundlers-'));
  await install(app);
  await cp(at('tests', 'package', 'app'), app, { recursive: true });
  browser = await Browser.start('chromium');
});
after(async () => {
  await browser.quit();
  await rm(app, { recursive: true, force: true });
});

const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; img-src data:";

/** How each bundler builds the app, into a folder that is to be served as it is. */
const bundlers = {
  vite: async (/** @type {string} */ folder) => {
    await vite({ root: app, base: './', configFile: false, logLevel: 'error', build: { outDir: folder } });
  },

  webpack: async (/** @type {string} */ folder) => {
    const compiler = webpack({ mode: 'production', context: app, entry: './main.js', output: { path: folder } });
    const stats = await new Promise((resolve, reject) => {
      compiler.run((error, done) => compiler.close(() => (error ? reject(error) : resolve(done))));
    });
    const { errors } = stats.toJson({ all: false, errors: true });
    assert.deepEqual(errors, []);
    const page = '<!doctype html><meta charset="utf-8"><title>Pantry</title><script src="main.js"></script>';
    await writeFile(path.join(folder, 'index.html'), page);
  },

  esbuild: async (/** @type {string} */ folder) => {
    const outfile = path.join(folder, 'js', 'main.js');
    await esbuild({ absWorkingDir: app, entryPoints: ['main.js'], bundle: true, format: 'esm', outfile, logLevel: 'error' });
    const page = '<!doctype html><title>Pantry</title><script type="module" src="js/main.js"></script>';
    await writeFile(path.join(folder, 'index.html'), page);
    // As README.md says: esbuild leaves the addresses of files as they are.
    const pkg = path.join(app, 'node_modules', 'cordova-plugin-tureen', 'pkg');
    const parts = ['azure', 'salesforce', 'providers'].map((name) => `tureen_${name}.wasm`);
    for (const file of ['tureen_bg.wasm', ...parts, 'tureen.worker.js']) {
      await cp(path.join(pkg, file), path.join(folder, 'pkg', file));
    }
  },
};

for (const [name, bundle] of Object.entries(bundlers)) {
  describe(name, () => {
    /** @type {{ address: string, stop: () => Promise<void> }} */
    let site;
    before(async () => {
      await bundle(path.join(app, 'dist', name));
      const headers = { 'content-security-policy': policy };
      const fallback = `/${name}/index.html`;
      site = await serve({ base: path.join(app, 'dist'), folders: ['.'], home: fallback, headers, fallback }, 0);
    });
    after(() => site.stop());

    test('the app works in a folder below the root, under a strict policy', async () => {
      await browser.open(`${site.address}/${name}/`);
      assert.deepEqual(await keep(browser), ['saffron']);
    });

    test('and after history.pushState', async () => {
      await browser.open(`${site.address}/${name}/`);
      await browser.run(() => history.pushState({}, '', '/orders/7/lines'));
      assert.deepEqual(await keep(browser), ['saffron']);
    });

    test('and with a worker', async () => {
      await browser.open(`${site.address}/${name}/`);
      assert.deepEqual(await keep(browser, { worker: true }), ['saffron']);
    });

    test('the models stand on the same SmartStore', async () => {
      await browser.open(`${site.address}/${name}/`);
      const kept = await browser.run(async () => {
        const Force = models.forceOn({});
        const cache = new Force.StoreCache('labels');
        await cache.init();
        await cache.save({ Id: '1', label: 'saffron' });
        return (await Tureen.smartstoreClient.retrieveSoupEntries('labels', [1]))[0].label;
      });
      assert.equal(kept, 'saffron');
    });

    test('the inspector is there when it is asked for', async () => {
      await browser.open(`${site.address}/${name}/`);
      const title = await browser.run(async () => {
        await Tureen.showInspector();
        return document.body.lastElementChild?.shadowRoot?.querySelector('h2')?.textContent;
      });
      assert.equal(title, 'Inspector');
    });
  });
}

test('esbuild without the files beside it: the page says which one is missing', async () => {
  const folder = path.join(app, 'dist', 'forgotten');
  await bundlers.esbuild(folder);
  await rm(path.join(folder, 'pkg'), { recursive: true });
  const site = await serve({ base: folder, folders: ['.'], home: '/index.html', fallback: '/index.html' }, 0);
  try {
    await browser.open(`${site.address}/index.html`);
    const message = /\/pkg\/tureen_bg\.wasm is not .* was deployed there\.$/;
    await assert.rejects(keep(browser), { code: 'WASM_INVALID', message });
    const there = (/** @type {string} */ file) =>
      cp(path.join(app, 'dist', 'esbuild', 'pkg', file), path.join(folder, 'pkg', file));
    await there('tureen_bg.wasm');
    const part = /\/pkg\/tureen_azure\.wasm is not .* check that tureen_azure\.wasm was deployed there\.$/;
    await assert.rejects(keep(browser), { code: 'WASM_INVALID', message: part });
    await there('tureen_azure.wasm');
    const [reason, jar] = /** @type {string[]} */ (await keep(browser, { worker: true }));
    assert.match(reason, /put tureen\.worker\.js at .*\/pkg\/tureen\.worker\.js, and allow it in worker-src/);
    assert.equal(jar, 'saffron');
  } finally {
    await site.stop();
  }
});

test('a bundle that is opened from file:// says what to load instead', async () => {
  await browser.open(pathToFileURL(path.join(app, 'dist', 'webpack', 'index.html')).href);
  await assert.rejects(keep(browser), {
    code: 'WASM_NOT_FOUND',
    message: /^A page of file:\/\/ cannot fetch file:.*: load pkg\/tureen\.global\.js, which .*, or pass the bytes of /,
  });
});

test('Vite serves it in development', async () => {
  const place = { host: '127.0.0.1', port: 0 };
  const server = await createServer({ root: app, configFile: false, logLevel: 'error', server: place });
  try {
    await server.listen();
    await browser.open(server.resolvedUrls?.local[0] ?? '');
    assert.deepEqual(await keep(browser), ['saffron']);
    await browser.reload();
    assert.deepEqual(await keep(browser, { worker: true }), ['saffron']);
  } finally {
    await server.close();
  }
});
