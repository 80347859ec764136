// The one way into the part of the module that speaks with providers.

import { TureenError, load } from '../core.mjs';

/** @typedef {import('../core.mjs').Module} Module */
/** @typedef {import('../../pkg/tureen.js').Connection} Handle */
/** @typedef {import('../../pkg/tureen.js').Store} StoreHandle */

/**
 * Connects soups of a store.
 * @param {Module} module
 * @param {StoreHandle} store
 * @param {{ kind: string, config: object, send: Function, world: any, settings: object }} what
 * @returns {Promise<Handle>}
 */
export async function connectProvider(module, store, { kind, config, send, world, settings }) {
  // The app's functions are asked in between, and answer at once.
  if (module !== (await load('providers'))) {
    throw new TureenError('IN_WORKER', 'Soups are connected where they are in the page: leave worker out of ready().');
  }
  return module.connectProvider(store, kind, JSON.stringify(config), /** @type {any} */ (send), world, settings);
}
