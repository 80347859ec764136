// npm packages, exactly as the lock files say.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../command.mjs';
import { root } from '../project.mjs';

/** @typedef {Record<string, { version?: string, optional?: boolean, link?: boolean }>} Packages */

/**
 * The packages of one folder with a package-lock.json.
 * @param {string} folder below the project's folder, or `.`
 * @returns {import('../setup.mjs').Piece}
 */
export function packagesOf(folder) {
  const cwd = path.join(root, folder);
  return {
    name: folder === '.' ? 'npm packages' : `npm packages of ${folder}/`,
    isThere: async () => {
      const wanted = await packagesIn(path.join(cwd, 'package-lock.json'));
      const present = await packagesIn(path.join(cwd, 'node_modules', '.package-lock.json'));
      return Object.entries(wanted).every(
        ([place, { version, optional, link }]) =>
          !place.startsWith('node_modules/') || optional || (place in present && (link || present[place].version === version)),
      );
    },
    install: async () => {
      await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd });
    },
  };
}

/**
 * @param {string} lock a package-lock.json, or npm's record of what it installed
 * @returns {Promise<Packages>} none when there is no such file
 */
async function packagesIn(lock) {
  const text = await readFile(lock, 'utf8').catch(() => '{}');
  return /** @type {{ packages?: Packages }} */ (JSON.parse(text)).packages ?? {};
}
