// A store of the app's own making under a sync context: any object with the functions of a `MobileServiceSqliteStore`.
//
// The rules of sync are the module's, whose transactions run on what is read here (`src/sync/away.rs` says how). Here is
// what its words are in such a store: the tables `__operations` and `__pulltime` with the columns that they have in the
// original, and one more, `state`, for what the original forgets.

import { TureenError } from '../core.mjs';
import { callAzure } from './backend.mjs';
import { dateOf, decodeCells, recordText } from './cells.mjs';
import { parseJson } from './dates.mjs';
import { Query } from './query.mjs';

/** @typedef {import('../core.mjs').Module} Module */
/** @typedef {import('../../pkg/tureen.js').AzureStore} Handle */
/** @typedef {{ [property: string]: any }} Row */
/** @typedef {{ [method: string]: (...given: any[]) => any }} AppStore the app's object */

const OPERATIONS = {
  name: '__operations',
  columnDefinitions: {
    id: 'integer', tableName: 'string', action: 'string', itemId: 'string', metadata: 'object', state: 'object',
  },
};
const PULL_TIMES = {
  name: '__pulltime',
  columnDefinitions: { id: 'string', tableName: 'string', value: 'date', state: 'object' },
};

const METHODS = ['defineTable', 'upsert', 'lookup', 'del', 'read', 'executeBatch'];
const ACTIONS = ['insert', 'update', 'delete'];

/** What stands for each store: contexts on one share its queue, and take turns. @type {WeakMap<object, StandIn>} */
const standIns = new WeakMap();

/**
 * What stands for the app's store in a sync context.
 * @param {object} given
 */
export function standInFor(given) {
  const store = /** @type {AppStore} */ (given);
  const missing = METHODS.filter((method) => typeof store[method] !== 'function');
  if (missing.length > 0) {
    throw new TureenError(
      'BAD_STORE',
      `initialize(store) takes a MobileServiceSqliteStore, or an object with its functions. This one has no ${missing.join(', ')}.`,
    );
  }
  const known = standIns.get(store) ?? new StandIn(store);
  standIns.set(store, known);
  return known;
}

class StandIn {
  #store;
  /** What the module has of it, and which module. @type {{ handle: Handle, module: Module } | undefined} */
  #inside;
  /** Which row each token has, by its table and query. @type {Map<string, string>} */
  #rows = new Map();

  /** @param {AppStore} store */
  constructor(store) {
    this.#store = store;
  }

  /** Makes the tables that sync needs. Called each time a context is initialized, as the original does. */
  async prepare() {
    for (const table of [OPERATIONS, PULL_TIMES]) await this.#ask('defineTable', table);
  }

  /** @param {unknown[]} given of the app's own call: what comes of it is the store's affair */
  lookup = async (...given) => this.#store.lookup(...given);

  /** @param {unknown[]} given of the app's own call */
  read = async (...given) => this.#store.read(...given);

  /** Fails where there is no such table. @param {Query} query */
  async check(query) {
    await this.#rowsOf(new Query(String(query.getComponents().table)).take(1));
  }

