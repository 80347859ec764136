// /composite/sobjects: up to 200 records in one call, each with a result of its own; and many records read by their
// ids. REST API Developer Guide, "Use sObject Collections".
import { longId } from '../data/ids.mjs';
import { ApiError, notFound, refusal, Unreadable } from '../errors.mjs';
import { answer, bodyOf, fieldsOf, listOf, shownRecord, typeOf } from './call.mjs';

/** @typedef {import('../data/database.mjs').Database} Database */
/** @typedef {import('../data/schema.mjs').ObjectType} ObjectType */
/** @typedef {import('./call.mjs').Answer} Answer */
/** @typedef {import('./call.mjs').Call} Call */
/** @typedef {{ id?: any, success: boolean, errors: object[], created?: boolean }} Result */

const [MOST_CHANGED, MOST_READ] = [200, 2000];

const ROLLED_BACK = 'Record rolled back because not all records were valid and the request was using AllOrNone header';

/** What takes a transaction back. */
class RolledBack extends Error {}

/** @param {Call} call */
export function create(call) {
  const { org, user } = call;
  const { database } = org;
  return changed(call, (record) => ({ id: database.create(typeIn(database, record), withoutId(record), user).Id }));
}

/** @param {Call} call */
export function update(call) {
  const { org, user } = call;
  const { database } = org;
  return changed(call, (record) => {
    const id = idIn(record);
    if (id === undefined) throw refusal('MISSING_ARGUMENT', 'Id not specified in an update call');
    return { id: database.update(typeIn(database, record), id, withoutId(record), user).Id };
  });
}

/** @param {Call} call */
export function upsert(call) {
  const { org, user, at } = call;
  const { database } = org;
  const type = typeOf(call);
  const key = database.key(type, at.field).name;
  /** @type {Set<string>} */
  const seen = new Set();
  return changed(call, (record) => {
    if (typeIn(database, record) !== type) throw refusal('INVALID_TYPE', `The record is not of type ${type.name}`);
    const { [key]: value = key === 'Id' ? idIn(record) : undefined, ...given } = record;
    const folded = key === 'Id' ? value : String(value).toLowerCase();
    if (value !== undefined && seen.has(folded)) {
      throw refusal('DUPLICATE_VALUE', `Duplicate external id specified: ${value}`);
    }
    seen.add(folded);
    const { record: saved, created } = database.upsert(type, key, value, key === 'Id' ? withoutId(given) : given, user);
    return { id: saved.Id, created };
  });
}

/** @param {Call} call */
export function remove({ org: { database }, query }) {
  const ids = listOf(query.get('ids')?.split(/\s*,\s*/), MOST_CHANGED);
  return results(database, ids, query.get('allOrNone') === 'true', (id) => {
    const type = database.schema.objectOf(id);
    if (!type) throw refusal('MALFORMED_ID', `malformed id ${id}`);
    database.remove(type, id);
    return { id: longId(id) };
  });
}

/** @param {Call} call */
export function readMany(call) {
  const { method, query } = call;
  const { ids, fields } =
    method === 'GET' ? { ids: query.get('ids')?.split(','), fields: query.get('fields')?.split(',') } : bodyOf(call);
  const type = typeOf(call);
  const wanted = fieldsOf(type, Array.isArray(fields) ? [...fields, 'Id'] : undefined);
  const found = listOf(ids, MOST_READ).map((id) => {
    const long = longId(id);
    if (!long) throw new ApiError(400, 'MALFORMED_ID', `malformed id ${id}`);
    const record = call.org.database.records.get(type.name, long);
    return record && !record.IsDeleted ? shownRecord(call, type, record, wanted) : null;
  });
  call.org.served.records += found.length;
  return answer(found);
}

/**
 * @param {Call} call
 * @param {(record: Record<string, any>) => object} change
 */
function changed(call, change) {
  const { records, allOrNone = false } = bodyOf(call);
  return results(call.org.database, listOf(records, MOST_CHANGED), allOrNone === true, change);
}

/**
 * The results of one change for each of a list.
 * @template T
 * @param {Database} database
 * @param {T[]} list
 * @param {boolean} allOrNone
 * @param {(one: T) => object} change
 * @returns {Answer}
 */
function results(database, list, allOrNone, change) {
  /** @type {Result[]} */
  let all = [];
  try {
    database.records.atomically(() => {
      all = list.map((one) => resultOf(database, () => change(one)));
      if (allOrNone && all.some(({ success }) => !success)) throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
    const error_ = { statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK', message: ROLLED_BACK, fields: [] };
    all = all.map((result) => (result.success ? { success: false, errors: [error_] } : result));
  }
  return answer(all);
}

/**
 * @param {Database} database
 * @param {() => object} change
 * @returns {Result}
 */
function resultOf(database, change) {
  try {
    return { ...database.records.atomically(change), success: true, errors: [] };
  } catch (error) {
    if (!(error instanceof ApiError) || error instanceof Unreadable) throw error;
    return { success: false, errors: [error.result] };
  }
}

/**
 * @param {Database} database
 * @param {Record<string, any>} record
 * @returns {ObjectType}
 */
function typeIn(database, record) {
  const name = record?.attributes?.type;
  const type = typeof name === 'string' ? database.schema.object(name) : undefined;
  if (type) return type;
  throw name === undefined ? new Unreadable('INVALID_TYPE', 'The attributes of a record must have a type') : notFound();
}

/** @param {Record<string, any>} record */
const idIn = ({ id, Id = id }) => (typeof Id === 'string' ? Id : undefined);

/** @param {Record<string, any>} record */
const withoutId = ({ id: _, Id: __, ...rest }) => rest;
