// Conditions of SOQL as predicates. SOQL and SOSL Reference, "Comparison Operators": texts are the same in any case;
// null is equal to null, not equal to everything else, and neither less nor greater than anything.
import { longId } from '../data/ids.mjs';
import { kindOf } from '../data/types.mjs';
import { lettersOf } from './lexer.mjs';
import { periodOf } from './periods.mjs';

/** @typedef {import('../data/schema.mjs').Field} Field */
/** @typedef {import('../data/schema.mjs').Kept} Kept */
/** @typedef {import('../data/types.mjs').Kind} Kind */
/** @typedef {import('../data/types.mjs').Value} Value */
/** @typedef {import('./parser.mjs').Condition} Condition */
/** @typedef {import('./parser.mjs').Literal} Literal */
/** @typedef {import('./parser.mjs').Path} Path */
/** @typedef {import('./parser.mjs').Query} Query */
/** @typedef {import('./scope.mjs').Column} Column */
/** @typedef {import('./scope.mjs').Scope} Scope */
/** @typedef {(record: Kept) => boolean} Predicate */
/** @typedef {(value: Value) => boolean} Test */

/** What literals a kind of field is compared with. @type {Record<Kind, Literal['kind'][]>} */
const FITTING = {
  text: ['string'],
  id: ['string'],
  number: ['number'],
  boolean: ['boolean'],
  date: ['date', 'relative'],
  datetime: ['datetime', 'relative'],
  time: ['time'],
};

/** @type {Partial<Record<Kind, string>>} */
const TYPE_NAMES = { text: 'string', id: 'string', number: 'double', datetime: 'dateTime' };

/** @type {Record<string, (left: any, right: any) => boolean>} */
const COMPARISONS = {
  '=': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left !== null && right !== null && left < right,
  '<=': (left, right) => left !== null && right !== null && left <= right,
  '>': (left, right) => left !== null && right !== null && left > right,
  '>=': (left, right) => left !== null && right !== null && left >= right,
};

/**
 * @param {Condition} condition
 * @param {Scope} scope
 * @param {{ now: number, select: (query: Query, at: number) => Set<Value> }} context what a semi-join's query selects
 * @returns {Predicate}
 */
export function predicateOf(condition, scope, context) {
  switch (condition.kind) {
    case 'all': {
      const all = condition.of.map((part) => predicateOf(part, scope, context));
      return (record) => all.every((meets) => meets(record));
    }
    case 'any': {
      const any = condition.of.map((part) => predicateOf(part, scope, context));
      return (record) => any.some((meets) => meets(record));
    }
    case 'not': {
      const meets = predicateOf(condition.of, scope, context);
      return (record) => !meets(record);
    }
    default: {
      const column = filterable(scope, condition.path);
      const meets = testOf(condition, column.field, scope, context);
      return (record) => meets(column.value(record));
    }
  }
}

/**
 * @param {Scope} scope
 * @param {Path} path
 * @returns {Column}
 */
function filterable(scope, path) {
  const column = scope.column(path);
  if (column.field.filterable) return column;
  throw scope.refusal(path.at, 'INVALID_FIELD', `field '${column.field.name}' can not be filtered in a query call`);
}

/**
 * @param {Extract<Condition, { path: Path }>} condition
 * @param {Field} field
 * @param {Scope} scope
 * @param {Parameters<typeof predicateOf>[2]} context
 * @returns {Test}
 */
function testOf(condition, field, scope, { now, select }) {
  const { path, operator } = condition;
  const { at } = path;
  checkOperator(scope, at, field, operator);
  if (condition.kind === 'compare') {
    checkLiteral(scope, at, field, condition.literal);
    return comparison(field, operator, condition.literal, now, scope, at);
  }
  if (condition.kind === 'join') {
    if (kindOf(field) !== 'id') throw scope.refusal(at, 'INVALID_QUERY_FILTER_OPERATOR', 'semi join needs an ID field');
    const values = select(condition.query, at);
    return operator === 'in' ? (value) => values.has(value) : (value) => !values.has(value);
  }
  for (const literal of condition.literals) checkLiteral(scope, at, field, literal);
  const parts = condition.literals;
  if (operator === 'includes' || operator === 'excludes') {
    const wanted = parts.map(({ value }) => String(value).split(';'));
    const included = (/** @type {Value} */ value) => {
      const has = String(value ?? '').split(';');
      return wanted.some((all) => all.every((one) => has.includes(one)));
    };
    return operator === 'includes' ? included : (value) => !included(value);
  }
  const among = memberTest(field, parts, now, scope, at);
  return operator === 'in' ? among : (value) => !among(value);
}

/**
 * @param {Field} field
 * @param {Literal[]} literals
 * @param {number} now
 * @param {Scope} scope
 * @param {number} at
 * @returns {Test}
 */
