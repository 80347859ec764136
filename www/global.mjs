// Tureen for plain pages: a classic script that sets `Tureen`, `WindowsAzure`, `navigator.smartstore` and
// `navigator.smartstoreClient`. All of them may be called at once.

import * as Tureen from './api.mjs';
import { locate } from './core.mjs';
import * as smartstore from './smartstore/callbacks.mjs';
import * as smartstoreClient from './smartstore/client.mjs';
import * as WindowsAzure from './windows-azure/index.mjs';

locate(() => ({
  wasm: new URL('../pkg/tureen_bg.wasm', import.meta.url),
  script: new URL('../pkg/tureen_bg.wasm.js', import.meta.url),
}));

const { QuerySpec, SoupIndexSpec, StoreCursor } = smartstore;
Object.assign(globalThis, { Tureen, WindowsAzure, QuerySpec, SoupIndexSpec, StoreCursor });
for (const [name, value] of Object.entries({ smartstore, smartstoreClient })) {
  Object.defineProperty(navigator, name, { value, configurable: true, enumerable: true, writable: true });
}
