// Where the module works: in this page, or in a worker.

import { TureenPromise, call as callHere } from './core.mjs';

/** @typedef {import('./core.mjs').Module} Module */

/** The module in a worker, which is asked as that of the page is, and gives promises. @type {Module | undefined} */
let remote;
/**
 * Until it is known whether there is a worker: why there is none, if so.
 * @type {Promise<string | undefined> | undefined}
 */
let starting;

/**
 * Works in a worker from now on, if it starts.
 * @param {() => Promise<Module>} start gives the worker's module
 * @returns {Promise<string | undefined>} why it does not
 */
export function useWorker(start) {
  if (remote) return Promise.resolve(undefined);
  starting ??= start().then(
    (module) => {
      remote = module;
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
 * Runs `job` on the module: at once when it is there, else as soon as it is.
 * @template T
 * @param {(module: Module) => T | PromiseLike<T>} job
 * @param {Module} [on] the one that is meant, where there are two
 * @returns {TureenPromise<T>}
 */
export function call(job, on) {
  const begun = starting;
  if (begun && !on) return new TureenPromise((resolve) => resolve(begun.then(() => call(job))));
  const module = on ?? remote;
  return module && module === remote ? new TureenPromise((resolve) => resolve(job(module))) : callHere(job);
}
