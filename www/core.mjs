// The module's life: each file loaded once, asked through `call`, and given up cleanly should it ever trap.

import init, * as module from '../pkg/tureen.js';
import { TureenError, asError } from './error.mjs';
import { optionOf, placeOf } from './files.mjs';
import { compile, refuse as refused } from './load.mjs';
import { Loads } from './loads.mjs';
import { TureenPromise } from './promise.mjs';

export { TureenError } from './error.mjs';
export { TureenPromise, attempt } from './promise.mjs';

/** @typedef {typeof module} Module the functions and classes that the wasm module exports */
/** @typedef {import('./files.mjs').Name} Name */
/** @typedef {import('./files.mjs').Source} Source */
/** @typedef {(code: string, message: string, answer: any) => Error} Refuse */

/** @type {Loads<Name, Source, Module>} */
const files = new Loads((name, given) => (name === 'core' ? begin(given) : join(name, given)));
/** What the core shows its parts, once it is there. @type {WebAssembly.Exports} */
let exports;
/** Why the module is gone, once it is. @type {TureenError | undefined} */
let fault;
/** The rejections of the calls that have no answer yet. @type {Set<(error: Error) => void>} */
const waiting = new Set();
/** Makes the error of a backend's refusal. @type {Refuse} */
let refuse = (code, message) => new TureenError(code, message);

/**
 * Says how a backend's refusal looks to an app.
 * @param {Refuse} make
 */
export function showRefusals(make) {
  refuse = make;
}

/**
 * Loads the module's core, or a part together with it, once. A failed load is tried again by the next call.
 * @param {Name} [name]
 * @param {Source} [given] overrides what is known of its place
 * @returns {Promise<Module>}
 */
export const load = (name = 'core', given) => files.load(name, given);

/** @param {Source} [given] */
async function begin(given) {
  const compiled = await compileModule('core', given);
  const started = await init({ module_or_path: compiled }).catch((cause) => refused('core', cause));
  exports = /** @type {WebAssembly.Exports} */ (/** @type {unknown} */ (started));
  module.start(host);
  return module;
}

/**
 * Fetches a part beside the core, and puts it into that.
 * @param {Name} name
 * @param {Source} [given]
 */
async function join(name, given) {
  const [compiled] = await Promise.all([compileModule(name, given), load()]);
  await WebAssembly.instantiate(compiled, { core: exports }).catch((cause) => refused(name, cause));
  return module;
}

/**
 * One of the module's files, compiled and not yet started.
 * @param {Name} name
 * @param {Source} [given] overrides what is known of its place
 */
export async function compileModule(name, given) {
  const place = placeOf(name, given);
  if (place !== undefined) return compile(name, place);
  throw new TureenError('WASM_NOT_FOUND', `Say where the module is: ${optionOf(name, 'urlOrBytes')}.`);
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
 * Runs `job` on the module: at once when what it needs is loaded, else as soon as it is. The promise is kept even when
 * the module traps meanwhile.
 * @template T
 * @param {(module: Module) => T | PromiseLike<T>} job
 * @param {Name} [needed] the part whose code it calls
 * @returns {TureenPromise<T>}
 */
export function call(job, needed = 'core') {
  return new TureenPromise((resolve, reject) => {
    if (fault) throw fault;
    if (files.has(needed)) return follow(guarded(job), resolve, reject);
    follow(load(needed).then(() => guarded(job)), resolve, reject);
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
 * @returns {T}
 */
function guarded(job) {
  if (fault) throw fault;
  try {
    return job(module);
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
