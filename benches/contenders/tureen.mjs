// Tureen, by the calls that a SmartStore app makes.

/**
 * @param {{ encryption: boolean, durability: 'strict' | 'relaxed' }} how
 * @returns {import('../workloads.mjs').Contender}
 */
export function tureen({ encryption, durability }) {
  const { Tureen } = /** @type {any} */ (globalThis);
  const storeName = `bench-${encryption ? 'sealed' : 'plain'}-${durability}`;
  const store = { isGlobalStore: true, storeName };
  const specs = [
    { path: 'id', type: 'integer' },
    { path: 'LastName', type: 'string' },
    { path: 'Amount', type: 'integer' },
  ];
  /** @type {any} */
  let client;
  /** @type {any} */
  let builders;
  /** @type {any} */
  let opened;
  /** @param {any} spec */
  const rows = async (spec) => (await client.querySoup(store, 'docs', spec)).currentPageOrderedEntries;
  /** @param {string} sql @param {number} size */
  const smart = async (sql, size) =>
    (await client.runSmartQuery(store, builders.buildSmartQuerySpec(sql, size))).currentPageOrderedEntries;
  return {
    async open() {
      const { smartstore, smartstoreClient } = /** @type {any} */ (navigator);
      [client, builders] = [smartstoreClient, smartstore];
      opened = await Tureen.openStore({ name: storeName, isGlobalStore: true, encryption, durability });
      await client.registerSoup(store, 'docs', specs);
      await client.registerSoup(store, 'notes', [
        { path: 'id', type: 'integer' },
        { path: 'Body', type: 'full_text' },
      ]);
    },
    upsert: (docs) => client.upsertSoupEntriesWithExternalId(store, 'docs', docs, 'id'),
    get: async (id) => (await rows(builders.buildExactQuerySpec('id', id, 1)))[0],
    range: (low, high) => rows(builders.buildRangeQuerySpec('Amount', low, high, null, 2000)),
    filter: async (part) =>
      (await smart(`select count(*) from {docs} where {docs:Name} like '%${part}%'`, 1))[0][0],
    page: async (limit, offset) =>
      (await smart(`select {docs:_soup} from {docs} order by {docs:LastName} limit ${limit} offset ${offset}`, limit))
        .map((/** @type {any[]} */ [doc]) => doc),
    index: (notes) => client.upsertSoupEntriesWithExternalId(store, 'notes', notes, 'id'),
    async search(prefix) {
      const spec = builders.buildMatchQuerySpec('Body', `${prefix}*`, null, 1);
      return (await client.querySoup(store, 'notes', spec)).totalEntries;
    },
    close: () => opened.close(),
  };
}
