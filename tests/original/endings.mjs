// What the original's tests begin and leave behind, chains ended by `done` above all: here a case lasts until it is over.

/** @type {Promise<unknown>[]} */
const ends = [];

/** @param {PromiseLike<unknown>} promise */
export const waitFor = (promise) => void ends.push(Promise.resolve(promise).then(() => undefined, (error) => error));

/**
 * Keeps every chain that is ended from now on.
 * @param {{ done: Function }} chains what the promises of the API inherit from
 */
export function keepEndings(chains) {
  /** @this {Promise<unknown>} */
  chains.done = function done(/** @type {any} */ onSuccess, /** @type {any} */ onError) {
    waitFor(this.then(onSuccess, onError));
  };
}

/** @returns {Promise<unknown[]>} what has been thrown, once all is over */
export async function endings() {
  const thrown = [];
  for (let end = ends.shift(); end; end = ends.shift()) thrown.push(await end);
  return thrown.filter((error) => error !== undefined);
}
