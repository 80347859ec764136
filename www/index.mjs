// Tureen for ES modules and bundlers.

import { locate } from './core.mjs';
import { locateInspector } from './inspect.mjs';
import * as smartstore from './smartstore/callbacks.mjs';
import * as smartstoreClient from './smartstore/client.mjs';
import * as WindowsAzure from './windows-azure/index.mjs';
import { locateWorker } from './worker/start.mjs';

locate(() => ({ wasm: new URL('../pkg/tureen_bg.wasm', import.meta.url) }));
locateWorker(() => new URL('../pkg/tureen.worker.js', import.meta.url));
locateInspector(() => import('./inspector/inspector.mjs'));

export * from './api.mjs';
export { WindowsAzure, smartstore, smartstoreClient };
