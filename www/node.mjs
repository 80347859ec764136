// Tureen in node, for an app's tests: as in the browser, with `fake-indexeddb` for IndexedDB.

import { readFileSync } from 'node:fs';
import { fileOf, locate } from './files.mjs';
import * as smartstore from './smartstore/callbacks.mjs';
import * as smartstoreClient from './smartstore/client.mjs';
import * as WindowsAzure from './windows-azure/index.mjs';

locate((name) => ({ wasm: readFileSync(new URL(`../pkg/${fileOf(name)}`, import.meta.url)) }));

export * from './api.mjs';
export { WindowsAzure, smartstore, smartstoreClient };
