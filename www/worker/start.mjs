// Starts the module in a worker, where the page may have one.

import { compileModule } from '../core.mjs';
import { TureenError } from '../error.mjs';
import { Loads } from '../loads.mjs';
import { startWorker } from './remote.mjs';

/** @typedef {import('../files.mjs').Name} Name */
/** @typedef {import('../files.mjs').Source} Source */

/**
 * A module in a worker.
 * @typedef {object} Remote
 * @property {import('../core.mjs').Module} module asked as that of the page is; it gives promises
 * @property {Loads<Name, Source, void>} parts what it has beside its core
 */

/** @type {(() => URL) | undefined} */
let find;

/**
 * Says where the worker's script is. Each way of delivery that has a page calls this once.
 * @param {() => URL} place
 */
export function locateWorker(place) {
  find = place;
}

/**
 * @param {Source} [wasm] the module, where it is not beside the script
 * @returns {Promise<Remote>}
 */
export async function start(wasm) {
  if (!find || typeof Worker !== 'function') throw new TureenError('NO_WORKER', 'there are no workers here');
  const { module, join } = await startWorker(find(), await compileModule('core', wasm));
  // The page compiles parts, too, and hands them over: it knows where they are.
  return { module, parts: new Loads(async (name, given) => join(name, await compileModule(name, given))) };
}
