// A step of the build runs only when what it reads, or what it made, has changed since it last succeeded.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { at, cache } from '../project.mjs';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string[]} inputs files and folders, below the project's folder
 * @property {string[]} outputs files, below the project's folder
 * @property {string} [settings] anything else that the outputs depend on
 * @property {() => Promise<void>} make
 */

/**
 * Runs a step unless it is current.
 * @param {Step} step
 * @returns {Promise<boolean>} whether it ran
 */
export async function bringUpToDate(step) {
  const stamp = path.join(cache, 'build', `${step.name}.stamp`);
  const before = await digestOf(step.inputs, step.settings);
  const kept = await readFile(stamp, 'utf8').catch(() => '');
  if (kept !== '' && kept === (await stampOf(step, before))) return false;
  console.log(`build: ${step.name}`);
  await step.make();
  await mkdir(path.dirname(stamp), { recursive: true });
  await writeFile(stamp, await stampOf(step, before));
  return true;
}

/**
 * What a finished step leaves behind: which inputs it saw, and how its outputs looked.
 * @param {Step} step
 * @param {string} inputs
 */
async function stampOf(step, inputs) {
  const outputs = [];
  for (const output of step.outputs) {
    const state = await stat(at(output)).catch(() => undefined);
    outputs.push(state ? `${output} ${state.size} ${state.mtimeMs}` : `${output} missing`);
  }
  return [inputs, ...outputs].join('\n');
}

/**
 * A digest of the content of files and folders.
 * @param {string[]} inputs
 * @param {string} [settings]
 */
async function digestOf(inputs, settings = '') {
  const hash = createHash('sha256').update(settings);
  for (const input of inputs) {
    for (const file of await filesBelow(at(input))) {
      hash.update(path.relative(at(), file)).update('\0').update(await readFile(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

/**
 * @param {string} place a file or a folder; one that is not there has no files
 * @returns {Promise<string[]>} sorted
 */
async function filesBelow(place) {
  if (!existsSync(place)) return [];
  if (!(await stat(place)).isDirectory()) return [place];
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name)).sort();
}
