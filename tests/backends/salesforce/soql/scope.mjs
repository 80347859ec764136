// What the names in a query stand for: fields of its object, and of those that its references lead to.
import { shown } from '../data/types.mjs';
import { malformed, refusalAt } from './lexer.mjs';

/** @typedef {import('../data/database.mjs').Database} Database */
/** @typedef {import('../data/schema.mjs').Field} Field */
/** @typedef {import('../data/schema.mjs').Kept} Kept */
/** @typedef {import('../data/schema.mjs').ObjectType} ObjectType */
/** @typedef {import('../data/types.mjs').Value} Value */
/** @typedef {import('./parser.mjs').Path} Path */
/** @typedef {{ field: Field, value: (record: Kept) => Value }} Column */

const HINT = 'Please reference your WSDL or the describe call for the appropriate names.';
const MOST_STEPS = 5;

export class Scope {
  #database;
  #text;
  #own;

  /**
   * @param {Database} database
   * @param {ObjectType} type
   * @param {string} text of the query
   * @param {(string | undefined)[]} own names that stand for the object itself
   */
  constructor(database, type, text, own) {
    this.#database = database;
    this.type = type;
    this.#text = text;
    this.#own = own.map((name) => name?.toLowerCase());
  }

  /**
   * The references that a path goes along, and the field at its end.
   * @param {Path} path
   */
  resolve({ names, at }) {
    const path = names.length > 1 && this.#own.includes(names[0].toLowerCase()) ? names.slice(1) : names;
    if (path.length - 1 > MOST_STEPS) {
      throw malformed(this.#text, at, `only ${MOST_STEPS} relationship levels are supported`);
    }
    let type = this.type;
    const steps = path.slice(0, -1).map((name) => {
      const reference = type.reference(name);
      if (!reference) throw this.refusal(at, 'INVALID_FIELD', relationshipHint(name, 'field path'));
      type = this.#database.object(String(reference.to));
      return reference;
    });
    const name = path[path.length - 1];
    const field = type.field(name);
    if (field) return { steps, field, type };
    const message =
      `No such column '${name}' on entity '${type.name}'. If you are attempting to use a custom field, be sure ` +
      `to append the '__c' after the custom field name. ${HINT}`;
    throw this.refusal(at, 'INVALID_FIELD', message);
  }

  /**
   * @param {Path} path
   * @returns {Column}
   */
  column(path) {
    const { steps, field } = this.resolve(path);
    return { field, value: (record) => this.follow(record, steps)?.[field.name] ?? null };
  }

  /**
   * The record at the end of some references.
   * @param {Kept} record
   * @param {Field[]} steps
   */
  follow(record, steps) {
    /** @type {Kept | undefined} */
    let at = record;
    for (const { name, to } of steps) at = at && this.#database.records.get(String(to), String(at[name]));
    return at;
  }

  /**
   * @param {number} at
   * @param {string} errorCode
   * @param {string} message
   */
  refusal(at, errorCode, message) {
    return refusalAt(this.#text, at, errorCode, message);
  }
}

/**
 * @param {string} name
 * @param {string} place
 */
export const relationshipHint = (name, place) =>
  `Didn't understand relationship '${name}' in ${place}. If you are attempting ` +
  `to use a custom relationship, be sure to append the '__r' after the custom relationship name. ${HINT}`;

/** @param {string} name */
export const objectHint = (name) =>
  `sObject type '${name}' is not supported. If you are attempting to use a custom object, be ` +
  `sure to append the '__c' after the entity name. ${HINT}`;

/**
 * A record as JSON.
 * @param {ObjectType} type
 * @param {string} url of the record
 * @param {Kept} record
 * @param {Field[]} fields
 * @returns {Record<string, any>}
 */
export function recordJson({ name }, url, record, fields) {
  const values = fields.map((field) => [field.name, shown(field, record[field.name])]);
  return { attributes: { type: name, url }, ...Object.fromEntries(values) };
}
