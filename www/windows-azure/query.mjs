// `WindowsAzure.Query`: what is asked of a table, built step by step.

import { TureenError } from '../error.mjs';
import * as Expressions from './expressions.mjs';
import { filterText, odataProvider } from './odata.mjs';
import { transformPredicate } from './predicate.mjs';

const { BinaryExpression, ConstantExpression, LiteralExpression, MemberExpression, QueryExpression } = Expressions;

/** @typedef {import('./expressions.mjs').QueryExpression} Filter */
/** @typedef {{ name: string, ascending: boolean }} OrderClause */

/**
 * What a query is made of.
 * @typedef {object} Components
 * @property {Filter | string | null} filters an expression, or OData text
 * @property {string[]} selections
 * @property {Function | null} projection
 * @property {Record<string, boolean>} ordering
 * @property {OrderClause[]} orderClauses
 * @property {number | null} skip
 * @property {number | null} take
 * @property {string | null} table
 * @property {unknown} context
 * @property {boolean} includeTotalCount
 * @property {boolean} includeDeleted
 * @property {number} version grows with each change
 */

/** Where a query keeps its components: reached through objects that have a query as their prototype too. */
const state = Symbol('components');

/** A query, which each method changes and gives back. */
export class Query {
  /** The expressions that filters are made of. */
  static Expressions = Expressions;

  /** The registered providers by their names. @type {Record<string, any>} */
  static Providers = {};

  /**
   * Adds a provider: `Query.Providers[name]`, and a method `to…` of queries, which gives `provider.toQuery(query)`.
   * @param {string} name
   * @param {{ toQuery?: (query: Query) => unknown }} provider
   */
  static registerProvider(name, provider) {
    Query.Providers[name] = provider;
    Object.defineProperty(Query.prototype, `to${name}`, {
      configurable: true,
      writable: true,
      /** @this {Query} */
      value() {
        return provider?.toQuery?.(this);
      },
    });
  }

  /** @type {Components} */
  [state];

  /**
   * @param {string} table its name
   * @param {unknown} [context] anything of the app's
   */
  constructor(table, context) {
    if (!table || typeof table !== 'string') throw mistake('Expected the name of a table!');
    this[state] = componentsOf({ table, context }, 0);
  }

  /** @returns {Components} */
  getComponents() {
    const components = this[state];
    const ordering = Object.fromEntries(components.orderClauses.map(({ name, ascending }) => [name, ascending]));
    return { ...components, ordering };
  }

  /**
   * Replaces all components; what is missing is as in a new query.
   * @param {Partial<Components> | null} [components]
   */
  setComponents(components) {
    this[state] = componentsOf(components ?? {}, this[state].version + 1);
    return this;
  }

  /**
   * Keeps the rows that meet a condition, and those of earlier calls.
   *
   * @example
   * query.where({ complete: false })
   * query.where(function (limit) { return this.price < limit; }, 10)
   * query.where((row, limit) => row.price < limit, 10)
   * query.where('price lt ?', 10)
   *
   * @param {Function | Record<string, unknown> | string} constraint
   * @param {...any} given the values of the function's parameters, or of the text's question marks
   */
  where(constraint, ...given) {
    const clause = clauseOf(constraint, given);
    return change(this, { filters: QueryExpression.groupClauses('And', [this[state].filters, clause]) });
  }

  /**
   * Asks for some columns only, or for what a function makes of each row, which is its `this`.
   * @param {string | Function} projection
   * @param {...string} columns
   */
  select(projection, ...columns) {
    if (typeof projection === 'function') return change(this, { projection, selections: [] });
    if (typeof projection !== 'string') throw mistake(`Expected a string or a function, not ${projection}`);
    strings(columns);
    return change(this, { selections: [...this[state].selections, projection, ...columns] });
  }

  /** @param {...string} columns */
  orderBy(...columns) {
    return order(this, columns, true);
  }

  /** @param {...string} columns */
  orderByDescending(...columns) {
    return order(this, columns, false);
  }

