// What to bring before it is asked for: soups in their order, within a budget, and not what is fresh still.

import { TureenError } from '../error.mjs';

/** @typedef {import('./connection.mjs').Connection} Connection */
/** @typedef {import('./connection.mjs').Pulled} Pulled */

/**
 * One soup of a plan.
 * @typedef {object} Planned
 * @property {string} soup
 * @property {number} [maxAge] in milliseconds: a soup whose last whole pull is younger is left out; 0 unless said
 * @property {number} [pageSize]
 */

/**
 * @typedef {object} Budget
 * @property {number} [bytes] how much may be read
 * @property {number} [milliseconds] how long it may take
 * @property {AbortSignal} [signal]
 * @property {() => number} [now] the clock, for a test
 * @property {(progress: { soup: string, done: number, of: number, pulled: Pulled | null }) => void} [onProgress]
 */

/**
 * What became of a plan: `fresh` soups were left out, `left` ones did not fit into the budget.
 * @typedef {{ pulled: string[], fresh: string[], left: string[] }} Preloaded
 */

/**
 * Pulls the soups of a plan. What was stored when the budget is used up stays, and the next run goes on with what is
 * left: it leaves out what is fresh.
 * @param {Connection} connection
 * @param {Planned[]} plan
 * @param {Budget} budget
 * @returns {Promise<Preloaded>}
 */
export async function preload(connection, plan, { bytes = Infinity, milliseconds, signal, now = Date.now, onProgress }) {
  const limit = new AbortController();
  const end = () => limit.abort();
  signal?.addEventListener('abort', end);
  if (signal?.aborted) end();
  const timer = milliseconds === undefined ? undefined : setTimeout(end, milliseconds);
  const most = connection.bytesRead + bytes;
  /** @type {Preloaded} */
  const outcome = { pulled: [], fresh: [], left: [] };
  try {
    for (const [done, { soup, maxAge = 0, pageSize }] of plan.entries()) {
      const tell = (/** @type {Pulled | null} */ pulled) => {
        if (connection.bytesRead >= most) end();
        onProgress?.({ soup, done, of: plan.length, pulled });
      };
      const pulledAt = connection.pulledAt(soup);
      const fresh = pulledAt !== null && now() - pulledAt < maxAge;
      const list = fresh ? outcome.fresh : limit.signal.aborted ? outcome.left : outcome.pulled;
      if (list === outcome.pulled) {
        tell(null);
        const whole = await pulled(connection.pull(soup, { pageSize, signal: limit.signal, onProgress: tell }));
        (whole ? outcome.pulled : outcome.left).push(soup);
      } else {
        list.push(soup);
      }
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
  if (signal?.aborted) throw new TureenError('ABORTED', 'The preload was aborted by the application\'s signal.');
  return outcome;
}

/** Whether a pull came to its end before the budget did. @param {PromiseLike<Pulled>} pull */
const pulled = (pull) =>
  Promise.resolve(pull).then(
    () => true,
    (error) => {
      if (error.code === 'ABORTED') return false;
      throw error;
    },
  );
