// The soups that a default store has from the beginning: those of `userstore.json` and `globalstore.json`, beside the
// page. A soup that is there already is left alone.

import { TureenError } from './error.mjs';
import { initialFiles } from './initial-files.mjs';

/** @typedef {{ soupName: string, indexes: object[] }} InitialSoup */
/** @typedef {import('./initial-files.mjs').Initial<{ soups: InitialSoup[] }>} InitialSoups */

/** @param {any} content @param {string} where @returns {InitialSoup[]} */
function check(content, where) {
  if (content instanceof Error) throw bad(where, content.message, content);
  const soups = content?.soups;
  if (!Array.isArray(soups)) throw bad(where, 'it has no array of soups');
  const odd = soups.find((soup) => typeof soup?.soupName !== 'string' || !Array.isArray(soup.indexes));
  if (odd !== undefined) throw bad(where, `a soup has no soupName or no indexes: ${JSON.stringify(odd)}`);
  return soups;
}

/**
 * @param {string} where
 * @param {string} why
 * @param {unknown} [cause]
 */
const bad = (where, why, cause) =>
  new TureenError(
    'BAD_SOUPS',
    `${where} cannot be used: ${why}. It is {"soups": [{"soupName": …, "indexes": [{"path": …, "type": …}]}]}.`,
    cause,
  );

const { said, read } = initialFiles({
  files: { user: 'userstore.json', global: 'globalstore.json' },
  what: 'soups',
  check,
});

export { read as initialSoups, said as setInitialSoups };
