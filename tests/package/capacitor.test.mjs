// The packed package in a Capacitor app: what `cap sync` puts into the native projects runs beside the native bridge.
// Nothing is built natively; Chromium stands in for the webviews, at an origin named localhost as theirs are.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { build } from 'vite';
import { run } from '../../scripts/command.mjs';
import { at, cache } from '../../scripts/project.mjs';
import { serve } from '../../scripts/serve/site.mjs';
import { Browser } from '../e2e/browser/browser.mjs';
import { keep } from './keep.mjs';
import { install } from './packed.mjs';

/** The app's folder. @type {string} */
let app;
/** @type {Browser} */
let browser;

before(async () => {
  // Below the project, where the CLI finds the platforms without asking a registry for them.
  await mkdir(cache, { recursive: true });
  app = await mkdtemp(path.join(cache, 'capacitor-'));
  await install(app);
  await cp(at('tests', 'package', 'app'), app, { recursive: true });
  await build({ root: app, configFile: false, logLevel: 'error', build: { outDir: path.join(app, 'dist') } });
  const configuration = { appId: 'com.example.soup', appName: 'Soup', webDir: 'dist' };
  await writeFile(path.join(app, 'capacitor.config.json'), JSON.stringify(configuration));
  for (const parameters of [['add', 'android'], ['add', 'ios'], ['sync']]) {
    await run('cap', parameters, { cwd: app, output: 'keep', env: { CI: '1', CAPACITOR_TELEMETRY: 'off' } });
  }
  browser = await Browser.start('chromium');
});
after(async () => {
  await browser?.quit();
  await rm(app, { recursive: true, force: true });
});

const shells = {
  android: { www: 'android/app/src/main/assets/public', native: 'globalThis.androidBridge = { postMessage() {} };' },
  ios: {
    www: 'ios/App/App/public',
    // Questions that want an answer at once go by prompt.
    native: 'globalThis.webkit = { messageHandlers: { bridge: { postMessage() {} } } }; globalThis.prompt = () => "false";',
  },
};

for (const [platform, { www, native }] of Object.entries(shells)) {
  test(`${platform}: the synced app keeps records, in the page and in a worker`, async () => {
    const bridge = platform === 'android' ? 'capacitor/src/main/assets' : 'Capacitor/Capacitor/assets';
    const script = await readFile(at('node_modules', '@capacitor', platform, bridge, 'native-bridge.js'), 'utf8');
    const page = await readFile(path.join(app, www, 'index.html'), 'utf8');
    const answers = {
      '/native.js': () => `${native}\n${script}`,
      '/index.html': () => page.replace('<meta charset="utf-8">', '$&<script src="/native.js"></script>'),
    };
    const site = await serve({ base: path.join(app, www), folders: ['.'], home: '/index.html', answers }, 0);
    try {
      const address = site.address.replace('127.0.0.1', 'localhost');
      await browser.open(`${address}/index.html`);
      assert.equal(await browser.run(() => /** @type {any} */ (globalThis).Capacitor.getPlatform()), platform);
      assert.deepEqual(await keep(browser), ['saffron']);
      await browser.reload();
      assert.deepEqual(await keep(browser, { worker: true }), ['saffron']);
    } finally {
      await site.stop();
    }
  });

  test(`${platform}: Capacitor takes it for a package of scripts, and injects nothing of it into its bridge`, async () => {
    assert.ok(!existsSync(path.join(app, www, 'plugins')));
    assert.doesNotMatch(await readFile(path.join(app, www, 'cordova_plugins.js'), 'utf8'), /tureen/);
  });
}
