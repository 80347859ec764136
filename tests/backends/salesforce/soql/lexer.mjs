// The words of SOQL. SOQL and SOSL Reference, "Quoted String Escape Sequences", "Date Formats and Date Literals".
import { ApiError } from '../errors.mjs';
import { dateTimeOf, isDate } from '../data/times.mjs';

/** @typedef {'name' | 'string' | 'number' | 'date' | 'datetime' | 'time' | 'symbol' | 'end'} TokenKind */
/** @typedef {{ kind: TokenKind, text: string, value: any, at: number }} Token */

const SPACE = /\s*/y;

/** @type {[TokenKind, RegExp][]} */
const PATTERNS = [
  ['datetime', /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)/y],
  ['date', /\d{4}-\d\d-\d\d(?![\dT])/y],
  ['time', /\d\d:\d\d:\d\d(?:\.\d{1,3})?Z/y],
  ['number', /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w-])/y],
  ['name', /[A-Za-z]\w*/y],
  ['string', /'(?:[^'\\]|\\.)*'/sy],
  ['symbol', /<=|>=|!=|<>|[<>=(),.:]/y],
];

/** @type {Record<string, string>} */
const ESCAPES = { n: '\n', N: '\n', r: '\r', R: '\r', t: '\t', T: '\t', b: '\b', B: '\b', f: '\f', F: '\f' };

/**
 * @param {string} text
 * @returns {Token[]} the last one is the end
 */
export function tokensOf(text) {
  const tokens = [];
  for (let at = skip(text, 0); at < text.length;) {
    const token = tokenAt(text, at);
    tokens.push(token);
    at = skip(text, at + token.text.length);
  }
  return [...tokens, { kind: /** @type {TokenKind} */ ('end'), text: '<EOF>', value: undefined, at: text.length }];
}

/**
 * @param {string} text
 * @param {number} at
 */
function skip(text, at) {
  SPACE.lastIndex = at;
  SPACE.test(text);
  return SPACE.lastIndex;
}

/**
 * @param {string} text
 * @param {number} at
 * @returns {Token}
 */
function tokenAt(text, at) {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) continue;
    const value = valueOf(kind, found);
    if (value === undefined) throw malformed(text, at, `Invalid ${kind}: ${found}`);
    return { kind, text: found, value, at };
  }
  throw malformed(text, at, text[at] === "'" ? 'unterminated string literal' : `unexpected char: '${text[at]}'`);
}

/**
 * @param {TokenKind} kind
 * @param {string} text
 * @returns {any} undefined when it is none
 */
function valueOf(kind, text) {
  switch (kind) {
    case 'datetime':
      return dateTimeOf(text);
    case 'date':
      return isDate(text) ? text : undefined;
    case 'time':
      return text.length === 9 ? text.replace('Z', '.000Z') : `${text.slice(0, -1).padEnd(12, '0')}Z`;
    case 'number':
      return Number(text);
    case 'string':
      return unquoted(text.slice(1, -1));
    default:
      return text;
  }
}

/**
 * @param {string} text between the quotes
 * @returns {string | undefined} undefined when it has an escape that there is not
 */
function unquoted(text) {
  const letters = [...lettersOf(text)].map(({ letter }) => letter);
  return letters.includes('') ? undefined : letters.join('');
}

/**
 * The characters of a string, and whether they were escaped; one that cannot be escaped is empty.
 * @param {string} text between the quotes
 */
export function* lettersOf(text) {
  for (const [found, escape] of text.matchAll(/\\(u[0-9A-Fa-f]{4}|.)|[^]/gsu)) {
    if (escape === undefined) yield { letter: found, escaped: false };
    else if (escape.length === 5) yield { letter: String.fromCharCode(parseInt(escape.slice(1), 16)), escaped: true };
    else yield { letter: '\'"\\%_'.includes(escape) ? escape : (ESCAPES[escape] ?? ''), escaped: true };
  }
}

/**
 * A refusal that shows where: a piece of the query, with a caret below.
 * @param {string} text
 * @param {number} at
 * @param {string} errorCode
 * @param {string} message
 */
export function refusalAt(text, at, errorCode, message) {
  const start = Math.max(0, at - 30);
  const line = text.slice(0, at).split('\n').length;
  const column = at - (text.lastIndexOf('\n', at - 1) + 1) + 1;
  const piece = text.slice(start, at + 30).replace(/\s/g, ' ');
  const where = `\n${piece}\n${' '.repeat(at - start)}^\nERROR at Row:${line}:Column:${column}\n`;
  return new ApiError(400, errorCode, where + message);
}

/**
 * @param {string} text
 * @param {number} at
 * @param {string} message
 */
export const malformed = (text, at, message) => refusalAt(text, at, 'MALFORMED_QUERY', message);
