// The packed package: complete, lean, and loadable in every way its package.json promises.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { build } from 'esbuild';
import { run } from '../../scripts/command.mjs';
import { modules } from '../../scripts/build/parts.mjs';
import { at } from '../../scripts/project.mjs';
import { install } from './packed.mjs';

/** @type {string} */
let folder;
/** @type {string[]} */
let files;
/** @type {number} */
let size;

/** For esbuild, which is only asked what a bundle would hold. */
const toLook = /** @type {const} */ ({ absWorkingDir: at(), bundle: true, write: false, metafile: true, logLevel: 'error' });

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tureen-package-'));
  ({ files, size } = await install(folder));
});
after(() => rm(folder, { recursive: true }));

test('it holds what users need, and nothing of the workshop', () => {
  for (const file of [
    'package.json', 'plugin.xml', 'pkg/tureen.js', ...modules, 'tools/after-prepare.js', 'tools/command.js', 'pkg/tureen.global.js',
    'pkg/tureen.cordova.js', 'pkg/tureen.hybrid.js', 'pkg/LICENSES.txt', 'pkg/tureen.inspector.js', 'pkg/tureen.worker.js',
    'pkg/node.mjs', 'pkg/node.cjs', 'www/index.mjs', 'types/index.d.ts', 'types/smartstore.d.ts',
    'types/windows-azure.d.ts', 'README.md', 'pkg/tureen.models.js', 'www/models/index.mjs', 'types/models.d.ts',
  ]) {
    assert.ok(files.includes(file), `${file} is missing`);
  }
  const known = /^(pkg|tools|types|www)\/|^(package\.json|plugin\.xml|README\.md|LICENSE[-\w.]*)$/;
  const strange = files.filter((file) => !known.test(file));
  assert.deepEqual(strange, []);
});

test('of www/ it holds what an import loads; the rest is in the bundles', async () => {
  const entryPoints = [at('www', 'index.mjs'), at('www', 'models', 'index.mjs')];
  const { metafile } = await build({ ...toLook, entryPoints, outdir: 'out', format: 'esm' });
  const loaded = Object.keys(metafile.inputs).filter((file) => file.startsWith('www/'));
  assert.deepEqual(files.filter((file) => file.startsWith('www/')).sort(), loaded.sort());
});

test('only an app that imports the models, or loads their script, carries them; Backbone is always its own', async () => {
  const carried = async (/** @type {string[]} */ ...entry) => {
    const options = { ...toLook, entryPoints: [at('www', ...entry)], outdir: 'out', external: ['node:*'] };
    const { metafile } = await build({ ...options, format: 'esm' });
    return Object.keys(metafile.inputs).filter((file) => /^www\/models\/|backbone|underscore/.test(file));
  };
  for (const entry of ['index.mjs', 'global.mjs', 'cordova.mjs', 'node.mjs']) assert.deepEqual(await carried(entry), []);
  const models = await carried('models', 'global.mjs');
  assert.ok(models.length > 10 && models.every((file) => file.startsWith('www/models/')), models.join());
  const { peerDependencies, peerDependenciesMeta, dependencies } = JSON.parse(await readFile(at('package.json'), 'utf8'));
  assert.deepEqual([typeof peerDependencies.backbone, peerDependenciesMeta.backbone.optional], ['string', true]);
  assert.equal(dependencies.backbone, undefined);
});

test('it weighs no more than 1.32 MB', () => {
  // The aim is 1.2. The parts of the module behind Mobile Sync and providers, and the model objects are 0.2 of that.
  assert.ok(size <= 1_320_000, `${size} bytes`);
});

test('the licences of all that others wrote are in it', async () => {
  const listed = await readFile(path.join(folder, 'node_modules', 'cordova-plugin-tureen', 'pkg', 'LICENSES.txt'), 'utf8');
  const tree = ['tree', '--locked', '--target', 'wasm32-unknown-unknown', '--edges', 'normal,no-proc-macro', '--prefix', 'none'];
  const crates = (await run('cargo', tree, { output: 'keep' })).matchAll(/^(\S+) v(\S+)(?: \(\*\))?$/gm);
  const { metafile } = await build({ ...toLook, entryPoints: [at('www', 'global.mjs')], format: 'esm' });
  const bundled = Object.keys(metafile.inputs).flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  const wanted = [...crates].map(([, name, version]) => `${name} ${version} (`);
  assert.ok(wanted.length > 40 && bundled.length > 0);
  for (const name of [...wanted, ...bundled.map((name) => `${name} `), 'SQLite (']) {
    assert.ok(listed.includes(`\n${name}`), `${name} is missing`);
  }
});

