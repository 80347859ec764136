// IndexedDB itself, with promises around it (idb) and everything done in as few requests as it allows.
import { openDB } from 'idb';

/**
 * @param {'strict' | 'relaxed'} durability
 * @returns {import('../workloads.mjs').Contender}
 */
export function indexedDb(durability) {
  /** @type {import('idb').IDBPDatabase} */
  let db;
  /** @param {string} store @param {any[]} values */
  async function put(store, values) {
    const transaction = db.transaction(store, 'readwrite', { durability });
    for (const value of values) transaction.store.put(value);
    transaction.commit();
    await transaction.done;
  }
  return {
    async open() {
      db = await openDB(`idb-${durability}`, 1, {
        upgrade(fresh) {
          const docs = fresh.createObjectStore('docs', { keyPath: 'id' });
          for (const path of ['Key', 'LastName', 'Amount']) docs.createIndex(path, path);
          fresh.createObjectStore('notes', { keyPath: 'id' }).createIndex('words', 'words', { multiEntry: true });
        },
      });
    },
    upsert: (docs) => put('docs', docs),
    get: (id) => db.get('docs', id),
    range: (low, high) => db.getAllFromIndex('docs', 'Amount', IDBKeyRange.bound(low, high)),
    async filter(part) {
      return (await db.getAll('docs')).filter((doc) => doc.Name.includes(part)).length;
    },
    async page(limit, offset) {
      let cursor = await db.transaction('docs').store.index('LastName').openCursor();
      if (cursor && offset > 0) cursor = await cursor.advance(offset);
      const rows = [];
      while (cursor && rows.length < limit) {
        rows.push(cursor.value);
        cursor = rows.length < limit ? await cursor.continue() : null;
      }
      return rows;
    },
    index: (notes) => put('notes', notes.map((note) => ({ ...note, words: note.Body.split(' ') }))),
    async search(prefix) {
      const keys = await db.getAllKeysFromIndex('notes', 'words', IDBKeyRange.bound(prefix, `${prefix}\uffff`));
      return new Set(keys).size;
    },
    async close() {
      db.close();
    },
  };
}
