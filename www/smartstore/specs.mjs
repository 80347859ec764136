// The constructors and query builders of SmartStore, with its defaults and its order of arguments.

/** @typedef {'ascending' | 'descending'} Order */
/** @typedef {'string' | 'integer' | 'floating' | 'full_text' | 'json1'} IndexType */
/** @typedef {string | number | null | undefined} Key */

/** Which store a call means. */
export class StoreConfig {
  /**
   * @param {string | null} [storeName] null: the default store
   * @param {boolean} [isGlobalStore] whether every user of the app shares it
   */
  constructor(storeName, isGlobalStore) {
    this.storeName = storeName;
    this.isGlobalStore = isGlobalStore ?? false;
  }
}

/** One index of a soup. */
export class SoupIndexSpec {
  /**
   * @param {string} path dotted path into the entries
   * @param {IndexType} type
   */
  constructor(path, type) {
    this.path = path;
    this.type = type;
  }
}

/** A query over one soup, or a Smart SQL query. */
export class QuerySpec {
  /** @param {string | null} [path] */
  constructor(path) {
    /** @type {'exact' | 'range' | 'like' | 'match' | 'smart'} */
    this.queryType = 'exact';
    this.indexPath = path;
    /** @type {Key} */
    this.matchKey = null;
    /** @type {Key} */
    this.likeKey = null;
    /** @type {Key} */
    this.beginKey = null;
    /** @type {Key} */
    this.endKey = null;
    /** @type {string | null} */
    this.smartSql = null;
    /** @type {string | null | undefined} */
    this.orderPath = null;
    /** @type {Order} */
    this.order = 'ascending';
    /** @type {number} */
    this.pageSize = 10;
    /** @type {string[] | null} */
    this.selectPaths = null;
  }
}

/** A page of a query's result, and what it takes to ask for another. */
export class StoreCursor {
  constructor() {
    /** @type {string | null} */
    this.cursorId = null;
    /** How many rows a page holds. */
    this.pageSize = 0;
    /** How many pages there were when the query ran. */
    this.totalPages = 0;
    /** How many rows there were when the query ran. */
    this.totalEntries = 0;
    this.currentPageIndex = 0;
    /** Entries; or rows as arrays of cells. @type {any[] | null} */
    this.currentPageOrderedEntries = null;
  }
}

/**
 * @param {string | null | undefined} path
 * @param {Partial<QuerySpec>} given
 * @param {Order | null} [order]
 * @param {number | null} [pageSize]
 * @param {string | null} [orderPath]
 * @param {string[] | null} [selectPaths]
 */
function build(path, given, order, pageSize, orderPath, selectPaths) {
  const spec = Object.assign(new QuerySpec(path), given);
  spec.orderPath = orderPath || path;
  if (order) spec.order = order;
  if (pageSize) spec.pageSize = pageSize;
  if (selectPaths) spec.selectPaths = selectPaths;
  return spec;
}

/**
 * Every entry, in the order of a path.
 * @param {string} path
 * @param {Order | null} [order]
 * @param {number | null} [pageSize]
 * @param {string[] | null} [selectPaths]
 */
export const buildAllQuerySpec = (path, order, pageSize, selectPaths) =>
  build(path, { queryType: 'range' }, order, pageSize, path, selectPaths);

/**
 * Entries whose path equals a key. The page size stands before the order here, as in the original.
 * @param {string} path
 * @param {Key} matchKey
 * @param {number | null} [pageSize]
 * @param {Order | null} [order]
 * @param {string | null} [orderPath]
 * @param {string[] | null} [selectPaths]
 */
export const buildExactQuerySpec = (path, matchKey, pageSize, order, orderPath, selectPaths) =>
  build(path, { queryType: 'exact', matchKey }, order, pageSize, orderPath, selectPaths);

/**
 * Entries whose path lies between two keys, both included; null leaves that end open.
 * @param {string} path
 * @param {Key} beginKey
 * @param {Key} endKey
 * @param {Order | null} [order]
 * @param {number | null} [pageSize]
 * @param {string | null} [orderPath]
 * @param {string[] | null} [selectPaths]
 */
export const buildRangeQuerySpec = (path, beginKey, endKey, order, pageSize, orderPath, selectPaths) =>
  build(path, { queryType: 'range', beginKey, endKey }, order, pageSize, orderPath, selectPaths);

/**
 * Entries whose path is like a pattern of SQL, with `%` and `_`.
 * @param {string} path
 * @param {string} likeKey
 * @param {Order | null} [order]
 * @param {number | null} [pageSize]
 * @param {string | null} [orderPath]
 * @param {string[] | null} [selectPaths]
 */
export const buildLikeQuerySpec = (path, likeKey, order, pageSize, orderPath, selectPaths) =>
  build(path, { queryType: 'like', likeKey }, order, pageSize, orderPath, selectPaths);

/**
 * Entries that a full-text query finds, in one path or, with null, in every `full_text` path.
 * @param {string | null} path
 * @param {string} matchKey
 * @param {Order | null} [order]
 * @param {number | null} [pageSize]
 * @param {string | null} [orderPath]
 * @param {string[] | null} [selectPaths]
 */
export const buildMatchQuerySpec = (path, matchKey, order, pageSize, orderPath, selectPaths) =>
  build(path, { queryType: 'match', matchKey }, order, pageSize, orderPath, selectPaths);

/**
 * The rows of a SELECT over soups, such as `select {todo:text} from {todo}`.
 * @param {string} smartSql
 * @param {number | null} [pageSize]
 */
export function buildSmartQuerySpec(smartSql, pageSize) {
  const spec = new QuerySpec();
  spec.queryType = 'smart';
  spec.smartSql = smartSql;
  if (pageSize) spec.pageSize = pageSize;
  return spec;
}
