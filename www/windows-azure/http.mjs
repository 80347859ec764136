// Requests and answers as an app's filters see them, and the chain that the filters make.

import { TureenError } from '../core.mjs';
import { call } from '../place.mjs';
import { isNull } from './validate.mjs';

/**
 * @typedef {object} FilterRequest
 * @property {string} type the HTTP method
 * @property {string} url
 * @property {Record<string, string>} headers
 * @property {string | null} data the body
 */

/**
 * The answer: what an app knows of `XMLHttpRequest`.
 * @typedef {object} FilterResponse
 * @property {number} status 0: the server was not reached
 * @property {string} [statusText]
 * @property {string} responseText
 * @property {(name: string) => string | null} [getResponseHeader]
 * @property {() => string} [getAllResponseHeaders]
 * @property {any} [result] what `invokeApi` read from a JSON body
 */

/** @typedef {(error: unknown, response?: FilterResponse | null) => void} FilterCallback */
/** @typedef {(request: FilterRequest, callback: FilterCallback) => void} Next */
/** @typedef {(request: FilterRequest, next: Next, callback: FilterCallback) => void} Filter */

/**
 * A request and an answer as the module knows them.
 * @typedef {{ method: string, url: string, headers: [string, string][], body?: string | null }} WireRequest
 * @typedef {{ status: number, statusText: string, headers: [string, string][], body: string, version?: string }} WireAnswer
 */

/** The headers of an answer that the protocol reads, for filters that cannot list theirs. */
const READ_HEADERS = ['Content-Type', 'ETag', 'Link', 'Retry-After', 'Date'];

/**
 * @param {WireAnswer} answer
 * @returns {FilterResponse}
 */
export function responseOf(answer) {
  const headers = new Map(answer.headers.map(([name, value]) => [name.toLowerCase(), value]));
  return {
    status: answer.status,
    statusText: answer.statusText,
    responseText: answer.body,
    getResponseHeader: (name) => headers.get(name.toLowerCase()) ?? null,
    getAllResponseHeaders: () => [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join(''),
  };
}

/**
 * @param {FilterResponse | null | undefined} response
 * @returns {WireAnswer}
 */
function answerOf(response) {
  if (isNull(response)) throw new TureenError('BAD_FILTER', 'A filter called back with neither an error nor a response.');
  return {
    status: Number(response.status),
    statusText: String(response.statusText ?? ''),
    headers: headersOf(response),
    body: String(response.responseText ?? ''),
  };
}

/**
 * @param {FilterResponse} response
 * @returns {[string, string][]}
 */
function headersOf(response) {
  /** @type {[string, string][]} */
  const headers = [];
  for (const name of READ_HEADERS) {
    const value = response.getResponseHeader?.(name);
    if (!isNull(value)) headers.push([name, String(value)]);
  }
  return headers;
}

/**
 * Sends a request over the network. A server that cannot be reached is a response of status 0, as it is for
 * `XMLHttpRequest`.
 * @param {FilterRequest} request
 * @param {number} timeout in milliseconds
 * @param {AbortSignal} [signal]
 * @returns {Promise<FilterResponse>}
 */
export async function sendRequest(request, timeout, signal) {
  const wire = {
    method: request.type || 'GET',
    url: request.url.replace(/#.*$/, ''),
    headers: Object.entries(request.headers ?? {}).map(([name, value]) => [name, String(value)]),
    body: isNull(request.data) ? undefined : String(request.data),
  };
  try {
    return responseOf(await call((module) => module.sendHttp(wire, timeout, signal)));
  } catch (error) {
    if (/** @type {TureenError} */ (error).code !== 'UNREACHABLE') throw error;
    return responseOf({ status: 0, statusText: '', headers: [], body: '' });
  }
}

/**
 * What the module calls instead of the network when an app has filters.
 * @param {Filter} filter
 * @param {number} timeout in milliseconds
 */
export const chainOf = (filter, timeout) => (/** @type {WireRequest} */ wire, /** @type {AbortSignal} */ signal) => {
  const request = { type: wire.method, url: wire.url, headers: Object.fromEntries(wire.headers), data: wire.body ?? null };
  /** @type {Next} */
  const next = (forwarded, callback) => {
    sendRequest(forwarded, timeout, signal).then((response) => callback(null, response), (error) => callback(error));
  };
  return new Promise((resolve, reject) => {
    filter(request, next, (error, response) => (isNull(error) ? resolve(response) : reject(asReason(error))));
  }).then(answerOf);
};

/** @param {unknown} error */
const asReason = (error) => (error instanceof Error ? error : new Error(String(error)));

/**
 * One filter that does what two do: the newer sees a request first and its response last.
 * @param {Filter | null} older
 * @param {Filter} newer
 * @returns {Filter}
 */
export const composed = (older, newer) =>
  older === null
    ? newer
    : (request, next, callback) => newer(request, (inner, done) => older(inner, next, done), callback);
