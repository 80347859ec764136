// The relative dates of SOQL as the days that they span. SOQL and SOSL Reference, "Date Formats and Date Literals".
// Days are those of UTC, weeks begin on Sunday, and fiscal years are the calendar's: an org in English, as it is set
// up.

/** @typedef {{ start: number, end: number }} Period milliseconds; the end does not belong to it */
/** @typedef {'day' | 'week' | 'month' | 'quarter' | 'year'} Unit */

const DAY = 86_400_000;

/**
 * @param {{ name: string, count: number | undefined }} literal such as `LAST_N_DAYS:3`, in capitals
 * @param {number} now
 * @returns {Period | undefined} undefined when there is no such literal
 */
export function periodOf({ name, count }, now) {
  const units = name.replace('FISCAL_', '');
  if (count === undefined) return fixed(units, now);
  const [, direction, word] = /^(LAST_N|NEXT_N|N)_(DAY|WEEK|MONTH|QUARTER|YEAR)S(?:_AGO)?$/.exec(units) ?? [];
  if (!word || (direction === 'N') !== units.endsWith('_AGO')) return undefined;
  const unit = /** @type {Unit} */ (word.toLowerCase());
  if (direction === 'N') return { start: starting(unit, now, -count), end: starting(unit, now, 1 - count) };
  if (direction === 'NEXT_N') return { start: starting(unit, now, 1), end: starting(unit, now, count + 1) };
  return { start: starting(unit, now, -count), end: starting(unit, now, unit === 'day' ? 1 : 0) };
}

/**
 * @param {string} name
 * @param {number} now
 * @returns {Period | undefined}
 */
function fixed(name, now) {
  if (name === 'LAST_90_DAYS') return { start: starting('day', now, -90), end: starting('day', now, 1) };
  if (name === 'NEXT_90_DAYS') return { start: starting('day', now, 1), end: starting('day', now, 91) };
  /** @type {Record<string, number>} */
  const days = { YESTERDAY: -1, TODAY: 0, TOMORROW: 1 };
  /** @type {Record<string, number>} */
  const shifts = { LAST: -1, THIS: 0, NEXT: 1 };
  const [, which, word] = /^(LAST|THIS|NEXT)_(WEEK|MONTH|QUARTER|YEAR)$/.exec(name) ?? [];
  const shift = days[name] ?? shifts[which];
  const unit = /** @type {Unit} */ (word?.toLowerCase() ?? 'day');
  return shift === undefined ? undefined : { start: starting(unit, now, shift), end: starting(unit, now, shift + 1) };
}

/**
 * The start of the unit that is so many after the present one.
 * @param {Unit} unit
 * @param {number} now
 * @param {number} shift
 */
function starting(unit, now, shift) {
  const date = new Date(now);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const today = Math.floor(now / DAY) * DAY;
  switch (unit) {
    case 'day':
      return today + shift * DAY;
    case 'week':
      return today + (7 * shift - date.getUTCDay()) * DAY;
    case 'month':
      return Date.UTC(year, month + shift);
    case 'quarter':
      return Date.UTC(year, 3 * (Math.floor(month / 3) + shift));
    default:
      return Date.UTC(year + shift, 0);
  }
}
