// A query as something that can be run: which records it finds, and how each is shown.
import { notHere } from '../errors.mjs';
import { shown } from '../data/types.mjs';
import { folded, predicateOf } from './conditions.mjs';
import { malformed, refusalAt } from './lexer.mjs';
import { parse } from './parser.mjs';
import { objectHint, relationshipHint, Scope } from './scope.mjs';

/** @typedef {import('../data/database.mjs').Database} Database */
/** @typedef {import('../data/schema.mjs').Field} Field */
/** @typedef {import('../data/schema.mjs').Kept} Kept */
/** @typedef {import('../data/schema.mjs').ObjectType} ObjectType */
/** @typedef {import('../data/schema.mjs').Relation} Relation */
/** @typedef {import('../data/types.mjs').Value} Value */
/** @typedef {import('./parser.mjs').Order} Order */
/** @typedef {import('./parser.mjs').Path} Path */
/** @typedef {import('./parser.mjs').Query} Query */
/** @typedef {import('./parser.mjs').Selected} Selected */

/**
 * What a record is shown as, in the order of the query.
 * @typedef {{ kind: 'field', name: string, field: Field }
 *   | { kind: 'parent', name: string, reference: Field, type: ObjectType, nodes: Node[] }
 *   | { kind: 'children', name: string, relation: Relation, plan: Plan }} Node
 */

/**
 * @typedef {object} Showing how answers are written
 * @property {(type: ObjectType, record: Kept) => string} url
 * @property {(rows: Kept[], show: (record: Kept) => object) => object} page a list as the result of a query
 */

const MOST_OFFSET = 2000;
const MOST_FIELDS = 200;

/**
 * @param {Database} database
 * @param {string} text
 * @param {number} now
 */
export function planOf(database, text, now) {
  const query = parse(text);
  return new Plan(database, query, objectOf(database, query), now);
}

/**
 * The object that a query is of.
 * @param {Database} database
 * @param {Query} query
 */
function objectOf(database, { text, from: { names, at } }) {
  const name = names.join('.');
  const type = database.schema.object(name);
  if (type) return type;
  throw refusalAt(text, at, 'INVALID_TYPE', objectHint(name));
}

class Plan {
  #database;
  #now;
  #scope;
  #query;
  #meets;
  #compare;
  /** @type {Node[]} */
  nodes = [];

  /**
   * @param {Database} database
   * @param {Query} query
   * @param {ObjectType} type
   * @param {number} now
   * @param {boolean} [isInner] whether it is part of another query
   */
  constructor(database, query, type, now, isInner = false) {
    this.type = type;
    this.counts = query.select === 'count';
    this.view = query.view;
    this.#database = database;
    this.#now = now;
    this.#query = query;
    this.#scope = new Scope(database, type, query.text, [query.alias, query.from.names[0], type.name]);
    this.#meets = query.where ? predicateOf(query.where, this.#scope, { now, select: this.#join }) : () => true;
    this.#compare = this.#order(query.order);
    if (query.offset > MOST_OFFSET) {
      throw this.#scope.refusal(0, 'NUMBER_OUTSIDE_VALID_RANGE', `Maximum SOQL offset allowed is ${MOST_OFFSET}`);
    }
    if (query.select === 'count') return;
    for (const selected of query.select) this.#add(selected, isInner);
  }

  /**
   * The records that it finds.
   * @param {boolean} deletedToo
   * @param {(record: Kept) => boolean} [also] a condition besides the query's
   */
  rows(deletedToo, also = () => true) {
    return this.#found(this.#database.records.of(this.type), deletedToo, also);
  }

  /**
   * @param {Kept} record
   * @param {Showing} showing
   * @param {boolean} deletedToo
   * @returns {Record<string, any>}
   */
  show(record, showing, deletedToo) {
    return this.#shown(this.type, this.nodes, record, showing, deletedToo);
  }

  /**
   * @param {Iterable<Kept>} candidates
   * @param {boolean} deletedToo
   * @param {(record: Kept) => boolean} also
   */
  #found(candidates, deletedToo, also) {
    const found = [];
    for (const record of candidates) {
      if ((deletedToo || !record.IsDeleted) && this.#meets(record) && also(record)) found.push(record);
    }
    if (this.#query.order.length > 0) found.sort(this.#compare);
    const { offset, limit = Infinity } = this.#query;
    return found.slice(offset, offset + limit);
  }

  /**
   * @param {ObjectType} type
   * @param {Node[]} nodes
   * @param {Kept} record
   * @param {Showing} showing
   * @param {boolean} deletedToo
   * @returns {Record<string, any>}
   */
  #shown(type, nodes, record, showing, deletedToo) {
    /** @type {Record<string, any>} */
    const json = { attributes: { type: type.name, url: showing.url(type, record) } };
    for (const node of nodes) {
      if (node.kind === 'field') json[node.name] = shown(node.field, record[node.field.name]);
      else if (node.kind === 'parent') {
        const parent = this.#scope.follow(record, [node.reference]);
        json[node.name] = parent ? this.#shown(node.type, node.nodes, parent, showing, deletedToo) : null;
      } else json[node.name] = node.plan.#children(node.relation, record, showing, deletedToo);
    }
    return json;
  }

