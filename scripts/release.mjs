// `npm run release`: builds, tests and packs the package, and checks the tarball where it was never built.
//
//   npm run release -- --dry-run   whatever state the project is in
//   npm run release                only what is committed and may be published; ends with the commands that do so
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { install } from '../tests/package/packed.mjs';
import { attempt, main, run, UserError } from './command.mjs';
import { at, cache } from './project.mjs';

await main(async () => {
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });
  const version = await agreedVersion();
  if (!values['dry-run']) await mustBePublishable(version);

  const { code } = await attempt('node', [at('scripts', 'test.mjs'), '--only', 'build,size,types,package']);
  if (code !== 0) throw new UserError('The package is not fit to be released: see above.');

  const tarball = await packAndCheck(version);
  console.log(`\n${tarball} is version ${version}, and works where it is installed.`);
  if (values['dry-run']) return;
  console.log(`Now publish it:\n  git tag v${version} && git push origin v${version}\n  npm publish ${tarball}`);
});

/** The version that all manifests and the list of changes name. */
async function agreedVersion() {
  const text = (/** @type {string} */ file) => readFile(at(file), 'utf8');
  const { version } = JSON.parse(await text('package.json'));
  for (const [file, line] of [
    ['plugin.xml', `id="cordova-plugin-tureen" version="${version}"`],
    ['Cargo.toml', `\nversion = "${version}"\n`],
    ['CHANGELOG.md', `\n## ${version}\n`],
  ]) {
    if ((await text(file)).includes(line)) continue;
    throw new UserError(`package.json is of version ${version}, ${file} is not.`);
  }
  return /** @type {string} */ (version);
}

/** @param {string} version */
async function mustBePublishable(version) {
  const { private: isPrivate } = JSON.parse(await readFile(at('package.json'), 'utf8'));
  if (isPrivate) throw new UserError('package.json says "private": npm publishes no such package. Try --dry-run.');
  const changed = await run('git', ['status', '--porcelain'], { output: 'keep' });
  if (changed) throw new UserError('Commit what was changed first.');
  const tag = await run('git', ['tag', '--list', `v${version}`], { output: 'keep' });
  if (tag) throw new UserError(`Version ${version} has its tag already: choose the next.`);
}

/**
 * Packs what was built, and opens a store with it in a project that has nothing else.
 * @param {string} version
 * @returns {Promise<string>} the tarball
 */
async function packAndCheck(version) {
  const folder = await mkdtemp(path.join(tmpdir(), 'tureen-release-'));
  try {
    const { tarball } = await install(folder);
    const script = `
      import ${JSON.stringify(at('node_modules', 'fake-indexeddb', 'auto', 'index.js'))};
      import { openStore } from 'cordova-plugin-tureen';
      import { createRequire } from 'node:module';
      const store = await openStore({ name: 'pantry' });
      await store.registerSoup('jars', [{ path: 'label', type: 'string' }]);
      await store.upsertSoupEntries('jars', [{ label: 'saffron' }]);
      const [[label]] = await store.smartQuery('select {jars:label} from {jars}');
      console.log(label, createRequire(import.meta.url)('cordova-plugin-tureen/package.json').version);`;
    const told = await run('node', ['--input-type=module', '--eval', script], { cwd: folder, output: 'keep' });
    if (told !== `saffron ${version}\n`) throw new UserError(`What was installed says: ${told}`);
    const kept = path.join(cache, 'release', path.basename(tarball));
    await mkdir(path.dirname(kept), { recursive: true });
    await copyFile(tarball, kept);
    return kept;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
