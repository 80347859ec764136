// `npm run size`: what an app downloads, and whether it is still within its budget.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { CORE, fileOf } from './build/parts.mjs';
import { main, UserError } from './command.mjs';
import { at } from './project.mjs';

/**
 * The most that an app may have to download, in bytes of brotli at its best, as a web server would send it. Each is a
 * list of files that go together. The aim for the core is 450,000, with `azure` 550,000; these ratchets hold the module
 * where it is until it gets there. The script was let grow with what it can do.
 * @type {[files: string[], budget: number][]}
 */
const budgets = [
  [[fileOf(CORE)], 510_000],
  [[fileOf(CORE), fileOf('azure')], 604_000],
  [[fileOf(CORE), fileOf('salesforce')], 595_000],
  [[fileOf(CORE), fileOf('providers')], 558_000],
  [['pkg/tureen.global.js'], 68_000],
];

/** Weighs what goes together, and fails when anything is over its budget. */
export async function weigh() {
  let heavy = 0;
  for (const [files, budget] of budgets) {
    const all = await Promise.all(files.map((file) => readFile(at(file))));
    const bytes = all.reduce((sum, { length }) => sum + length, 0);
    const weight = all.reduce((sum, file) => sum + compressed(file), 0);
    console.log(`${files.join(' + ')}: ${kB(bytes)}, ${kB(weight)} as brotli, budget ${kB(budget)}`);
    if (weight > budget) heavy += 1;
  }
  if (heavy > 0) throw new UserError(`${heavy} download(s) weigh more than the budget in scripts/size.mjs allows.`);
}

/** @param {Buffer} bytes */
const compressed = (bytes) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;

/** @param {number} bytes */
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(weigh);
