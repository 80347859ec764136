// In the page: the contenders by name.
import { dexie } from './contenders/dexie.mjs';
import { indexedDb } from './contenders/indexed-db.mjs';
import { tureen } from './contenders/tureen.mjs';
import { measure } from './workloads.mjs';

/** @type {Record<string, () => import('./workloads.mjs').Contender>} */
const contenders = {
  'Tureen sealed, strict': () => tureen({ encryption: true, durability: 'strict' }),
  'Tureen plain, strict': () => tureen({ encryption: false, durability: 'strict' }),
  'Tureen sealed, relaxed': () => tureen({ encryption: true, durability: 'relaxed' }),
  'IndexedDB strict': () => indexedDb('strict'),
  'IndexedDB relaxed': () => indexedDb('relaxed'),
  'Dexie strict': () => dexie('strict'),
  'Dexie relaxed': () => dexie('relaxed'),
};

/** Removes every database, so that each round begins with nothing. */
async function clear() {
  for (const { name } of await indexedDB.databases()) {
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(/** @type {string} */ (name));
      Object.assign(request, { onsuccess: resolve, onerror: reject, onblocked: reject });
    });
  }
}

Object.assign(globalThis, {
  bench: {
    names: Object.keys(contenders),
    /** @param {string} name */
    async run(name) {
      const figures = await measure(contenders[name]());
      await clear();
      return figures;
    },
  },
});
