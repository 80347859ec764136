// Many records: from a cache, or from the org into the caches, page by page.

import { TureenError } from '../error.mjs';
import { found } from './found.mjs';
import { MERGE_MODE_DOWNLOAD } from './modes.mjs';

/** @typedef {import('./found.mjs').Found} Found */
/** @typedef {import('./store-cache.mjs').StoreCache} StoreCache */

/**
 * @param {any} config `{ type: 'cache', cacheQuery, closeCursorImmediate? }`
 * @param {StoreCache | null | undefined} cache
 * @returns {Promise<Found>}
 */
export async function fetchRemoteObjectsWithCache({ cacheQuery, closeCursorImmediate }, cache) {
  if (!cache) throw new TureenError('NO_CACHE', "A fetch of the type 'cache' needs a cache.");
  const result = await cache.find(cacheQuery);
  if (closeCursorImmediate) await result.closeCursor();
  return result;
}

/**
 * @param {any} config of `fetchFromServer`, or with the type `cache`; its `mergeMode` says what becomes of records that
 *   are in the caches already
 * @param {StoreCache | null | undefined} cache
 * @param {StoreCache | null | undefined} cacheForOriginals
 * @param {(config: any) => Promise<Found>} fetchFromServer
 * @returns {Promise<Found>}
 */
export async function fetchRemoteObjects(config, cache, cacheForOriginals, fetchFromServer) {
  if (config.type === 'cache') return fetchRemoteObjectsWithCache(config, cache);
  const { mergeMode } = config;
  const keep = async (/** @type {any[]} */ records) => {
    const kept = cache ? await cache.saveAll(records, mergeMode) : records;
    // What was left as it was changed here is still a change of what was read then.
    const isLeft = (/** @type {any} */ record) => mergeMode === MERGE_MODE_DOWNLOAD.LEAVE_IF_CHANGED && record.__local__;
    await cacheForOriginals?.saveAll(records.filter((_, at) => !isLeft(kept[at])), mergeMode);
    return kept;
  };
  const pages = await fetchFromServer(config);
  return found(await keep(pages.records), pages.totalSize, {
    hasMore: pages.hasMore,
    next: async () => keep(await pages.getMore()),
    close: pages.closeCursor,
  });
}
