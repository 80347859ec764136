// Saving over what others saved meanwhile: the record as it was read, as the org has it, and as it shall be.

import { TureenError } from '../error.mjs';
import { ConflictError } from './errors.mjs';
import { changes, toKeep } from './fields.mjs';
import { CACHE_MODE, MERGE_MODE } from './modes.mjs';
import { syncRemoteObjectWithCache, syncTelling } from './sync.mjs';

/** @typedef {import('./fields.mjs').Attributes} Attributes */
/** @typedef {import('./fields.mjs').Fieldlist} Fieldlist */

/**
 * As `syncRemoteObject`. What the org answers is kept in `cacheForOriginals`, too, and what is saved or deleted with a
 * merge mode is first compared with that and with what the org has.
 * @param {import('./server.mjs').Method} method
 * @param {any} id
 * @param {Attributes | null | undefined} attributes
 * @param {Fieldlist} fieldlist
 * @param {import('./store-cache.mjs').StoreCache | null | undefined} cache
 * @param {string | null | undefined} cacheMode
 * @param {import('./store-cache.mjs').StoreCache | null | undefined} cacheForOriginals
 * @param {string | null | undefined} mergeMode
 * @param {import('./server.mjs').Sync} syncWithServer
 * @returns {Promise<Attributes | null>} rejects with a `ConflictError`
 */
export async function syncRemoteObjectDetectConflict(
  method, id, attributes, fieldlist, cache, cacheMode, cacheForOriginals, mergeMode, syncWithServer,
) {
  const mode = mergeMode ?? MERGE_MODE.OVERWRITE;
  if (!(/** @type {string[]} */ (Object.values(MERGE_MODE)).includes(mode))) {
    throw new TureenError('BAD_MERGE_MODE', `A merge mode is one of ${Object.values(MERGE_MODE).join(', ')}.`);
  }
  const writes = method === 'update' || method === 'delete';
  const compares =
    cacheForOriginals && writes && cacheMode !== CACHE_MODE.CACHE_ONLY && mode !== MERGE_MODE.OVERWRITE;
  const base = compares ? await cacheForOriginals.retrieve(id) : null;
  const toSave = base ? await merged(base, id, attributes ?? base, fieldlist, mode, syncWithServer) : attributes;
  const { data, isFromServer } = await syncTelling(method, id, toSave, fieldlist, cache, cacheMode, syncWithServer);
  if (cacheForOriginals && isFromServer) {
    const key = data?.[cacheForOriginals.keyField] ?? id;
    const kept = method === 'read' ? 'update' : method;
    await syncRemoteObjectWithCache(kept, key, data && withoutFlags(data), null, cacheForOriginals);
  }
  return data;
}

/** @param {Attributes} data */
const withoutFlags = (data) => toKeep(data, null);

/**
 * What shall be saved: ours, with what only the org changed.
 * @param {Attributes} base
 * @param {any} id
 * @param {Attributes} yours
 * @param {Fieldlist} fieldlist
 * @param {string} mergeMode
 * @param {import('./server.mjs').Sync} syncWithServer
 */
async function merged(base, id, yours, fieldlist, mergeMode, syncWithServer) {
  const theirs = await syncWithServer('read', id, null, fieldlist);
  if (!theirs) return yours;
  const localChanges = changes(base, yours, fieldlist);
  const remoteChanges = changes(base, theirs, fieldlist);
  const differing = changes(theirs, yours, fieldlist);
  const both = (/** @type {string} */ field) => localChanges.includes(field) && differing.includes(field);
  const conflictingChanges = remoteChanges.filter(both);
  const fails = {
    [MERGE_MODE.MERGE_FAIL_IF_CONFLICT]: conflictingChanges.length > 0,
    [MERGE_MODE.MERGE_FAIL_IF_CHANGED]: remoteChanges.length > 0,
  }[mergeMode];
  if (fails) throw new ConflictError({ base, theirs, yours, remoteChanges, localChanges, conflictingChanges });
  const onlyTheirs = remoteChanges.filter((field) => !conflictingChanges.includes(field) && !field.includes('.'));
  return { ...yours, ...Object.fromEntries(onlyTheirs.map((field) => [field, theirs[field]])) };
}
