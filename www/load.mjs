// Fetches and compiles the module's files, however the page was delivered.

import { TureenError } from './error.mjs';
import { fileOf, optionOf } from './files.mjs';
import { globalOf } from './script.mjs';

/** @typedef {import('./files.mjs').Name} Name */

const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/**
 * @param {Name} name
 * @param {import('./files.mjs').Place} place
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compile(name, { wasm, script }) {
  if (wasm instanceof WebAssembly.Module) return wasm;
  if (typeof wasm !== 'string' && !(wasm instanceof URL)) return compileBytes(name, toBytes(wasm), 'the bytes given');
  if (script !== undefined && isFilePage()) {
    return compileBytes(name, await fromScript(name, String(script)), String(script));
  }
  return compileFrom(name, String(wasm));
}

const isFilePage = () => typeof location === 'object' && location.protocol === 'file:';

/** @param {ArrayBuffer | Uint8Array} given */
const toBytes = (given) => (given instanceof Uint8Array ? given : new Uint8Array(given));

/** @param {Name} name @param {string} url */
async function download(name, url) {
  const file = fileOf(name);
  let response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new TureenError(
      'WASM_NOT_FOUND',
      isFilePage()
        ? `A page of file:// cannot fetch ${url}: load pkg/tureen.global.js, which finds the module as a script, or ` +
          `pass the bytes of ${file} to ${optionOf(name, 'bytes')}.`
        : `Tureen's module could not be fetched from ${url}: serve ${file} there or pass its address to ` +
          `${optionOf(name, 'url')}, and have the page's Content-Security-Policy, if any, allow it in connect-src.`,
      cause,
    );
  }
  if (response.ok) return response;
  throw new TureenError(
    'WASM_NOT_FOUND',
    `Tureen's module is not at ${url}, the server answered ${response.status}: put ${file} there, or pass its ` +
      `address to ${optionOf(name, 'url')}.`,
  );
}

/** @param {Name} name @param {string} url */
async function compileFrom(name, url) {
  const response = await download(name, url);
  if (typeOf(response).startsWith('application/wasm') && typeof WebAssembly.compileStreaming === 'function') {
    try {
      return await WebAssembly.compileStreaming(response);
    } catch {
      // Broken off, forbidden, or no module at all: a stream is gone, and only the bytes tell which.
      return compileDownload(name, await download(name, url), url);
    }
  }
  return compileDownload(name, response, url);
}

/** @param {Response} response */
const typeOf = (response) => response.headers.get('content-type') ?? '';

/**
 * @param {Name} name
 * @param {Response} response
 * @param {string} url
 */
const compileDownload = async (name, response, url) =>
  compileBytes(name, new Uint8Array(await response.arrayBuffer()), url, typeOf(response));

/**
 * @param {Name} name
 * @param {Uint8Array} bytes
 * @param {string} where
 * @param {string} [type]
 */
async function compileBytes(name, bytes, where, type) {
  if (!MAGIC.every((byte, at) => bytes[at] === byte)) {
    const what = type ? ` but something of type ${type}, perhaps the app's index.html` : '';
    throw new TureenError(
      'WASM_INVALID',
      `${where} is not a WebAssembly module${what}: check that ${fileOf(name)} was deployed there.`,
    );
  }
  return WebAssembly.compile(/** @type {BufferSource} */ (bytes)).catch((cause) => refuse(name, cause));
}

/**
 * Says why an engine would not compile, or start: WebKit finds out only then that the page's policy forbids it.
 * @param {Name} name
 * @param {unknown} cause
 * @returns {never}
 */
export function refuse(name, cause) {
  if (cause instanceof WebAssembly.LinkError) {
    throw new TureenError(
      'WASM_INVALID',
      `${fileOf(name)} is not of the same version as Tureen's other files: deploy all of them from one release, and ` +
        'see that no cache keeps one of an older.',
      cause,
    );
  }
  throw new TureenError(
    'WASM_REFUSED',
    "Tureen's module could not be started: where the page has a Content-Security-Policy, its script-src needs " +
      `'wasm-unsafe-eval'. (${fileOf(name)}: ${cause instanceof Error ? cause.message : cause})`,
    cause,
  );
}

/**
 * @param {Name} name
 * @param {string} url
 * @returns {Promise<Uint8Array>}
 */
async function fromScript(name, url) {
  const text = await globalOf(url, 'tureenWasm').catch((cause) => {
    throw new TureenError(
      'WASM_NOT_FOUND',
      `Tureen's module is not at ${url}: a page of file:// needs it as a script, which ` +
        `\`npx cordova-plugin-tureen file-pages <folder>\` makes in the folder of ${fileOf(name)}.`,
      cause,
    );
  });
  return Uint8Array.from(atob(text ?? ''), (char) => char.charCodeAt(0));
}
