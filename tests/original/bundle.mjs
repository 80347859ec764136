// Makes one classic script of the original's tests, in which each of its own modules is a stand-in.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { at } from '../../scripts/project.mjs';

const require = createRequire(import.meta.url);
const sdk = path.dirname(path.dirname(require.resolve('azure-mobile-apps-client')));
const tests = path.join(sdk, 'test', 'tests');

/** The tests of the original for Cordova, and what helps them. */
const folders = ['shared', 'target/cordova'];
const helpers = ['shared/testHelper.js', 'target/cordova/config.js', 'target/cordova/storeTestHelper.js'];

/** @returns {string[]} the files of tests, below `tests` */
const testFiles = () =>
  folders
    .flatMap((folder) => readdirSync(path.join(tests, folder)).map((file) => `${folder}/${file}`))
    .filter((file) => file.endsWith('.js') && !helpers.includes(file));

/**
 * What of the original stands behind a `require` of its tests.
 * @param {string} wanted
 * @param {string} importer
 * @returns {string | undefined} nothing for what is a test's own
 */
function replaced(wanted, importer) {
  if (!wanted.startsWith('.')) return wanted;
  const file = path.resolve(path.dirname(importer), wanted);
  if (helpers.slice(1).includes(`${path.relative(tests, file)}.js`)) return path.basename(file);
  const module = path.relative(path.join(sdk, 'src'), file).split(path.sep).join('/');
  // Names of tables and headers, which are public: data, no code.
  return module.startsWith('..') || module === 'constants' ? undefined : module;
}

/** @type {import('esbuild').Plugin} */
const standIns = {
  name: 'stand-ins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^original:tests$/ }, () => ({ path: 'tests', namespace: 'original' }));
    onLoad({ filter: /.*/, namespace: 'original' }, () => ({
      contents: testFiles().map((file) => `require(${JSON.stringify(path.join(tests, file))});`).join('\n'),
      resolveDir: tests,
    }));
    onResolve({ filter: /.*/ }, ({ path: wanted, importer }) => {
      if (!importer.startsWith(path.join(sdk, 'test') + path.sep)) return undefined;
      const module = replaced(wanted, importer);
      const test = path.relative(tests, importer).split(path.sep).join('/');
      return module === undefined ? undefined : { path: `${module} for ${test}`, namespace: 'stand-in' };
    });
    onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path: asked }) => ({
      contents: `module.exports = require('./stand-ins.mjs').standIn(...${JSON.stringify(asked.split(' for '))});`,
      resolveDir: at('tests/original'),
    }));
  },
};

/**
 * @param {string} backend its address
 * @returns {Promise<string>} the script, for after `WindowsAzure` is set
 */
export async function suiteScript(backend) {
  const { outputFiles } = await build({
    entryPoints: [at('tests/original/suite.mjs')],
    bundle: true,
    write: false,
    format: 'iife',
    banner: { js: `globalThis.originalSuite = ${JSON.stringify({ backend })};` },
    charset: 'utf8',
    logLevel: 'warning',
    // The tests set globals by assigning to them, which strict code may not.
    tsconfigRaw: '{}',
    plugins: [standIns],
  });
  return outputFiles[0].text;
}
