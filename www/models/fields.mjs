// Records and their fields: which of them are meant, which changed, and which are the device's own.

/** @typedef {Record<string, any>} Attributes */
/** @typedef {string[] | null | undefined} Fieldlist null: all */

/** @param {string} name of a field that only this device knows */
const isOwn = (name) => /^__.*__$|^_soup/.test(name);

/**
 * What of a record goes into a cache: the fields, of `Owner.Name` all that is there of the owner, and the type.
 * @param {Attributes | null | undefined} attributes
 * @param {Fieldlist} fieldlist
 */
export function toKeep(attributes, fieldlist) {
  const wanted = fieldlist && new Set([...fieldlist.map((field) => field.split('.')[0]), 'attributes']);
  return entriesOf(attributes, (name) => (wanted ? wanted.has(name) : !isOwn(name)));
}

/**
 * What of a record goes to the org: not its id or type, nor what belongs to another record.
 * @param {Attributes | null | undefined} attributes
 * @param {Fieldlist} fieldlist
 * @param {string} idField
 */
export const toSend = (attributes, fieldlist, idField) =>
  entriesOf(
    attributes,
    (name) => (fieldlist ? fieldlist.includes(name) : !isOwn(name)) && name !== idField && name !== 'attributes',
  );

/**
 * @param {Attributes | null | undefined} attributes
 * @param {(name: string) => boolean} isMeant
 * @returns {Attributes}
 */
const entriesOf = (attributes, isMeant) =>
  Object.fromEntries(Object.entries(attributes ?? {}).filter(([name]) => isMeant(name)));

/**
 * Whether a record has a field, even if there is nothing in it.
 * @param {Attributes} record
 * @param {string} path
 */
export function hasField(record, path) {
  /** @type {any} */
  let value = record;
  return path.split('.').every((name) => {
    if (value === null) return true;
    const has = typeof value === 'object' && Object.prototype.hasOwnProperty.call(value, name);
    value = has ? value[name] : undefined;
    return has;
  });
}

/**
 * The fields in which a record is other than it was. One that it does not have at all was not changed.
 * @param {Attributes} before
 * @param {Attributes} after
 * @param {Fieldlist} fieldlist
 */
export const changes = (before, after, fieldlist) =>
  (fieldlist ?? Object.keys(toKeep(after, null)).filter((name) => name !== 'attributes')).filter(
    (field) => hasField(after, field) && !isSame(valueAt(before, field), valueAt(after, field)),
  );

/**
 * @param {Attributes} record
 * @param {string} path
 */
const valueAt = (record, path) => path.split('.').reduce((/** @type {any} */ value, name) => value?.[name], record);

/** Nothing, and an empty text, are the same: an org makes null of both. */
const isNothing = (/** @type {unknown} */ value) => value === null || value === undefined || value === '';

/**
 * As a form tells values, in which a number is a text.
 * @param {unknown} one
 * @param {unknown} other
 */
function isSame(one, other) {
  if (isNothing(one) || isNothing(other)) return isNothing(one) && isNothing(other);
  return textOf(one) === textOf(other);
}

/** @param {unknown} value whose members, if any, may stand in any order @returns {string} */
function textOf(value) {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(textOf)}]`;
  return `{${Object.entries(value).sort().map(([name, each]) => `${JSON.stringify(name)}:${textOf(each)}`)}}`;
}
