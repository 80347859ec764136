// The page's end of a module that runs in a worker: an object that is asked as the module itself is, by messages. Answers
// come in the order in which the module gives them.

import { TureenError, attempt } from '../core.mjs';
import { toldOf } from './errors.mjs';
import { standIn, standInForModule } from './objects.mjs';
import { shown } from './signals.mjs';
import { Wire } from './wire.mjs';

/** @typedef {import('../core.mjs').Module} Module */
/** @typedef {import('./objects.mjs').Said} Said */
/** Puts a part into the worker's module. @typedef {(part: import('../files.mjs').Name, wasm: WebAssembly.Module) => Promise<void>} Join */

/**
 * Starts the module in a worker.
 * @param {URL} script
 * @param {WebAssembly.Module} wasm
 * @returns {Promise<{ module: Module, join: Join }>} rejects with why there can be none
 */
export function startWorker(script, wasm) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script);
    worker.onerror = ({ message }) => {
      const why = message ? ` (${message})` : '';
      reject(new TureenError('NO_WORKER', `put tureen.worker.js at ${script}, and allow it in worker-src${why}`));
    };
    worker.onmessage = ({ data }) => {
      if (data.begun) return resolve(connected(worker));
      worker.terminate();
      reject(toldOf(data.error, String));
    };
    worker.postMessage({ wasm, base: document.baseURI });
  });
}

/** @param {Worker} worker whose module has started */
function connected(worker) {
  /** What the objects of the worker that stand here say at once. @type {Map<number, Map<string, Said>>} */
  const saying = new Map();
  const wire = new Wire({
    post: (message, transfer) => worker.postMessage(message, transfer),
    run: attempt,
    shown,
    stand(n, { kind, said }) {
      const known = new Map(Object.entries(said));
      if (known.size > 0) saying.set(n, known);
      return standIn(wire, n, kind, known);
    },
    left: (n) => saying.delete(n),
  });
  worker.onmessage = ({ data }) => {
    if (!data.news) return wire.hear(data);
    for (const { n, name, value } of data.news) saying.get(n)?.set(name, { value });
  };
  worker.onerror = () => wire.giveUp(stopped());
  /** @type {Join} */
  const join = (part, wasm) => wire.ask(0, 'join', [part, wasm]);
  return { module: standInForModule(wire), join };
}

const stopped = () =>
  new TureenError(
    'CRASHED',
    "Tureen's worker has stopped. What was acknowledged is stored safely; reload the page to go on.",
  );