function memberTest(field, literals, now, scope, at) {
  if (!literals.some(({ kind }) => kind === 'relative')) {
    const values = new Set(literals.map((literal) => comparable(field, literal, scope, at)));
    return (value) => values.has(folded(field, value));
  }
  const tests = literals.map((literal) => comparison(field, '=', literal, now, scope, at));
  return (value) => tests.some((test) => test(value));
}

/**
 * @param {Scope} scope
 * @param {number} at
 * @param {Field} field
 * @param {string} operator
 */
function checkOperator(scope, at, field, operator) {
  const kind = kindOf(field);
  const multiple = field.type === 'multipicklist';
  const isOrdered = kind !== 'boolean' && !multiple;
  /** @type {Record<string, boolean>} */
  const fits = { like: kind === 'text' && !multiple, includes: multiple, excludes: multiple };
  if (fits[operator] ?? (isOrdered || !/^[<>]/.test(operator))) return;
  const message = `${field.name}: '${operator}' operator not valid for ${field.type}`;
  throw scope.refusal(at, 'INVALID_QUERY_FILTER_OPERATOR', message);
}

/**
 * @param {Scope} scope
 * @param {number} at
 * @param {Field} field
 * @param {Literal} literal
 */
function checkLiteral(scope, at, field, { kind, raw }) {
  const fieldKind = kindOf(field);
  if (kind === 'null' || FITTING[fieldKind].includes(kind)) return;
  if (kind === 'relative') throw scope.refusal(at, 'MALFORMED_QUERY', `unexpected token: '${raw}'`);
  const quotes = FITTING[fieldKind][0] === 'string' ? 'should be enclosed' : 'should not be enclosed';
  const message =
    `value of filter criterion for field '${field.name}' must be of type ${TYPE_NAMES[fieldKind] ?? fieldKind} ` +
    `and ${quotes} in quotes`;
  throw scope.refusal(at, 'INVALID_FIELD', message);
}

/**
 * @param {Field} field
 * @param {string} operator
 * @param {Literal} literal
 * @param {number} now
 * @param {Scope} scope
 * @param {number} at
 * @returns {Test}
 */
function comparison(field, operator, literal, now, scope, at) {
  if (operator === 'like') {
    const pattern = patternOf(literal);
    return (value) => pattern.test(String(value ?? ''));
  }
  if (literal.kind === 'relative') return withinTest(field, operator, literal, now, scope, at);
  const right = comparable(field, literal, scope, at);
  const compare = COMPARISONS[operator];
  return (value) => compare(folded(field, value), right);
}

/**
 * Compares with a period: it is equal to all that lies in it, what is less lies before, what is greater after.
 * @param {Field} field
 * @param {string} operator
 * @param {Literal} literal
 * @param {number} now
 * @param {Scope} scope
 * @param {number} at
 * @returns {Test}
 */
function withinTest(field, operator, { value: literal, raw }, now, scope, at) {
  const period = periodOf(literal, now);
  if (!period) throw scope.refusal(at, 'MALFORMED_QUERY', `unexpected token: '${raw}'`);
  const { start, end } = period;
  /** @type {Record<string, (time: number) => boolean>} */
  const tests = {
    '=': (time) => time >= start && time < end,
    '!=': (time) => time < start || time >= end,
    '<': (time) => time < start,
    '<=': (time) => time < end,
    '>': (time) => time >= end,
    '>=': (time) => time >= start,
  };
  const timeOf = (/** @type {any} */ value) => (field.type === 'date' ? Date.parse(value) : value);
  return (value) => (value === null ? operator === '!=' : tests[operator](timeOf(value)));
}

/**
 * A literal as it is compared.
 * @param {Field} field
 * @param {Literal} literal
 * @param {Scope} scope
 * @param {number} at
 * @returns {Value}
 */
function comparable(field, { value }, scope, at) {
  if (value === '' || value === null) return null;
  if (kindOf(field) !== 'id') return folded(field, value);
  const id = longId(value);
  if (!id) throw scope.refusal(at, 'INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${value}`);
  return id;
}

/**
 * A kept value as it is compared.
 * @param {Field} field
 * @param {Value} value
 * @returns {Value}
 */
export const folded = (field, value) =>
  typeof value === 'string' && kindOf(field) === 'text' ? value.toLowerCase() : value;

/** @param {Literal} literal of LIKE */
function patternOf({ kind, raw }) {
  const letters = kind === 'null' ? [] : [...lettersOf(raw.slice(1, -1))];
  const source = letters.map(({ letter, escaped }) => {
    if (!escaped && letter === '%') return '.*';
    if (!escaped && letter === '_') return '.';
    return letter.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`, 'isu');
}
