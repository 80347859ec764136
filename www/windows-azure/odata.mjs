// Queries as OData v2 text, and back: `Query.Providers.OData`.
//
// This is the only writer of OData v2. A query's text must be had at once, before the wasm module is loaded, and the
// text is what crosses to the module too, which reads it (its parser is the only reader of filters).

import { TureenError } from '../error.mjs';

/** @typedef {import('./query.mjs').Query} Query */
/** @typedef {{ getComponents(): import('./query.mjs').Components }} Queryable */

/**
 * The parts of a query as OData text.
 * @typedef {object} ODataQuery
 * @property {string | null} table
 * @property {string | null} filters
 * @property {string} ordering
 * @property {string} orderClauses
 * @property {number | null} skip
 * @property {number | null} take
 * @property {string} selections
 * @property {boolean} includeTotalCount
 * @property {boolean} includeDeleted
 */

/** @type {Record<string, string>} */
const OPERATORS = {
  And: 'and',
  Or: 'or',
  Add: 'add',
  Subtract: 'sub',
  Multiply: 'mul',
  Divide: 'div',
  Modulo: 'mod',
  GreaterThan: 'gt',
  GreaterThanOrEqual: 'ge',
  LessThan: 'lt',
  LessThanOrEqual: 'le',
  NotEqual: 'ne',
  Equal: 'eq',
};

/** @type {Record<string, string>} */
const FUNCTIONS = {
  Length: 'length',
  ToUpperCase: 'toupper',
  ToLowerCase: 'tolower',
  Trim: 'trim',
  IndexOf: 'indexof',
  Replace: 'replace',
  Substring: 'substring',
  Concat: 'concat',
  Day: 'day',
  Month: 'month',
  Year: 'year',
  Floor: 'floor',
  Ceiling: 'ceiling',
  Round: 'round',
};

/** How far constants are made fit for a URL. @typedef {'plain' | 'url'} Encoding */

/**
 * A filter as OData text.
 * @param {any} node an expression, OData text, or nothing
 * @param {Encoding} [encoding]
 * @returns {string | null}
 */
export function filterText(node, encoding = 'plain') {
  return node ? textOf(node, encoding) : null;
}

/**
 * @param {any} node
 * @param {Encoding} encoding
 * @returns {string}
 */
function textOf(node, encoding) {
  const inner = (/** @type {any} */ part) => textOf(part, encoding);
  switch (node.type) {
    case 'ConstantExpression':
      return constantText(node.value, encoding);
    case 'MemberExpression':
      return node.member;
    case 'UnaryExpression':
      if (node.operator === 'Not') return `not ${inner(node.operand)}`;
      if (node.operator === 'Negate') return `(0 sub ${inner(node.operand)})`;
      throw unsupported(`Unsupported operator ${node.operator}`);
    case 'BinaryExpression': {
      const operator = OPERATORS[node.operator];
      if (!operator) throw unsupported(`Unsupported operator ${node.operator}`);
      return binaryText(node, operator, encoding);
    }
    case 'InvocationExpression': {
      const name = FUNCTIONS[node.method];
      if (!name) throw unsupported(`Invocation of unsupported method ${node.method}`);
      return `${name}(${node.args.map(inner)})`;
    }
    case 'LiteralExpression':
      return literalText(node.queryString, node.args ?? [], encoding);
    default:
      return String(node);
  }
}

/**
 * Down the left side in a loop: `this.id in list` is as deep there as the list is long.
 * @param {any} node
 * @param {string} operator
 * @param {Encoding} encoding
 */
function binaryText(node, operator, encoding) {
  const ends = [];
  let left = node;
  for (; left.type === 'BinaryExpression' && OPERATORS[left.operator]; left = left.left) {
    ends.push(` ${OPERATORS[left.operator]} ${textOf(left.right, encoding)})`);
  }
  return '('.repeat(ends.length) + textOf(left, encoding) + ends.reverse().join('');
}

/**
 * @param {any} value
 * @param {Encoding} encoding
 * @returns {string}
 */
function constantText(value, encoding) {
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return String(value);
  if (typeof value === 'string') {
    const text = value.replaceAll("'", "''");
    return `'${encoding === 'url' ? encodeURIComponent(text) : text}'`;
  }
  if (Object.prototype.toString.call(value) === '[object Date]' && !Number.isNaN(value.getTime())) {
    return `datetime'${value.toISOString()}'`;
  }
  if (value === null || value === undefined) return 'null';
  throw unsupported(`Unsupported literal value ${value}`);
}

