// What a fetch found, page by page, wherever it came from.

/**
 * @typedef {object} Found
 * @property {any[]} records all of the pages so far
 * @property {number} totalSize
 * @property {() => boolean} hasMore
 * @property {() => Promise<any[]>} getMore the records of the next page; none when there is none
 * @property {() => Promise<void>} closeCursor there is no more then
 *
 * @typedef {object} Pages
 * @property {() => boolean} hasMore
 * @property {() => Promise<any[]>} next
 * @property {() => Promise<void>} close
 */

/** @type {Pages} */
const NO_MORE = { hasMore: () => false, next: async () => [], close: async () => {} };

/**
 * @param {any[]} records the first page
 * @param {number} [totalSize]
 * @param {Pages} [pages] the others
 * @returns {Found}
 */
export function found(records, totalSize = records.length, { hasMore, next, close } = NO_MORE) {
  /** @type {Found} */
  const result = {
    records,
    totalSize,
    hasMore,
    getMore: async () => {
      if (!hasMore()) return [];
      const more = await next();
      result.records = [...result.records, ...more];
      return more;
    },
    closeCursor: close,
  };
  return result;
}
