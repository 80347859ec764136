// What happened on this device, kept in the local store like the todos themselves: lines, and the last sync's time.

import { WindowsAzure } from '../tureen.mjs';

const LINES = 'journal';
const TIMES = 'times';
/** Lines that are kept; the older ones go. */
const KEPT = 100;

const tables = [
  { name: LINES, columnDefinitions: { id: 'string', at: 'date', text: 'string' } },
  { name: TIMES, columnDefinitions: { id: 'string', at: 'date' } },
];

/** @typedef {{ id: string, at: Date, text: string }} Line */

export class Journal {
  #store;
  #count = 0;

  /** @param {import('../tureen.mjs').Store} store */
  constructor(store) {
    this.#store = store;
  }

  /** @param {import('../tureen.mjs').Store} store */
  static async open(store) {
    for (const table of tables) await store.defineTable(table);
    return new Journal(store);
  }

  /** The newest lines, the newest first. @returns {Promise<Line[]>} */
  async read() {
    const lines = await this.#store.read(new WindowsAzure.Query(LINES).orderByDescending('id'));
    const old = lines.splice(KEPT).map((/** @type {Line} */ { id }) => id);
    if (old.length > 0) await this.#store.del(LINES, old);
    return lines;
  }

  /**
   * @param {string} text
   * @returns {Promise<Line>}
   */
  async write(text) {
    const at = new Date();
    // In order even within a millisecond.
    const id = `${at.toISOString()} ${String((this.#count += 1)).padStart(6, '0')}`;
    const line = { id, at, text };
    await this.#store.upsert(LINES, { ...line });
    return line;
  }

  /** When the last sync succeeded. @returns {Promise<Date | undefined>} */
  async lastSync() {
    return (await this.#store.lookup(TIMES, 'sync', true))?.at;
  }

  async noteSync() {
    await this.#store.upsert(TIMES, { id: 'sync', at: new Date() });
  }
}
