// Tureen as a Cordova js-module: `Tureen`, and `WindowsAzure`, `navigator.smartstore` and `navigator.smartstoreClient`.

import { setGlobals } from './globals.mjs';
import { locateInspectorScript } from './inspect.mjs';
import { fileOf, locate } from './files.mjs';
import { locateWorker } from './worker/start.mjs';

/** Where plugin.xml puts the module, the inspector and the worker, below the app's root. */
const MODULE = 'tureen/';
const INSPECTOR = 'tureen/tureen.inspector.js';
const WORKER = 'tureen/tureen.worker.js';

/**
 * The app's root: the folder of cordova.js, as cordova.js itself finds it. Capacitor loads no such script; there it is
 * the address that its bridge names, or the origin's root.
 */
function appRoot() {
  const scripts = [...document.getElementsByTagName('script')].map(({ src }) => src.replace(/[?#].*$/, ''));
  const cordova = scripts.find((src) => src.endsWith('/cordova.js'));
  if (cordova) return cordova.slice(0, -'cordova.js'.length);
  const { WEBVIEW_SERVER_URL } = /** @type {{ WEBVIEW_SERVER_URL?: string }} */ (globalThis);
  return new URL('/', WEBVIEW_SERVER_URL ?? document.baseURI).href;
}

export * from './api.mjs';

locate((name) => {
  const file = new URL(`${MODULE}${fileOf(name)}`, appRoot());
  return { wasm: file, script: new URL(`${file}.js`) };
});
locateInspectorScript(() => new URL(INSPECTOR, appRoot()));
locateWorker(() => new URL(WORKER, appRoot()));
setGlobals();
