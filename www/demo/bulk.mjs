// What takes a while and is shown as work that can be ended: adding many todos, and sending many changes.

import { work } from './view/work.mjs';

/** Todos that are added at a press. */
const MANY = 10_000;
/** Sending this many changes is work that is shown. */
export const LONG = 100;

export class Bulk {
  #device;
  #place;
  /** @type {((left: number) => void) | undefined} */
  #left;

  /**
   * @param {import('./model/device.mjs').Device} device
   * @param {HTMLElement} place where work is shown
   */
  constructor(device, place) {
    this.#device = device;
    this.#place = place;
  }

  /** Adds many todos. @returns {Promise<{ added: number, seconds: number, error?: Error }>} */
  async fill() {
    const begun = performance.now();
    const since = () => (performance.now() - begun) / 1000;
    try {
      const added = await work(this.#place, 'Adding todos', MANY, (told) => this.#device.todos.fill(MANY, told));
      return { added, seconds: since() };
    } catch (thrown) {
      return { added: 0, seconds: since(), error: /** @type {Error} */ (thrown) };
    }
  }

  /**
   * Syncs.
   * @param {number} waiting changes that will be sent
   * @returns {Promise<import('./model/device.mjs').Outcome>} never rejects
   */
  sync(waiting) {
    if (waiting < LONG || this.#left) return this.#device.sync();
    return work(this.#place, 'Sending', waiting, ({ signal, progress }) => {
      this.#left = (left) => progress(Math.max(0, waiting - left));
      signal.addEventListener('abort', () => this.#device.stop());
      return this.#device.sync().finally(() => {
        this.#left = undefined;
      });
    });
  }

  /** @param {number} changes that still wait */
  left(changes) {
    this.#left?.(changes);
  }
}
