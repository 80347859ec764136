// SOQL as a tree. SOQL and SOSL Reference, "SOQL SELECT Syntax" and "conditionExpression": a level of conditions has
// one connective only, and NOT stands before a condition that is alone on its level; anything else wants parentheses.
import { notHere } from '../errors.mjs';
import { malformed, tokensOf } from './lexer.mjs';

/** @typedef {import('./lexer.mjs').Token} Token */
/** @typedef {{ names: string[], at: number }} Path */
/** @typedef {'string' | 'number' | 'boolean' | 'null' | 'date' | 'datetime' | 'time' | 'relative'} LiteralKind */
/** @typedef {{ kind: LiteralKind, value: any, raw: string }} Literal */

/**
 * @typedef {{ kind: 'all', of: Condition[] } | { kind: 'any', of: Condition[] } | { kind: 'not', of: Condition }
 *   | { kind: 'compare', path: Path, operator: string, literal: Literal }
 *   | { kind: 'among', path: Path, operator: string, literals: Literal[] }
 *   | { kind: 'join', path: Path, operator: string, query: Query }} Condition
 */

/**
 * @typedef {{ kind: 'field', path: Path } | { kind: 'fields', group: string, at: number }
 *   | { kind: 'query', query: Query }} Selected
 */
/** @typedef {{ path: Path, descending: boolean, nullsLast: boolean }} Order */

/**
 * @typedef {object} Query
 * @property {string} text the whole query, to show places of
 * @property {Selected[] | 'count'} select
 * @property {Path} from
 * @property {string | undefined} alias
 * @property {Condition | undefined} where
 * @property {Order[]} order
 * @property {number | undefined} limit
 * @property {number} offset
 * @property {boolean} view whether the records count as seen: FOR VIEW, FOR REFERENCE
 */

const RESERVED = (
  'select from where and or not in like includes excludes order group having ' +
  'limit offset for with using update asc desc nulls'
).split(' ');

const OPERATORS = ['=', '!=', '<>', '<', '<=', '>', '>=', 'like'];

/** How deep the rest of a refused query may be nested: what is beyond would be a stack overflow. */
const DEEPEST = 200;

/**
 * @param {string} text
 * @returns {Query}
 */
export function parse(text) {
  const parser = new Parser(text);
  const query = parser.query();
  parser.end();
  return query;
}

class Parser {
  #text;
  #tokens;
  #next = 0;
  #depth = 0;

  /** @param {string} text */
  constructor(text) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  /** @returns {Query} */
  query() {
    this.#word('select');
    const select = this.#select();
    this.#word('from');
    const from = this.#path();
    const alias = this.#alias();
    if (this.#take('using')) throw notHere('USING SCOPE');
    return { text: this.#text, select, from, alias, ...this.#clauses() };
  }

  /** What may follow the object. */
  #clauses() {
    const where = this.#take('where') ? this.#conditions() : undefined;
    for (const clause of ['with', 'group', 'having']) if (this.#is(clause)) throw notHere(clause.toUpperCase());
    const order = this.#take('order') ? this.#orders() : [];
    const limit = this.#take('limit') ? this.#count() : undefined;
    const offset = this.#take('offset') ? this.#count() : 0;
    return { where, order, limit, offset, view: this.#for() };
  }

  end() {
    if (this.#token.kind !== 'end') throw this.#unexpected();
  }

  /** @returns {Token} */
  get #token() {
    return this.#tokens[this.#next];
  }

  #advance() {
    const token = this.#token;
    this.#next += 1;
    return token;
  }

  /** @param {string} word lower case */
  #is(word) {
    return ['name', 'symbol'].includes(this.#token.kind) && this.#token.text.toLowerCase() === word;
  }

  /** @param {string} word lower case */
  #take(word) {
    const is = this.#is(word);
    if (is) this.#next += 1;
    return is;
  }

  /** @param {string} word lower case */
  #word(word) {
    if (!this.#take(word)) throw this.#unexpected();
  }

  /** @param {Token} [token] */
  #unexpected(token = this.#token) {
    return malformed(this.#text, token.at, `unexpected token: '${token.text}'`);
  }

  /** @returns {Selected[] | 'count'} */
  #select() {
    const after = this.#tokens.slice(this.#next, this.#next + 3).map(({ text }) => text.toLowerCase());
    if (after.join(' ') === 'count ( )') {
      this.#next += 3;
      return 'count';
    }
    return this.#list(() => this.#selected());
  }

  /**
   * @template T
   * @param {() => T} one
   */
  #list(one) {
    const all = [one()];
    while (this.#take(',')) all.push(one());
    return all;
  }

