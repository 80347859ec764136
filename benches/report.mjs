// What the benchmarks have in common: an isolated page, and the place of their tables.
import { readFile, writeFile } from 'node:fs/promises';
import { at } from '../scripts/project.mjs';

/** Headers of a page whose clock tells 5 µs; any other page's tells 100 µs. */
export const isolated = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/**
 * Puts a table into docs/benchmarks.md, in the place of the one that is there.
 * @param {string} name of its place
 * @param {string} text
 */
export async function keep(name, text) {
  const file = at('docs/benchmarks.md');
  const page = await readFile(file, 'utf8');
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, after] = [page.split(start)[0], page.split(end)[1]];
  await writeFile(file, `${before}${start}\n${text}\n${end}${after}`);
}
