// Tureen for ES modules and bundlers.

import { locateInspector } from './inspect.mjs';
import { locate } from './files.mjs';
import * as smartstore from './smartstore/callbacks.mjs';
import * as smartstoreClient from './smartstore/client.mjs';
import * as WindowsAzure from './windows-azure/index.mjs';
import { locateWorker } from './worker/start.mjs';

// Each address as a text of its own: bundlers find files by that.
const addresses = {
  core: () => new URL('../pkg/tureen_bg.wasm', import.meta.url),
  azure: () => new URL('../pkg/tureen_azure.wasm', import.meta.url),
  salesforce: () => new URL('../pkg/tureen_salesforce.wasm', import.meta.url),
  providers: () => new URL('../pkg/tureen_providers.wasm', import.meta.url),
};

locate((name) => ({ wasm: addresses[name]() }));
locateWorker(() => new URL('../pkg/tureen.worker.js', import.meta.url));
locateInspector(() => import('./inspector/inspector.mjs'));

export * from './api.mjs';
export { WindowsAzure, smartstore, smartstoreClient };
