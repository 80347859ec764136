// Errors as the original tells them: what its native part refuses is a text.

/** What the original's JavaScript refuses by itself, with an error. */
const OF_JAVASCRIPT = ['CURSOR_END', 'QUERY_TYPE'];

/**
 * An error as the original hands it to an error callback.
 * @param {any} error
 */
export const told = (error) =>
  OF_JAVASCRIPT.includes(error.code) ? new Error(error.message) : error.message;

/**
 * Keeps a promise, but for its rejection, which becomes what the original rejects with.
 * @param {import('../core.mjs').TureenPromise<any>} answer
 */
export const tellingTexts = (answer) =>
  answer.then(undefined, (error) => {
    throw told(error);
  });
