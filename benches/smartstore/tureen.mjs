// Tureen, by the calls that a SmartStore app makes.

/** @typedef {import('./workloads.mjs').Soup} Soup */

/** The indexes of each soup, beside that of `id`. @type {Record<Soup, { path: string, type: string }[]>} */
const soups = {
  wide: Array.from({ length: 10 }, (_, at) => ({ path: `f${at}`, type: 'string' })),
  big: [],
  notes: [{ path: 'Body', type: 'full_text' }],
  accounts: [{ path: 'City', type: 'string' }],
  contacts: [{ path: 'AccountId', type: 'integer' }],
  orders: [{ path: 'ContactId', type: 'integer' }, { path: 'Amount', type: 'integer' }],
};

const join = `select sum({orders:Amount}) from {accounts}, {contacts}, {orders}
  where {contacts:AccountId} = {accounts:id} and {orders:ContactId} = {contacts:id}`;

/**
 * @param {{ encryption: boolean, durability: 'strict' | 'relaxed' }} how
 * @returns {import('./workloads.mjs').Contender}
 */
export function tureen({ encryption, durability }) {
  const { Tureen, navigator } = /** @type {any} */ (globalThis);
  const name = `smartstore-${encryption ? 'sealed' : 'plain'}`;
  const { smartstore: builders } = navigator;
  /** @type {any} */
  let store;
  /** @param {string} soup @param {object} spec */
  const rows = async (soup, spec) => (await store.querySoup(soup, spec)).currentPageOrderedEntries;
  return {
    async open() {
      store = await Tureen.openStore({ name, isGlobalStore: true, encryption, durability });
      for (const [soup, specs] of Object.entries(soups)) {
        await store.registerSoup(soup, [{ path: 'id', type: 'integer' }, ...specs]);
      }
    },
    upsert: (soup, entries) => store.upsertSoupEntriesWithExternalId(soup, entries, 'id'),
    get: async (soup, id) => (await rows(soup, builders.buildExactQuerySpec('id', id, 1)))[0],
    search: (prefix) => rows('notes', builders.buildMatchQuerySpec('Body', `${prefix}*`, null, 50)),
    join: async () => (await store.smartQuery(join, 1))[0][0],
    async observe(heard) {
      const query = store.observe('accounts', builders.buildExactQuerySpec('City', 'Oslo', 200), heard);
      return () => query.stop();
    },
    close: () => store.close(),
  };
}
