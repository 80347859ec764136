// A local table that push and pull keep in step with the backend's.

import { Query } from './query.mjs';
import { TableBase } from './table-base.mjs';
import { isString, notNull, notNullOrEmpty } from './validate.mjs';

/** @typedef {import('./client.mjs').MobileServiceClient} MobileServiceClient */
/** @typedef {import('../core.mjs').TureenPromise<any>} Answer */
/** @typedef {{ [property: string]: any }} Row */

/** A local table, as `client.getSyncTable(name)` gives it. */
export class MobileServiceSyncTable extends TableBase {
  /**
   * @param {string} tableName
   * @param {MobileServiceClient} client
   */
  constructor(tableName, client) {
    isString(tableName, 'tableName');
    notNullOrEmpty(tableName, 'tableName');
    notNull(client, 'client');
    super(tableName, client);
  }

  /**
   * Adds a record. One without an id is given one.
   * @param {Row} instance
   * @returns {Answer} `instance`
   */
  insert(instance) {
    return this.#context.insert(this.getTableName(), instance);
  }

  /**
   * Changes the fields of a record that `instance` has.
   * @param {Row} instance
   * @returns {Answer} `instance`
   */
  update(instance) {
    return this.#context.update(this.getTableName(), instance);
  }

  /**
   * The record of an id.
   * @param {string | number} id
   * @param {boolean} [suppressRecordNotFoundError] give null where there is none, instead of an error
   * @returns {Answer}
   */
  lookup(id, suppressRecordNotFoundError) {
    return this.#context.lookup(this.getTableName(), id, suppressRecordNotFoundError);
  }

  /**
   * The records that a query asks for, all when there is none; `{ result, count }` when it asks for the total count.
   * @param {Query | null} [query]
   * @returns {Answer}
   */
  read(query) {
    return this.#context.read(query ?? new Query(this.getTableName()));
  }

  /**
   * Deletes the record of `instance.id`.
   * @param {Row} instance
   * @returns {Answer}
   */
  del(instance) {
    return this.#context.del(this.getTableName(), instance);
  }

  /**
   * Fetches what was changed at the backend.
   * @param {Query | null} [query]
   * @param {string | null} [queryId]
   * @param {import('./sync-context.mjs').PullSettings | null} [settings]
   * @returns {Answer}
   */
  pull(query, queryId, settings) {
    return this.#context.pull(query ?? new Query(this.getTableName()), queryId, settings);
  }

  /**
   * Removes records from the store without deleting them at the backend.
   * @param {Query | null} [query]
   * @param {boolean | null} [forcePurge]
   * @param {{ queryId?: string }} [settings]
   * @returns {Answer}
   */
  purge(query, forcePurge, settings) {
    return this.#context.purge(query ?? new Query(this.getTableName()), forcePurge, settings);
  }

  get #context() {
    return this.getMobileServiceClient().getSyncContext();
  }
}
