// pkg/LICENSES.txt: the licences of what the package holds that others wrote. cargo and npm say what that is.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../command.mjs';
import { at } from '../project.mjs';

const file = 'pkg/LICENSES.txt';

/**
 * @typedef {object} Work
 * @property {string} name with its version
 * @property {string} license as its manifest says
 * @property {string} text
 *
 * @typedef {object} Metadata what is used here of what cargo tells
 * @property {{ id: string, name: string, version: string, license: string | null, authors: string[],
 *   manifest_path: string, targets: { kind: string[] }[] }[]} packages
 * @property {{ root: string, nodes: { id: string, deps: Dependency[] }[] }} resolve
 *
 * @typedef {{ pkg: string, dep_kinds: { kind: string | null }[] }} Dependency
 */

/** What no manifest names. @type {Work[]} */
const others = [
  {
    name: 'SQLite',
    license: 'public domain',
    text: 'The authors disclaim copyright to its source code. In place of a legal notice, here is a blessing:\n\n' +
      '    May you do good and not evil.\n    May you find forgiveness for yourself and forgive others.\n' +
      '    May you share freely, never taking more than you give.',
  },
];

/** @type {import('./step.mjs').Step} */
export const licenses = {
  name: 'licenses',
  inputs: ['Cargo.lock', 'Cargo.toml', 'package-lock.json', 'scripts/build/licenses.mjs', 'LICENSE-MIT'],
  outputs: [file],
  async make() {
    const works = [...(await crates()), ...(await npmPackages()), ...others];
    await writeFile(at(file), listed(works));
  },
};

/**
 * The crates that are compiled into the module; macros and what they are made of stay on the machine that builds.
 * @returns {Promise<Work[]>}
 */
async function crates() {
  const parameters = ['metadata', '--format-version', '1', '--locked', '--filter-platform', 'wasm32-unknown-unknown'];
  const { packages, resolve } = /** @type {Metadata} */ (JSON.parse(await run('cargo', parameters, { output: 'keep' })));
  const packageOf = new Map(packages.map((found) => [found.id, found]));
  const depsOf = new Map(resolve.nodes.map(({ id, deps }) => [id, deps]));
  const linked = new Set([resolve.root]);
  for (const id of linked) {
    for (const { pkg, dep_kinds: kinds } of depsOf.get(id) ?? []) {
      const isMacro = packageOf.get(pkg)?.targets.some(({ kind }) => kind.includes('proc-macro'));
      if (!isMacro && kinds.some(({ kind }) => kind === null)) linked.add(pkg);
    }
  }
  linked.delete(resolve.root);
  return Promise.all(
    packages.filter(({ id }) => linked.has(id)).map(({ name, version, license, authors, manifest_path: manifest }) =>
      workIn(path.dirname(manifest), `${name} ${version}`, license ?? '', authors),
    ),
  );
}

/**
 * What npm installs with the package, and the bundles hold.
 * @returns {Promise<Work[]>}
 */
async function npmPackages() {
  const lock = JSON.parse(await readFile(at('package-lock.json'), 'utf8'));
  const found = /** @type {[string, { version: string, license: string, dev?: boolean, optional?: boolean }][]} */ (
    Object.entries(lock.packages)
  ).filter(([place, { dev, optional }]) => place !== '' && !dev && !optional);
  return Promise.all(
    found.map(([place, { version, license }]) =>
      workIn(at(place), `${place.replace(/^.*node_modules\//, '')} ${version}`, license, []),
    ),
  );
}

/**
 * A work with its licence: MIT's where it is one of several.
 * @param {string} folder
 * @param {string} name
 * @param {string} license
 * @param {string[]} authors
 * @returns {Promise<Work>}
 */
async function workIn(folder, name, license, authors) {
  const files = (await readdir(folder)).filter((entry) => /^(licen[cs]e|copying)/i.test(entry)).sort();
  const chosen = files.find((entry) => /mit/i.test(entry)) ?? files[0];
  if (chosen) return { name, license, text: (await readFile(path.join(folder, chosen), 'utf8')).trim() };
  if (!/\bMIT\b/.test(license)) throw new Error(`${name}: there is no licence in ${folder}`);
  const mit = await readFile(at('LICENSE-MIT'), 'utf8');
  const theirs = mit.replace(/^copyright.*$/im, `Copyright (c) ${authors.join(', ') || name}`);
  return { name, license, text: theirs.trim() };
}

/**
 * @param {Work[]} works
 * @returns {string} each text once, with those that it holds for
 */
function listed(works) {
  /** @type {Map<string, string[]>} */
  const holders = new Map();
  for (const { name, license, text } of works) {
    holders.set(text, [...(holders.get(text) ?? []), `${name} (${license})`]);
  }
  const parts = [...holders].map(([text, names]) => `${names.join('\n')}\n\n${text.replace(/\r/g, '')}\n`);
  const rule = `\n${'-'.repeat(80)}\n\n`;
  return ['This package holds the work of others. Each is named with its licence.\n', ...parts].join(rule);
}