  /** @returns {Selected} */
  #selected() {
    if (this.#take('(')) {
      const query = this.#nested(() => this.query());
      this.#word(')');
      return { kind: 'query', query };
    }
    if (this.#is('typeof')) throw notHere('TYPEOF');
    const path = this.#path();
    if (!this.#take('(')) return { kind: 'field', path };
    if (path.names.join('.').toLowerCase() !== 'fields') throw notHere(`${path.names.join('.')}() in SELECT`);
    const group = this.#advance().text.toLowerCase();
    this.#word(')');
    return { kind: 'fields', group, at: path.at };
  }

  /** @returns {Path} */
  #path() {
    const { at } = this.#token;
    const names = [this.#name()];
    while (this.#take('.')) names.push(this.#name());
    return { names, at };
  }

  #name() {
    const { kind, text } = this.#token;
    if (kind !== 'name' || RESERVED.includes(text.toLowerCase())) throw this.#unexpected();
    return this.#advance().text;
  }

  #alias() {
    this.#take('as');
    const { kind, text } = this.#token;
    return kind === 'name' && !RESERVED.includes(text.toLowerCase()) ? this.#advance().text : undefined;
  }

  /**
   * @template T
   * @param {() => T} read
   */
  #nested(read) {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw malformed(this.#text, this.#token.at, 'query is too deeply nested');
    const result = read();
    this.#depth -= 1;
    return result;
  }

  /** @returns {Condition} */
  #conditions() {
    if (this.#take('not')) return { kind: 'not', of: this.#condition() };
    const first = this.#condition();
    const connective = ['and', 'or'].find((word) => this.#is(word));
    if (!connective) return first;
    const all = [first];
    while (this.#take(connective)) all.push(this.#condition());
    return { kind: connective === 'and' ? 'all' : 'any', of: all };
  }

  /** @returns {Condition} */
  #condition() {
    if (this.#take('(')) {
      const conditions = this.#nested(() => this.#conditions());
      this.#word(')');
      return conditions;
    }
    const path = this.#path();
    if (this.#is('(')) throw notHere(`${path.names.join('.')}() in WHERE`);
    const operator = this.#operator();
    return ['in', 'not in', 'includes', 'excludes'].includes(operator)
      ? this.#among(path, operator)
      : { kind: 'compare', path, operator, literal: this.#literal() };
  }

  #operator() {
    const { text } = this.#advance();
    const operator = text.toLowerCase();
    if (operator === 'not' && this.#take('in')) return 'not in';
    if ([...OPERATORS, 'in', 'includes', 'excludes'].includes(operator)) return operator === '<>' ? '!=' : operator;
    this.#next -= 1;
    throw this.#unexpected();
  }

  /**
   * @param {Path} path
   * @param {string} operator
   * @returns {Condition}
   */
  #among(path, operator) {
    this.#word('(');
    /** @type {Condition} */
    const among =
      operator.endsWith('in') && this.#is('select')
        ? { kind: 'join', path, operator, query: this.#nested(() => this.query()) }
        : { kind: 'among', path, operator, literals: this.#list(() => this.#literal()) };
    this.#word(')');
    return among;
  }

  /** @returns {Literal} */
  #literal() {
    const token = this.#advance();
    const { kind, value, text: raw } = token;
    if (kind === 'symbol' || kind === 'end') throw this.#unexpected(token);
    if (kind !== 'name') return { kind, value, raw };
    const word = raw.toLowerCase();
    if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true', raw };
    if (word === 'null') return { kind: 'null', value: null, raw };
    const count = this.#take(':') ? this.#count() : undefined;
    return { kind: 'relative', value: { name: raw.toUpperCase(), count }, raw };
  }

  /** @returns {Order[]} */
  #orders() {
    this.#word('by');
    return this.#list(() => {
      const path = this.#path();
      const descending = !this.#take('asc') && this.#take('desc');
      const nullsLast = this.#take('nulls') && this.#nullsLast();
      return { path, descending, nullsLast };
    });
  }

  #nullsLast() {
    if (this.#take('first')) return false;
    this.#word('last');
    return true;
  }

  #count() {
    const token = this.#advance();
    if (token.kind === 'number' && /^\d+$/.test(token.text)) return token.value;
    throw this.#unexpected(token);
  }

  #for() {
    let view = false;
    while (this.#take('for')) {
      const { text } = this.#advance();
      if (!['view', 'reference'].includes(text.toLowerCase())) throw notHere(`FOR ${text}`);
      view = true;
    }
    return view;
  }
}
