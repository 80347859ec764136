// The promise every call gives back: a real one, which can also be ended the way the Azure SDK's promises are.

/**
 * @template T
 * @extends {Promise<T>}
 */
export class TureenPromise extends Promise {
  /**
   * Ends a chain: what the handlers throw, or a rejection that no handler takes, is thrown where the page's error
   * listener hears of it.
   * @param {((value: T) => unknown) | null} [onSuccess]
   * @param {((error: unknown) => unknown) | null} [onError]
   * @returns {void}
   */
  done(onSuccess, onError) {
    this.then(onSuccess, onError).then(undefined, (error) => {
      setTimeout(() => {
        throw error;
      });
    });
  }
}

/**
 * @template T
 * @param {T | PromiseLike<T>} value
 * @returns {TureenPromise<T>}
 */
export const promised = (value) => new TureenPromise((resolve) => resolve(value));

/**
 * Runs `job` at once and promises its result; what it throws is the rejection.
 * @template T
 * @param {() => T | PromiseLike<T>} job
 * @returns {TureenPromise<T>}
 */
export const attempt = (job) => new TureenPromise((resolve) => resolve(job()));
