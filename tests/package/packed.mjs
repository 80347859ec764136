// The package as npm packs it, which is what users install.
import { run } from '../../scripts/command.mjs';
import path from 'node:path';

/**
 * Packs the project.
 * @param {string} folder where to put the tarball
 * @returns {Promise<{ tarball: string, files: string[] }>} its path, and what is in it
 */
export async function pack(folder) {
  const printed = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { output: 'keep' });
  const [{ filename, files }] = /** @type {{ filename: string, files: { path: string }[] }[]} */ (JSON.parse(printed));
  return { tarball: path.join(folder, filename), files: files.map((file) => file.path) };
}
