// What the tables of the backend and the local ones have in common: a name, a client, and queries begun from them.

import { Query } from './query.mjs';

/** @typedef {import('./client.mjs').MobileServiceClient} MobileServiceClient */
/** @typedef {Query & { read(parameters?: Record<string, unknown> | null): import('../core.mjs').TureenPromise<any> }} TableQuery a query that reads its table */

export class TableBase {
  #name;
  #client;

  /**
   * @param {string} tableName
   * @param {MobileServiceClient} client
   */
  constructor(tableName, client) {
    this.#name = tableName;
    this.#client = client;
  }

  getTableName() {
    return this.#name;
  }

  getMobileServiceClient() {
    return this.#client;
  }

  /**
   * Asks for the rows that meet a condition.
   * @param {Function | Record<string, unknown> | string} constraint
   * @param {...any} given the values of the function's parameters, or of the text's question marks
   * @returns {TableQuery}
   */
  where(constraint, ...given) {
    return reading(this).where(constraint, ...given);
  }

  /**
   * Asks for some columns only, or for what a function makes of each row, which is its `this`.
   * @param {string | Function} projection
   * @param {...string} columns
   * @returns {TableQuery}
   */
  select(projection, ...columns) {
    return reading(this).select(projection, ...columns);
  }

  /** @param {...string} columns @returns {TableQuery} */
  orderBy(...columns) {
    return reading(this).orderBy(...columns);
  }

  /** @param {...string} columns @returns {TableQuery} */
  orderByDescending(...columns) {
    return reading(this).orderByDescending(...columns);
  }

  /** @param {number} count how many rows are left out at the start @returns {TableQuery} */
  skip(count) {
    return reading(this).skip(count);
  }

  /** @param {number} count how many rows are wanted at most @returns {TableQuery} */
  take(count) {
    return reading(this).take(count);
  }

  /** Asks for the number of rows without skip and take too. @returns {TableQuery} */
  includeTotalCount() {
    return reading(this).includeTotalCount();
  }

  /** Asks for softly deleted rows too. @returns {TableQuery} */
  includeDeleted() {
    return reading(this).includeDeleted();
  }
}

/**
 * A query that reads `table` when it is told to.
 * @param {TableBase} table
 * @returns {any}
 */
function reading(table) {
  const query = new Query(table.getTableName());
  const { read } = /** @type {{ read: (query: Query, parameters?: unknown) => unknown }} */ (/** @type {unknown} */ (table));
  return Object.assign(query, { read: (/** @type {unknown} */ parameters) => read.call(table, query, parameters) });
}
