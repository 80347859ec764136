// In the page: the contenders by name.
import { dexie } from './contenders/dexie.mjs';
import { indexedDb } from './contenders/indexed-db.mjs';
import { tureen } from './contenders/tureen.mjs';
import { offer } from './offer.mjs';
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

offer(contenders, measure);
