// A local table that push and pull keep in step with the backend's.

import { TureenPromise } from '../core.mjs';
import { fromText } from './odata-text.mjs';
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
   * @param {Query | string | null} [query] a query, or OData text: `$filter=complete eq false&$orderby=text`
   * @returns {Answer}
   */
  read(query) {
    return this.#asked(query, (asked) => this.#context.read(asked));
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
   * @param {Query | string | null} [query] a query, or OData text
   * @param {string | null} [queryId]
   * @param {import('./sync-context.mjs').PullSettings | null} [settings]
   * @returns {Answer}
   */
  pull(query, queryId, settings) {
    return this.#asked(query, (asked) => this.#context.pull(asked, queryId, settings));
  }

  /**
   * Removes records from the store without deleting them at the backend.
   * @param {Query | string | null} [query] a query, or OData text
   * @param {boolean | null} [forcePurge]
   * @param {{ queryId?: string }} [settings]
   * @returns {Answer}
   */
  purge(query, forcePurge, settings) {
    return this.#asked(query, (asked) => this.#context.purge(asked, forcePurge, settings));
  }

  /**
   * @param {Query | string | null | undefined} query
   * @param {(query: any) => Answer} job is given a query; what is none, for the context to refuse
   * @returns {Answer}
   */
  #asked(query, job) {
    try {
      return job(fromText(query ?? new Query(this.getTableName()), this.getTableName()));
    } catch (error) {
      return new TureenPromise((_, reject) => reject(error));
    }
  }

  get #context() {
    return this.getMobileServiceClient().getSyncContext();
  }
}
