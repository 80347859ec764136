// The module's life: loaded once, asked through `call`, and given up cleanly should it ever trap.

import init, * as module from '../pkg/tureen.js';
import { TureenError, asError } from './error.mjs';
import { compile } from './load.mjs';
import { TureenPromise } from './promise.mjs';

export { TureenError } from './error.mjs';
export { TureenPromise, promised, attempt } from './promise.mjs';

/** @typedef {typeof module} Module the functions and classes that the wasm module exports */
/** @typedef {import('./load.mjs').Place} Place */

/** @type {(() => Place) | undefined} */
let findModule;
/** @type {Promise<Module> | undefined} */
let loading;
/** Why the module is gone, once it is. @type {TureenError | undefined} */
let fault;
/** The rejections of the calls that have no answer yet. @type {Set<(error: Error) => void>} */
const waiting = new Set();

/**
 * Says where the module is, when it is first needed. Each way of delivery (ES module, classic script, Cordova, node)
 * calls this once.
 * @param {() => Place} find
 */
export function locate(find) {
  findModule = find;
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
  const place = given?.wasm === undefined ? findModule?.() : { wasm: given.wasm };
  if (place === undefined) {
    throw new TureenError('WASM_NOT_FOUND', 'Say where the module is: ready({ wasm: urlOrBytes }).');
  }
  await init({ module_or_path: await compile(place) });
  module.start({ schedule, panicked, error: (code, message, cause) => new TureenError(code, message, cause) });
  return module;
}

/**
 * Runs `job` on the module as soon as it is loaded. The promise is kept even when the module traps meanwhile.
 * @template T
 * @param {(module: Module) => T | PromiseLike<T>} job
 * @returns {TureenPromise<T>}
 */
export function call(job) {
  return new TureenPromise((resolve, reject) => {
    if (fault) return reject(fault);
    waiting.add(reject);
    load()
      .then((loaded) => guarded(() => job(loaded)))
      .then(resolve, (error) => reject(fault ?? asError(error)))
      .then(() => waiting.delete(reject));
  });
}

/**
 * Runs `job`, and gives the module up when it traps.
 * @template T
 * @param {() => T} job
 * @returns {T}
 */
function guarded(job) {
  if (fault) throw fault;
  try {
    return job();
  } catch (thrown) {
    if (isTrap(thrown)) throw giveUp(thrown);
    throw thrown;
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

const schedule = () => queueMicrotask(turn);

/** @param {unknown} thrown a running out of stack is no RuntimeError, but leaves the module just as unusable */
const isTrap = (thrown) =>
  thrown instanceof WebAssembly.RuntimeError || (thrown instanceof Error && /call stack|recursion/i.test(thrown.message));

/** @param {string} place in Tureen's own source */
const panicked = (place) => void giveUp(undefined, ` at ${place}`);

/**
 * @param {unknown} cause
 * @param {string} [place]
 */
function giveUp(cause, place = '') {
  fault ??= new TureenError(
    'CRASHED',
    `Tureen met a fault of its own${place} and has stopped. What was acknowledged is stored safely; reload the page to go on.`,
    cause,
  );
  for (const reject of waiting) reject(fault);
  waiting.clear();
  return fault;
}
