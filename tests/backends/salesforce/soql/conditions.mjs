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
/** @typedef {(code: string, message: string) => Error} Refusal at the place of the condition */
/** @typedef {{ field: Field, now: number, refusal: Refusal }} Compared */

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
  /** @type {Compared} */
  const compared = { field, now, refusal: (code, message) => scope.refusal(path.at, code, message) };
  checkOperator(compared, operator);
  if (condition.kind === 'compare') {
    checkLiteral(compared, condition.literal);
    return comparison(compared, operator, condition.literal);
  }
  if (condition.kind === 'join') {
    if (kindOf(field) !== 'id') throw compared.refusal('INVALID_QUERY_FILTER_OPERATOR', 'semi join needs an ID field');
    const values = select(condition.query, path.at);
    return operator === 'in' ? (value) => values.has(value) : (value) => !values.has(value);
  }
  for (const literal of condition.literals) checkLiteral(compared, literal);
  const isList = operator === 'includes' || operator === 'excludes';
  const among = isList ? includedTest(condition.literals) : memberTest(compared, condition.literals);
  return operator === 'in' || operator === 'includes' ? among : (value) => !among(value);
}

/**
 * Whether a multipicklist has all values of one of the literals.
 * @param {Literal[]} literals such as `'a;b'`
 * @returns {Test}
 */
function includedTest(literals) {
  const wanted = literals.map(({ value }) => String(value).split(';'));
  return (value) => {
    const has = String(value ?? '').split(';');
    return wanted.some((all) => all.every((one) => has.includes(one)));
  };
}

/**
 * @param {Compared} compared
 * @param {Literal[]} literals
 * @returns {Test}
 */
function memberTest(compared, literals) {
  if (!literals.some(({ kind }) => kind === 'relative')) {
    const values = new Set(literals.map((literal) => comparable(compared, literal)));
    return (value) => values.has(folded(compared.field, value));
  }
  const tests = literals.map((literal) => comparison(compared, '=', literal));
  return (value) => tests.some((test) => test(value));
}

/**
 * @param {Compared} compared
 * @param {string} operator
 */
function checkOperator({ field, refusal }, operator) {
  const kind = kindOf(field);
  const multiple = field.type === 'multipicklist';
  const isOrdered = kind !== 'boolean' && !multiple;
  /** @type {Record<string, boolean>} */
  const fits = { like: kind === 'text' && !multiple, includes: multiple, excludes: multiple };
  if (fits[operator] ?? (isOrdered || !/^[<>]/.test(operator))) return;
  const message = `${field.name}: '${operator}' operator not valid for ${field.type}`;
  throw refusal('INVALID_QUERY_FILTER_OPERATOR', message);
}

/**
 * @param {Compared} compared
 * @param {Literal} literal
 */
function checkLiteral({ field, refusal }, { kind, raw }) {
  const fieldKind = kindOf(field);
  if (kind === 'null' || FITTING[fieldKind].includes(kind)) return;
  if (kind === 'relative') throw refusal('MALFORMED_QUERY', `unexpected token: '${raw}'`);
  const quotes = FITTING[fieldKind][0] === 'string' ? 'should be enclosed' : 'should not be enclosed';
  const type = TYPE_NAMES[fieldKind] ?? fieldKind;
  const message = `value of filter criterion for field '${field.name}' must be of type ${type} and ${quotes} in quotes`;
  throw refusal('INVALID_FIELD', message);
}

/**
 * @param {Compared} compared
 * @param {string} operator
 * @param {Literal} literal
 * @returns {Test}
 */
function comparison(compared, operator, literal) {
  if (operator === 'like') {
    const pattern = patternOf(literal);
    return (value) => pattern.test(String(value ?? ''));
  }
  if (literal.kind === 'relative') return withinTest(compared, operator, literal);
  const right = comparable(compared, literal);
  const compare = COMPARISONS[operator];
  return (value) => compare(folded(compared.field, value), right);
}

/**
 * Compares with a period: it is equal to all that lies in it, what is less lies before, what is greater after.
 * @param {Compared} compared
 * @param {string} operator
 * @param {Literal} literal
 * @returns {Test}
 */
function withinTest({ field, now, refusal }, operator, { value: literal, raw }) {
  const period = periodOf(literal, now);
  if (!period) throw refusal('MALFORMED_QUERY', `unexpected token: '${raw}'`);
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
 * @param {Compared} compared
 * @param {Literal} literal
 * @returns {Value}
 */
function comparable({ field, refusal }, { value }) {
  if (value === '' || value === null) return null;
  if (kindOf(field) !== 'id') return folded(field, value);
  const id = longId(value);
  if (!id) throw refusal('INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${value}`);
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
