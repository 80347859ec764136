// GET /connect/briefcase/priming-records: the ids of the records that a user is to have offline. Connect REST API
// Developer Guide, "Priming Records"; a test says which records belong to the briefcase.
import { dateTimeOf } from '../data/times.mjs';
import { ApiError } from '../errors.mjs';
import { answer } from './call.mjs';

/** @typedef {import('../data/schema.mjs').Kept} Kept */
/** @typedef {import('./call.mjs').Call} Call */
/** @typedef {{ object: string, holds?: (record: Kept) => boolean, fails?: boolean }} Rule */

const MASTER = '012000000000000AAA';

/** What is in the briefcase of an org. */
export class Briefcase {
  /** In the order in which they are served. @type {Rule[]} */
  rules = [];
  /** The most records in one answer. */
  pageSize = 500;
}

/** @param {Call} call */
export function primingRecords({ org: { briefcase, database, served }, query }) {
  const after = timeOf(query.get('changedAfterTimestamp'));
  const start = offsetOf(query.get('relayToken'));
  const rules = briefcase.rules.filter(({ fails }) => !fails);
  const all = rules.flatMap(({ object, holds = () => true }) => {
    const type = database.object(object);
    const rows = [...database.records.of(type)].filter((record) => !record.IsDeleted && holds(record));
    return rows.filter(({ SystemModstamp }) => Number(SystemModstamp) > after).map((record) => ({ type, record }));
  });
  const page = all.slice(start, start + briefcase.pageSize);
  /** @type {Record<string, Record<string, object[]>>} */
  const primingRecords = {};
  for (const { type, record } of page) {
    const list = (primingRecords[type.name] ??= { [MASTER]: [] })[MASTER];
    list.push({ id: record.Id, systemModstamp: new Date(Number(record.SystemModstamp)).toISOString() });
  }
  served.records += page.length;
  const end = start + page.length;
  return answer({
    primingRecords,
    relayToken: end < all.length ? Buffer.from(`relay ${end}`).toString('base64') : null,
    ruleErrors: briefcase.rules.flatMap(({ fails }, index) => (fails ? [{ ruleId: `3lo00000000000${index}AAA` }] : [])),
    stats: {
      recordCountServed: page.length,
      recordCountTotal: all.length,
      ruleCountServed: rules.length,
      ruleCountTotal: briefcase.rules.length,
    },
  });
}

/** @param {string | null} text */
function timeOf(text) {
  if (text === null) return -Infinity;
  const time = dateTimeOf(text);
  if (time !== undefined) return time;
  throw new ApiError(400, 'INVALID_PARAMETER', `changedAfterTimestamp is no date and time: ${text}`);
}

/** @param {string | null} token */
function offsetOf(token) {
  if (token === null) return 0;
  const [, offset] = /^relay (\d+)$/.exec(Buffer.from(token, 'base64').toString()) ?? [];
  if (offset) return Number(offset);
  throw new ApiError(400, 'INVALID_PARAMETER', `The relay token is not valid: ${token}`);
}
