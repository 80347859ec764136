// What happened on this device, kept in the local store like the todos themselves: lines, the last sync's time, and
// what each sync moved.

import { WindowsAzure } from '../tureen.mjs';

const LINES = 'journal';
const TIMES = 'times';
const SYNCS = 'syncs';
/** Syncs that are kept. */
const SYNCS_KEPT = 20;
/** Lines that are kept; the older ones go. */
const KEPT = 100;

export const tables = [
  { name: LINES, columnDefinitions: { id: 'string', at: 'date', text: 'string' } },
  { name: TIMES, columnDefinitions: { id: 'string', at: 'date' } },
  {
    name: SYNCS,
    columnDefinitions: { id: 'string', at: 'date', rows: 'integer', requests: 'integer', bytes: 'integer' },
  },
];

/** @typedef {{ id: string, at: Date, text: string }} Line */
/** @typedef {{ rows: number, requests: number, bytes: number }} Traffic of one sync, both ways */

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

  /** @param {Traffic} traffic */
  async noteTraffic(traffic) {
    const at = new Date();
    await this.#store.upsert(SYNCS, { id: at.toISOString(), at, ...traffic });
  }

  /** The last syncs, the oldest first. @returns {Promise<({ id: string, at: Date } & Traffic)[]>} */
  async traffic() {
    const syncs = await this.#store.read(new WindowsAzure.Query(SYNCS).orderByDescending('id'));
    const old = syncs.splice(SYNCS_KEPT).map((/** @type {{ id: string }} */ { id }) => id);
    if (old.length > 0) await this.#store.del(SYNCS, old);
    return syncs.reverse();
  }
}
