// /sobjects/X and its records, by id and by external id. REST API Developer Guide, "sObject Basic Information",
// "sObject Rows", "sObject Rows by External ID", "Conditional Requests".
import { Several } from '../data/database.mjs';
import { longId } from '../data/ids.mjs';
import { ApiError, notFound } from '../errors.mjs';
import { answer, bodyOf, fieldsOf, shownRecord, typeOf, urlOf } from './call.mjs';
import { summary } from './describe.mjs';

/** @typedef {import('../data/schema.mjs').Kept} Kept */
/** @typedef {import('../data/schema.mjs').ObjectType} ObjectType */
/** @typedef {import('./call.mjs').Answer} Answer */
/** @typedef {import('./call.mjs').Call} Call */

/** Since this version an upsert that updates answers with a body. */
const UPDATES_TOLD = 46;

/** @param {Call} call */
export function about(call) {
  const type = typeOf(call);
  const recent = call.org.database.recent(call.user).filter((seen) => seen.type === type);
  const recentItems = recent.map(({ record }) => itemOf(call, type, record));
  return answer({ objectDescribe: summary(call, type), recentItems });
}

/**
 * The records seen last, of all objects.
 * @param {Call} call
 */
export function recent(call) {
  const limit = Number(call.query.get('limit') ?? 200);
  const seen = call.org.database.recent(call.user).slice(0, limit);
  return answer(seen.map(({ type, record }) => itemOf(call, type, record)));
}

/** @param {Call} call */
export function create(call) {
  const type = typeOf(call);
  return created(call, type, call.org.database.create(type, bodyOf(call), call.user));
}

/** @param {Call} call */
export function read(call) {
  const type = typeOf(call);
  const id = longId(call.at.id);
  const record = id && call.org.database.records.get(type.name, id);
  if (!record || record.IsDeleted) throw notFound();
  return told(call, type, record);
}

/** @param {Call} call */
export function update(call) {
  const { org, at, user } = call;
  const type = typeOf(call);
  const given = withoutKey(bodyOf(call), 'Id');
  demand(call, type, org.database.target(type, at.id));
  org.database.update(type, at.id, given, user);
  return { status: 204 };
}

/** @param {Call} call */
export function remove(call) {
  const { org, at } = call;
  const type = typeOf(call);
  demand(call, type, org.database.target(type, at.id));
  org.database.remove(type, at.id);
  return { status: 204 };
}

/** @param {Call} call */
export const readByKey = (call) => byKey(call, (type, record) => told(call, type, record));

/** @param {Call} call */
export const removeByKey = (call) =>
  byKey(call, (type, record) => {
    demand(call, type, record);
    call.org.database.remove(type, String(record.Id));
    return { status: 204 };
  });

/** @param {Call} call */
export const upsert = (call) =>
  choosing(call, () => {
    const { org, at, base, user, query } = call;
    const { database } = org;
    const type = typeOf(call);
    const given = withoutKey(bodyOf(call), database.key(type, at.field).name);
    const existing = at.value === undefined ? undefined : database.byKey(type, at.field, at.value);
    if (existing) demand(call, type, existing);
    else if (query.get('updateOnly') === 'true') throw notFound();
    const { record, created: isNew } = database.upsert(type, at.field, at.value, given, user);
    if (isNew) return created(call, type, record);
    const version = Number(/v(\d+)/.exec(base)?.[1]);
    return version < UPDATES_TOLD
      ? { status: 204 }
      : answer({ id: record.Id, success: true, errors: [], created: false });
  });

/**
 * @param {Call} call
 * @param {(type: ObjectType, record: Kept) => Answer} serve
 */
function byKey(call, serve) {
  return choosing(call, () => {
    const type = typeOf(call);
    const record = call.org.database.byKey(type, call.at.field, call.at.value);
    if (!record) throw notFound();
    return serve(type, record);
  });
}

/**
 * Lists the addresses of the records when an external id stands for several.
 * @param {Call} call
 * @param {() => Answer} serve
 * @returns {Answer}
 */
function choosing(call, serve) {
  try {
    return serve();
  } catch (error) {
    if (!(error instanceof Several)) throw error;
    return answer(
      error.ids.map((id) => `${call.base}/sobjects/${typeOf(call).name}/${id}`),
      300,
    );
  }
}

/**
 * @param {Call} call
 * @param {ObjectType} type
 * @param {Kept} record
 * @returns {Answer}
 */
function created(call, type, record) {
  const body = { id: record.Id, success: true, errors: [], ...(call.at.field && { created: true }) };
  return { status: 201, headers: { location: urlOf(call, type, record) }, body };
}

/**
 * @param {Call} call
 * @param {ObjectType} type
 * @param {Kept} record
 * @returns {Answer}
 */
function told(call, type, record) {
  const names = call.query
    .get('fields')
    ?.split(',')
    .map((name) => name.trim());
  const fields = names ? fieldsOf(type, [...names, 'Id']) : type.fields;
  const headers = validators(type, record);
  if (!demand(call, type, record)) return { status: 304, headers };
  call.org.served.records += 1;
  return { status: 200, headers, body: shownRecord(call, type, record, fields) };
}

/**
 * Only accounts have an ETag.
 * @param {ObjectType} type
 * @param {Kept} record
 * @returns {Record<string, string>}
 */
function validators(type, { Id, SystemModstamp }) {
  const time = Number(SystemModstamp);
  return {
    'last-modified': new Date(time).toUTCString(),
    ...(type.name === 'Account' && { etag: `"${Buffer.from(`${Id}${time}`).toString('base64url')}"` }),
  };
}

/**
 * Refuses what the conditions of a request forbid.
 * @param {Call} call
 * @param {ObjectType} type
 * @param {Kept} record
 * @returns {boolean} false when a read finds nothing new
 */
function demand({ headers, method }, type, record) {
  const { etag, 'last-modified': modified } = validators(type, record);
  const names = (/** @type {string} */ tags) => tags === '*' || tags.split(/,\s*/).includes(etag);
  const since = (/** @type {string | undefined} */ date) => Date.parse(modified) > Date.parse(date ?? '');
  const { 'if-match': match, 'if-none-match': none } = headers;
  const changed = (etag && match && !names(match)) || since(headers['if-unmodified-since']);
  const old = (etag && none && names(none)) || (headers['if-modified-since'] && !since(headers['if-modified-since']));
  if (old && method === 'GET') return false;
  if (!changed && !old) return true;
  throw new ApiError(412, 'PRECONDITION_FAILED', 'The conditions in the headers of the request are not met');
}

/**
 * @param {Record<string, any>} given
 * @param {string} key
 */
function withoutKey(given, key) {
  if (!Object.keys(given).some((name) => name.toLowerCase() === key.toLowerCase())) return given;
  throw new ApiError(400, 'INVALID_FIELD', `The ${key} field should not be specified in the sobject data.`);
}

/**
 * @param {Call} call
 * @param {ObjectType} type
 * @param {Kept} record
 */
const itemOf = (call, type, record) => shownRecord(call, type, record, fieldsOf(type, ['Id', type.nameField.name]));
