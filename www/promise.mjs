// The promise every call gives back: a real one, which can also be ended the way the Azure SDK's promises are.

import { throwApart } from './apart.mjs';

/**
 * @template T
 * @extends {Promise<T>}
 */
export class TureenPromise extends Promise {
  /**
   * As of every promise; said again for the type of what it gives.
   * @template [A=T]
   * @template [B=never]
   * @param {((value: T) => A | PromiseLike<A>) | null} [onSuccess]
   * @param {((error: any) => B | PromiseLike<B>) | null} [onError]
   * @returns {TureenPromise<A | B>}
   */
  then(onSuccess, onError) {
    return /** @type {TureenPromise<A | B>} */ (super.then(onSuccess, onError));
  }

  /**
   * Ends a chain: what the handlers throw, or a rejection that no handler takes, is thrown where the page's error
   * listener hears of it.
   * @param {((value: T) => unknown) | null} [onSuccess]
   * @param {((error: unknown) => unknown) | null} [onError]
   * @returns {void}
   */
  done(onSuccess, onError) {
    this.then(onSuccess, onError).then(undefined, throwApart);
  }
}

/**
 * Runs `job` at once and promises its result; what it throws is the rejection.
 * @template T
 * @param {() => T | PromiseLike<T>} job
 * @returns {TureenPromise<T>}
 */
export const attempt = (job) => new TureenPromise((resolve) => resolve(job()));
