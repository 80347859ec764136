// Tureen for plain pages: a classic script that sets `Tureen`, `WindowsAzure`, `navigator.smartstore` and
// `navigator.smartstoreClient`. All of them may be called at once.

import * as Tureen from './api.mjs';
import { setGlobals } from './globals.mjs';
import { locateInspectorScript } from './inspect.mjs';
import { fileOf, locate } from './files.mjs';
import { locateWorker } from './worker/start.mjs';

// Beside the script, whatever its folder is called where the app is served.
locate((name) => ({
  wasm: new URL(`./${fileOf(name)}`, import.meta.url),
  script: new URL(`./${fileOf(name)}.js`, import.meta.url),
}));
locateInspectorScript(() => new URL('./tureen.inspector.js', import.meta.url));
locateWorker(() => new URL('./tureen.worker.js', import.meta.url));
Object.assign(globalThis, { Tureen });
setGlobals();
