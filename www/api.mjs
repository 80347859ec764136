// Tureen's own calls: the module, stores opened by name, and what the device says of its storage.

import { TureenError, attempt, load } from './core.mjs';
import { PARTS } from './files.mjs';
import { setInitialSoups } from './initial-soups.mjs';
import { setInitialSyncs } from './mobile-sync/initial-syncs.mjs';
import { load as loadPart, useWorker } from './place.mjs';
import { connect } from './providers/connection.mjs';
import { owned, requireUser } from './sessions.mjs';
import * as client from './smartstore/client.mjs';
import { buildSmartQuerySpec } from './smartstore/specs.mjs';
import { setDefaults } from './store-options.mjs';
import { closeStore, importStore as importBytes, inStore, logout as endSession, openStore as open } from './stores.mjs';
import { start } from './worker/start.mjs';

export { TureenError } from './core.mjs';
export * as mobilesync from './mobile-sync/callbacks.mjs';
export * as mobilesyncClient from './mobile-sync/client.mjs';
export { salesforce } from './mobile-sync/org.mjs';
export { registerTarget } from './mobile-sync/targets.mjs';
export { salesforceLogin } from './salesforce/login.mjs';
export { showInspector } from './inspect.mjs';
export { life } from './life.mjs';
export { onVanished } from './marks.mjs';
export { setUser } from './sessions.mjs';

/** @typedef {import('./store-options.mjs').StoreOptions} StoreOptions */
/** @typedef {import('./core.mjs').TureenPromise<any>} Answer */
/** @typedef {{ signal?: AbortSignal }} Cancel */

/**
 * @typedef {object} PageOptions
 * @property {import('./files.mjs').Source} [wasm] the module, where it is not beside the script
 * @property {string[] | { [part: string]: import('./files.mjs').Source }} [parts] what shall be loaded with it, not
 *   when it is first used: `['azure']` is the code behind `WindowsAzure`, `['salesforce']` that behind Mobile Sync,
 *   `['providers']` that behind `store.connect()`; or where each is, if not beside the module
 * @property {boolean} [requireUser] whether calls on a user's store are refused, with "No user account found", until
 *   `setUser` has named one
 * @property {import('./initial-soups.mjs').InitialSoups} [soups] the soups that the default stores have from the
 *   beginning; in Cordova, `userstore.json` and `globalstore.json` beside the page say so by themselves
 * @property {import('./mobile-sync/initial-syncs.mjs').InitialSyncs} [syncs] the syncs that they have; in Cordova,
 *   `usersyncs.json` and `globalsyncs.json` beside the page say so by themselves
 * @property {boolean} [worker] whether the module shall work beside the page, in a worker; stores that are open already
 *   stay in the page
 *
 * @typedef {StoreOptions & PageOptions} ReadyOptions the former: how stores are opened that nothing else is said of
 */

/**
 * Loads the module. Every other call does so too; this one says how, and when it is done.
 *
 * ```js
 * await Tureen.ready({ encryption: { passphrase }, durability: 'strict' });
 * ```
 * @param {ReadyOptions} [options]
 * @returns {import('./core.mjs').TureenPromise<{ worker: boolean, reason?: string }>} whether a worker works; where one
 *   was asked for and does not, why, and the page works instead
 */
export const ready = ({ wasm, parts = [], requireUser: required, soups, syncs, worker = false, ...stores } = {}) =>
  attempt(async () => {
    const wanted = sourcesOf(parts);
    setDefaults(stores);
    if (required !== undefined) requireUser(required);
    if (soups !== undefined) setInitialSoups(soups);
    if (syncs !== undefined) setInitialSyncs(syncs);
    const reason = worker ? await useWorker(() => start(wasm)) : undefined;
    const works = worker && reason === undefined;
    const core = works ? undefined : load('core', wasm);
    await Promise.all([core, ...wanted.map(([name, source]) => loadPart(name, source))]);
    return works ? { worker: true } : { worker: false, reason };
  });

/**
 * @param {NonNullable<PageOptions['parts']>} parts
 * @returns {[import('./files.mjs').Name, import('./files.mjs').Source | undefined][]}
 */
function sourcesOf(parts) {
  const sources = Array.isArray(parts) ? Object.fromEntries(parts.map((name) => [name, undefined])) : parts;
  return Object.entries(sources).map(([given, source]) => {
    const name = PARTS.find((part) => part === given);
    if (name !== undefined) return [name, source];
    throw new TureenError('BAD_ARGUMENT', `There is no part ${given}: parts names some of ${PARTS.join(', ')}.`);
  });
}

/**
 * Removes all stores of the user, open or not; the app's own stay. Nobody is logged in then.
 * @returns {import('./core.mjs').TureenPromise<void>}
 */
