// Soups of a store that are connected to a provider, with the queue between them.

import { apart } from '../apart.mjs';
import { TureenError, attempt } from '../core.mjs';
import { inStore } from '../stores.mjs';
import { sender } from './fetch.mjs';
import { connectProvider } from './part.mjs';
import { preload } from './preload.mjs';
import { calling, configOf } from './script.mjs';
import { worldOf } from './world.mjs';

/** @typedef {import('./part.mjs').Handle} Handle */
/** @typedef {import('./world.mjs').Status} Status */
/** @typedef {import('../core.mjs').TureenPromise<any>} Answer */

/**
 * A command of the queue.
 * @typedef {object} Command
 * @property {number} id
 * @property {string} soup
 * @property {string} record the record's id
 * @property {'insert' | 'update' | 'delete'} action
 * @property {number} attempts
 * @property {boolean} dead whether it is set aside
 * @property {string | null} error what went wrong the last time
 */

/** @typedef {{ requests: number, stored: number, removed: number, passedOver: number, total: number | null }} Pulled */

/**
 * @typedef {object} Options what else an app says is told in `docs/providers.md`
 * @property {string} name under which commands are queued: the same at each start
 * @property {'rest' | 'odata' | import('./script.mjs').Provider} provider
 * @property {Record<string, object>} soups
 * @property {import('./world.mjs').Auth} [auth]
 * @property {any} [headers]
 * @property {any} [probe] an address below the provider that answers no portal's page, or a function
 * @property {any} [conflict]
 * @property {{ firstWait?: number, longestWait?: number, attempts?: number }} [retry]
 * @property {number} [timeout] of a request, in milliseconds
 * @property {number} [maxBytes] of an answer
 * @property {import('./world.mjs').Clock} [clock]
 * @property {typeof fetch} [fetch]
 */

const TIMEOUT = 100_000;
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * Connects soups of a store to a provider.
 * @param {import('../stores.mjs').StoreName} store
 * @param {Options & Record<string, any>} options
 * @returns {Promise<Connection>}
 */
export async function connect(store, options) {
  const { name, provider, soups, auth, headers, probe, conflict, clock, fetch, retry = {}, timeout = TIMEOUT } = options;
  const { maxBytes = MOST_BYTES, ...rest } = options;
  if (typeof name !== 'string' || name === '') {
    throw new TureenError('BAD_ARGUMENT', 'A connection has a name, a string, the same at each start of the app.');
  }
  const told = new Told();
  const world = worldOf({ auth, headers, probe, conflict, clock, fetch }, (status) => told.tell(status));
  const own = typeof provider === 'object' && provider !== null;
  const read = (/** @type {number} */ bytes) => void (told.bytes += bytes);
  const what = {
    kind: own ? 'rest' : String(provider),
    config: own ? { name, serverDecides: rest.serverDecides, parallel: rest.parallel, ...configOf(soups) } : service(rest),
    send: own ? calling(provider) : sender({ fetch, timeout, maxBytes, read }),
    world,
    settings: retry,
  };
  const handle = await inStore(store, (opened, module) => connectProvider(module, opened, what));
  return new Connection(handle, told);
}

/** What of the options the module reads. @param {Record<string, any>} options */
function service({ provider, auth, headers, probe, conflict, retry, timeout, maxBytes, clock, fetch, ...described }) {
  return described;
}

/** Who listens to a connection. */
class Told {
  /** How much was read so far. */
  bytes = 0;
  /** @type {Set<(status: Status) => void>} */
  listeners = new Set();

  /** @param {Status} status */
  tell(status) {
    for (const listener of this.listeners) apart(() => listener(status));
  }
}

