// GET /search: SOSL as far as it finds words. SOQL and SOSL Reference, "SOSL Syntax": `FIND {words} [IN … FIELDS]
// [RETURNING Object(fields [conditions]), …] [LIMIT n]`, with AND, OR, AND NOT, "phrases", `*` and `?`.
import { shown } from '../data/types.mjs';
import { ApiError } from '../errors.mjs';
import { planOf } from '../soql/plan.mjs';
import { answer, urlOf } from './call.mjs';

/** @typedef {import('../data/schema.mjs').Field} Field */
/** @typedef {import('../data/schema.mjs').Kept} Kept */
/** @typedef {import('../data/schema.mjs').ObjectType} ObjectType */
/** @typedef {import('./call.mjs').Call} Call */
/** @typedef {(text: string) => boolean} Test whether a text of words separated by single spaces has what is sought */

const MOST = 2000;
const WORD = /[\p{L}\p{N}@.'_]+/gu;
const CLAUSES = /^(?:\s+IN\s+(\w+)\s+FIELDS)?(?:\s+RETURNING\s+(.+?))??(?:\s+LIMIT\s+(\d+))?\s*$/is;
/** What of a type is searched, by the word between IN and FIELDS. @type {Record<string, (field: Field) => boolean>} */
const GROUPS = {
  all: ({ type }) => ['string', 'textarea', 'phone', 'url', 'email', 'picklist'].includes(type),
  name: ({ nameField }) => nameField,
  email: ({ type }) => type === 'email',
  phone: ({ type }) => type === 'phone',
};

/** @param {Call} call */
export function search(call) {
  const { org, query } = call;
  const text = query.get('q') ?? '';
  const [, sought, rest] = /^\s*FIND\s*\{((?:[^\\}]|\\.)+)\}(.*)$/is.exec(text) ?? [];
  const [, group = 'all', returning, limit] = CLAUSES.exec(rest ?? 'none') ?? ['', ''];
  const searched = GROUPS[group.toLowerCase()];
  if (!sought || !searched) throw malformed('FIND {words} is expected');
  const meets = testOf(sought);
  /** @type {import('../soql/plan.mjs').Showing} */
  const showing = { url: (type, record) => urlOf(call, type, record), page: list };
  const records = [];
  for (const { plan, type } of returning ? targetsOf(call, returning) : everywhere(call)) {
    const fields = type.fields.filter(searched);
    const found = plan.rows(false, (record) => meets(wordsOf(fields, record)));
    for (const record of found) records.push(plan.show(record, showing, false));
  }
  const searchRecords = records.slice(0, Number(limit ?? MOST));
  org.served.records += searchRecords.length;
  return answer({ searchRecords });
}

/** @type {import('../soql/plan.mjs').Showing['page']} */
const list = (rows, show) => ({ totalSize: rows.length, done: true, records: rows.map(show) });

/** @param {string} message */
const malformed = (message) => new ApiError(400, 'MALFORMED_SEARCH', message);

/** @param {Call} call */
const everywhere = ({ org }) =>
  org.schema.objects.filter(({ name }) => name !== 'User').map((type) => planned(org, type, ''));

/**
 * The objects after RETURNING, each with its fields and conditions.
 * @param {Call} call
 * @param {string} text
 */
function targetsOf({ org }, text) {
  const pattern = /\s*(\w+)\s*(?:\(((?:[^()']|'(?:[^'\\]|\\.)*'|\([^()]*\))*)\))?\s*(?:,|$)/gy;
  const found = [...text.matchAll(pattern)];
  if (found.map(([all]) => all).join('') !== text) {
    throw malformed('RETURNING wants objects, each with fields in parentheses');
  }
  return found.map(([, name, inner]) => {
    const type = org.schema.object(name);
    if (!type) throw new ApiError(400, 'INVALID_TYPE', `sObject type '${name}' is not supported in a search`);
    return planned(org, type, inner ?? '');
  });
}

/**
 * @param {Call['org']} org
 * @param {ObjectType} type
 * @param {string} inner what stands in the parentheses
 */
function planned(org, type, inner) {
  const [, fields, rest] = /^\s*(.*?)(\s*\b(?:WHERE|ORDER|LIMIT|OFFSET)\b.*)?$/is.exec(inner) ?? [];
  const plan = planOf(org.database, `SELECT ${fields || 'Id'} FROM ${type.name}${rest ?? ''}`, org.clock.now());
  return { type, plan };
}

/**
 * @param {Field[]} fields
 * @param {Kept} record
 */
const wordsOf = (fields, record) =>
  ` ${fields
    .flatMap(
      (field) =>
        String(shown(field, record[field.name]) ?? '')
          .toLowerCase()
          .match(WORD) ?? [],
    )
    .join(' ')} `;

/**
 * What finds the words: OR binds weaker than AND, and words that only follow each other are a phrase.
 * @param {string} sought
 * @returns {Test}
 */
function testOf(sought) {
  const any = sought.split(/\s+OR\s+/).map((part) => {
    const all = part.split(/\s+AND\s+/).map((one) => {
      const negated = /^\s*NOT\s+/.test(one);
      const meets = phraseTest(one.replace(/^\s*NOT\s+/, ''));
      return (/** @type {string} */ text) => meets(text) !== negated;
    });
    return (/** @type {string} */ text) => all.every((meets) => meets(text));
  });
  return (text) => any.some((meets) => meets(text));
}

/**
 * @param {string} phrase
 * @returns {Test}
 */
function phraseTest(phrase) {
  const plain = phrase
    .replace(/\\(.)/g, '$1')
    .replace(/^\s*"|"\s*$/g, '')
    .trim()
    .toLowerCase();
  const words = plain.match(/[\p{L}\p{N}@.'_*?]+/gu) ?? [];
  if (words.join('').replace(/[*?]/g, '').length < 2) throw malformed('search term must be longer than one character');
  const source = words.map((word) => word.replace(/[.]/g, '\\.').replace(/\*/g, '[^ ]*').replace(/\?/g, '[^ ]'));
  const pattern = new RegExp(` ${source.join(' ')} `, 'u');
  return (text) => pattern.test(text);
}
