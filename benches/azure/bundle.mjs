// Makes the page's script, of the original client among others, whose own build is by tools of 2016.
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { at } from '../../scripts/project.mjs';

/**
 * The original's query module knows a class by the name in its source text, which a bundler changes.
 * @type {import('esbuild').Plugin}
 */
const names = {
  name: 'names',
  setup({ onLoad }) {
    onLoad({ filter: /azure-query-js[\\/]lib[\\/]Utilities\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return { contents: source.replace('exports.functionName = function(fn) {', '$& return fn.name;') };
    });
  },
};

/** Writes `benches/bundle/azure.js`. */
export const bundle = () =>
  build({
    entryPoints: [at('benches/azure/page.mjs')],
    outfile: at('benches/bundle/azure.js'),
    bundle: true,
    format: 'iife',
    keepNames: true,
    logLevel: 'error',
    plugins: [names],
    nodePaths: [at('backend/node_modules')],
    external: ['fs', 'path', 'crypto'],
    alias: Object.fromEntries(['util', 'assert', 'stream'].map((name) => [name, at('benches/azure/node-parts.cjs')])),
    define: { global: 'globalThis', 'process.env': '{}', Buffer: 'Uint8Array' },
  });