/** Soups and their provider. */
export class Connection {
  #handle;
  #told;
  #look = () => this.#handle.lookAgain();
  #seen = () => {
    if (document.visibilityState === 'visible') this.#handle.lookAgain();
  };

  /** @param {Handle} handle @param {Told} told */
  constructor(handle, told) {
    this.#handle = handle;
    this.#told = told;
    for (const event of ['online', 'offline']) globalThis.addEventListener?.(event, this.#look);
    // Cordova's event of an app that is shown again, and the browser's.
    globalThis.document?.addEventListener('resume', this.#look);
    globalThis.document?.addEventListener('visibilitychange', this.#seen);
  }

  /** How the queue stands. @returns {Status} */
  get status() {
    return JSON.parse(this.#handle.status());
  }

  /** How many bytes were read from the provider since the page connected. */
  get bytesRead() {
    return this.#told.bytes;
  }

  /**
   * Calls back whenever the queue's status is another one.
   * @param {(status: Status) => void} listener
   * @returns {{ stop(): void }}
   */
  observe(listener) {
    // A function may listen twice.
    const own = (/** @type {Status} */ status) => listener(status);
    this.#told.listeners.add(own);
    return { stop: () => void this.#told.listeners.delete(own) };
  }

  /**
   * Brings what changed at the provider into a soup. What waits to be sent stays as it is.
   * @param {string} soup
   * @param {{ pageSize?: number, full?: boolean, signal?: AbortSignal, onProgress?: (pulled: Pulled) => void }} [options]
   *   `full` lists everything again, so that what is not listed any more is removed
   * @returns {import('../core.mjs').TureenPromise<Pulled>}
   */
  pull(soup, { pageSize, full = false, signal, onProgress } = {}) {
    const progress = onProgress && ((/** @type {string} */ text) => onProgress(JSON.parse(text)));
    return attempt(async () => JSON.parse(await this.#handle.pull(soup, { pageSize, full }, progress, signal)));
  }

  /** When a pull of a soup came to its end last, by `Date.now`. @param {string} soup @returns {number | null} */
  pulledAt(soup) {
    return this.#handle.pulledAt(soup) ?? null;
  }

  /**
   * Pulls soups in the order of a plan, those left out that are fresh, until a budget is used up.
   *
   * ```js
   * await shop.preload([{ soup: 'prices', maxAge: 3_600_000 }, { soup: 'orders' }], { bytes: 5e6, milliseconds: 20_000 });
   * ```
   * @param {import('./preload.mjs').Planned[]} plan
   * @param {import('./preload.mjs').Budget} [budget]
   * @returns {import('../core.mjs').TureenPromise<import('./preload.mjs').Preloaded>}
   */
  preload(plan, budget = {}) {
    return attempt(() => preload(this, plan, budget));
  }

  /** The commands that are queued, the oldest first, those set aside among them. @returns {Command[]} */
  pending() {
    return JSON.parse(this.#handle.pending());
  }

  /**
   * Takes a command out of the queue.
   * @param {number} id
   * @param {'keep' | 'restore' | 'discard'} [record] what becomes of its record: it stays, is what it was before, or goes
   * @returns {Answer}
   */
  cancel(id, record = 'restore') {
    return attempt(() => this.#handle.cancel(id, record));
  }

  /** Lets a command that was set aside be sent again, or all of them. @param {number} [id] @returns {Answer} */
  retry(id) {
    return attempt(() => this.#handle.sendAgain(id));
  }

  /**
   * Settles conflicts that were set aside: those of these ids, or of all commands that are.
   * @param {'server' | 'client'} winner
   * @param {number[]} [ids]
   * @returns {Answer}
   */
  resolve(winner, ids) {
    return attempt(async () => {
      const dead = ids ?? this.pending().filter(({ dead }) => dead).map(({ id }) => id);
      for (const id of dead) await this.#handle.settle(id, winner);
    });
  }

  /** Sends what is queued now. @returns {import('../core.mjs').TureenPromise<Status>} rejects with why it cannot */
  drain() {
    return attempt(async () => JSON.parse(await this.#handle.drain()));
  }

  /** Sends nothing until `resume`. */
  pause() {
    this.#handle.pause();
  }

  /** Goes on after `pause`. */
  resume() {
    this.#handle.resume();
  }

  /** Ends the sending in this page. What changes in the soups is still queued, for the next connection of this name. */
  close() {
    this.#deafen();
    this.#handle.close();
  }

  /** Frees the soups: they stay with what they hold, and nothing is queued any more. @returns {Answer} */
  disconnect() {
    this.#deafen();
    return attempt(() => this.#handle.disconnect());
  }

  #deafen() {
    for (const event of ['online', 'offline']) globalThis.removeEventListener?.(event, this.#look);
    globalThis.document?.removeEventListener('resume', this.#look);
    globalThis.document?.removeEventListener('visibilitychange', this.#seen);
  }
}
