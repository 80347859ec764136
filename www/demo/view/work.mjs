// Work that takes a while: what it is, how far it is, and a button that ends it.

import { element } from './element.mjs';

/**
 * @typedef {object} Told
 * @property {AbortSignal} signal
 * @property {(done: number) => void} progress
 */

/**
 * Shows a job while it runs.
 * @template T
 * @param {HTMLElement} place
 * @param {string} words what is done
 * @param {number} total of what `progress` counts
 * @param {(told: Told) => Promise<T>} job
 * @returns {Promise<T>}
 */
export async function work(place, words, total, job) {
  const abort = new AbortController();
  const bar = element('progress', { max: String(total), 'aria-label': words });
  const count = element('span', { class: 'count' });
  const progress = (/** @type {number} */ done) => {
    bar.value = done;
    count.textContent = `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  };
  const shown = element('div', { class: 'work' },
    element('span', {}, words), bar, count,
    element('button', { type: 'button', click: () => abort.abort() }, 'Cancel'));
  place.append(shown);
  progress(0);
  try {
    return await job({ signal: abort.signal, progress });
  } finally {
    shown.remove();
  }
}
