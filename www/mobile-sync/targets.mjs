// Targets of the app's own making. The state of a sync keeps the target's name, so that a later page can run it again.

/**
 * A target of a sync down: `startFetch` and `continueFetch` give records, an array or `{ records, totalSize }`;
 * `continueFetch` gives none after the last. `getRemoteIds` says which of some ids are still there.
 *
 * A target of a sync up: `createOnServer` gives the new id; all three may give `{ error }`, or `{ gone: true }` when
 * there is no such record. `fetchLastModifiedDate` says when a record was changed last.
 * @typedef {object} OwnTarget
 * @property {(maxTimeStamp: number, target: object) => any} [startFetch] -1 asks for everything
 * @property {(nothing: null, target: object) => any} [continueFetch]
 * @property {(ids: string[], target: object) => any} [getRemoteIds]
 * @property {(type: string, fields: object, target: object) => any} [createOnServer]
 * @property {(type: string, id: string, fields: object, target: object) => any} [updateOnServer]
 * @property {(type: string, id: string, target: object) => any} [deleteOnServer]
 * @property {(type: string, id: string, target: object) => any} [fetchLastModifiedDate]
 */

/** @type {Map<string, OwnTarget>} */
const targets = new Map();

/**
 * Makes a target known by the name that `impl` (or the original's `androidImpl`, `iOSImpl`) of a sync's target says.
 * @param {string} name
 * @param {OwnTarget | null} target null: not any more
 */
export function registerTarget(name, target) {
  if (target) targets.set(name, target);
  else targets.delete(name);
}

/** What they are called. */
export const names = () => [...targets.keys()];

/**
 * @param {string} name
 * @param {string} method
 * @param {string} given
 * @returns {Promise<string>}
 */
export async function callTarget(name, method, given) {
  const target = /** @type {Record<string, ((...given: any[]) => any) | undefined> | undefined} */ (targets.get(name));
  const answer = await target?.[method]?.(...JSON.parse(given));
  return JSON.stringify(answer ?? null);
}
