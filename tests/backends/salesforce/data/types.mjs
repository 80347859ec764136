// The types of fields: what JSON they take, what they keep, and what they show. Kept are strings, numbers, booleans
// and null; a datetime is milliseconds, a date `2024-05-06`, a multipicklist `a;b`.
import { refusal, Unreadable } from '../errors.mjs';
import { longId } from './ids.mjs';
import { dateTimeOf, dateTimeText, isDate } from './times.mjs';

/** @typedef {import('./schema.mjs').Field} Field */
/** @typedef {'text' | 'number' | 'boolean' | 'date' | 'datetime' | 'time' | 'id'} Kind how values compare in SOQL */
/** @typedef {string | number | boolean | null} Value */

/**
 * @typedef {object} Type
 * @property {Kind} kind
 * @property {string} soap its name in `soapType`
 * @property {(given: any, field: Field) => Value} take
 * @property {(kept: any) => Value} [show]
 */

/** @type {(given: any, field: Field) => string | null} */
function text(given, field) {
  if (typeof given !== 'string') throw unfit(given, field);
  const trimmed = given.trim();
  if (trimmed.length > field.length) {
    const message = `${field.label}: data value too large: ${trimmed} (max length=${field.length})`;
    throw refusal('STRING_TOO_LONG', message, [field.name]);
  }
  return trimmed || null;
}

/** @type {(given: any, field: Field) => string | null} */
function email(given, field) {
  const value = text(given, field);
  if (value === null || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) return value;
  throw refusal('INVALID_EMAIL_ADDRESS', `${field.label}: invalid email address: ${value}`, [field.name]);
}

/** @type {(given: any, field: Field) => string | null} */
function choice(given, field) {
  const value = text(given, field);
  if (value === null || !field.restricted || field.values.includes(value)) return value;
  const message = `${field.label}: bad value for restricted picklist field: ${value}`;
  throw refusal('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, [field.name]);
}

/** @type {(given: any, field: Field) => string | null} */
function choices(given, field) {
  const value = text(given, field);
  if (value === null) return null;
  const chosen = value.split(';').map((part) => choice(part, field));
  const known = field.values.filter((one) => chosen.includes(one));
  return [...known, ...chosen.filter((one) => one !== null && !known.includes(one))].join(';') || null;
}

/** @type {(given: any, field: Field) => number} */
function number(given, field) {
  const value = typeof given === 'string' && given.trim() ? Number(given) : given;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw unfit(given, field);
  if (field.scale === 0 && field.type === 'int' && !Number.isInteger(value)) throw unfit(given, field);
  if (Math.abs(value) >= 10 ** (field.precision - field.scale)) {
    const message = `${field.label}: value outside of valid range on numeric field: ${value}`;
    throw refusal('NUMBER_OUTSIDE_VALID_RANGE', message, [field.name]);
  }
  return Math.sign(value) * Number(`${Math.round(Number(`${Math.abs(value)}e${field.scale}`))}e-${field.scale}`);
}

/** @type {(given: any, field: Field) => string} */
function reference(given, field) {
  const id = longId(given);
  if (id) return id;
  throw refusal('MALFORMED_ID', `${field.label}: id value of incorrect type: ${given}`, [field.name]);
}

/**
 * @param {any} given
 * @param {Field} field
 * @returns {Unreadable}
 */
function unfit(given, { type }) {
  const token = Array.isArray(given)
    ? 'START_ARRAY'
    : typeof given === 'object'
      ? 'START_OBJECT'
      : typeof given === 'number'
        ? Number.isInteger(given)
          ? 'VALUE_NUMBER_INT'
          : 'VALUE_NUMBER_FLOAT'
        : typeof given === 'boolean'
          ? `VALUE_${given}`.toUpperCase()
          : 'VALUE_STRING';
  const value = typeof given === 'object' ? '' : ` value ${given}`;
  const from = `${token}${value}`;
  const message = `Cannot deserialize instance of ${type} from ${from} or request may be missing a required field`;
  return new Unreadable('JSON_PARSER_ERROR', message);
}

/**
 * @param {(given: string) => Value | undefined} read
 * @returns {Type['take']}
 */
const readBy = (read) => (given, field) => {
  const value = typeof given === 'string' ? read(given) : undefined;
  if (value === undefined) throw unfit(given, field);
  return value;
};

const date = readBy((given) =>
  isDate(given.slice(0, 10)) && /^.{10}(T.*)?$/.test(given) ? given.slice(0, 10) : undefined,
);
const dateTime = readBy((given) => (isDate(given) ? Date.parse(given) : dateTimeOf(given)));
const time = readBy((given) => {
  const found = /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,3}))?Z?$/.exec(given);
  return found ? `${found[1]}:${found[2]}:${found[3]}.${(found[4] ?? '').padEnd(3, '0')}Z` : undefined;
});

/** @type {Type['take']} */
function truth(given, field) {
  if (given === null) {
    throw refusal('INVALID_TYPE_ON_FIELD_IN_RECORD', `${field.label}: value not of required type: null`, [field.name]);
  }
  if (typeof given !== 'boolean') throw unfit(given, field);
  return given;
}

/** @type {Record<string, Type>} */
export const TYPES = {
  id: { kind: 'id', soap: 'tns:ID', take: reference },
  reference: { kind: 'id', soap: 'tns:ID', take: reference },
  string: { kind: 'text', soap: 'xsd:string', take: text },
  textarea: { kind: 'text', soap: 'xsd:string', take: text },
  phone: { kind: 'text', soap: 'xsd:string', take: text },
  url: { kind: 'text', soap: 'xsd:string', take: text },
  email: { kind: 'text', soap: 'xsd:string', take: email },
  picklist: { kind: 'text', soap: 'xsd:string', take: choice },
  multipicklist: { kind: 'text', soap: 'xsd:string', take: choices },
  boolean: { kind: 'boolean', soap: 'xsd:boolean', take: truth },
  int: { kind: 'number', soap: 'xsd:int', take: number },
  double: { kind: 'number', soap: 'xsd:double', take: number },
  currency: { kind: 'number', soap: 'xsd:double', take: number },
  percent: { kind: 'number', soap: 'xsd:double', take: number },
  date: { kind: 'date', soap: 'xsd:date', take: date },
  datetime: {
    kind: 'datetime',
    soap: 'xsd:dateTime',
    take: dateTime,
    show: (kept) => (kept === null ? null : dateTimeText(kept)),
  },
  time: { kind: 'time', soap: 'xsd:time', take: time },
};

/**
 * What is kept of a value that came as JSON.
 * @param {Field} field
 * @param {any} given
 * @returns {Value}
 */
export const taken = (field, given) =>
  given === null && field.type !== 'boolean' ? null : TYPES[field.type].take(given, field);

/**
 * A kept value as JSON.
 * @param {Field} field
 * @param {Value | undefined} kept
 * @returns {Value}
 */
export const shown = (field, kept = null) => TYPES[field.type].show?.(kept) ?? kept;

/** @param {Field} field @returns {Kind} */
export const kindOf = (field) => TYPES[field.type].kind;
