// SmartStore with promises: `navigator.smartstoreClient`. Each call may begin with the store it means.

import { TureenError, attempt } from '../core.mjs';
import { storeOptions } from '../store-options.mjs';
import { inStore, removeStore as remove, removeStores, storeNames } from '../stores.mjs';
import { mustBeSmart, mustNotBeSmart, splitStore } from './arguments.mjs';

export { observe } from './live.mjs';

/** @typedef {import('../stores.mjs').Handle} Handle */
/** @typedef {import('./specs.mjs').StoreCursor} Cursor */
/** @typedef {import('./specs.mjs').QuerySpec} QuerySpec */

/**
 * Makes a call of SmartStore's from what it does with an open store.
 * @param {(store: Handle, ...given: any[]) => any} job
 */
const on =
  (job) =>
  /** @type {(...given: any[]) => import('../core.mjs').TureenPromise<any>} */
  (...given) => {
    const [name, rest] = splitStore(given);
    return inStore(name, (store) => job(store, ...rest));
  };

/** @param {unknown} value */
const toText = (value) => JSON.stringify(value) ?? 'null';

/**
 * Reads give texts; from a worker, as writes everywhere, promises of texts.
 * @param {string | PromiseLike<string>} text
 * @returns {any}
 */
const parsed = (text) => (typeof text === 'string' ? JSON.parse(text) : text.then(JSON.parse));

/**
 * A cursor at a page, unless that is cancelled, which may happen when it is there already.
 * @param {string | PromiseLike<string>} text
 * @param {AbortSignal | undefined} signal
 * @param {(cursor: Cursor) => unknown} [undo] what is done then
 */
const found = (text, signal, undo) => (signal ? unlessCancelled(text, signal, undo) : parsed(text));

/**
 * @param {string | PromiseLike<string>} text
 * @param {AbortSignal} signal
 * @param {(cursor: Cursor) => unknown} [undo]
 */
async function unlessCancelled(text, signal, undo) {
  const cursor = JSON.parse(await text);
  if (!signal.aborted) return cursor;
  await undo?.(cursor);
  throw new TureenError('ABORTED', 'The query was cancelled.');
}

/**
 * The cursor of a new query.
 * @param {Handle} store
 * @param {string | undefined} soup
 * @param {any} spec
 * @param {object} [also] what it says beside that
 */
function opened(store, soup, spec, also) {
  const signal = signalOf(spec);
  const asked = toText({ ...spec, ...also, signal: undefined });
  return found(store.openCursor(soup, asked, signal), signal, ({ cursorId }) => store.closeCursor(text(cursorId)));
}

/**
 * @param {any} given
 * @returns {AbortSignal | undefined}
 */
function signalOf(given) {
  const signal = given?.signal;
  if (signal === undefined || signal === null) return undefined;
  if (typeof signal.aborted === 'boolean') return signal;
  throw new TureenError('BAD_ARGUMENT', 'signal is that of an AbortController.');
}

/** `(soupName, indexSpecs)`: makes a soup; one that is there stays as it is. */
export const registerSoup = on((store, name, specs) => store.registerSoup(text(name), toText(specs)));

/** `(soupName, indexSpecs, reIndexData)`: other indexes for a soup, which with `reIndexData` hold what is stored. */
export const alterSoup = on((store, name, specs, reIndexData) =>
  store.alterSoup(text(name), toText(specs), Boolean(reIndexData)),
);

/** `(soupName, paths)`: takes the values of indexed paths anew from what is stored. */
export const reIndexSoup = on((store, name, paths) => store.reIndexSoup(text(name), toText(paths)));

/** `(soupName)`: removes a soup with its entries, if it is there. */
export const removeSoup = on((store, name) => store.removeSoup(text(name)).then(ok));

/** `(soupName)` */
export const soupExists = on((store, name) => store.soupExists(text(name)));

/** `(soupName)`: `[{ path, type }]` */
export const getSoupIndexSpecs = on((store, name) => parsed(store.soupIndexSpecs(text(name))));

/** `(soupName)`: removes the entries; the ids of further ones count on. */
export const clearSoup = on((store, name) => store.clearSoup(text(name)).then(ok));

/** `(soupName, entries)`: creates or replaces entries, by their `_soupEntryId`. */
export const upsertSoupEntries = on((store, name, entries) =>
  parsed(store.upsert(text(name), toText(entries), undefined)),
);

