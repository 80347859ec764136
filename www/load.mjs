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
  const url = String(wasm);
  if (script !== undefined && isFilePage()) return compileBytes(await fromScript(String(script)), String(script));
  return compileResponse(await download(url), url);
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
      `Tureen's module could not be fetched from ${url}. Serve tureen_bg.wasm there, or pass its address to ` +
        'Tureen.ready({ wasm: url }).',
      cause,
    );
  }
  if (response.ok) return response;
  throw new TureenError('WASM_NOT_FOUND', `Tureen's module is not at ${url}: the server answered ${response.status}.`);
}

/**
 * @param {Response} response
 * @param {string} url
 */
async function compileResponse(response, url) {
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('application/wasm') && typeof WebAssembly.compileStreaming === 'function') {
    return refusal(() => WebAssembly.compileStreaming(response), url);
  }
  return compileBytes(new Uint8Array(await response.arrayBuffer()), url, type);
}

/**
 * @param {Uint8Array} bytes
 * @param {string} where
 * @param {string} [type]
 */
function compileBytes(bytes, where, type) {
  if (!MAGIC.every((byte, at) => bytes[at] === byte)) {
    const what = type ? ` but something of type ${type}, perhaps the app's index.html` : '';
    throw new TureenError(
      'WASM_INVALID',
      `${where} is not a WebAssembly module${what}. Check that tureen_bg.wasm was deployed there.`,
    );
  }
  return refusal(() => WebAssembly.compile(/** @type {BufferSource} */ (bytes)), where);
}

/**
 * Says why an engine would not compile.
 * @param {() => Promise<WebAssembly.Module>} job
 * @param {string} where
 */
async function refusal(job, where) {
  try {
    return await job();
  } catch (cause) {
    throw new TureenError(
      'WASM_REFUSED',
      `The module at ${where} could not be compiled: ${cause instanceof Error ? cause.message : cause}. Where the ` +
        "page has a Content-Security-Policy, its script-src needs 'wasm-unsafe-eval'.",
      cause,
    );
  }
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