  /** @param {number} count how many rows are left out at the start */
  skip(count) {
    return change(this, { skip: numberOf(count) });
  }

  /** @param {number} count how many rows are wanted at most */
  take(count) {
    return change(this, { take: numberOf(count) });
  }

  /** Asks for the number of rows without skip and take too. */
  includeTotalCount() {
    return change(this, { includeTotalCount: true });
  }

  /** Asks for softly deleted rows too. */
  includeDeleted() {
    return change(this, { includeDeleted: true });
  }

  /** @returns {string} `/todoitem?$filter=(complete eq false)&$top=10` */
  toOData() {
    return Query.Providers.OData.toQuery(this);
  }
}

Query.registerProvider('OData', odataProvider(Query));

/**
 * @template {Query} Q
 * @param {Q} query
 * @param {Partial<Components>} changes
 * @returns {Q}
 */
function change(query, changes) {
  query[state] = { ...query[state], ...changes, version: query[state].version + 1 };
  return query;
}

/**
 * @template {Query} Q
 * @param {Q} query
 * @param {string[]} columns
 * @param {boolean} ascending
 */
function order(query, columns, ascending) {
  strings(columns);
  const orderClauses = query[state].orderClauses.map((clause) => ({ ...clause }));
  for (const name of columns) {
    const known = orderClauses.find((clause) => clause.name === name);
    if (known) known.ascending = ascending;
    else orderClauses.push({ name, ascending });
  }
  return change(query, { orderClauses });
}

/**
 * A query as it crosses to the module, whose own type says what each component is.
 * @param {{ getComponents(): Components }} query of this class or of another copy of it
 * @returns {string} JSON
 */
export function queryText(query) {
  const { table, filters, orderClauses, selections, skip, take, includeTotalCount, includeDeleted } =
    query.getComponents();
  const orderings = orderClauses.map(({ name, ascending }) => ({ name, ascending }));
  const filter = filterText(filters);
  return JSON.stringify({ table, filter, orderings, selections, skip, take, includeTotalCount, includeDeleted });
}

/**
 * @param {Partial<Components>} given
 * @param {number} version
 * @returns {Components}
 */
function componentsOf(given, version) {
  const ordering = given.ordering ?? {};
  const clauses = given.orderClauses ?? Object.entries(ordering).map(([name, ascending]) => ({ name, ascending: !!ascending }));
  return {
    filters: given.filters ?? null,
    selections: [...(given.selections ?? [])],
    projection: given.projection ?? null,
    ordering,
    orderClauses: clauses.map((clause) => ({ ...clause })),
    skip: given.skip ?? null,
    take: given.take ?? null,
    table: given.table ?? null,
    context: given.context,
    includeTotalCount: given.includeTotalCount ?? false,
    includeDeleted: given.includeDeleted ?? false,
    version,
  };
}

/**
 * @param {Function | Record<string, unknown> | string} constraint
 * @param {unknown[]} given
 */
function clauseOf(constraint, given) {
  if (typeof constraint === 'function') return transformPredicate(constraint, given);
  if (typeof constraint === 'string') return new LiteralExpression(constraint, given);
  if (Object.prototype.toString.call(constraint) !== '[object Object]') {
    throw mistake(`Expected a function, object, or string, not ${constraint}`);
  }
  const clauses = Object.entries(constraint).map(
    ([name, value]) => new BinaryExpression('Equal', new MemberExpression(name), new ConstantExpression(value)),
  );
  return QueryExpression.groupClauses('And', clauses);
}

/** @param {unknown[]} columns */
function strings(columns) {
  for (const column of columns) {
    if (typeof column !== 'string') throw mistake(`Expected string parameters, not ${column}`);
  }
}

/** @param {unknown} count */
function numberOf(count) {
  if (typeof count !== 'number') throw mistake(`Expected a number, not ${count}`);
  return count;
}

/** @param {string} message */
const mistake = (message) => new TureenError('BAD_QUERY', message);
