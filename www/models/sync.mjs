// One record between cache and org: what each cache mode asks of which, in which order.

import { TureenError } from '../error.mjs';
import { toKeep } from './fields.mjs';
import { CACHE_MODE } from './modes.mjs';

/** @typedef {import('./fields.mjs').Attributes} Attributes */
/** @typedef {import('./fields.mjs').Fieldlist} Fieldlist */
/** @typedef {import('./server.mjs').Method} Method */
/** @typedef {import('./server.mjs').Sync} Sync */
/** @typedef {import('./store-cache.mjs').StoreCache} StoreCache */

/**
 * @param {Method} method
 * @param {any} id
 * @param {Attributes | null | undefined} attributes
 * @param {Fieldlist} fieldlist
 * @param {StoreCache} cache
 * @param {boolean} [localAction] whether the org has yet to hear of it
 * @returns {Promise<Attributes | null>} the record in the cache; null when there is none, or it was deleted
 */
export async function syncRemoteObjectWithCache(method, id, attributes, fieldlist, cache, localAction = false) {
  const { keyField } = cache;
  const data = toKeep(attributes, fieldlist);
  switch (method) {
    case 'create':
      return cache.save({
        ...data,
        __locally_created__: localAction,
        __locally_updated__: false,
        __locally_deleted__: false,
        [keyField]: id ?? attributes?.[keyField] ?? (localAction ? cache.makeLocalId() : null),
      });
    case 'read':
      // There is no more of a record that only this device knows.
      return cache.retrieve(id, cache.isLocalId(id) ? null : fieldlist);
    case 'update':
      return cache.save({ ...data, __locally_updated__: localAction, [keyField]: id });
    case 'delete':
      if (!localAction || cache.isLocalId(id)) await cache.remove(id);
      else await cache.save({ [keyField]: id, __locally_deleted__: true });
      return null;
    default:
      throw new TureenError('BAD_METHOD', `${method} is none of create, read, update and delete.`);
  }
}

/**
 * Does what a cache mode says: `(method, id, attributes, fieldlist, cache, cacheMode, syncWithServer)`.
 * @param {Parameters<typeof syncTelling>} given
 * @returns {Promise<Attributes | null>}
 */
export const syncRemoteObject = async (...given) => (await syncTelling(...given)).data;

/**
 * The same, and whether the answer is the org's.
 * @param {Method} method
 * @param {any} id
 * @param {Attributes | null | undefined} attributes
 * @param {Fieldlist} fieldlist
 * @param {StoreCache | null | undefined} cache
 * @param {string | null | undefined} cacheMode
 * @param {Sync} syncWithServer
 * @returns {Promise<{ data: Attributes | null, isFromServer: boolean }>}
 */
export async function syncTelling(method, id, attributes, fieldlist, cache, cacheMode, syncWithServer) {
  const { CACHE_ONLY, CACHE_FIRST, SERVER_ONLY, SERVER_FIRST } = CACHE_MODE;
  const mode = cacheMode ?? SERVER_FIRST;
  if (!(/** @type {string[]} */ (Object.values(CACHE_MODE)).includes(mode))) {
    throw new TureenError('BAD_CACHE_MODE', `A cache mode is one of ${Object.values(CACHE_MODE).join(', ')}.`);
  }
  if (!cache || mode === SERVER_ONLY) {
    return { data: await syncWithServer(method, id, attributes, fieldlist), isFromServer: true };
  }
  if (mode === CACHE_ONLY) {
    const data = await syncRemoteObjectWithCache(method, id, attributes, fieldlist, cache, true);
    return { data, isFromServer: false };
  }
  if (mode === CACHE_FIRST) {
    if (method !== 'read') {
      throw new TureenError('BAD_CACHE_MODE', `Can't ${method} with cacheMode ${mode}: it is for reads only.`);
    }
    const data = await syncRemoteObjectWithCache('read', id, null, fieldlist, cache);
    if (data) return { data, isFromServer: false };
  }
  return { data: await serverFirst(method, id, attributes, fieldlist, cache, syncWithServer), isFromServer: true };
}

/**
 * @param {Method} method
 * @param {any} id
 * @param {Attributes | null | undefined} attributes
 * @param {Fieldlist} fieldlist
 * @param {StoreCache} cache
 * @param {Sync} syncWithServer
 */
async function serverFirst(method, id, attributes, fieldlist, cache, syncWithServer) {
  const isNewThere = cache.isLocalId(id);
  if (isNewThere && method !== 'update') {
    throw new TureenError('LOCAL_RECORD', `Can't ${method} on the server what was created locally: save it first.`);
  }
  const done = isNewThere ? 'create' : method;
  const data = await syncWithServer(done, isNewThere ? null : id, attributes, fieldlist);
  const key = data?.[cache.keyField] ?? id;
  // What was read is an update of the cache. The type is not among what the org answers to a change.
  const kept = { ...(attributes?.attributes && { attributes: attributes.attributes }), ...data };
  const keep = method === 'read' ? 'update' : done;
  const saved = await syncRemoteObjectWithCache(keep, key, kept, null, cache);
  // Last: if this page ends before, the record is there twice, and not lost.
  if (isNewThere) await cache.remove(id);
  return saved;
}
