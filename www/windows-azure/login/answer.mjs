// What a login through a window ends with: the address it arrives at, or a reason why it did not.

import { TureenError } from '../../core.mjs';
import { parseJson } from '../dates.mjs';

/**
 * Reads the address at which a login ends: `…/done#token=<JSON>`, or `#error=<text>`.
 * @param {string} address that the window has come to
 * @param {string} end the address at which the login ends
 * @returns {Promise<unknown> | undefined} the token, or a rejection; nothing while the login goes on
 */
export function answerAt(address, end) {
  return isAt(address, end) ? read(/#(.*)$/s.exec(address)?.[1] ?? '') : undefined;
}

/** @param {string} fragment */
async function read(fragment) {
  const [, kind, text] = /^(token|error)=(.*)$/s.exec(fragment) ?? [];
  const said = decoded(text ?? '');
  if (kind === 'error') throw refused(said);
  return parsed(said);
}

/**
 * @param {string} text JSON
 * @returns {unknown} null for what is none
 */
export function parsed(text) {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Whether a window has come to `end`, whatever else its address says.
 * @param {string} address
 * @param {string} end
 */
export const isAt = (address, end) => place(address) === place(end);

/**
 * An address without what a page may add to it: equal only where scheme, host, port and path are.
 * @param {string} address
 */
function place(address) {
  try {
    return new URL(address).href.replace(/[?#].*$/s, '').replace(/\/$/, '');
  } catch {
    return undefined;
  }
}

/** The user has closed the window. Apps test for the text, which is the Azure SDK's. */
export const cancelled = () => new TureenError('LOGIN_CANCELLED', 'UserCancelled');

/** @param {unknown} reason what the identity provider or the backend said */
export const refused = (reason) =>
  new TureenError('LOGIN_REFUSED', typeof reason === 'string' ? reason : JSON.stringify(reason));
