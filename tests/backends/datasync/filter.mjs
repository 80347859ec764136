// `$filter` of OData 4.0, read and evaluated as its specification says: "URL Conventions", section 5.1.1.
//
// Expressions have types, and what does not fit is refused, as a server with a typed model does: words of version 2
// (`datetime'…'`, `substringof`, `replace`), a sum of texts, a text compared with a number, a property that is not
// there. Null makes every comparison false but `ne`; `and`, `or` and `not` know a third truth.

/** @typedef {'text' | 'truth' | 'int' | 'double' | 'time' | 'null'} Type */
/** @typedef {Record<string, any>} Row times are ticks of 100 ns, as bigints */
/** @typedef {{ type: Type, value: (row: Row) => any }} Node */

/** A request that cannot be understood. */
export class BadRequest extends Error {}

const TOKEN =
  /\s*(?:(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|('(?:[^']|'')*')|([A-Za-z_][\w.]*)|([(),-]))/y;

/**
 * What decides whether a row meets a filter.
 * @param {string} text
 * @param {Record<string, Type>} columns
 * @returns {(row: Row) => boolean}
 */
export function filterOf(text, columns) {
  const reader = new Reader(text, columns);
  const node = reader.disjunction();
  reader.end();
  expectType(node, ['truth'], 'a filter');
  return (row) => node.value(row) === true;
}

/**
 * Ticks of 100 ns since 1970.
 * @param {string} text ISO 8601 with an offset
 */
export function ticksOf(text) {
  const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  const milliseconds = found ? Date.parse(found[1] + found[3]) : NaN;
  if (!found || Number.isNaN(milliseconds)) throw new BadRequest(`'${text}' is no date.`);
  return BigInt(milliseconds) * 10_000n + BigInt((found[2] ?? '').padEnd(7, '0').slice(0, 7));
}

/** @type {(type: Type) => boolean} */
const isNumber = (type) => type === 'int' || type === 'double';

/**
 * @param {Node} node
 * @param {Type[]} types
 * @param {string} place
 */
function expectType(node, types, place) {
  if (node.type !== 'null' && !types.includes(node.type)) throw new BadRequest(`${place} cannot be of type ${node.type}.`);
}

/** @type {Record<string, (left: any, right: any) => boolean>} */
const COMPARISONS = {
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
  gt: (left, right) => left !== null && right !== null && left > right,
  ge: (left, right) => left !== null && right !== null && left >= right,
  lt: (left, right) => left !== null && right !== null && left < right,
  le: (left, right) => left !== null && right !== null && left <= right,
};

/** @type {Record<string, (left: number, right: number) => number>} */
const ARITHMETIC = {
  add: (left, right) => left + right,
  sub: (left, right) => left - right,
  mul: (left, right) => left * right,
  div: (left, right) => left / right,
  mod: (left, right) => left % right,
};

/** @param {bigint} ticks */
const dateOf = (ticks) => new Date(Number(ticks / 10_000n));
/** @param {number} number */
const round = (number) => Math.sign(number) * Math.round(Math.abs(number));

/** @type {Record<string, { takes: Type[][], gives: Type, of: (...given: any[]) => any }>} */
const FUNCTIONS = {
  contains: { takes: [['text'], ['text']], gives: 'truth', of: (text, part) => text.includes(part) },
  startswith: { takes: [['text'], ['text']], gives: 'truth', of: (text, part) => text.startsWith(part) },
  endswith: { takes: [['text'], ['text']], gives: 'truth', of: (text, part) => text.endsWith(part) },
  length: { takes: [['text']], gives: 'int', of: (text) => text.length },
  indexof: { takes: [['text'], ['text']], gives: 'int', of: (text, part) => text.indexOf(part) },
  substring: { takes: [['text'], ['int'], ['int']], gives: 'text', of: (text, start, length) => text.substr(start, length) },
  tolower: { takes: [['text']], gives: 'text', of: (text) => text.toLowerCase() },
  toupper: { takes: [['text']], gives: 'text', of: (text) => text.toUpperCase() },
  trim: { takes: [['text']], gives: 'text', of: (text) => text.trim() },
  concat: { takes: [['text'], ['text']], gives: 'text', of: (left, right) => left + right },
  year: { takes: [['time']], gives: 'int', of: (ticks) => dateOf(ticks).getUTCFullYear() },
  month: { takes: [['time']], gives: 'int', of: (ticks) => dateOf(ticks).getUTCMonth() + 1 },
  day: { takes: [['time']], gives: 'int', of: (ticks) => dateOf(ticks).getUTCDate() },
  hour: { takes: [['time']], gives: 'int', of: (ticks) => dateOf(ticks).getUTCHours() },
  minute: { takes: [['time']], gives: 'int', of: (ticks) => dateOf(ticks).getUTCMinutes() },
  second: { takes: [['time']], gives: 'int', of: (ticks) => dateOf(ticks).getUTCSeconds() },
  floor: { takes: [['double', 'int']], gives: 'double', of: Math.floor },
  ceiling: { takes: [['double', 'int']], gives: 'double', of: Math.ceil },
  round: { takes: [['double', 'int']], gives: 'double', of: round },
};

class Reader {
  #text;
  #columns;
  #position = 0;
  /** @type {string | undefined} */
  #token;

  /**
   * @param {string} text
   * @param {Record<string, Type>} columns
   */
  constructor(text, columns) {
    this.#text = text.trim();
    this.#columns = columns;
    this.#advance();
  }

  #advance() {
    const token = this.#token;
    TOKEN.lastIndex = this.#position;
    const found = TOKEN.exec(this.#text);
    if (!found && this.#position < this.#text.length) throw new BadRequest(`Syntax error at position ${this.#position}.`);
    this.#token = found?.[0].trim();
    this.#position = found ? TOKEN.lastIndex : this.#text.length;
    return token;
  }

  /** @param {string} token */
  #skip(token) {
    if (this.#token !== token) throw new BadRequest(`Expected '${token}', not '${this.#token}'.`);
    this.#advance();
  }

  end() {
    if (this.#token !== undefined) throw new BadRequest(`Unexpected '${this.#token}'.`);
  }

  /** @returns {Node} */
  disjunction() {
    return this.#logical('or', true, () => this.#logical('and', false, () => this.#comparison()));
  }

  /**
   * A chain of `and` or `or`, one of whose terms decides it.
   * @param {string} operator
   * @param {boolean} decisive
   * @param {() => Node} term
   * @returns {Node}
   */
  #logical(operator, decisive, term) {
    const terms = [term()];
    while (this.#token === operator) {
      this.#advance();
      terms.push(term());
    }
    if (terms.length === 1) return terms[0];
    for (const each of terms) expectType(each, ['truth'], `a side of ${operator}`);
    const value = (/** @type {Row} */ row) => {
      const values = terms.map((each) => each.value(row));
      if (values.includes(decisive)) return decisive;
      return values.includes(null) ? null : !decisive;
    };
    return { type: 'truth', value };
  }

  /** @returns {Node} */
  #comparison() {
    const left = this.#sum();
    const compare = COMPARISONS[this.#token ?? ''];
    if (!compare) return left;
    this.#advance();
    const right = this.#sum();
    const alike = left.type === right.type || (isNumber(left.type) && isNumber(right.type));
    if (!alike && left.type !== 'null' && right.type !== 'null') {
      throw new BadRequest(`A ${left.type} cannot be compared with a ${right.type}.`);
    }
    return { type: 'truth', value: (row) => compare(left.value(row), right.value(row)) };
  }

  #sum() {
    return this.#arithmetic(['add', 'sub'], () => this.#arithmetic(['mul', 'div', 'mod'], () => this.#unary()));
  }

  /**
   * @param {string[]} operators
   * @param {() => Node} operand
   */
  #arithmetic(operators, operand) {
    let node = operand();
    while (operators.includes(this.#token ?? '')) {
      node = calculation(/** @type {string} */ (this.#advance()), node, operand());
    }
    return node;
  }

  /** @returns {Node} */
  #unary() {
    if (this.#token === 'not') {
      this.#advance();
      const inner = this.#unary();
      expectType(inner, ['truth'], 'what follows not');
      return { type: 'truth', value: (row) => (inner.value(row) === null ? null : !inner.value(row)) };
    }
    if (this.#token === '-') {
      this.#advance();
      return calculation('sub', { type: 'int', value: () => 0 }, this.#unary());
    }
    return this.#primary();
  }

  /** @returns {Node} */
  #primary() {
    const token = this.#advance();
    if (token === undefined) throw new BadRequest('The filter ends too early.');
    if (token === '(') {
      const inner = this.disjunction();
      this.#skip(')');
      return inner;
    }
    const constant = constantOf(token);
    if (constant) return constant;
    if (this.#token === '(') return token === 'cast' ? this.#cast() : this.#call(token);
    const type = this.#columns[token];
    if (!type) throw new BadRequest(`Could not find a property named '${token}'.`);
    return { type, value: (row) => row[token] ?? null };
  }

  /** @returns {Node} */
  #cast() {
    this.#skip('(');
    const inner = this.disjunction();
    this.#skip(',');
    this.#skip('Edm.DateTimeOffset');
    this.#skip(')');
    expectType(inner, ['time'], 'what is cast to a date');
    return inner;
  }

  /**
   * @param {string} name
   * @returns {Node}
   */
  #call(name) {
    const known = FUNCTIONS[name];
    if (!known) throw new BadRequest(`An unknown function with name '${name}' was found.`);
    this.#skip('(');
    const given = [this.disjunction()];
    while (this.#token === ',') {
      this.#advance();
      given.push(this.disjunction());
    }
    this.#skip(')');
    const least = name === 'substring' ? 2 : known.takes.length;
    if (given.length < least || given.length > known.takes.length) throw new BadRequest(`${name} takes other arguments.`);
    given.forEach((node, index) => expectType(node, known.takes[index], `argument ${index + 1} of ${name}`));
    const value = (/** @type {Row} */ row) => {
      const values = given.map((node) => node.value(row));
      return values.includes(null) ? null : known.of(...values);
    };
    return { type: known.gives, value };
  }
}

/**
 * @param {string} operator
 * @param {Node} left
 * @param {Node} right
 * @returns {Node}
 */
function calculation(operator, left, right) {
  for (const side of [left, right]) expectType(side, ['int', 'double'], `a side of ${operator}`);
  const whole = left.type === 'int' && right.type === 'int';
  const value = (/** @type {Row} */ row) => {
    const [a, b] = [left.value(row), right.value(row)];
    if (a === null || b === null) return null;
    const result = ARITHMETIC[operator](a, b);
    return whole ? Math.trunc(result) : result;
  };
  return { type: whole ? 'int' : 'double', value };
}

/**
 * @param {string} token
 * @returns {Node | undefined}
 */
function constantOf(token) {
  /** @type {(type: Type, constant: any) => Node} */
  const node = (type, constant) => ({ type, value: () => constant });
  if (token === 'null') return node('null', null);
  if (token === 'true' || token === 'false') return node('truth', token === 'true');
  if (token.startsWith("'")) return node('text', token.slice(1, -1).replaceAll("''", "'"));
  if (/^\d{4}-/.test(token)) return node('time', ticksOf(token));
  if (/^\d/.test(token)) return node(/[.eE]/.test(token) ? 'double' : 'int', Number(token));
  return undefined;
}
