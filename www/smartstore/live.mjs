// Live queries: the first page of a query's results, now and whenever a commit of any tab alters it.

import { apart, throwApart } from '../apart.mjs';
import { attempt } from '../core.mjs';
import { inStore } from '../stores.mjs';
import { splitStore } from './arguments.mjs';
import { buildSmartQuerySpec } from './specs.mjs';

/**
 * @typedef {{ stop(): void }} LiveQuery
 *
 * @typedef {object} Observed
 * @property {import('../sessions.mjs').StoreName} store
 * @property {string | undefined} soup none for a smart query
 * @property {object} spec
 * @property {(page: any) => void} onPage gets what a cursor shows, without its id
 * @property {(error: any) => void} onError
 */

/**
 * Makes `observe`, which takes `(smartSql, onPage, onError)`, `(smartQuerySpec, onPage, onError)` or `(soupName,
 * querySpec, onPage, onError)`, and the store before them. Without `onError` a query that fails is thrown where the
 * page's error listener hears of it. A store that is closed or removed ends its live queries.
 * @param {(error: any) => unknown} told what `onError` gets of an error
 * @returns {(...given: any[]) => LiveQuery}
 */
export const observing = (told) => (...given) => {
  const { store, soup, spec, onPage, onError } = read(given);
  const live = { isOver: false, end: () => {} };
  const fail = (/** @type {any} */ error) => apart(() => onError(told(error)));
  const hear = (/** @type {string} */ page, /** @type {unknown} */ error) => {
    if (live.isOver) return;
    if (error) fail(error);
    else apart(() => onPage(JSON.parse(page)));
  };
  inStore(store, async (handle) => {
    if (live.isOver) return;
    const id = await handle.observe(JSON.stringify(spec ?? null), soup, hear);
    // One whose store is closed, or whose module is gone, has ended.
    live.end = () => void attempt(() => handle.unobserve(id)).catch(() => {});
    if (live.isOver) live.end();
  }).then(undefined, (error) => live.isOver || fail(error));
  return {
    stop() {
      live.isOver = true;
      live.end();
    },
  };
};

/** Live queries whose errors are errors. */
export const observe = observing((error) => error);

/**
 * @param {any[]} given
 * @returns {Observed}
 */
function read(given) {
  const [store, [first, ...rest]] = splitStore(given);
  const hasSoup = typeof rest[0] !== 'function';
  const [onPage, onError = throwApart] = hasSoup ? rest.slice(1) : rest;
  if (typeof onPage !== 'function') throw new TypeError('observe needs a function that gets the results.');
  if (hasSoup) return { store, soup: String(first), spec: rest[0], onPage, onError };
  const spec = typeof first === 'string' ? buildSmartQuerySpec(first, Number.MAX_SAFE_INTEGER) : first;
  return { store, soup: undefined, spec, onPage, onError };
}
