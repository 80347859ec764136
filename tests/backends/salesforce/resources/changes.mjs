// GET /sobjects/X/deleted and /updated. REST API Developer Guide, "sObject Get Deleted", "sObject Get Updated":
// seconds are passed over, and what is older than 30 days is not told.
import { dateTimeOf, dateTimeText } from '../data/times.mjs';
import { ApiError } from '../errors.mjs';
import { answer, typeOf } from './call.mjs';

/** @typedef {import('./call.mjs').Call} Call */

const MINUTE = 60_000;
const MEMORY = 30 * 24 * 60 * MINUTE;

/** @param {Call} call */
export function deleted(call) {
  const { start, end, within } = span(call);
  const rows = within.filter(({ IsDeleted }) => IsDeleted);
  return answer({
    deletedRecords: rows.map(({ Id, SystemModstamp }) => ({
      id: Id,
      deletedDate: dateTimeText(Number(SystemModstamp)),
    })),
    earliestDateAvailable: dateTimeText(start),
    latestDateCovered: dateTimeText(end),
  });
}

/** @param {Call} call */
export function updated(call) {
  const { end, within } = span(call);
  const ids = within.filter(({ IsDeleted }) => !IsDeleted).map(({ Id }) => Id);
  return answer({ ids, latestDateCovered: dateTimeText(end) });
}

/**
 * The records that changed between two times.
 * @param {Call} call
 */
function span(call) {
  const { org, query } = call;
  const now = org.clock.now();
  const [start, end] = ['start', 'end'].map((name) => {
    const time = dateTimeOf(query.get(name) ?? '');
    if (time === undefined) throw new ApiError(400, 'INVALID_FIELD', `${name}: a date and time in ISO 8601 is needed`);
    return Math.floor(time / MINUTE) * MINUTE;
  });
  if (end <= start) throw refusedSpan('startDate cannot be the same as or after endDate');
  if (start < now - MEMORY - MINUTE) throw refusedSpan('specified start date is more than 30 days ago');
  const covered = Math.min(end, now);
  const within = [...org.database.records.of(typeOf(call))].filter(
    ({ SystemModstamp }) => Number(SystemModstamp) >= start && Number(SystemModstamp) <= covered,
  );
  return { start: now - MEMORY, end: covered, within };
}

/** @param {string} message */
const refusedSpan = (message) => new ApiError(400, 'INVALID_REPLICATION_DATE', message);
