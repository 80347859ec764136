// What a default store has from the beginning, as files beside the page or the app itself say it.

import { TureenError } from './error.mjs';
import { hasCordova } from './hybrid/registry.mjs';

/** @typedef {'user' | 'global'} Kind */

/**
 * Where it is written down: addresses, or the content itself; `true`: in files beside the page, where there are such.
 * @template Content
 * @typedef {boolean | { [kind in Kind]?: string | URL | Content }} Initial
 */

/**
 * @template Part
 * @param {object} given
 * @param {Record<Kind, string>} given.files as hybrid apps of the original have them
 * @param {'soups' | 'syncs'} given.what the option of `ready` and the name of the parts in a file
 * @param {(content: any, where: string) => Part[]} given.check gives the parts, or throws what is wrong with them
 */
export function initialFiles({ files, what, check }) {
  /** What the app has said. @type {Initial<any> | undefined} */
  let told;
  /** @type {Map<Kind, Promise<Part[]>>} */
  const read = new Map();

  /** @param {string} address @param {boolean} mayBeMissing */
  async function fetched(address, mayBeMissing) {
    const text = await contentOf(address, mayBeMissing);
    return text === undefined ? [] : check(parsed(text), address);
  }

  /** @param {string} address @param {boolean} mayBeMissing */
  async function contentOf(address, mayBeMissing) {
    const response = await fetch(address).catch(() => undefined);
    // Servers of single pages answer with the page where there is no file.
    const isThere = response?.ok && !response.headers.get('content-type')?.startsWith('text/html');
    if (isThere) return response.text();
    if (mayBeMissing) return undefined;
    const code = `${what.toUpperCase()}_NOT_FOUND`;
    throw new TureenError(code, `There is no file of ${what} at ${address}: check ready({ ${what} }).`);
  }

  return {
    /** @param {Initial<any>} given */
    said(given) {
      told = given;
      read.clear();
    },

    /**
     * The parts for a default store. Unless the app has said where they are, files are looked for in Cordova only: a
     * web page that has none would see its request fail in the console.
     * @param {Kind} kind
     * @returns {Promise<Part[]>}
     */
    async read(kind) {
      const wanted = told ?? hasCordova();
      const source = typeof wanted === 'object' ? wanted[kind] : wanted && files[kind];
      if (!source) return [];
      const isAddress = typeof source === 'string' || source instanceof URL;
      if (!isAddress) return check(source, `the ${what} of the ${kind} store`);
      let parts = read.get(kind);
      if (!parts) {
        parts = fetched(new URL(source, document.baseURI).href, wanted === true);
        parts.catch(() => read.delete(kind));
        read.set(kind, parts);
      }
      return parts;
    },
  };
}

/** @param {string} text @returns {unknown} the error that says why it is no JSON, where it is none */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}
