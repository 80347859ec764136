// What a resource is called with, and the words that resources share.
import { recordJson } from '../soql/scope.mjs';
import { ApiError, refusal } from '../errors.mjs';

/** @typedef {import('../data/schema.mjs').Field} Field */
/** @typedef {import('../data/schema.mjs').Kept} Kept */
/** @typedef {import('../data/schema.mjs').ObjectType} ObjectType */
/** @typedef {{ status: number, headers?: Record<string, string>, body?: unknown }} Answer */

/**
 * @typedef {object} Call
 * @property {import('../org.mjs').Org} org
 * @property {string} user who calls
 * @property {string} base such as `/services/data/v60.0`
 * @property {string} method
 * @property {Record<string, string>} at the variable parts of the path
 * @property {URLSearchParams} query
 * @property {Record<string, string | undefined>} headers by their names in lower case
 * @property {any} body
 * @property {(method: string, url: string, headers: Record<string, string>, body: unknown) => Answer} dispatch what
 *   serves a request that is part of another
 */

/**
 * @param {unknown} body
 * @param {number} [status]
 * @returns {Answer}
 */
export const answer = (body, status = 200) => ({ status, body });

/**
 * The object that the path names.
 * @param {Call} call
 */
export const typeOf = ({ org, at }) => org.database.object(at.type);

/**
 * @param {Call} call
 * @param {ObjectType} type
 * @param {Kept} record
 */
export const urlOf = ({ base }, type, record) => `${base}/sobjects/${type.name}/${record.Id}`;

/**
 * A record as JSON, with its id.
 * @param {Call} call
 * @param {ObjectType} type
 * @param {Kept} record
 * @param {Field[]} fields
 */
export const shownRecord = (call, type, record, fields) => recordJson(type, urlOf(call, type, record), record, fields);

/**
 * The fields of a list of names.
 * @param {ObjectType} type
 * @param {unknown} names
 * @returns {Field[]}
 */
export function fieldsOf(type, names) {
  if (!Array.isArray(names)) throw new ApiError(400, 'MISSING_ARGUMENT', 'The fields are not specified');
  return [
    ...new Set(
      names.map((name) => {
        const field = type.field(String(name));
        if (!field) {
          throw new ApiError(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${type.name}`);
        }
        return field;
      }),
    ),
  ];
}

/**
 * The body as the JSON of an object.
 * @param {Call} call
 * @returns {Record<string, any>}
 */
export function bodyOf({ body }) {
  if (body !== null && typeof body === 'object' && !Array.isArray(body)) return body;
  throw new ApiError(
    400,
    'JSON_PARSER_ERROR',
    'The HTTP entity body is required, but this request has no entity body.',
  );
}

/**
 * A list in a body that may have only so many entries.
 * @param {unknown} list
 * @param {number} most
 * @returns {any[]}
 */
export function listOf(list, most) {
  if (!Array.isArray(list)) throw refusal('JSON_PARSER_ERROR', 'The request body is missing a list.');
  if (list.length <= most) return list;
  const message = `record limit reached. cannot submit more than ${most} records into this call`;
  throw new ApiError(400, 'EXCEEDED_ID_LIMIT', message);
}
