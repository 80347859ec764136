// In a worker: the module, with the stores that the page asks for. What the page may ask is in `remote.mjs`.

import { TureenError, call, load } from '../core.mjs';

/** @typedef {import('./remote.mjs').Asked} Asked */
/** @typedef {import('../../pkg/tureen.js').Store} Handle */

const page = /** @type {{ postMessage(message: object): void, onmessage: ((event: MessageEvent) => void) | null }} */ (
  /** @type {unknown} */ (globalThis)
);

/** @type {Map<number, Handle>} */
const stores = new Map();
/** The ids of live queries in the module, by those that the page has given them. @type {Map<number, number>} */
const live = new Map();

page.onmessage = ({ data }) => void (data.wasm ? begin(data.wasm) : answer(data));

/** @param {WebAssembly.Module} wasm */
const begin = (wasm) =>
  load({ wasm }).then(
    () => page.postMessage({ begun: true }),
    (error) => page.postMessage({ error: told(error) }),
  );

/** @param {Asked} asked */
const answer = ({ id, store, name, given }) =>
  call((module) => {
    if (store === undefined) return onDevice(/** @type {any} */ (module), name, given);
    const handle = stores.get(store);
    if (!handle) throw new TureenError('STORE_CLOSED', 'This store has been closed: open it again.');
    return onStore(handle, store, name, given);
  }).then(
    (value) => page.postMessage({ id, value }),
    (error) => page.postMessage({ id, error: told(error) }),
  );

/** @param {Record<string, (...given: any[]) => any>} module @param {string} name @param {any[]} given */
async function onDevice(module, name, given) {
  const value = await module[name](...given);
  if (name !== 'openStore' && name !== 'importStore') return value;
  const id = stores.size === 0 ? 1 : Math.max(...stores.keys()) + 1;
  stores.set(id, value);
  return id;
}

/** @param {Handle} handle @param {number} store @param {string} name @param {any[]} given */
function onStore(handle, store, name, given) {
  if (name === 'observe') return observe(handle, given);
  if (name === 'unobserve') return unobserve(handle, given[0]);
  if (name === 'close' || name === 'destroy') stores.delete(store);
  return /** @type {any} */ (handle)[name](...given);
}

/** @param {Handle} handle @param {any[]} given */
function observe(handle, [id, spec, soup]) {
  const tell = (/** @type {string} */ text, /** @type {any} */ error) =>
    page.postMessage({ live: id, page: text, error: error && told(error) });
  live.set(id, handle.observe(spec, soup, tell));
}

/** @param {Handle} handle @param {number} id */
function unobserve(handle, id) {
  const known = live.get(id);
  live.delete(id);
  if (known !== undefined) handle.unobserve(known);
}

/** An error as it crosses. @param {any} error */
const told = ({ code, message }) => ({ code: code ?? 'FOREIGN', message });
