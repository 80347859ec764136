// Starts the module in a worker, where the page may have one.

import { compileModule } from '../core.mjs';
import { TureenError } from '../error.mjs';
import { startWorker } from './remote.mjs';

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
 * @param {import('../load.mjs').Source} [wasm] the module, where it is not beside the script
 */
export async function start(wasm) {
  if (!find || typeof Worker !== 'function') throw new TureenError('NO_WORKER', 'there are no workers here');
  return startWorker(find(), await compileModule({ wasm }));
}
