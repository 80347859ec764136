// JSON of a backend, with its dates.

const ISO_DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d*)?Z$/;

/**
 * Parses JSON text, and makes a `Date` of every string that is a UTC date, as the Azure SDK does.
 * @param {string | null | undefined} text empty text is null
 * @returns {any}
 */
export const parseJson = (text) => (text ? JSON.parse(text, revive) : null);

/**
 * @param {string} _key
 * @param {unknown} value
 */
const revive = (_key, value) => (typeof value === 'string' && ISO_DATE.test(value) ? new Date(value) : value);
