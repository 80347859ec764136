// The package as npm packs it, which is what users install.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../../scripts/command.mjs';

/**
 * Packs the project.
 * @param {string} folder where to put the tarball
 * @returns {Promise<{ tarball: string, size: number, files: string[] }>} its path, its bytes, and what is in it
 */
export async function pack(folder) {
  const printed = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { output: 'keep' });
  const [{ filename, size, files }] = /** @type {[{ filename: string, size: number, files: { path: string }[] }]} */ (
    JSON.parse(printed)
  );
  return { tarball: path.join(folder, filename), size, files: files.map((file) => file.path) };
}

/**
 * Makes a fresh project that has the packed package.
 * @param {string} folder an empty one, outside of this project
 */
export async function install(folder) {
  const packed = await pack(folder);
  await writeFile(path.join(folder, 'package.json'), '{ "name": "app", "private": true }');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', packed.tarball], { cwd: folder, output: 'keep' });
  return packed;
}
