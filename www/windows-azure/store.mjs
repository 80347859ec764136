// The local store of the Azure SDK: tables with typed columns, which are soups of the same store at the same time.

import { attempt } from '../core.mjs';
import { inStore, openStore } from '../stores.mjs';
import { PART, callAzure } from './backend.mjs';
import { cellText, decodeRow, decodeRows, recordsText } from './cells.mjs';
import { queryText } from './query.mjs';
import { isNull, isObject, isString, notNull, notNullOrEmpty } from './validate.mjs';

/** @typedef {import('./query.mjs').Query} Query */
/** @typedef {import('../core.mjs').Module} Module */
/** @typedef {import('../core.mjs').TureenPromise<any>} Answer */
/** @typedef {import('../../pkg/tureen.js').AzureStore} Handle the store inside the module */
/** @typedef {import('../../pkg/tureen.js').Store} Opened */
/** @typedef {{ [property: string]: any }} Row */

/**
 * @typedef {object} TableDefinition
 * @property {string} name
 * @property {{ [column: string]: string | undefined }} columnDefinitions names and column types
 */

/**
 * @typedef {import('../store-options.mjs').StoreOptions & { name?: string }} SqliteStoreOptions
 */

/** The types of columns. */
export const ColumnType = Object.freeze({
  Object: 'object',
  Array: 'array',
  Integer: 'integer',
  Int: 'int',
  Float: 'float',
  Real: 'real',
  String: 'string',
  Text: 'text',
  Boolean: 'boolean',
  Bool: 'bool',
  Date: 'date',
});

/** Whether it is such a store, and none of the app's own making. @type {(store: object) => store is SqliteStore} */
export let isSqliteStore;

class SqliteStore {
  #name;
  #options;
  /** @type {{ opened: Opened, handle: Handle, module: Module } | undefined} */
  #open;
  /** @type {Promise<void> | undefined} */
  #asked;
  /** By the table's name in lower case. @type {Map<string, string[]>} */
  #dateColumns = new Map();

  /** @param {string | SqliteStoreOptions | null} [given] the store's name; the default global store when left out */
  constructor(given) {
    const { name, ...options } = typeof given === 'object' && given !== null ? given : { name: given };
    isString(name, 'dbName');
    this.#name = { storeName: name, isGlobalStore: true };
    this.#options = /** @type {import('../store-options.mjs').StoreOptions} */ (options);
  }

  /** Opens the store. Every other call does so too. @returns {Answer} */
  init() {
    return this.inside(() => undefined);
  }

  /** Lets go of the store, which is shared with soups and stays open for them. Another call takes it up again. @returns {Answer} */
  close() {
    return attempt(async () => {
      this.#open = undefined;
    });
  }

  /**
   * Makes a table, or adds columns to it. To be called each time the app starts.
   * @param {TableDefinition} definition
   * @returns {Answer}
   */
  defineTable(definition) {
    return attempt(async () => {
      notNull(definition, 'tableDefinition');
      isObject(definition, 'tableDefinition');
      isString(definition.name, 'tableDefinition.name');
      notNullOrEmpty(definition.name, 'tableDefinition.name');
      notNull(definition.columnDefinitions, 'tableDefinition.columnDefinitions');
      isObject(definition.columnDefinitions, 'tableDefinition.columnDefinitions');
      const { name, columnDefinitions } = definition;
      const text = JSON.stringify({ name, columnDefinitions });
      const dates = await this.inside((handle) => handle.defineTable(text));
      this.#dateColumns.set(name.toLowerCase(), dates);
    });
  }

  /**
   * Adds records, or changes those that are there where the given ones have properties.
   * @param {string} tableName
   * @param {Row | Row[] | null} data
   * @returns {Answer}
   */
  upsert(tableName, data) {
    return attempt(async () => {
      checkTable(tableName);
      isObject(data, 'data');
      const records = isNull(data) ? [] : Array.isArray(data) ? data : [data];
      for (const record of records) isObject(record, 'data');
      const text = recordsText(records);
      await this.inside((handle) => handle.upsert(tableName, text));
    });
  }

