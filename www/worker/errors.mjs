// Errors as they cross between a page and its worker: as what they are, with all that an app may ask of them.

import { TureenError, refusal } from '../core.mjs';

/**
 * What is told of an error.
 * @typedef {object} Told
 * @property {string} kind `TureenError`, `DOMException`, or another
 * @property {string} name
 * @property {string} message
 * @property {string} [code] of Tureen's own
 * @property {any} [cause]
 * @property {any} [answer] of a backend that refused
 */

/**
 * @param {any} error
 * @param {(value: any) => any} pack
 * @returns {Told}
 */
export function tell(error, pack) {
  const { name, message, code, answer, cause } = error;
  if (!(error instanceof TureenError)) {
    return { kind: error instanceof DOMException ? 'DOMException' : 'Error', name: String(name), message: String(message) };
  }
  return { kind: 'TureenError', name, message, code, cause: pack(cause), answer };
}

/**
 * @param {Told} told
 * @param {(packed: any) => any} unpack
 * @returns {Error}
 */
export function toldOf({ kind, name, message, code = '', cause, answer }, unpack) {
  if (answer) return refusal(code, message, answer);
  if (kind === 'TureenError') return new TureenError(code, message, unpack(cause));
  if (kind === 'DOMException') return new DOMException(message, name);
  const Native = /** @type {any} */ (globalThis)[name];
  const isNative = typeof Native === 'function' && (Native === Error || Native.prototype instanceof Error);
  return isNative ? new Native(message) : Object.assign(new Error(message), { name });
}
