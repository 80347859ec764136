// The query operators of a table: each begins a query that can be read at once.

import { Query } from './query.mjs';

const OPERATORS = /** @type {const} */ ([
  'where', 'select', 'orderBy', 'orderByDescending', 'skip', 'take', 'includeTotalCount', 'includeDeleted',
]);

/**
 * Gives the tables of a class `where`, `select` and so on.
 * @param {{ prototype: { getTableName(): string, read(query: any, parameters?: any): unknown } }} Table
 */
export function addQueryOperators(Table) {
  for (const operator of OPERATORS) {
    Object.defineProperty(Table.prototype, operator, {
      configurable: true,
      writable: true,
      /**
       * @this {{ getTableName(): string, read(query: any, parameters?: any): unknown }}
       * @param {...any} given
       */
      value: function (...given) {
        const query = Object.assign(new Query(this.getTableName()), {
          read: (/** @type {any} */ parameters) => this.read(query, parameters),
        });
        return /** @type {any} */ (query)[operator](...given);
      },
    });
  }
}
