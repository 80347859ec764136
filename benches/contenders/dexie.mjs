// Dexie: the best-known wrapper of IndexedDB.
import Dexie from 'dexie';

/**
 * @param {'strict' | 'relaxed'} durability
 * @returns {import('../workloads.mjs').Contender}
 */
export function dexie(durability) {
  /** @type {any} */
  let db;
  return {
    async open() {
      db = new Dexie(`dexie-${durability}`, { chromeTransactionDurability: durability });
      db.version(1).stores({ docs: 'id,Key,LastName,Amount', notes: 'id,*words' });
      await db.open();
    },
    upsert: (docs) => (docs.length === 1 ? db.docs.put(docs[0]) : db.docs.bulkPut(docs)),
    get: (id) => db.docs.get(id),
    range: (low, high) => db.docs.where('Amount').between(low, high, true, true).toArray(),
    filter: (part) => db.docs.filter((/** @type {any} */ doc) => doc.Name.includes(part)).count(),
    page: (limit, offset) => db.docs.orderBy('LastName').offset(offset).limit(limit).toArray(),
    // Dexie's own recipe for full text: a multi-entry index of words.
    index: (notes) => db.notes.bulkPut(notes.map((note) => ({ ...note, words: note.Body.split(' ') }))),
    search: (prefix) => db.notes.where('words').startsWith(prefix).distinct().count(),
    async close() {
      db.close();
    },
  };
}