/** `(soupName, entries, path)`: creates or replaces entries, by an indexed path. */
export const upsertSoupEntriesWithExternalId = on((store, name, entries, path) =>
  parsed(store.upsert(text(name), toText(entries), text(path))),
);

/** `(soupName, ids)`: those of the entries that are there, in the order of their ids. */
export const retrieveSoupEntries = on((store, name, ids) => parsed(store.retrieve(text(name), toText(ids))));

/** `(soupName, ids)` or `(soupName, querySpec)`: removes entries. */
export const removeFromSoup = on((store, name, chosen) =>
  (Array.isArray(chosen)
    ? store.removeByIds(text(name), toText(chosen))
    : store.removeByQuery(text(name), toText(chosen))
  ).then(ok),
);

/** `(soupName, querySpec)`: a cursor. */
export const querySoup = on((store, name, spec) => {
  mustNotBeSmart(spec);
  const orderPath = spec?.orderPath ?? (spec?.order ? spec.indexPath : undefined);
  return opened(store, text(name), spec, { orderPath });
});

/** `(querySpec)`: a cursor. */
export const runSmartQuery = on((store, spec) => {
  mustBeSmart(spec);
  return opened(store, undefined, spec);
});

/**
 * @param {Handle} store
 * @param {Cursor} cursor
 * @param {number} index
 * @param {{ signal?: AbortSignal | null }} [options]
 */
function turned(store, cursor, index, options) {
  const signal = signalOf(options);
  return found(store.moveCursor(text(cursor?.cursorId), index, signal), signal);
}

/** `(cursor, index, { signal })`: the cursor at another page; the index is brought within bounds. */
export const moveCursorToPageIndex = on((store, cursor, index, options) =>
  turned(store, cursor, Number(index), options),
);

/** `(cursor, { signal })` */
export const moveCursorToNextPage = on((store, /** @type {Cursor} */ cursor, options) => {
  const index = cursor.currentPageIndex + 1;
  if (index < cursor.totalPages) return turned(store, cursor, index, options);
  throw new TureenError('CURSOR_END', 'moveCursorToNextPage called while on last page');
});

/** `(cursor, { signal })` */
export const moveCursorToPreviousPage = on((store, /** @type {Cursor} */ cursor, options) => {
  const index = cursor.currentPageIndex - 1;
  if (index >= 0) return turned(store, cursor, index, options);
  throw new TureenError('CURSOR_END', 'moveCursorToPreviousPage called while on first page');
});

/** `(cursor)` */
export const closeCursor = on(async (store, cursor) => {
  await store.closeCursor(text(cursor?.cursorId));
  return 'OK';
});

/** `(encryption)`: seals the store anew. */
export const changeKey = on((store, encryption) => store.changeKey(storeOptions({ encryption })));

/** `({ passphrase })`: the whole store as bytes, sealed with the passphrase if there is one. */
export const exportStore = on((store, /** @type {{ passphrase?: string }} */ { passphrase } = {}) =>
  store.export(passphrase),
);

/** `()`: the store's size in bytes. */
export const getDatabaseSize = on((store) => store.size());

/** `[{ storeName, isGlobalStore }]` of the user's stores. */
export const getAllStores = () => attempt(() => named(false));

/** `[{ storeName, isGlobalStore }]` of the app's stores. */
export const getAllGlobalStores = () => attempt(() => named(true));

/** Removes the store that the argument means, the user's default store if there is none. */
export const removeStore = (/** @type {any[]} */ ...given) => remove(splitStore(given)[0]).then(done);

/** Removes every store of the user. */
export const removeAllStores = () => attempt(() => removeStores(false)).then(done);

/** Removes every store of the app. */
export const removeAllGlobalStores = () => attempt(() => removeStores(true)).then(done);

const ok = () => 'OK';
const done = () => /** @type {const} */ (true);

/** @param {boolean} isGlobalStore */
const named = async (isGlobalStore) =>
  (await storeNames(isGlobalStore)).map((storeName) => ({ storeName, isGlobalStore }));

/** @param {unknown} value a name; the module says what is wrong with an empty one */
function text(value) {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  throw new TureenError(
    'BAD_ARGUMENT',
    `A name or path is a string, not ${typeof value}. (A store argument needs its own isGlobalStore.)`,
  );
}
