// `Force.StoreCache`: records in a soup by a key of theirs, with what was changed here and not sent yet.

import { TureenError } from '../error.mjs';
import { buildSmartQuerySpec, StoreConfig } from '../smartstore/specs.mjs';
import { smartstore } from './clients.mjs';
import { hasField } from './fields.mjs';
import { found } from './found.mjs';
import { MERGE_MODE_DOWNLOAD } from './modes.mjs';

/** @typedef {import('./fields.mjs').Attributes} Attributes */
/** @typedef {typeof MERGE_MODE_DOWNLOAD[keyof typeof MERGE_MODE_DOWNLOAD]} MergeMode */

const LOCAL_ID = 'local_';
/** How many keys one query asks for. */
const MOST_KEYS = 500;

export class StoreCache {
  /** Writes read before they write: one waits for the other. @type {Promise<unknown>} */
  #turn = Promise.resolve();

  /**
   * @param {string} soupName
   * @param {import('../smartstore/specs.mjs').SoupIndexSpec[] | null} [additionalIndexSpecs]
   * @param {string | null} [keyField]
   * @param {boolean | null} [isGlobalStore]
   * @param {string | null} [storeName]
   */
  constructor(soupName, additionalIndexSpecs, keyField, isGlobalStore, storeName) {
    this.soupName = soupName;
    this.additionalIndexSpecs = additionalIndexSpecs ?? [];
    this.keyField = keyField ?? 'Id';
    this.isGlobalStore = isGlobalStore ?? false;
    this.storeName = storeName ?? null;
  }

  get storeConfig() {
    return new StoreConfig(this.storeName, this.isGlobalStore);
  }

  /** Makes the soup, if it is not there. */
  init() {
    const specs = [
      { path: this.keyField, type: 'string' },
      ...this.additionalIndexSpecs,
      { path: '__local__', type: 'string' },
    ];
    const paths = specs.map(({ path }) => path);
    const different = specs.filter(({ path }, at) => paths.indexOf(path) === at);
    return smartstore().registerSoup(this.storeConfig, this.soupName, different);
  }

  /**
   * @param {unknown} key
   * @param {import('./fields.mjs').Fieldlist} [fieldlist] what the record must have
   * @returns {Promise<Attributes | null>} null when it is not there, or lacks one of these fields
   */
  async retrieve(key, fieldlist) {
    if (key === null || key === undefined) return null;
    const record = (await this.#byKeys([key])).get(String(key)) ?? null;
    return record && (fieldlist ?? []).every((field) => hasField(record, field)) ? record : null;
  }

  /**
   * @param {Attributes} record
   * @param {MergeMode} [mergeMode]
   * @returns {Promise<Attributes>} the record as it is in the cache then
   */
  async save(record, mergeMode) {
    return (await this.saveAll([record], mergeMode))[0];
  }

  /**
   * @param {Attributes[]} records
   * @param {MergeMode} [mergeMode]
   * @returns {Promise<Attributes[]>} the records as they are in the cache then, in the same order
   */
  saveAll(records, mergeMode = MERGE_MODE_DOWNLOAD.MERGE_ACCEPT_THEIRS) {
    if (!Object.values(MERGE_MODE_DOWNLOAD).includes(mergeMode)) {
      const known = Object.values(MERGE_MODE_DOWNLOAD).join(', ');
      return Promise.reject(new TureenError('BAD_MERGE_MODE', `A cache saves with one of ${known}.`));
    }
    return this.#inTurn(() => this.#merge(records, mergeMode));
  }

  /**
   * @param {any} querySpec of any type
   * @returns {Promise<import('./found.mjs').Found>}
   */
  async find(querySpec) {
    const isSmart = querySpec.queryType === 'smart';
    const cursor = await (isSmart
      ? smartstore().runSmartQuery(this.storeConfig, querySpec)
      : smartstore().querySoup(this.storeConfig, this.soupName, querySpec));
    return this.#pages(cursor, isSmart ? (rows) => rows.flat() : (rows) => rows);
  }

  /**
   * @param {unknown} key
   * @returns {Promise<void>} also when it was not there
   */
  remove(key) {
    return this.#inTurn(async () => {
      const record = (await this.#byKeys([key])).get(String(key));
      if (record) await smartstore().removeFromSoup(this.storeConfig, this.soupName, [record._soupEntryId]);
    });
  }

