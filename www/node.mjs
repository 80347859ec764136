// Tureen in node, for an app's tests: as in the browser, with `fake-indexeddb` for IndexedDB.

import { readFileSync } from 'node:fs';
import { locate } from './core.mjs';
import * as smartstore from './smartstore/callbacks.mjs';
import * as smartstoreClient from './smartstore/client.mjs';
import * as WindowsAzure from './windows-azure/index.mjs';

locate(() => ({ wasm: readFileSync(new URL('../pkg/tureen_bg.wasm', import.meta.url)) }));

export * from './api.mjs';
export { WindowsAzure, smartstore, smartstoreClient };
