// The cases of the original's tests that are not required to pass, by their names.
import { readFileSync } from 'node:fs';
import { at } from '../../scripts/project.mjs';

/** @param {string} file */
const read = (file) => JSON.parse(readFileSync(at('tests/original', file), 'utf8'));

/**
 * A case that expects a fault of the original's.
 * @typedef {object} Difference
 * @property {string} because
 * @property {string} shown what its failure shows of Tureen
 */

/** @type {Record<string, Difference>} */
export const differences = read('differences.json');

/** Cases that need private parts of the original, and the first that each needs. @type {Record<string, string>} */
export const internals = read('internals.json');
