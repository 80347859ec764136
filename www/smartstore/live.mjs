// Live queries: the first page of a query's results, now and whenever a commit of any tab alters it.

import { inStore } from '../stores.mjs';
import { splitStore } from './arguments.mjs';
import { buildSmartQuerySpec } from './specs.mjs';

/**
 * @typedef {{ stop(): void }} LiveQuery
 * @typedef {(page: any) => void} OnPage gets what a cursor shows, without its id
 * @typedef {(error: any) => void} OnError
 */

/**
 * Makes `observe`, which takes `(smartSql, onPage, onError)`, `(smartQuerySpec, onPage, onError)` or `(soupName, querySpec,
 * onPage, onError)`, and the store before them. Without `onError` a query that fails is thrown where the page's error listener hears of it. A store
 * that is closed or removed ends its live queries.
 * @param {(error: any) => unknown} told what `onError` gets of an error
 * @returns {(...given: any[]) => LiveQuery}
 */
export const observing = (told) => (...given) => {
  const [store, [first, ...rest]] = splitStore(given);
  const hasSoup = typeof rest[0] !== 'function';
  const [onPage, onError = fail] = hasSoup ? rest.slice(1) : rest;
  if (typeof onPage !== 'function') throw new TypeError('observe needs a function that gets the results.');
  const spec = hasSoup ? rest[0] : typeof first === 'string' ? buildSmartQuerySpec(first, Number.MAX_SAFE_INTEGER) : first;
  const live = { isOver: false, end: () => {} };
  inStore(store, (handle) => {
    if (live.isOver) return;
    const id = handle.observe(JSON.stringify(spec ?? null), hasSoup ? String(first) : undefined, (/** @type {string} */ page, /** @type {unknown} */ error) => {
      // What a callback throws must not reach the module.
      if (!live.isOver) apart(() => (error ? onError(told(error)) : onPage(JSON.parse(page))));
    });
    live.end = () => handle.unobserve(id);
  }).then(undefined, (error) => live.isOver || apart(() => onError(told(error))));
  return {
    stop() {
      live.isOver = true;
      live.end();
    },
  };
};

/** Live queries whose errors are errors. */
export const observe = observing((error) => error);

/** @param {unknown} error */
function fail(error) {
  throw error;
}

/** Runs a callback of the app's, whose errors are its page's. @param {() => void} callback */
function apart(callback) {
  try {
    callback();
  } catch (thrown) {
    setTimeout(() => {
      throw thrown;
    });
  }
}
