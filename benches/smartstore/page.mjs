// In the page: who does SmartStore's loads.
import { offer } from '../offer.mjs';
import { dexie } from './dexie.mjs';
import { tureen } from './tureen.mjs';
import { measure } from './workloads.mjs';

offer(
  {
    'Tureen sealed, strict': () => tureen({ encryption: true, durability: 'strict' }),
    'Tureen plain, strict': () => tureen({ encryption: false, durability: 'strict' }),
    'Dexie strict': () => dexie('strict'),
  },
  measure,
);
