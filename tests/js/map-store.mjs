// A store of an app's own making: plain maps in memory, with the functions of a `MobileServiceSqliteStore`.

/** @typedef {{ [property: string]: any }} Row */

/** What each comparison of a query says of two values. @type {Record<string, (a: any, b: any) => any>} */
const OPERATORS = {
  And: (a, b) => a && b,
  Or: (a, b) => a || b,
  Equal: (a, b) => a === b,
  NotEqual: (a, b) => a !== b,
  GreaterThan: (a, b) => a > b,
  LessThan: (a, b) => a < b,
};

/**
 * @param {any} node of a query's filter
 * @param {Row} row
 * @returns {any}
 */
function valueOf(node, row) {
  if (node.type === 'MemberExpression') return comparable(row[node.member] ?? null);
  if (node.type === 'ConstantExpression') return comparable(node.value);
  const operator = OPERATORS[node.operator];
  if (node.type !== 'BinaryExpression' || !operator) throw new Error(`MapStore knows no ${node.type} ${node.operator ?? ''}`);
  return operator(valueOf(node.left, row), valueOf(node.right, row));
}

/** @param {any} value */
const comparable = (value) => (value instanceof Date ? value.getTime() : value);

export class MapStore {
  /** By the names of the tables, then by id. @type {Map<string, Map<string, Row>>} */
  tables = new Map();
  /** What was asked of it, in order. @type {any[][]} */
  calls = [];
  /** What it does before it answers; may throw. @type {(method: string, ...given: any[]) => unknown} */
  before = () => undefined;

  /** @param {{ name: string, columnDefinitions: Record<string, string> }} definition */
  async defineTable({ name, columnDefinitions }) {
    await this.#asked('defineTable', name, columnDefinitions);
    if (!this.tables.has(name)) this.tables.set(name, new Map());
  }

  /** @param {string} table @param {Row | Row[]} data */
  async upsert(table, data) {
    await this.#asked('upsert', table, data);
    this.#put(table, data);
  }

  /** @param {string} table @param {string} id @param {boolean} [suppress] */
  async lookup(table, id, suppress) {
    await this.#asked('lookup', table, id, suppress);
    const row = this.#table(table).get(String(id));
    if (!row && !suppress) throw new Error(`Item with id "${id}" does not exist.`);
    return row ? { ...row } : null;
  }

  /** @param {any} tableOrQuery @param {any} [ids] */
  async del(tableOrQuery, ids) {
    await this.#asked('del', tableOrQuery, ids);
    const table = typeof tableOrQuery === 'string' ? tableOrQuery : tableOrQuery.getComponents().table;
    const found = async () => /** @type {Row[]} */ (await this.read(tableOrQuery)).map(({ id }) => id);
    const gone = typeof tableOrQuery === 'string' ? [ids].flat() : await found();
    for (const id of gone) this.#table(table).delete(String(id));
  }

  /** @param {import('../../www/windows-azure/query.mjs').Query} query */
  async read(query) {
    await this.#asked('read', query);
    const { table, filters, orderClauses, skip, take, includeTotalCount } = query.getComponents();
    const met = [...this.#table(String(table)).values()].filter((row) => !filters || valueOf(filters, row));
    for (const { name, ascending } of [...orderClauses].reverse()) {
      met.sort((a, b) => (a[name] < b[name] ? -1 : a[name] > b[name] ? 1 : 0) * (ascending ? 1 : -1));
    }
    const from = skip ?? 0;
    const result = met.slice(from, take === null ? undefined : from + take).map((row) => ({ ...row }));
    return includeTotalCount ? { result, count: met.length } : result;
  }

  /** @param {any[]} steps all of them or none */
  async executeBatch(steps) {
    await this.#asked('executeBatch', steps);
    for (const { tableName } of steps) this.#table(tableName);
    for (const { action, tableName, data, id } of steps) {
      if (action === 'upsert') this.#put(tableName, data);
      else this.#table(tableName).delete(String(id));
    }
  }

  /** The rows of a table, as they are kept. @param {string} table */
  rows(table) {
    return [...this.#table(table).values()];
  }

  /** @param {string} table @param {Row | Row[]} data */
  #put(table, data) {
    for (const row of [data].flat()) {
      const key = String(row.id);
      this.#table(table).set(key, { ...this.#table(table).get(key), ...row });
    }
  }

  /** @param {string} name */
  #table(name) {
    const table = this.tables.get(name);
    if (!table) throw new Error(`Definition not found for table "${name}"`);
    return table;
  }

  /** @param {string} method @param {any[]} given */
  async #asked(method, ...given) {
    this.calls.push([method, ...given]);
    await this.before(method, ...given);
  }
}
