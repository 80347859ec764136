// Dexie, as its documentation does these things.
import Dexie, { liveQuery } from 'dexie';

/**
 * @param {'strict' | 'relaxed'} durability
 * @returns {import('./workloads.mjs').Contender}
 */
export function dexie(durability) {
  /** @type {any} */
  let db;
  return {
    async open() {
      db = new Dexie(`smartstore-${durability}`, { chromeTransactionDurability: durability });
      db.version(1).stores({
        wide: `id,${Array.from({ length: 10 }, (_, at) => `f${at}`)}`,
        big: 'id',
        notes: 'id,*words',
        accounts: 'id,City',
        contacts: 'id,AccountId',
        orders: 'id,ContactId',
      });
      await db.open();
    },
    upsert: (soup, entries) => {
      const rows = soup === 'notes' ? entries.map((note) => ({ ...note, words: note.Body.split(' ') })) : entries;
      return db[soup].bulkPut(rows);
    },
    get: (soup, id) => db[soup].get(id),
    search: (prefix) => db.notes.where('words').startsWith(prefix).distinct().limit(50).toArray(),
    // IndexedDB joins nothing: the tables are read, and joined by hand.
    async join() {
      const [accounts, contacts, orders] = await Promise.all(
        ['accounts', 'contacts', 'orders'].map((table) => db[table].toArray()),
      );
      const ids = new Set(accounts.map((/** @type {any} */ { id }) => id));
      const owners = new Map(contacts.map((/** @type {any} */ { id, AccountId }) => [id, AccountId]));
      return orders.reduce(
        (/** @type {number} */ sum, /** @type {any} */ { ContactId, Amount }) =>
          ids.has(owners.get(ContactId)) ? sum + Amount : sum,
        0,
      );
    },
    async observe(heard) {
      const query = liveQuery(() => db.accounts.where('City').equals('Oslo').toArray());
      const subscription = query.subscribe(heard);
      return () => subscription.unsubscribe();
    },
    async close() {
      db.close();
    },
  };
}
