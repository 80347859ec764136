// A filter that tells what passes between a client and its backend, without what must stay secret.

import { isNull } from './validate.mjs';

/** @typedef {import('./http.mjs').Filter} Filter */

/**
 * What is told of a request, and of its answer: its headers, and its body as what JSON says, or as text.
 * @typedef {{ headers: Record<string, string>, body?: unknown }} Told
 */

/** What stands in the place of a secret. */
const HIDDEN = '[hidden]';

const WORDS = 'token|secret|passw|credential|cookie|signature|verifier|authorization|api_?key|[-_]key|-auth';
const NAMES = 'auth|code|key|sig';

/** Names of headers, parameters and properties whose values are secrets, with all that is within them. */
const SECRET = new RegExp(`${WORDS}|^(?:${NAMES})$`, 'i');

/** Such a name with its value, in text: `token=…` or `"token":"…"`. Names are short, so that long texts are quick. */
const PAIR = new RegExp(
  `((?:[\\w.-]{0,40}(?:${WORDS})[\\w.-]{0,40}|\\b(?:${NAMES}))["']?\\s*[=:]\\s*)` +
    `(?:"(?:\\\\.|[^"\\\\])*"?|'[^']*'?|(?:(?:bearer|basic)\\s+)?[^&#;\\s"']+)`,
  'gis',
);

/** Tokens are found by their looks, too: three parts with dots between, the first of which is a JSON object. */
const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** Addresses of which no body is told: what a login sends and gets. */
const LOGIN = /\/\.auth\//i;

/**
 * Makes a filter that logs each request when it is sent, and when its answer is there:
 *
 * ```js
 * const client = new MobileServiceClient(url).withFilter(logRequests(console.log));
 * ```
 *
 * Tokens, passwords, cookies and the like are hidden wherever they stand: by the names of headers, parameters and
 * properties, by their looks, and whatever the request's own `X-ZUMO-AUTH` and `Authorization` say. A login passes no
 * filter.
 * @param {(line: string, told?: Told) => void} log such as `console.log`
 * @returns {Filter}
 */
export function logRequests(log) {
  if (typeof log !== 'function') throw new TypeError('logRequests(log) takes a function, such as console.log.');
  return (request, next, callback) => {
    const hide = hiding(request.headers ?? {});
    const line = `${request.type || 'GET'} ${hide(request.url)}`;
    const open = !LOGIN.test(request.url);
    log(`→ ${line}`, told(Object.entries(request.headers ?? {}), open && request.data, hide));
    next(request, (error, response) => {
      if (!isNull(error)) log(`✗ ${line}: ${hide(String(error))}`);
      else if (response) {
        const { status, statusText, responseText } = response;
        const lines = response.getAllResponseHeaders?.().split(/\r?\n/).filter(Boolean) ?? [];
        const headers = lines.map((header) => header.split(/: ?(.*)/s, 2));
        log(`← ${line}: ${status || 'not reached'} ${hide(statusText ?? '')}`.trimEnd(), told(headers, open && responseText, hide));
      }
      callback(error, response);
    });
  };
}

/**
 * @param {Record<string, unknown>} headers of a request, whose secrets its answer may repeat
 * @returns {(text: string) => string} shows a text without secrets, and with what is encoded in it readable
 */
function hiding(headers) {
  const own = Object.entries(headers)
    .filter(([name]) => SECRET.test(name))
    .flatMap(([, value]) => [String(value), String(value).replace(/^\w+ +/, '')])
    .filter((secret) => secret.length > 3);
  const pairs = (/** @type {string} */ text) => text.replace(PAIR, `$1${HIDDEN}`);
  return (text) => {
    // A pair ends where its encoded form does; and what is encoded may hold others.
    const readable = pairs(String(text)).replace(/(?:%[\da-f]{2})+/gi, decoded).replace(/\/\/[^/@?#\s]+@/g, `//${HIDDEN}@`);
    return pairs(own.reduce((left, secret) => left.replaceAll(secret, HIDDEN), readable).replace(JWT, HIDDEN));
  };
}

/** @param {string} encoded */
function decoded(encoded) {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

/**
 * @param {(string | unknown)[][]} headers
 * @param {unknown} body
 * @param {(text: string) => string} hide
 * @returns {Told}
 */
function told(headers, body, hide) {
  const shown = headers.map(([name, value]) => [name, SECRET.test(String(name)) ? HIDDEN : hide(String(value))]);
  const of = { headers: Object.fromEntries(shown) };
  return body ? { ...of, body: bodyOf(String(body), hide) } : of;
}

/**
 * @param {string} text JSON, which may stand as text inside of other JSON, or any other
 * @param {(text: string) => string} hide
 * @returns {unknown}
 */
function bodyOf(text, hide) {
  if (!/^\s*[[{"]/.test(text)) return hide(text);
  try {
    return JSON.parse(text, (name, value) => {
      if (SECRET.test(name) && !isNull(value)) return HIDDEN;
      return typeof value === 'string' ? bodyOf(value, hide) : value;
    });
  } catch {
    return hide(text);
  }
}
