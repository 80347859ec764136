// The soups that a default store has from the beginning: those of `userstore.json` and `globalstore.json`, beside the
// page. A soup that is there already is left alone.

import { TureenError } from './error.mjs';
import { hasCordova } from './hybrid/registry.mjs';

/** @typedef {'user' | 'global'} Kind */
/** @typedef {{ soupName: string, indexes: object[] }} InitialSoup */

/**
 * Where the soups of the default stores are written down: addresses, or the content itself; `true`: in `userstore.json`
 * and `globalstore.json`, where there are such files.
 * @typedef {boolean | { [kind in Kind]?: string | URL | { soups: InitialSoup[] } }} InitialSoups
 */

/** As hybrid apps of SmartStore have them. @type {Record<Kind, string>} */
const FILES = { user: 'userstore.json', global: 'globalstore.json' };

/** What the app has said. @type {InitialSoups | undefined} */
let said;
/** @type {Map<Kind, Promise<InitialSoup[]>>} */
const read = new Map();

/** @param {InitialSoups} given */
export function setInitialSoups(given) {
  said = given;
  read.clear();
}

/**
 * The soups for a default store. Unless the app has said where they are, files are looked for in Cordova only: a web
 * page that has none would see its request fail in the console.
 * @param {Kind} kind
 * @returns {Promise<InitialSoup[]>}
 */
export async function initialSoups(kind) {
  const wanted = said ?? hasCordova();
  const source = typeof wanted === 'object' ? wanted[kind] : wanted && FILES[kind];
  if (!source) return [];
  if (typeof source === 'object' && 'soups' in source) return check(source, `the soups of the ${kind} store`);
  let soups = read.get(kind);
  if (!soups) {
    soups = fetched(new URL(source, document.baseURI).href, wanted === true);
    soups.catch(() => read.delete(kind));
    read.set(kind, soups);
  }
  return soups;
}

/**
 * @param {string} address
 * @param {boolean} mayBeMissing
 */
async function fetched(address, mayBeMissing) {
  const text = await contentOf(address, mayBeMissing);
  return text === undefined ? [] : check(parse(text, address), address);
}

/**
 * @param {string} address
 * @param {boolean} mayBeMissing
 */
async function contentOf(address, mayBeMissing) {
  const response = await fetch(address).catch(() => undefined);
  // Servers of single pages answer with the page where there is no file.
  const isThere = response?.ok && !response.headers.get('content-type')?.startsWith('text/html');
  if (isThere) return response.text();
  if (mayBeMissing) return undefined;
  throw new TureenError('SOUPS_NOT_FOUND', `There is no file of soups at ${address}: check ready({ soups }).`);
}

/**
 * @param {string} text
 * @param {string} where
 */
function parse(text, where) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw bad(where, /** @type {Error} */ (cause).message, cause);
  }
}

/**
 * @param {any} content
 * @param {string} where
 * @returns {InitialSoup[]}
 */
function check(content, where) {
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
