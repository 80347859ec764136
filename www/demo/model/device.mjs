// A device: its local store with the todos and the journal, its way to the server, and its sync.

import { Tureen, WindowsAzure } from '../tureen.mjs';
import { Conflicts } from './conflicts.mjs';
import { Connection } from './connection.mjs';
import { inTurn } from './in-turn.mjs';
import { Journal } from './journal.mjs';
import { Todos } from './todos.mjs';

/**
 * How a sync ended.
 * @typedef {object} Outcome
 * @property {number} sent changes that the server took
 * @property {number} received records that were new here
 * @property {Error} [error] why it ended early
 */

export class Device {
  /**
   * @param {Todos} todos
   * @param {Journal} journal
   * @param {Conflicts} conflicts
   * @param {Connection} connection
   */
  constructor(todos, journal, conflicts, connection) {
    this.todos = todos;
    this.journal = journal;
    this.conflicts = conflicts;
    this.connection = connection;
  }

  /**
   * @param {object} options
   * @param {string} options.storeName
   * @param {string} options.server its address
   * @param {boolean} options.offline whether to leave the server alone
   * @param {() => void} options.changed called whenever a change begins or ends its way to the server
   */
  static async open({ storeName, server, offline, changed }) {
    await Tureen.ready({ encryption: true, durability: 'strict' });
    const store = new WindowsAzure.MobileServiceSqliteStore(storeName);
    const connection = new Connection(offline, changed);
    const todos = await Todos.open({ server, store, filter: connection.filter });
    const conflicts = new Conflicts(todos);
    todos.pushHandler = conflicts.pushHandler;
    return new Device(todos, await Journal.open(store), conflicts, connection);
  }

  /** @type {AbortController | undefined} */
  #syncing;

  /** Sends what waits, then fetches what is new. @type {() => Promise<Outcome>} never rejects */
  sync = inTurn(async () => {
    const error = await this.#attempt();
    const { sent, received, requests, bytes } = this.connection.count();
    if (requests > 0) await this.journal.noteTraffic({ requests, bytes, rows: sent + received });
    return { sent, received, error };
  });

  /** Ends a sync that is under way. What was not sent waits on. */
  stop() {
    this.#syncing?.abort();
  }

  /** @returns {Promise<Error | undefined>} why it ended early */
  async #attempt() {
    this.#syncing = new AbortController();
    const { signal } = this.#syncing;
    try {
      await this.todos.push(signal).finally(() => this.todos.forgetBefore());
      await this.todos.pull(signal);
      await this.journal.noteSync();
      return undefined;
    } catch (thrown) {
      return thrown instanceof Error ? thrown : new Error(String(thrown));
    }
  }
}
