// What the page's classic scripts have set, for its modules: Tureen, its model objects, and the client of the org.

/** @typedef {import('../../../types/models.js').Force} ForceFace */
/** @typedef {import('../../../types/models.js').ForceClient} Client */
/** @typedef {import('../../../types/models.js').StoreCache} Cache */
/** @typedef {import('../../../types/models.js').ConflictError} Conflict */

const page = /** @type {{ Force: ForceFace, force: Client, Tureen: any }} */ (/** @type {unknown} */ (globalThis));

if (!page.Force || !page.Tureen) {
  throw new Error('pkg/tureen.global.js or pkg/tureen.models.js is not there. Run `npm run build`, then reload.');
}

export const { Force, force } = page;
export const { smartstore, smartstoreClient } = /** @type {any} */ (navigator);