/**
 * The app's own text, its question marks outside of strings replaced by the arguments.
 * @param {string} text
 * @param {unknown[]} given
 * @param {Encoding} encoding
 */
function literalText(text, given, encoding) {
  let written = '';
  let depth = 0;
  let used = 0;
  let inString = false;
  for (const char of text) {
    if (depth < 0) break;
    if (char === "'") inString = !inString;
    else if (!inString && char === '(') depth += 1;
    else if (!inString && char === ')') depth -= 1;
    if (inString || char !== '?') {
      written += encoding === 'url' ? char.replace(/[&#+]/, encodeURIComponent) : char;
      continue;
    }
    if (used >= given.length) throw unsupported(`Too few arguments for ${text}.`);
    written += constantText(given[used], encoding);
    used += 1;
  }
  if (used < given.length) throw unsupported(`Too many arguments for ${text}`);
  if (depth !== 0) throw unsupported(`Unbalanced parentheses in ${text}`);
  return written.trim() ? `(${written})` : written;
}

/** @param {string} message */
const unsupported = (message) => new TureenError('BAD_QUERY', message);

/**
 * The provider that writes OData v2.
 * @param {new (table: string) => Query} QueryClass what `fromOData` makes
 */
export const odataProvider = (QueryClass) => ({
  /**
   * @param {Queryable} query
   * @returns {string} the path and query of a URL: `/todoitem?$filter=(complete eq false)`
   */
  toQuery(query) {
    const parts = partsOf(query, 'url');
    const options = [
      parts.filters && `$filter=${parts.filters}`,
      parts.orderClauses && `$orderby=${parts.orderClauses}`,
      parts.skip && `$skip=${parts.skip}`,
      (parts.take || parts.take === 0) && `$top=${parts.take}`,
      parts.selections && `$select=${parts.selections}`,
      parts.includeTotalCount && '$inlinecount=allpages',
      parts.includeDeleted && '__includeDeleted=true',
    ].filter((option) => option);
    return `/${parts.table}${options.length > 0 ? '?' : ''}${options.join('&')}`;
  },

  /**
   * @param {Queryable} query
   * @param {boolean} [encodeForUri] whether strings are made fit for a URL
   * @returns {ODataQuery}
   */
  toOData: (query, encodeForUri = false) => partsOf(query, encodeForUri ? 'url' : 'plain'),

  /**
   * @param {string} table
   * @param {string | null} [filters]
   * @param {string | null} [ordering] `name,price desc`
   * @param {number | null} [skip]
   * @param {number | null} [take]
   * @param {string | null} [selections] `name,price`
   * @param {boolean | null} [includeTotalCount]
   * @param {boolean | null} [includeDeleted]
   * @returns {Query}
   */
  fromOData(table, filters, ordering, skip, take, selections, includeTotalCount, includeDeleted) {
    const query = new QueryClass(table);
    if (filters) query.where(filters);
    if (typeof skip === 'number') query.skip(skip);
    if (typeof take === 'number') query.take(take);
    if (includeTotalCount) query.includeTotalCount();
    if (includeDeleted) query.includeDeleted();
    for (const column of listed(selections)) query.select(column);
    for (const order of listed(ordering)) {
      const [column, direction = 'asc'] = order.split(/\s+/);
      if (direction.toLowerCase() === 'desc') query.orderByDescending(column);
      else query.orderBy(column);
    }
    return query;
  },
});

/** @param {string | null | undefined} list */
const listed = (list) => (list ? list.split(',').map((item) => item.trim()) : []);

/**
 * @param {Queryable} query
 * @param {Encoding} encoding
 * @returns {ODataQuery}
 */
function partsOf(query, encoding) {
  const { table, filters, ordering, orderClauses, skip, take, selections, includeTotalCount, includeDeleted } =
    query.getComponents();
  const directed = (/** @type {string} */ name, /** @type {boolean} */ ascending) => (ascending ? name : `${name} desc`);
  return {
    table,
    filters: filterText(filters, encoding),
    ordering: Object.entries(ordering ?? {}).map(([name, ascending]) => directed(name, ascending)).join(),
    orderClauses: (orderClauses ?? []).map(({ name, ascending }) => directed(name, ascending)).join(),
    skip,
    take,
    selections: (selections ?? []).join(),
    includeTotalCount,
    includeDeleted,
  };
}
