// The todo list on this device: tables of the local store, opened and called as the Azure Mobile Apps SDK documents.

import { WindowsAzure } from '../tureen.mjs';

/**
 * @typedef {object} Todo
 * @property {string} id
 * @property {string} text
 * @property {boolean} complete
 * @property {string | null} [version]
 * @property {Date | null} [createdAt]
 * @property {Date | null} [updatedAt]
 * @property {boolean | null} [deleted]
 *
 * @typedef {'all' | 'open' | 'done'} Selection
 *
 * @typedef {'insert' | 'update' | 'delete'} Action
 * @typedef {{ action: Action, itemId: string }} Operation a change that waits to be sent
 */

const TABLE = 'todoitem';
/** What was deleted here and is yet to be sent, so that the page can still name it. It stays on the device. */
const REMOVED = 'removed';
/** Names the pull, so that it fetches only what has changed since the last one of this name. */
const PULL = 'every-todo';

const tables = [
  {
    name: TABLE,
    columnDefinitions: {
      id: 'string', text: 'string', complete: 'boolean',
      version: 'string', deleted: 'boolean', createdAt: 'date', updatedAt: 'date',
    },
  },
  { name: REMOVED, columnDefinitions: { id: 'string', text: 'string' } },
];

export class Todos {
  #store;
  #context;
  #table;
  #remote;

  /**
   * @param {import('../tureen.mjs').Store} store
   * @param {import('../tureen.mjs').MobileServiceClient} client
   */
  constructor(store, client) {
    this.#store = store;
    this.#context = client.getSyncContext();
    this.#table = client.getSyncTable(TABLE);
    this.#remote = client.getTable(TABLE);
  }

  /**
   * @param {object} options
   * @param {string} options.server the server's address
   * @param {import('../tureen.mjs').Store} options.store
   * @param {import('../tureen.mjs').Filter} options.filter what every request passes through
   */
  static async open({ server, store, filter }) {
    const client = new WindowsAzure.MobileServiceClient(server).withFilter(filter);
    for (const table of tables) await store.defineTable(table);
    await client.getSyncContext().initialize(store);
    return new Todos(store, client);
  }

  /**
   * Who is asked what to do when the server refuses a change.
   * @param {import('./conflicts.mjs').PushHandler} handler
   */
  set pushHandler(handler) {
    this.#context.pushHandler = handler;
  }

  /**
   * The newest todos.
   * @param {Selection} selection
   * @param {number} limit
   * @returns {Promise<Todo[]>}
   */
  newest(selection, limit) {
    return this.#table.read(select(selection).orderByDescending('createdAt', 'id').take(limit));
  }

  /**
   * @param {Selection} selection
   * @returns {Promise<number>}
   */
  async count(selection) {
    const { count } = await this.#table.read(select(selection).take(1).includeTotalCount());
    return count;
  }

  /**
   * @param {string} text
   * @param {boolean} [complete]
   */
  add(text, complete = false) {
    // The server sets a time of its own; until then this one sorts the list.
    return this.#table.insert({ text, complete, createdAt: new Date() });
  }

  /**
   * @param {Todo} seen the todo as the user saw it when changing it
   * @param {{ text?: string, complete?: boolean }} change
   */
  change({ id, version }, change) {
    // Of what the user saw, and not of what a sync may have brought since: that would be overwritten unseen.
    return this.#table.update(version ? { id, ...change, version } : { id, ...change });
  }

  /** @param {Todo} todo */
  async remove({ id, text }) {
    await this.#store.upsert(REMOVED, { id, text });
    await this.#table.del({ id });
  }

  /**
   * What a todo says, or said before it was deleted here.
   * @param {string} id
   * @returns {Promise<string | undefined>}
   */
  async textOf(id) {
    const row = (await this.#store.lookup(TABLE, id, true)) ?? (await this.#store.lookup(REMOVED, id, true));
    return row?.text;
  }

  /**
   * @param {string} id
   * @returns {Promise<Todo | null>}
   */
  find(id) {
    return this.#table.lookup(id, true);
  }

  /**
   * A todo as the server has it.
   * @param {string} id
   * @returns {Promise<Todo | null>}
   */
  async findAtServer(id) {
    try {
      return await this.#remote.lookup(id);
    } catch (error) {
      if (isGone(error)) return null;
      throw error;
    }
  }

  /** The changes that wait to be sent, the oldest first. @returns {Promise<Operation[]>} */
  pending() {
    return this.#context.pendingOperations(TABLE);
  }

  /** Sends every change that waits. @returns {Promise<unknown[]>} those that the server would not take */
  push() {
    return this.#context.push();
  }

  /** Fetches what has changed at the server. */
  pull() {
    return this.#context.pull(new WindowsAzure.Query(TABLE), PULL);
  }

  /** Empties the list on this device, what waits to be sent included. The server keeps its rows. */
  async purge() {
    await this.#context.purge(new WindowsAzure.Query(TABLE), true);
    await this.#store.del(new WindowsAzure.Query(REMOVED));
  }

  /** Forgets what deleted todos said, once their deletion no longer waits. */
  async forgetRemoved() {
    const waiting = new Set((await this.pending()).map(({ itemId }) => itemId));
    /** @type {{ id: string }[]} */
    const removed = await this.#store.read(new WindowsAzure.Query(REMOVED));
    const settled = removed.map(({ id }) => id).filter((id) => !waiting.has(id));
    if (settled.length > 0) await this.#store.del(REMOVED, settled);
  }
}

/**
 * Whether a server said that the record is no longer there.
 * @param {any} error of a request
 */
export const isGone = (error) => [404, 410].includes(error?.request?.status);

/** @param {Selection} selection */
function select(selection) {
  const query = new WindowsAzure.Query(TABLE);
  return selection === 'all' ? query : query.where({ complete: selection === 'done' });
}