export const logout = () => attempt(endSession);

/**
 * @typedef {object} Named
 * @property {string | null} [name] the default store's when left out
 * @property {boolean} [isGlobalStore]
 * @property {import('./store-options.mjs').Encryption} [key] another word for `encryption`
 */

/**
 * Opens a store.
 *
 * ```js
 * const store = await Tureen.openStore({ name: 'notes', encryption: { passphrase } });
 * await store.registerSoup('note', [{ path: 'title', type: 'string' }]);
 * ```
 * @param {StoreOptions & Named} [options]
 * @returns {import('./core.mjs').TureenPromise<Store>}
 */
export const openStore = ({ name, isGlobalStore = false, key, encryption, durability } = {}) =>
  attempt(async () => {
    const store = new Store(checkedName(name), isGlobalStore);
    await open(store.config, { encryption: encryption ?? key, durability });
    return store;
  });

/**
 * Makes a store of what `store.export()` gave, on this device or another.
 *
 * ```js
 * const store = await Tureen.importStore(await file.arrayBuffer(), { name: 'notes', passphrase });
 * ```
 * @param {Uint8Array | ArrayBuffer} bytes
 * @param {StoreOptions & Named & { passphrase?: string }} [options] `passphrase` is that of the export; the others are
 *   those of the new store
 * @returns {import('./core.mjs').TureenPromise<Store>}
 */
export const importStore = (bytes, { name, isGlobalStore = false, passphrase, key, encryption, durability } = {}) =>
  attempt(async () => {
    const store = new Store(checkedName(name), isGlobalStore);
    const given = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
    if (!(given instanceof Uint8Array)) {
      throw new TureenError('BAD_ARGUMENT', 'What is imported is a Uint8Array or an ArrayBuffer.');
    }
    await importBytes(store.config, given, passphrase, { encryption: encryption ?? key, durability });
    return store;
  });

/** @param {string | null | undefined} name */
function checkedName(name) {
  if (name == null || (typeof name === 'string' && name !== '')) return name;
  throw new TureenError('BAD_ARGUMENT', 'A store is opened by a name: a string that is not empty.');
}

/** An open store, with the calls of SmartStore's client on it. It stays its user's, whoever logs in later. */
export class Store {
  /**
   * @param {string | null | undefined} storeName
   * @param {boolean} isGlobalStore
   */
  constructor(storeName, isGlobalStore) {
    /** The store as the first argument of SmartStore's calls. */
    this.config = owned({ storeName, isGlobalStore });
  }

  /** @param {string} soup @param {object[]} specs @returns {Answer} the soup's name */
  registerSoup(soup, specs) {
    return client.registerSoup(this.config, soup, specs);
  }

  /**
   * Gives a soup other indexes.
   * @param {string} soup
   * @param {object[]} specs
   * @param {boolean} [reIndexData] whether the new ones hold what is stored already, too
   * @returns {Answer} the soup's name
   */
  alterSoup(soup, specs, reIndexData = false) {
    return client.alterSoup(this.config, soup, specs, reIndexData);
  }

  /** Takes the values of indexed paths anew. @param {string} soup @param {string[]} paths @returns {Answer} its name */
  reIndexSoup(soup, paths) {
    return client.reIndexSoup(this.config, soup, paths);
  }

  /** @param {string} soup @returns {Answer} */
  removeSoup(soup) {
    return client.removeSoup(this.config, soup);
  }

  /** @param {string} soup @returns {Answer} whether it is there */
  soupExists(soup) {
    return client.soupExists(this.config, soup);
  }

  /** @param {string} soup @returns {Answer} */
  getSoupIndexSpecs(soup) {
    return client.getSoupIndexSpecs(this.config, soup);
  }

  /** @param {string} soup @returns {Answer} */
  clearSoup(soup) {
    return client.clearSoup(this.config, soup);
  }

  /** @param {string} soup @param {object[]} entries @returns {Answer} the stored entries */
  upsertSoupEntries(soup, entries) {
    return client.upsertSoupEntries(this.config, soup, entries);
  }

  /** @param {string} soup @param {object[]} entries @param {string} path @returns {Answer} the stored entries */
  upsertSoupEntriesWithExternalId(soup, entries, path) {
    return client.upsertSoupEntriesWithExternalId(this.config, soup, entries, path);
  }

  /** @param {string} soup @param {number[]} ids @returns {Answer} */
  retrieveSoupEntries(soup, ids) {
    return client.retrieveSoupEntries(this.config, soup, ids);
  }

  /** @param {string} soup @param {number[] | object} chosen ids or a query spec @returns {Answer} */
  removeFromSoup(soup, chosen) {
    return client.removeFromSoup(this.config, soup, chosen);
  }

