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
/** What todos were before they were changed or deleted here, for as long as that waits. It stays on the device. */
const BEFORE = 'before';
/** Names the pull, so that it fetches only what has changed since the last one of this name. */
const PULL = 'every-todo';

/** Todos that `fill` adds at once. */
const STEP = 250;

export const tables = [
  {
    name: TABLE,
    columnDefinitions: {
      id: 'string', text: 'string', complete: 'boolean',
      version: 'string', deleted: 'boolean', createdAt: 'date', updatedAt: 'date',
    },
  },
  { name: BEFORE, columnDefinitions: { id: 'string', text: 'string', complete: 'boolean' } },
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
   * @returns {Promise<unknown>}
   */
  async change(seen, change) {
    await this.#remember(seen);
    const { id, version } = seen;
    // Of what the user saw, and not of what a sync may have brought since: that would be overwritten unseen.
    return this.#table.update(version ? { id, ...change, version } : { id, ...change });
  }

  /** @param {Todo} todo */
  async remove(todo) {
    await this.#remember(todo);
    await this.#table.del({ id: todo.id });
  }

  /** Before the first change that waits; the later ones have the same base. @param {Todo} todo */
  async #remember({ id, text, complete }) {
    if ((await this.before(id)) === null) await this.#store.upsert(BEFORE, { id, text, complete });
  }

  /**
   * A todo as it was before it was changed here.
   * @param {string} id
   * @returns {Promise<Pick<Todo, 'text' | 'complete'> | null>} null where no change waits, or where it is new
   */
  before(id) {
    return this.#store.lookup(BEFORE, id, true);
  }

  /**
   * Adds many todos, several in one commit.
   * @param {number} count
   * @param {object} told
   * @param {AbortSignal} told.signal ends it; what was added stays
   * @param {(added: number) => void} told.progress
   * @returns {Promise<number>} how many were added
   */
  async fill(count, { signal, progress }) {
    let added = 0;
    while (added < count && !signal.aborted) {
      const step = Array.from({ length: Math.min(STEP, count - added) }, (_, at) => sampleText(added + at));
      await Promise.all(step.map((text) => this.add(text)));
      added += step.length;
      progress(added);
    }
    return added;
  }

  /**
   * What a todo says, or said before it was deleted here.
   * @param {string} id
   * @returns {Promise<string | undefined>}
   */
  async textOf(id) {
    const row = (await this.#store.lookup(TABLE, id, true)) ?? (await this.before(id));
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

  /**
   * Sends every change that waits.
   * @param {AbortSignal} [signal] ends it; what was not sent waits on
   * @returns {Promise<unknown[]>} those that the server would not take
   */
  push(signal) {
    return this.#context.push({ signal, parallelism: 4 });
  }

  /** Fetches what has changed at the server. @param {AbortSignal} [signal] */
  pull(signal) {
    return this.#context.pull(new WindowsAzure.Query(TABLE), PULL, { signal });
  }

  /** Empties the list on this device, what waits to be sent included. The server keeps its rows. */
  async purge() {
    await this.#context.purge(new WindowsAzure.Query(TABLE), true);
    await this.#store.del(new WindowsAzure.Query(BEFORE));
  }

  /** Forgets what todos were before, once their change no longer waits. */
  async forgetBefore() {
    const waiting = new Set((await this.pending()).map(({ itemId }) => itemId));
    /** @type {{ id: string }[]} */
    const before = await this.#store.read(new WindowsAzure.Query(BEFORE));
    const settled = before.map(({ id }) => id).filter((id) => !waiting.has(id));
    if (settled.length > 0) await this.#store.del(BEFORE, settled);
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

const [AMOUNTS, THINGS, ENDS] = [
  ['Two', 'Three', 'A handful of', 'A bunch of', 'Half a pound of', 'A jar of', 'Some'],
  ['leeks', 'carrots', 'celery', 'lovage', 'parsnips', 'onions', 'potatoes', 'thyme', 'barley', 'beans', 'savory'],
  ['for the stock', 'from the market', 'for Sunday', 'to freeze', 'for Mira', 'if there are any'],
];

/** @param {number} number each has another text */
const sampleText = (number) =>
  `${number + 1}. ${[AMOUNTS, THINGS, ENDS].map((words) => words[number % words.length]).join(' ')}`;
