// `Force.SObjectType`: what an org says of an object, asked once and kept in a cache.

import { forceClient } from './clients.mjs';
import { CACHE_MODE } from './modes.mjs';

/** @typedef {import('./store-cache.mjs').StoreCache} StoreCache */

/** The record type of objects that have none. */
const MASTER = '012000000000000AAA';

export class SObjectType {
  /** What is known so far. @type {Record<string, any>} */
  #data = {};

  /**
   * @param {string} sobjectType
   * @param {StoreCache | null} [cache] keyed by anything: the record's key is the type's name
   * @param {string | null} [cacheMode]
   */
  constructor(sobjectType, cache, cacheMode) {
    this.sobjectType = sobjectType;
    this.cache = cache ?? null;
    this.cacheMode = cacheMode ?? null;
  }

  /** The object with its fields and relationships. */
  describe() {
    return this.#get('describeResult', () => forceClient().describe(this.sobjectType));
  }

  /** The object in short, and its records that the user saw last. */
  getMetadata() {
    return this.#get('metadataResult', () => forceClient().metadata(this.sobjectType));
  }

  /** @param {string} [recordTypeId] */
  describeLayout(recordTypeId = MASTER) {
    return this.#get(`layoutInfo_${recordTypeId}`, () => forceClient().describeLayout(this.sobjectType, recordTypeId));
  }

  /** Forgets what is known, in the cache too. */
  async reset() {
    this.#data = {};
    await this.cache?.remove(this.sobjectType);
  }

  /**
   * @param {string} name
   * @param {() => Promise<any>} ask
   */
  async #get(name, ask) {
    const { cache, cacheMode, sobjectType } = this;
    if (!cache || cacheMode === CACHE_MODE.SERVER_ONLY) return (this.#data[name] ??= await ask());
    if (cacheMode !== CACHE_MODE.SERVER_FIRST || this.#data[name]) {
      const kept = (await cache.retrieve(sobjectType))?.[name] ?? null;
      if (kept !== null || cacheMode === CACHE_MODE.CACHE_ONLY) return kept;
    }
    this.#data[name] = await ask();
    await cache.save({ [cache.keyField]: sobjectType, [name]: this.#data[name] });
    return this.#data[name];
  }
}
