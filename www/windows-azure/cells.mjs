// Values as they cross to the module: JSON, and what JSON cannot say. The twin of `src/remote/azure/cell.rs`, which has
// the table of them.

/** What the first key of a value is that JSON has no word for. */
const MARK = '\0';

/**
 * @param {any} value
 * @returns {unknown} what `JSON.stringify` can say
 */
function encode(value) {
  switch (typeof value) {
    case 'undefined':
    case 'function':
    case 'symbol':
      return { [MARK]: typeof value };
    case 'bigint':
      return { [MARK]: 'bigint', v: String(value) };
    case 'number':
      return Number.isFinite(value) ? value : { [MARK]: 'number', v: String(value) };
    case 'object':
      return encodeObject(value);
    default:
      return value;
  }
}

/** @param {any} value */
function encodeObject(value) {
  if (Object.prototype.toString.call(value) === '[object Date]') {
    // JSON has null for the time of an invalid date, which is NaN.
    return { [MARK]: 'date', v: value.getTime() };
  }
  const marked = value !== null && Object.keys(value)[0] === MARK;
  return marked ? { [MARK]: 'json', v: value } : value;
}

/**
 * One value, as text.
 * @param {unknown} value
 * @returns {string}
 */
export const cellText = (value) => JSON.stringify(encode(value));

/**
 * An app's record, as text: each property that a `for` … `in` would find, its dates and other values kept apart.
 * @param {object} record
 * @returns {string}
 */
export function recordText(record) {
  /** @type {Record<string, unknown>} */
  const encoded = Object.create(null);
  for (const name in record) encoded[name] = encode(/** @type {any} */ (record)[name]);
  return JSON.stringify(encoded);
}

/**
 * Records as the text of an array; `null` and `undefined` among them are null.
 * @param {(object | null | undefined)[]} records
 * @returns {string}
 */
export const recordsText = (records) =>
  `[${records.map((record) => (record === null || record === undefined ? 'null' : recordText(record))).join()}]`;

/**
 * Makes the values of a record that {@link recordText} wrote.
 * @param {Record<string, any>} record is changed
 * @returns {Record<string, any>}
 */
export function decodeCells(record) {
  for (const [name, value] of Object.entries(record)) {
    if (value !== null && typeof value === 'object' && Object.keys(value)[0] === MARK) record[name] = decode(value);
  }
  return record;
}

/** @param {{ [MARK]: string, v?: any }} marked */
function decode({ [MARK]: kind, v }) {
  switch (kind) {
    case 'date':
      return new Date(v ?? NaN);
    case 'number':
      return Number(v);
    case 'bigint':
      return BigInt(v);
    case 'json':
      return v;
    default:
      return undefined;
  }
}

/**
 * Makes dates of the columns that hold them, in a row that the module gave.
 * @template {Record<string, any> | null | undefined} R
 * @param {R} row is changed
 * @param {string[]} dateColumns
 * @returns {R}
 */
export function decodeRow(row, dateColumns) {
  if (!row) return row;
  for (const name of dateColumns) {
    const text = row[name];
    if (typeof text === 'string') row[name] = dateOf(text);
  }
  return row;
}

/**
 * @template {Record<string, any>} R
 * @param {R[]} rows are changed
 * @param {string[]} dateColumns
 * @returns {R[]}
 */
export function decodeRows(rows, dateColumns) {
  if (dateColumns.length > 0) for (const row of rows) decodeRow(row, dateColumns);
  return rows;
}

/**
 * The module's times have seven digits after the second; engines are bound to read three.
 * @param {string} text
 */
export const dateOf = (text) => new Date(text.replace(/(\.\d{3})\d+/, '$1'));
