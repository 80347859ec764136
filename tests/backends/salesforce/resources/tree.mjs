// POST /composite/tree/X: records with the records that belong to them, all or none. REST API Developer Guide,
// "sObject Tree".
import { ApiError, notFound } from '../errors.mjs';
import { answer, bodyOf, listOf, typeOf } from './call.mjs';

/** @typedef {import('../data/schema.mjs').ObjectType} ObjectType */
/** @typedef {import('../data/schema.mjs').Field} Field */
/** @typedef {import('./call.mjs').Call} Call */

const MOST = 200;

/** The record that could not be saved, and why. */
class Refused extends Error {
  /**
   * @param {string} referenceId
   * @param {ApiError} reason
   */
  constructor(referenceId, reason) {
    super(reason.message);
    this.result = { referenceId, errors: [reason.result] };
  }
}

/** @param {Call} call */
export function plant(call) {
  const { records } = bodyOf(call);
  /** @type {{ referenceId: string, id: any }[]} */
  const results = [];
  try {
    call.org.database.records.atomically(() => {
      for (const record of listOf(records, MOST)) grow(call, typeOf(call), record, undefined, results);
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return answer({ hasErrors: true, results: [error.result] }, 400);
  }
  return answer({ hasErrors: false, results }, 201);
}

/**
 * Creates a record, then those below it.
 * @param {Call} call
 * @param {ObjectType} type
 * @param {Record<string, any>} record
 * @param {{ field: Field, id: any } | undefined} parent
 * @param {{ referenceId: string, id: any }[]} results
 */
function grow(call, type, record, parent, results) {
  const { org, user } = call;
  const { database, schema } = org;
  const referenceId = record.attributes?.referenceId;
  const own = Object.fromEntries(Object.entries(record).filter(([, value]) => !Array.isArray(value?.records)));
  try {
    const given = { ...own, ...(parent && { [parent.field.name]: parent.id }) };
    const { Id: id } = database.create(type, given, user);
    results.push({ referenceId, id });
    for (const [name, value] of Object.entries(record)) {
      if (name in own) continue;
      const relation = schema.relationsOf(type).find((one) => one.name === name);
      if (!relation) throw notFound(`There is no relationship ${name} of ${type.name}`);
      for (const child of value.records) grow(call, relation.child, child, { field: relation.field, id }, results);
    }
  } catch (error) {
    throw error instanceof ApiError ? new Refused(referenceId, error) : error;
  }
}
