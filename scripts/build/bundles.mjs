// The JavaScript face as single files for places without ES modules: plain pages, Cordova, node's `require`.
//
// `import.meta.url` keeps its meaning in every bundle: the address of the file that is running.
import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { at } from '../project.mjs';

/** The oldest engines in which the wasm itself runs. */
const engines = ['safari15', 'chrome96', 'firefox100'];

/** @typedef {{ entry: string, file: string, options: import('esbuild').BuildOptions }} Bundle */

/** @type {Bundle[]} */
const bundles = [
  {
    entry: 'www/global.mjs',
    file: 'pkg/tureen.global.js',
    options: {
      format: 'iife',
      target: engines,
      minify: true,
      inject: [at('scripts/build/script-address.mjs')],
      define: { 'import.meta.url': 'scriptAddress' },
    },
  },
  {
    entry: 'www/hybrid/stand-in.mjs',
    file: 'pkg/tureen.hybrid.js',
    options: { format: 'iife', target: engines, minify: true },
  },
  {
    entry: 'www/inspector/inspector.mjs',
    file: 'pkg/tureen.inspector.js',
    options: { format: 'iife', globalName: 'tureenInspector', target: engines, minify: true },
  },
  {
    entry: 'www/models/global.mjs',
    file: 'pkg/tureen.models.js',
    options: { format: 'iife', target: engines, minify: true },
  },
  {
    entry: 'www/worker/host.mjs',
    file: 'pkg/tureen.worker.js',
    // It is handed the module, and looks for none.
    options: { format: 'iife', target: engines, minify: true, define: { 'import.meta.url': '""' } },
  },
  {
    entry: 'www/cordova.mjs',
    file: 'pkg/tureen.cordova.js',
    options: {
      format: 'cjs',
      target: engines,
      minify: true,
      // cordova.js wraps and injects a js-module: its own address is not to be had, so the page's stands in for it.
      define: { 'import.meta.url': 'document.baseURI' },
    },
  },
  {
    entry: 'www/node.mjs',
    file: 'pkg/node.cjs',
    options: {
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      minify: true,
      banner: { js: "const scriptAddress = require('node:url').pathToFileURL(__filename).href;" },
      define: { 'import.meta.url': 'scriptAddress' },
    },
  },
];

/** What node imports is what it requires, so that both give the same stores and errors. */
const imported = { file: 'pkg/node.mjs', text: "export * from './node.cjs';\n" };

/** @type {import('./step.mjs').Step} */
export const scripts = {
  name: 'scripts',
  inputs: [
    'www', 'pkg/tureen.js', 'scripts/build/bundles.mjs', 'scripts/build/script-address.mjs',
    'node_modules/esbuild/package.json',
  ],
  outputs: [...bundles, imported].map(({ file }) => file),
  async make() {
    for (const { entry, file, options } of bundles) {
      await build({ entryPoints: [at(entry)], outfile: at(file), bundle: true, logLevel: 'warning', ...options });
    }
    await writeFile(at(imported.file), imported.text);
  },
};
