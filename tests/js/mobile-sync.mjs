// A device that syncs with the test org, in node.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { mobilesyncClient as sync, salesforce, smartstoreClient as stores } from '../../www/node.mjs';

/**
 * The test org, as far as a device knows it.
 * @typedef {Pick<import('../backends/salesforce/org.mjs').Org, 'address' | 'token'>} Org
 */

// What the page has and node has not, as far as syncs tell it anything.
const page = new EventTarget();
Object.assign(globalThis, { document: page });

let count = 0;

/** The indexes that syncs need. */
const SPECS = ['Id', '__local__', '__sync_id__'].map((path) => ({ path, type: 'string' }));

/** What goes up when nothing else is said. */
export const UP = { mergeMode: 'OVERWRITE', fieldlist: ['Id', 'Name', 'Phone', 'LastModifiedDate'] };

/** @param {string} query @param {object} [more] */
export const soql = (query, more) => ({ type: 'soql', query, ...more });

/**
 * @param {Org} org
 * @param {string[]} [soups]
 */
export async function device(org, soups = ['accounts']) {
  const store = { isGlobalStore: true, storeName: `device ${(count += 1)}` };
  for (const soup of soups) await stores.registerSoup(store, soup, SPECS);
  login(org);
  return {
    store,
    /** @param {string} soup @param {object[]} specs */
    register: (soup, specs) => stores.registerSoup(store, soup, [...SPECS, ...specs]),
    /** @param {any} target @param {any} [options] @param {string} [name] @param {string} [soup] */
    down: (target, options = { mergeMode: 'OVERWRITE' }, name = undefined, soup = 'accounts') =>
      ended(store, () => sync.syncDown(store, target, soup, options, name)),
    /** @param {any} [target] @param {any} [options] @param {string} [soup] */
    up: (target = {}, options = UP, soup = 'accounts') =>
      ended(store, () => sync.syncUp(store, target, soup, options)),
    /** @param {number | string} which */
    again: (which) => ended(store, () => sync.reSync(store, which)),
    /** @param {number | string} which */
    status: (which) => sync.getSyncStatus(store, which),
    /** @param {number} which */
    clean: (which) => sync.cleanResyncGhosts(store, which),
    /** @param {string} [soup] @returns {Promise<any[]>} */
    all: async (soup = 'accounts') => {
      const smartSql = `select {${soup}:_soup} from {${soup}} order by {${soup}:_soupEntryId}`;
      const spec = { queryType: 'smart', smartSql, pageSize: 100_000 };
      const { currentPageOrderedEntries: rows } = await stores.runSmartQuery(store, spec);
      return rows.map((/** @type {any[]} */ [entry]) => entry);
    },
    /** @param {object[]} entries @param {string} [soup] */
    put: (entries, soup = 'accounts') => stores.upsertSoupEntries(store, soup, entries),
    close: () => stores.removeStore(store),
  };
}

/** @param {Org} org */
export const login = (org) =>
  salesforce({
    instanceUrl: org.address,
    accessToken: org.token(),
    apiVersion: 'v60.0',
    refresh: async () => org.token(),
  });

/**
 * Every state that a sync tells until it has ended, the first of which is what the call gave.
 * @param {{ storeName: string }} store
 * @param {() => PromiseLike<any>} start
 */
export async function ended({ storeName }, start) {
  /** @type {any[]} */
  const told = [];
  /** @type {(state: any) => void} */
  let finish = () => {};
  const end = new Promise((resolve) => (finish = resolve));
  /** @type {number | undefined} */
  let id;
  const look = () => {
    const last = told.filter((state) => state._soupEntryId === id).at(-1);
    if (last && last.status !== 'RUNNING') finish(last);
  };
  const listen = (/** @type {any} */ event) => {
    if (event.detail.storeName !== storeName) return;
    told.push(event.detail);
    look();
  };
  page.addEventListener('sync', listen);
  try {
    const first = await start();
    assert.equal(first.status, 'RUNNING');
    id = first._soupEntryId;
    look();
    const last = /** @type {any} */ (await end);
    return { ...last, told: told.filter((state) => state._soupEntryId === id) };
  } finally {
    page.removeEventListener('sync', listen);
  }
}

/** Changes that a user makes. @param {any} entry @param {object} changes */
export const edited = (entry, changes) => ({ ...entry, ...changes, __local__: true, __locally_updated__: true });

/** @param {any} entry */
export const deleted = (entry) => ({ ...entry, __local__: true, __locally_deleted__: true });

/** @param {string} type @param {object} fields @param {string} [id] */
export const made = (type, fields, id = `local_${(count += 1)}`) => ({
  Id: id, attributes: { type }, ...fields, __local__: true, __locally_created__: true,
});