  /** @param {string} soup @param {object} spec @returns {Answer} a cursor */
  querySoup(soup, spec) {
    return client.querySoup(this.config, soup, spec);
  }

  /** @param {object} spec @returns {Answer} a cursor */
  runSmartQuery(spec) {
    return client.runSmartQuery(this.config, spec);
  }

  /** @param {object} cursor @param {number} index @param {Cancel} [options] @returns {Answer} the cursor at that page */
  moveCursorToPageIndex(cursor, index, options) {
    return client.moveCursorToPageIndex(this.config, cursor, index, options);
  }

  /** @param {object} cursor @param {Cancel} [options] @returns {Answer} the cursor at the next page */
  moveCursorToNextPage(cursor, options) {
    return client.moveCursorToNextPage(this.config, cursor, options);
  }

  /** @param {object} cursor @param {Cancel} [options] @returns {Answer} the cursor at the page before */
  moveCursorToPreviousPage(cursor, options) {
    return client.moveCursorToPreviousPage(this.config, cursor, options);
  }

  /** @param {object} cursor @returns {Answer} */
  closeCursor(cursor) {
    return client.closeCursor(this.config, cursor);
  }

  /** @returns {Answer} bytes */
  getDatabaseSize() {
    return client.getDatabaseSize(this.config);
  }

  /**
   * The rows of a Smart SQL query, each an array of its cells.
   * @param {string} smartSql
   * @param {number} [limit] how many rows at most
   * @param {Cancel & { timeout?: number }} [options]
   * @returns {Answer}
   */
  smartQuery(smartSql, limit = Number.MAX_SAFE_INTEGER, { signal, timeout } = {}) {
    const spec = { ...buildSmartQuerySpec(smartSql, limit), signal, timeout };
    return client.runSmartQuery(this.config, spec).then((cursor) => {
      void client.closeCursor(this.config, cursor);
      return cursor.currentPageOrderedEntries;
    });
  }

  /**
   * A live query: calls back with the first page of its results, soon, and again whenever a commit of any tab alters
   * it.
   *
   * ```js
   * const live = store.observe('select {note:title} from {note}', ({ currentPageOrderedEntries: rows }) => show(rows));
   * live.stop();
   * ```
   * @param {...any} given `(smartSql, onPage, onError)`, `(smartQuerySpec, onPage, onError)` or `(soup, querySpec,
   *   onPage, onError)`
   * @returns {import('./smartstore/live.mjs').LiveQuery}
   */
  observe(...given) {
    return client.observe(this.config, ...given);
  }

  /**
   * Connects soups to a provider: what changes in them by the calls above is queued in the same transaction, and sent.
   *
   * ```js
   * const shop = await store.connect({
   *   name: 'shop', provider: 'rest', url: 'https://shop.example/api', soups: { orders: {} },
   * });
   * await shop.pull('orders');
   * ```
   * @param {import('./providers/connection.mjs').Options & Record<string, any>} options
   * @returns {import('./core.mjs').TureenPromise<import('./providers/connection.mjs').Connection>}
   */
  connect(options) {
    return attempt(() => connect(this.config, options));
  }

  /**
   * The whole store as bytes, for `importStore`.
   * @param {{ passphrase?: string }} [options] what seals them; without it, anybody can read them
   * @returns {Answer}
   */
  export(options) {
    return client.exportStore(this.config, options);
  }

  /**
   * Seals the store anew. A crash meanwhile leaves it under the one key or the other.
   * @param {import('./store-options.mjs').Encryption} encryption
   * @returns {Answer}
   */
  changeKey(encryption) {
    return client.changeKey(this.config, encryption);
  }

  /** `ok`, or what SQLite finds wrong with the store. @returns {Answer} */
  integrityCheck() {
    return inStore(this.config, (store) => store.integrityCheck());
  }

  /** Lets go of the store once its writes are done. @returns {Answer} */
  close() {
    return attempt(() => closeStore(this.config));
  }

  /** Removes the store with all it holds. @returns {Answer} */
  remove() {
    return client.removeStore(this.config);
  }
}

/**
 * What the device says of this origin's storage.
 * @param {{ persist?: boolean }} [options] `persist: true` asks that the device shall not clear it when space runs out;
 *   some browsers ask the user then
 * @returns {import('./core.mjs').TureenPromise<{ persistent: boolean, usage?: number, quota?: number }>}
 */
export const storage = ({ persist = false } = {}) =>
  attempt(async () => {
    const manager = globalThis.navigator?.storage;
    const persistent = persist ? await manager?.persist?.() : await manager?.persisted?.();
    const { usage, quota } = (await manager?.estimate?.()) ?? {};
    return { persistent: persistent ?? false, usage, quota };
  });
