// `npm run setup`: installs what is missing to build, run and test the project, and touches nothing that is there.
import { fileURLToPath } from 'node:url';
import { main, UserError } from './command.mjs';
import { packagesOf } from './setup/packages.mjs';
import { geckodriver, toolchain, wasmBindgen, wasmPack } from './setup/rust.mjs';
import { browsers, compiler } from './setup/system.mjs';

/**
 * @typedef {object} Piece something the project needs on the machine
 * @property {string} name
 * @property {() => Promise<boolean>} isThere
 * @property {() => Promise<unknown>} install
 */

/** What each command needs. */
const forBuild = [packagesOf('.'), compiler, toolchain, wasmBindgen];
const forStart = [...forBuild, packagesOf('backend')];
const forTest = [...forStart, browsers, wasmPack, geckodriver];

export const needs = { forBuild, forStart, forTest };

/**
 * Installs the pieces that are missing.
 * @param {Piece[]} pieces
 * @returns {Promise<boolean>} whether anything was
 */
export async function setUp(pieces) {
  let installed = false;
  for (const piece of pieces) {
    if (await piece.isThere()) continue;
    console.log(`setup: installing ${piece.name}`);
    await piece.install();
    if (!(await piece.isThere())) throw new UserError(`After installing it, ${piece.name} is still not there.`);
    installed = true;
  }
  return installed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    if (!(await setUp(forTest))) console.log('setup: everything is there');
  });
}
