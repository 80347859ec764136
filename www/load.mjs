// Fetches and compiles the module, however the page was delivered.

import { TureenError } from './error.mjs';
import { globalOf } from './script.mjs';

/**
 * Where the module is: an address, its bytes, or itself.
 * @typedef {string | URL | ArrayBuffer | Uint8Array | WebAssembly.Module} Source
 */

/**
 * @typedef {object} Place
 * @property {Source} wasm
 * @property {string | URL} [script] a classic script that sets `tureenWasm` to the module in base64, for pages of
 *   `file://`, where fetch is refused
 */

const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/**
 * @param {Place} place
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compile({ wasm, script }) {
  if (wasm instanceof WebAssembly.Module) return wasm;
  if (typeof wasm !== 'string' && !(wasm instanceof URL)) return compileBytes(toBytes(wasm), 'the bytes given');
  if (script !== undefined && isFilePage()) return compileBytes(await fromScript(String(script)), String(script));
  return compileFrom(String(wasm));
}

const isFilePage = () => typeof location === 'object' && location.protocol === 'file:';

/** @param {ArrayBuffer | Uint8Array} given */
const toBytes = (given) => (given instanceof Uint8Array ? given : new Uint8Array(given));

/** @param {string} url */
async function download(url) {
  let response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new TureenError(
      'WASM_NOT_FOUND',
      isFilePage()
        ? `A page of file:// cannot fetch ${url}: load pkg/tureen.global.js, which finds the module as a script, or ` +
          'pass the bytes of tureen_bg.wasm to ready({ wasm: bytes }).'
        : `Tureen's module could not be fetched from ${url}: serve tureen_bg.wasm there or pass its address to ` +
          "ready({ wasm: url }), and have the page's Content-Security-Policy, if any, allow it in connect-src.",
      cause,
    );
  }
  if (response.ok) return response;
  throw new TureenError(
    'WASM_NOT_FOUND',
    `Tureen's module is not at ${url}, the server answered ${response.status}: put tureen_bg.wasm there, or pass its ` +
      'address to ready({ wasm: url }).',
  );
}

/** @param {string} url */
async function compileFrom(url) {
  const response = await download(url);
  if (typeOf(response).startsWith('application/wasm') && typeof WebAssembly.compileStreaming === 'function') {
    try {
      return await WebAssembly.compileStreaming(response);
    } catch {
      // Broken off, forbidden, or no module at all: a stream is gone, and only the bytes tell which.
      return compileDownload(await download(url), url);
    }
  }
  return compileDownload(response, url);
}

/** @param {Response} response */
const typeOf = (response) => response.headers.get('content-type') ?? '';

/**
 * @param {Response} response
 * @param {string} url
 */
const compileDownload = async (response, url) =>
  compileBytes(new Uint8Array(await response.arrayBuffer()), url, typeOf(response));

/**
 * @param {Uint8Array} bytes
 * @param {string} where
 * @param {string} [type]
 */
async function compileBytes(bytes, where, type) {
  if (!MAGIC.every((byte, at) => bytes[at] === byte)) {
    const what = type ? ` but something of type ${type}, perhaps the app's index.html` : '';
    throw new TureenError(
      'WASM_INVALID',
      `${where} is not a WebAssembly module${what}: check that tureen_bg.wasm was deployed there.`,
    );
  }
  return WebAssembly.compile(/** @type {BufferSource} */ (bytes)).catch(refuse);
}

/**
 * Says why an engine would not compile, or start: WebKit finds out only then that the page's policy forbids it.
 * @param {unknown} cause
 * @returns {never}
 */
export function refuse(cause) {
  throw new TureenError(
    'WASM_REFUSED',
    "Tureen's module could not be started: where the page has a Content-Security-Policy, its script-src needs " +
      `'wasm-unsafe-eval'. (${cause instanceof Error ? cause.message : cause})`,
    cause,
  );
}

/**
 * @param {string} url
 * @returns {Promise<Uint8Array>}
 */
async function fromScript(url) {
  const text = await globalOf(url, 'tureenWasm').catch((cause) => {
    throw new TureenError('WASM_NOT_FOUND', `Tureen's module could not be loaded from ${url}: is the file there?`, cause);
  });
  return Uint8Array.from(atob(text ?? ''), (char) => char.charCodeAt(0));
}
