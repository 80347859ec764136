// Measures Tureen beside its peers: one page, one Chromium, the contenders in turn, several rounds, medians.
//
// `node benches/run.mjs [--suite peers] [--rounds 5] [--only Tureen] [--save]` prints the table; --save keeps it in
// docs/benchmarks.md.
import os from 'node:os';
import { parseArgs } from 'node:util';
import { build as bundle } from 'esbuild';
import { build } from '../scripts/build.mjs';
import { at } from '../scripts/project.mjs';
import { serve } from '../scripts/serve/site.mjs';
import { Browser } from '../tests/e2e/browser/browser.mjs';
import { isolated, keep } from './report.mjs';

const { values: options } = parseArgs({
  options: {
    suite: { type: 'string', default: 'peers' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    save: { type: 'boolean', default: false },
  },
});

/** The contender that ratios are told against. */
const BASE = 'Dexie strict';

/** What is measured, and by what page. @type {Record<string, string>} */
const suites = { peers: 'benches/page.mjs', smartstore: 'benches/smartstore/page.mjs' };

/** @typedef {Record<string, number>} Figures */

/** @param {number[]} figures */
const median = (figures) => [...figures].sort((one, other) => one - other)[figures.length >> 1];

/**
 * @param {Browser} browser
 * @returns {Promise<Map<string, Figures[]>>} the rounds of each contender
 */
async function rounds(browser) {
  /** @type {string[]} */
  const all = await browser.run(() => /** @type {any} */ (globalThis).bench.names);
  const names = all.filter((name) => name.includes(options.only));
  const results = new Map(names.map((name) => [name, /** @type {Figures[]} */ ([])]));
  for (let round = 0; round < Number(options.rounds); round += 1) {
    for (const name of names) {
      process.stderr.write(`round ${round + 1}: ${name}\n`);
      const figures = await browser.run((which) => /** @type {any} */ (globalThis).bench.run(which), name);
      results.get(name)?.push(Object.fromEntries(figures));
    }
  }
  return results;
}

/** @param {number} figure */
const shown = (figure) => (figure < 10 ? figure.toFixed(figure < 1 ? 3 : 2) : figure.toFixed(0));

/** @param {Map<string, Figures[]>} results */
function table(results) {
  const names = [...results.keys()];
  const workloads = Object.keys(results.get(names[0])?.[0] ?? {});
  /** @param {string} name @param {string} workload */
  const figure = (name, workload) => median((results.get(name) ?? []).map((figures) => figures[workload]));
  const lines = workloads.map((workload) => {
    const base = results.has(BASE) ? figure(BASE, workload) : NaN;
    const cells = names.map((name) => {
      const own = figure(name, workload);
      const ratio = base / own;
      return name === BASE || !Number.isFinite(ratio) ? shown(own) : `${shown(own)} (${shown(ratio)}×)`;
    });
    return `| ${workload} | ${cells.join(' | ')} |`;
  });
  return [`| ms | ${names.join(' | ')} |`, `|---|${names.map(() => '---|').join('')}`, ...lines].join('\n');
}

await build();
await bundle({
  entryPoints: [at(suites[options.suite])],
  outfile: at('benches/bundle/page.js'),
  bundle: true,
  format: 'iife',
  logLevel: 'warning',
});
const site = await serve({ folders: ['benches', 'pkg'], home: '/benches/page.html', headers: isolated }, 0);
const browser = await Browser.start('chromium');
try {
  await browser.session.manage().setTimeouts({ script: 600_000 });
  await browser.open(`${site.address}/benches/page.html`);
  const version = (await browser.session.getCapabilities()).getBrowserVersion();
  const results = await rounds(browser);
  const where = `Chromium ${version} headless, ${os.cpus().length} cores, Node ${process.versions.node}`;
  const text = `Median of ${options.rounds} rounds; ${where}; in brackets: times as fast as ${BASE}.\n\n${table(results)}`;
  process.stdout.write(`${text}\n`);
  if (options.save) await keep(options.suite, text);
} finally {
  await browser.quit();
  await site.stop();
}