  /**
   * The ids of the records that a query finds.
   * @param {Query} query
   */
  async idsOf(query) {
    return (await this.#rowsOf(query)).map(({ id }) => String(id));
  }

  /** A record as the module has it. @param {string} text */
  clientRecord = (text) => decodeCells(JSON.parse(text));

  /** A record of the backend's. @param {string} text */
  serverRecord = (text) => parseJson(text);

  /**
   * Runs `job` on what the module has of the store.
   * @template T
   * @param {(handle: Handle, module: Module) => T | PromiseLike<T>} job
   */
  inside(job) {
    return callAzure((module) => {
      this.#inside ??= { handle: module.AzureStore.away({ load: this.#load, save: this.#save }), module };
      return job(this.#inside.handle, this.#inside.module);
    }, this.#inside?.module);
  }

  /** @param {string} asked */
  #load = async (asked) => {
    /** @type {{ records: [string, string][], table: string | null, everything: boolean }} */
    const { records, table, everything } = JSON.parse(asked);
    const entries = [];
    for (const [tableName, id] of records) entries.push(await this.#entry(tableName, id));
    const of = (/** @type {Row} */ where) => new Query(OPERATIONS.name).where(where);
    const queries = table ? [of({ tableName: table })] : records.map(([tableName, itemId]) => of({ tableName, itemId }));
    if (everything) queries.push(new Query(OPERATIONS.name));
    const operations = [];
    for (const query of queries) operations.push(...(await this.#rowsOf(query.orderBy('id'))).map(operationOf));
    const tokens = everything ? await this.#tokens() : [];
    return `[${[JSON.stringify(operations), JSON.stringify(tokens), ...entries].join()}]`;
  };

  /**
   * @param {string} table
   * @param {string} id
   */
  async #entry(table, id) {
    const row = await this.#ask('lookup', table, id, true);
    if (row === null || row === undefined) return 'null';
    if (typeof row !== 'object' || Array.isArray(row)) throw nonsense('lookup', row, 'a record, or null');
    // Some stores find ids in any case; which record is meant, its exact id says.
    return String(row.id) === id ? recordText(row) : 'null';
  }

  /** @param {Query} query @returns {Promise<Row[]>} */
  async #rowsOf(query) {
    const rows = await this.#ask('read', query);
    if (!Array.isArray(rows) || !rows.every((row) => row && (typeof row.id === 'string' || typeof row.id === 'number'))) {
      throw nonsense('read', rows, 'an array of records that have ids');
    }
    return rows;
  }

  async #tokens() {
    this.#rows.clear();
    const rows = await this.#rowsOf(new Query(PULL_TIMES.name));
    const known = rows.filter(({ value }) => value instanceof Date && !Number.isNaN(value.getTime()));
    return known.map(({ id, tableName, value, state }) => {
      const { queryId, time, ...rest } = state ?? {};
      const token = { table: tableName, queryId: queryId ?? id };
      this.#rows.set(keyOf(token), id);
      // A time that the app has written: nothing of it is known to have been read.
      const fresh = { position: value.toISOString(), lastId: '', ties: 0, seenMs: Number.MAX_SAFE_INTEGER, stage: 'reading' };
      return { ...token, ...(time === value.getTime() ? rest : fresh) };
    });
  }

  /** @param {string} changes */
  #save = async (changes) => {
    const { operations, records, removed, done, tokens, forgotten } = JSON.parse(changes);
    const steps = [
      ...operations.map((/** @type {Row} */ operation) => upsert(OPERATIONS.name, rowOfOperation(operation))),
      ...records.map((/** @type {Row} */ { table, record }) => upsert(table, decodeCells(record))),
      ...removed.map((/** @type {Row} */ { table, id }) => remove(table, id)),
      ...done.map((/** @type {number} */ id) => remove(OPERATIONS.name, id)),
      ...tokens.map((/** @type {Row} */ token) => upsert(PULL_TIMES.name, this.#rowOfToken(token))),
      ...forgotten.map((/** @type {Row} */ token) => remove(PULL_TIMES.name, this.#rows.get(keyOf(token)))),
    ];
    await this.#ask('executeBatch', steps);
  };

  /**
   * The row of a token is called by its query, as in the original, unless another table has one of that name.
   * @param {Row} token
   */
  #rowOfToken({ table, queryId, ...rest }) {
    const key = keyOf({ table, queryId });
    const taken = new Set(this.#rows.values());
    let id = this.#rows.get(key) ?? queryId;
    if (!this.#rows.has(key)) while (taken.has(id)) id = `${table}/${id}`;
    this.#rows.set(key, id);
    const value = dateOf(rest.position);
    return { id, tableName: table, value, state: { ...rest, queryId, time: value.getTime() } };
  }

  /**
   * @param {string} method
   * @param {unknown[]} given
   */
  async #ask(method, ...given) {
    try {
      return await this.#store[method](...given);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new TureenError('STORE_FAILED', `The app's own store failed to ${method}: ${reason}`, error);
    }
  }
}

/** @param {Row} token */
const keyOf = ({ table, queryId }) => JSON.stringify([table, queryId]);

/**
 * @param {string} tableName
 * @param {Row} data
 */
const upsert = (tableName, data) => ({ action: 'upsert', tableName, data });

/**
 * @param {string} tableName
 * @param {unknown} id
 */
const remove = (tableName, id) => ({ action: 'delete', tableName, id });

/** @param {Row} row of the table of operations */
function operationOf(row) {
  const { id, tableName, action, itemId, metadata, state } = row;
  const texts = [tableName, itemId].every((text) => typeof text === 'string');
  if (!Number.isSafeInteger(id) || !texts || !ACTIONS.includes(action)) throw nonsense('read', row, 'an operation');
  return { ...state, id, table: tableName, action, itemId, version: metadata?.version };
}

/** @param {Row} operation */
function rowOfOperation({ id, table, action, itemId, version, ...state }) {
  return { id, tableName: table, action, itemId, metadata: { version }, state };
}

/**
 * Says of an answer only what kind of thing it is: what it holds is the app's.
 * @param {string} method
 * @param {unknown} answer
 * @param {string} expected
 */
const nonsense = (method, answer, expected) =>
  new TureenError('STORE_ANSWER', `The app's own store answered ${kindOf(answer)} to ${method}, where ${expected} belongs.`);

/** @param {unknown} answer */
function kindOf(answer) {
  if (answer === null || answer === undefined) return String(answer);
  if (Array.isArray(answer)) return 'an array';
  return typeof answer === 'object' ? 'an object' : `a ${typeof answer}`;
}