  /** A key for a record that the org does not know: no other device, tab or second makes the same. */
  makeLocalId() {
    const [random] = crypto.getRandomValues(new Uint32Array(1));
    return `${LOCAL_ID}${Date.now()}${String(random).padStart(10, '0')}`;
  }

  /** @param {unknown} id */
  isLocalId(id) {
    return typeof id === 'string' && id.startsWith(LOCAL_ID);
  }

  /**
   * Gives a record its flags: `__local__` is whether there is anything to send.
   * @param {Attributes} record
   * @returns {Attributes} the same record
   */
  addLocalFields(record) {
    const flags = ['__locally_created__', '__locally_updated__', '__locally_deleted__'];
    for (const flag of flags) record[flag] = record[flag] ?? false;
    record.__local__ = flags.some((flag) => record[flag]);
    return record;
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #inTurn(work) {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  /**
   * @param {Attributes[]} records
   * @param {MergeMode} mergeMode
   */
  async #merge(records, mergeMode) {
    if (records.length === 0) return [];
    const { keyField } = this;
    if (records.some((record) => record[keyField] === undefined || record[keyField] === null)) {
      throw new TureenError('NO_KEY', `A record without ${keyField} cannot be kept in the cache ${this.soupName}.`);
    }
    const old = await this.#byKeys(records.map((record) => record[keyField]));
    const kept = (/** @type {Attributes | undefined} */ before) =>
      mergeMode === MERGE_MODE_DOWNLOAD.LEAVE_IF_CHANGED && before?.__local__ === true;
    /** @type {Map<string, Attributes>} */
    const next = new Map();
    for (const record of records) {
      const key = String(record[keyField]);
      const before = next.get(key) ?? old.get(key);
      if (kept(old.get(key))) continue;
      const merges = mergeMode === MERGE_MODE_DOWNLOAD.MERGE_ACCEPT_THEIRS;
      next.set(key, this.addLocalFields(merges ? { ...before, ...record } : { ...record }));
    }
    const stored = await this.#upsert([...next.values()]);
    return records.map((record) => {
      const key = String(record[keyField]);
      return stored.get(key) ?? /** @type {Attributes} */ (old.get(key));
    });
  }

  /**
   * @param {Attributes[]} records
   * @returns {Promise<Map<string, Attributes>>} the stored ones by their keys
   */
  async #upsert(records) {
    if (records.length === 0) return new Map();
    const { storeConfig, soupName, keyField } = this;
    /** @type {Attributes[]} */
    const stored = await smartstore().upsertSoupEntriesWithExternalId(storeConfig, soupName, records, keyField);
    return new Map(stored.map((record) => [String(record[keyField]), record]));
  }

  /**
   * @param {unknown[]} keys
   * @returns {Promise<Map<string, Attributes>>}
   */
  async #byKeys(keys) {
    /** @type {Map<string, Attributes>} */
    const records = new Map();
    const { soupName, keyField } = this;
    for (let at = 0; at < keys.length; at += MOST_KEYS) {
      const some = keys.slice(at, at + MOST_KEYS);
      const listed = some.map((key) => `'${String(key).replace(/'/g, "''")}'`);
      const sql = `SELECT {${soupName}:_soup} FROM {${soupName}} WHERE {${soupName}:${keyField}} IN (${listed})`;
      const { records: page, closeCursor } = await this.find(buildSmartQuerySpec(sql, 2 * MOST_KEYS));
      await closeCursor();
      for (const record of page) records.set(String(record[keyField]), record);
    }
    return records;
  }

  /**
   * @param {any} first a cursor
   * @param {(rows: any[]) => Attributes[]} recordsOf
   */
  #pages(first, recordsOf) {
    /** @type {any} null once it is closed */
    let cursor = first;
    const hasMore = () => cursor !== null && cursor.currentPageIndex < cursor.totalPages - 1;
    return found(recordsOf(first.currentPageOrderedEntries), first.totalEntries, {
      hasMore,
      next: async () => {
        cursor = await smartstore().moveCursorToNextPage(this.storeConfig, cursor);
        return recordsOf(cursor.currentPageOrderedEntries);
      },
      close: async () => {
        const open = cursor;
        cursor = null;
        if (open) await smartstore().closeCursor(this.storeConfig, open);
      },
    });
  }
}