  /**
   * @param {Relation} relation
   * @param {Kept} parent
   * @param {Showing} showing
   * @param {boolean} deletedToo
   */
  #children({ child, field }, parent, showing, deletedToo) {
    const { records } = this.#database;
    const candidates = deletedToo
      ? [...records.of(child)].filter((record) => record[field.name] === parent.Id)
      : records.having(child, field, parent.Id);
    const rows = this.#found(candidates, deletedToo, () => true);
    return rows.length === 0 ? null : showing.page(rows, (record) => this.show(record, showing, deletedToo));
  }

  /**
   * What a semi-join's query selects.
   * @type {(query: Query, at: number) => Set<Value>}
   */
  #join = (query, at) => {
    const type = objectOf(this.#database, query);
    const plan = new Plan(this.#database, query, type, this.#now, true);
    const [selected] = query.select === 'count' ? [] : query.select;
    if (plan.nodes.length !== 1 || selected?.kind !== 'field') {
      throw malformed(query.text, at, 'semi join sub-selects must select one field');
    }
    const column = plan.#scope.column(selected.path);
    return new Set(
      plan
        .rows(false)
        .map(column.value)
        .filter((value) => value !== null),
    );
  };

  /**
   * @param {Order[]} orders
   * @returns {(left: Kept, right: Kept) => number}
   */
  #order(orders) {
    const columns = orders.map(({ path, descending, nullsLast }) => {
      const { field, value } = this.#scope.column(path);
      if (!field.sortable) {
        throw this.#scope.refusal(
          path.at,
          'MALFORMED_QUERY',
          `field '${field.name}' can not be sorted in a query call`,
        );
      }
      return {
        of: (/** @type {Kept} */ row) => folded(field, value(row)),
        sign: descending ? -1 : 1,
        none: nullsLast ? 1 : -1,
      };
    });
    return (left, right) => {
      for (const { of, sign, none } of columns) {
        const [a, b] = [of(left), of(right)];
        if (a === b) continue;
        if (a === null || b === null) return a === null ? none : -none;
        return a < b ? -sign : sign;
      }
      return 0;
    };
  }

  /**
   * @param {Selected} selected
   * @param {boolean} isInner
   */
  #add(selected, isInner) {
    if (selected.kind === 'field') this.#addField(selected.path);
    else if (selected.kind === 'fields') this.#addGroup(selected.group, selected.at);
    else if (isInner) throw notHere('A subquery of more than one level');
    else this.#addChildren(selected.query);
  }

  /** @param {Path} path */
  #addField(path) {
    const { steps, field } = this.#scope.resolve(path);
    let { nodes, type } = /** @type {{ nodes: Node[], type: ObjectType }} */ (this);
    for (const reference of steps) {
      type = this.#database.object(String(reference.to));
      nodes = parentNode(nodes, reference, type).nodes;
    }
    if (nodes.some(({ name }) => name === field.name)) {
      throw this.#scope.refusal(path.at, 'INVALID_FIELD', `duplicate field selected: ${path.names.join('.')}`);
    }
    nodes.push({ kind: 'field', name: field.name, field });
  }

  /**
   * @param {string} group
   * @param {number} at
   */
  #addGroup(group, at) {
    /** @type {Record<string, (field: Field) => boolean>} */
    const groups = { all: () => true, standard: ({ custom }) => !custom, custom: ({ custom }) => custom };
    if (!groups[group]) throw malformed(this.#query.text, at, `unexpected token: '${group}'`);
    if (group !== 'standard' && (this.#query.limit ?? Infinity) > MOST_FIELDS) {
      throw malformed(this.#query.text, at, `The SOQL FIELDS function must have a LIMIT of at most ${MOST_FIELDS}`);
    }
    for (const field of this.type.fields.filter(groups[group])) this.#addField({ names: [field.name], at });
  }

  /** @param {Query} query */
  #addChildren(query) {
    const { names, at } = query.from;
    const relation = this.#database.schema
      .relationsOf(this.type)
      .find(({ name }) => name?.toLowerCase() === names.join('.').toLowerCase());
    if (!relation) {
      throw this.#scope.refusal(at, 'INVALID_TYPE', relationshipHint(names.join('.'), 'FROM part of query call'));
    }
    if (query.select === 'count') throw malformed(query.text, at, "unexpected token: 'COUNT'");
    const plan = new Plan(this.#database, query, relation.child, this.#now, true);
    this.nodes.push({ kind: 'children', name: String(relation.name), relation, plan });
  }
}

/**
 * The node of a parent, made if there is none.
 * @param {Node[]} nodes
 * @param {Field} reference
 * @param {ObjectType} type
 */
function parentNode(nodes, reference, type) {
  const name = String(reference.relationship);
  for (const node of nodes) if (node.kind === 'parent' && node.name === name) return node;
  const node = { kind: /** @type {const} */ ('parent'), name, reference, type, nodes: [] };
  nodes.push(node);
  return node;
}
