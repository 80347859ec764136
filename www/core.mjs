// The module's life: loaded once, asked through `call`, and given up cleanly should it ever trap.

import init, * as module from '../pkg/tureen.js';
import { TureenError, asError } from './error.mjs';
import { compile, refuse as refused } from './load.mjs';
import { TureenPromise } from './promise.mjs';

export { TureenError } from './error.mjs';
export { TureenPromise, attempt } from './promise.mjs';

/** @typedef {typeof module} Module the functions and classes that the wasm module exports */
/** @typedef {import('./load.mjs').Place} Place */
/** @typedef {(code: string, message: string, answer: any) => Error} Refuse */

/** @type {(() => Place) | undefined} */
let findModule;
/** @type {Promise<Module> | undefined} */
let loading;
/** The module, once it is loaded. @type {Module | undefined} */
let loaded;
/** Why the module is gone, once it is. @type {TureenError | undefined} */
let fault;
/** The rejections of the calls that have no answer yet. @type {Set<(error: Error) => void>} */
const waiting = new Set();
/** Makes the error of a backend's refusal. @type {Refuse} */
let refuse = (code, message) => new TureenError(code, message);

/**
 * Says where the module is, when it is first needed. Each way of delivery (ES module, classic script, Cordova, node)
 * calls this once.
 * @param {() => Place} find
 */
export function locate(find) {
  findModule = find;
}

/**
 * Says how a backend's refusal looks to an app.
 * @param {Refuse} make
 */
export function showRefusals(make) {
  refuse = make;
}

/**
 * Loads the module, once. A failed load is tried again by the next call.
 * @param {Partial<Place>} [given] overrides what `locate` found
 * @returns {Promise<Module>}
 */
export function load(given) {
  loading ??= begin(given).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** @param {Partial<Place>} [given] */
async function begin(given) {
  const compiled = await compileModule(given);
  await init({ module_or_path: compiled }).catch(refused);
  module.start(host);
  loaded = module;
  return module;
}

/**
 * The module, compiled and not yet started.
 * @param {Partial<Place>} [given] overrides what `locate` found
 */
export async function compileModule(given) {
  const place = given?.wasm === undefined ? findModule?.() : { wasm: given.wasm };
  if (place !== undefined) return compile(place);
  throw new TureenError('WASM_NOT_FOUND', 'Say where the module is: ready({ wasm: urlOrBytes }).');
}

/** The error of a backend's refusal, as it looks to an app. @type {Refuse} */
export const refusal = (code, message, answer) => refuse(code, message, answer);

/** What the module asks of the page. */
const host = {
  schedule: () => queueMicrotask(turn),
  error: (/** @type {string} */ code, /** @type {string} */ message, /** @type {unknown} */ cause) =>
    new TureenError(code, message, cause),
  refusal,
};

/**
 * Runs `job` on the module: at once when it is loaded, else as soon as it is. The promise is kept even when the module
 * traps meanwhile.
 * @template T
 * @param {(module: Module) => T | PromiseLike<T>} job
 * @returns {TureenPromise<T>}
 */
export function call(job) {
  return new TureenPromise((resolve, reject) => {
    if (fault) throw fault;
    if (loaded) return follow(guarded(job, loaded), resolve, reject);
    follow(load().then((ready) => guarded(job, ready)), resolve, reject);
  });
}

/**
 * Keeps a promise of the module's, or breaks it when the module traps first.
 * @template T
 * @param {T | PromiseLike<T>} result
 * @param {(value: T) => void} resolve
 * @param {(error: unknown) => void} reject
 */
function follow(result, resolve, reject) {
  if (!isPromise(result)) return resolve(result);
  waiting.add(reject);
  result.then(
    (value) => {
      waiting.delete(reject);
      resolve(value);
    },
    (error) => {
      waiting.delete(reject);
      reject(isTrap(error) ? giveUp(error) : asError(error));
    },
  );
}

/**
 * @template T
 * @param {T | PromiseLike<T>} value
 * @returns {value is PromiseLike<T>}
 */
const isPromise = (value) =>
  typeof value === 'object' && value !== null && typeof (/** @type {any} */ (value).then) === 'function';

/**
 * Runs `job`, and gives the module up when it traps.
 * @template T
 * @param {(module: Module) => T} job
 * @param {Module} ready
 * @returns {T}
 */
function guarded(job, ready) {
  if (fault) throw fault;
  try {
    return job(ready);
  } catch (thrown) {
    throw isTrap(thrown) ? giveUp(thrown) : asError(thrown);
  }
}

/** One turn for the module's tasks. Nothing that they do may throw, so whatever is thrown here is a trap. */
function turn() {
  if (fault) return;
  try {
    module.runTasks();
  } catch (thrown) {
    giveUp(thrown);
  }
}

/** @param {unknown} thrown a running out of stack is no RuntimeError, but leaves the module just as unusable */
const isTrap = (thrown) =>
  thrown instanceof WebAssembly.RuntimeError ||
  (thrown instanceof Error && /call stack|too much recursion/i.test(thrown.message));

/** @param {unknown} cause */
function giveUp(cause) {
  fault ??= new TureenError(
    'CRASHED',
    'Tureen met a fault of its own and has stopped. What was acknowledged is stored safely; reload the page to go on.',
    cause,
  );
  for (const reject of waiting) reject(fault);
  waiting.clear();
  return fault;
}