test('its package.json says nothing that publint objects to', async () => {
  const { publint } = await import('publint');
  const { messages } = await publint({ pkgDir: path.join(folder, 'node_modules', 'cordova-plugin-tureen'), pack: false });
  assert.deepEqual(messages.filter(({ type }) => type !== 'suggestion'), []);
});

const job = `
  const store = await tureen.openStore({ name: 'test' });
  await store.registerSoup('dish', [{ path: 'name', type: 'string' }]);
  await store.upsertSoupEntries('dish', [{ name: 'Borscht' }]);
  console.log(JSON.stringify([
    await store.smartQuery('select {dish:name} from {dish}'),
    typeof tureen.WindowsAzure.MobileServiceClient,
    typeof tureen.smartstore.querySoup,
    typeof tureen.smartstoreClient.querySoup,
  ]));
`;
const told = [[['Borscht']], 'function', 'function', 'function'];
const indexedDb = JSON.stringify(at('node_modules', 'fake-indexeddb', 'auto', 'index.js'));

test('node requires it', async () => {
  const script = `require(${indexedDb}); const tureen = require('cordova-plugin-tureen'); (async () => {${job}})();`;
  const printed = await run('node', ['--eval', script], { cwd: folder, output: 'keep' });
  assert.deepEqual(JSON.parse(printed), told);
});

test('node imports it', async () => {
  const script = `import ${indexedDb}; import * as tureen from 'cordova-plugin-tureen'; ${job}`;
  const printed = await run('node', ['--input-type=module', '--eval', script], { cwd: folder, output: 'keep' });
  assert.deepEqual(JSON.parse(printed), told);
});

test('node imports the models, which stand on the same SmartStore', async () => {
  const script = `
    import ${indexedDb}; import * as tureen from 'cordova-plugin-tureen';
    import { force, forceOn } from 'cordova-plugin-tureen/models';
    import Backbone from ${JSON.stringify(at('node_modules', 'backbone', 'backbone.js'))};
    const Force = forceOn(Backbone);
    const cache = new Force.StoreCache('dish');
    await cache.init();
    const dish = new Force.SObject({ Name: 'Borscht' });
    await dish.save(null, { cache, cacheMode: 'cache-only' });
    const { currentPageOrderedEntries: rows } = await tureen.smartstoreClient.runSmartQuery(
      tureen.smartstore.buildSmartQuerySpec('select {dish:Name} from {dish}'));
    console.log(JSON.stringify([rows, force.isAuthenticated()]));
  `;
  const printed = await run('node', ['--input-type=module', '--eval', script], { cwd: folder, output: 'keep' });
  assert.deepEqual(JSON.parse(printed), [[['Borscht']], false]);
});

test('TypeScript finds what there is, by import and by require', async () => {
  const app = "void new WindowsAzure.MobileServiceClient('https://site.example').login('facebook').done();";
  await writeFile(path.join(folder, 'app.mts'), `import { WindowsAzure } from 'cordova-plugin-tureen'; ${app}`);
  await writeFile(path.join(folder, 'app.cts'), `import { WindowsAzure } from 'cordova-plugin-tureen'; ${app}`);
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom', '--types', ''];
  await run(at('node_modules', '.bin', 'tsc'), [...options, 'app.mts', 'app.cts'], { cwd: folder, output: 'keep' });
  await writeFile(path.join(folder, 'app.mts'), "import { WindowsAzure } from 'cordova-plugin-tureen'; WindowsAzure.nothing;");
  await assert.rejects(run(at('node_modules', '.bin', 'tsc'), [...options, 'app.mts'], { cwd: folder, output: 'keep' }));
});
