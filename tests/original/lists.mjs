// The cases of the original's tests that are not required to pass, by their names.
import { readFileSync } from 'node:fs';
import { at } from '../../scripts/project.mjs';

/**
 * Cases that need private parts of the original, and the first that each needs.
 * @type {Record<string, string>}
 */
export const internals = JSON.parse(readFileSync(at('tests/original/internals.json'), 'utf8'));