  /**
   * The record of an id.
   * @param {string} tableName
   * @param {string | number} id
   * @param {boolean} [suppressRecordNotFoundError] give null where there is none, instead of an error
   * @returns {Answer}
   */
  lookup(tableName, id, suppressRecordNotFoundError) {
    return attempt(async () => {
      checkTable(tableName);
      const text = cellText(id);
      const row = await this.inside((handle) => handle.lookup(tableName, text));
      if (row !== undefined) return decodeRow(JSON.parse(row), await this.#datesOf(tableName));
      if (suppressRecordNotFoundError) return null;
      throw new Error(`Item with id "${id}" does not exist.`);
    });
  }

  /**
   * Deletes records: `del(tableName, idOrIds)`, or those that a query would read: `del(query)`.
   * @param {string | Pick<Query, 'getComponents'>} tableNameOrQuery
   * @param {string | number | (string | number | null)[] | null} [ids]
   * @returns {Answer}
   */
  del(tableNameOrQuery, ids) {
    return attempt(async () => {
      notNull(tableNameOrQuery);
      if (typeof tableNameOrQuery !== 'string') {
        isObject(tableNameOrQuery, 'tableNameOrQuery');
        const text = queryText(tableNameOrQuery);
        return this.inside((handle) => handle.deleteMatching(text));
      }
      notNullOrEmpty(tableNameOrQuery, 'tableNameOrQuery');
      const text = cellsText(Array.isArray(ids) ? ids : [ids]);
      return this.inside((handle) => handle.delete(tableNameOrQuery, text));
    });
  }

  /**
   * The records that a query asks for; `{ result, count }` when it asks for the total count.
   * @param {Query} query
   * @returns {Answer}
   */
  read(query) {
    return attempt(async () => {
      notNull(query, 'query');
      isObject(query, 'query');
      const text = queryText(query);
      const found = JSON.parse(await this.inside((handle) => handle.read(text)));
      decodeRows(found.result ?? found, await this.#datesOf(/** @type {string} */ (query.getComponents().table)));
      return found;
    });
  }

  /**
   * Takes several steps, all of them or none.
   * @param {({ action: string, tableName: string, data?: Row | Row[] | null, id?: string | number | null } | null)[]} operations
   * @returns {Answer}
   */
  executeBatch(operations) {
    return attempt(async () => {
      if (!Array.isArray(operations)) throw new TypeError(`'Value' is expected to be a value of type array, not ${typeof operations}.`);
      const steps = operations.filter((operation) => !isNull(operation)).map(stepText);
      await this.inside((handle) => handle.executeBatch(`[${steps.join()}]`));
    });
  }

  /**
   * Runs `job` on the store inside the module, opened first if need be. For the sync context.
   * @template T
   * @param {(handle: Handle, module: Module) => T | PromiseLike<T>} job
   * @returns {import('../core.mjs').TureenPromise<T>}
   */
  inside(job) {
    this.#asked ??= openStore(this.#name, this.#options).catch((error) => {
      this.#asked = undefined;
      throw error;
    });
    const asked = this.#asked;
    // The part is fetched while the store is opened.
    return callAzure(() =>
      asked.then(() => inStore(this.#name, (opened, module) => job(this.#handleOf(opened, module), module), PART)),
    );
  }

  /**
   * @param {Opened} opened
   * @param {Module} module
   */
  #handleOf(opened, module) {
    const open = this.#open;
    if (open?.opened === opened) return open.handle;
    const handle = open?.module === module ? open.handle.reopened(opened) : new module.AzureStore(opened);
    this.#open = { opened, handle, module };
    return handle;
  }

  /** @param {string} tableName */
  #datesOf(tableName) {
    return this.#dateColumns.get(tableName.toLowerCase()) ?? this.inside((handle) => handle.dateColumns(tableName));
  }

  static ColumnType = ColumnType;

  static {
    isSqliteStore = (store) => #name in store;
  }
}

/** @param {unknown} tableName */
function checkTable(tableName) {
  isString(tableName, 'tableName');
  notNullOrEmpty(tableName, 'tableName');
}

/** @param {unknown[]} values */
const cellsText = (values) => `[${values.map(cellText).join()}]`;

/** @param {any} operation */
function stepText({ action, tableName, data, id }) {
  isString(action, 'action');
  notNullOrEmpty(action, 'action');
  checkTable(tableName);
  const table = JSON.stringify(tableName);
  switch (action.toLowerCase()) {
    case 'upsert':
      isObject(data, 'data');
      return `{"action":"upsert","table":${table},"cells":${recordsText(Array.isArray(data) ? data : [data])}}`;
    case 'delete':
      return `{"action":"delete","table":${table},"cells":${cellsText([id])}}`;
    default:
      throw new Error(`Operation '${action}' is not supported`);
  }
}

/**
 * The local store, which may be made with or without `new`, as the SDK's can.
 * @type {typeof SqliteStore & ((dbName?: string | SqliteStoreOptions | null) => SqliteStore)}
 */
export const MobileServiceSqliteStore = /** @type {any} */ (
  new Proxy(SqliteStore, { apply: (Store, _, [given]) => new Store(given) })
);

