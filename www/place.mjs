// Where the module works: in this page, or in a worker.

import { TureenPromise, call as callHere, load as loadHere } from './core.mjs';

/** @typedef {import('./core.mjs').Module} Module */
/** @typedef {import('./files.mjs').Name} Name */
/** @typedef {import('./worker/start.mjs').Remote} Remote */

/** The module in a worker. @type {Remote | undefined} */
let remote;
/**
 * Until it is known whether there is a worker: why there is none, if so.
 * @type {Promise<string | undefined> | undefined}
 */
let starting;

/**
 * Works in a worker from now on, if it starts.
 * @param {() => Promise<Remote>} start
 * @returns {Promise<string | undefined>} why it does not
 */
export function useWorker(start) {
  if (remote) return Promise.resolve(undefined);
  starting ??= start().then(
    (started) => {
      remote = started;
      starting = undefined;
      return undefined;
    },
    (error) => {
      starting = undefined;
      return error.message;
    },
  );
  return starting;
}

/**
 * Loads a part where the module works.
 * @param {Name} name
 * @param {import('./files.mjs').Source} [given] overrides what is known of its place
 * @returns {Promise<unknown>}
 */
export const load = (name, given) => (remote ? remote.parts.load(name, given) : loadHere(name, given));

/**
 * Runs `job` on the module: at once when it is there, else as soon as it is.
 * @template T
 * @param {(module: Module) => T | PromiseLike<T>} job
 * @param {Name} [needed] the part whose code it calls
 * @param {Module} [on] the one that is meant, where there are two
 * @returns {TureenPromise<T>}
 */
export function call(job, needed = 'core', on) {
  const begun = starting;
  if (begun && !on) return new TureenPromise((resolve) => resolve(begun.then(() => call(job, needed))));
  if (!remote || (on && on !== remote.module)) return callHere(job, needed);
  const { module, parts } = remote;
  return new TureenPromise((resolve) =>
    resolve(needed === 'core' || parts.has(needed) ? job(module) : parts.load(needed).then(() => job(module))));
}
