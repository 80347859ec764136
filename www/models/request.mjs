// One request to the org: headers, a token renewed when it has expired, and answers that are none of the org's.

import { TureenError } from '../error.mjs';
import { RestError } from './errors.mjs';

/**
 * @typedef {object} Asked
 * @property {string} path from `/services` on
 * @property {string} [method]
 * @property {Record<string, string>} [params] of the query
 * @property {unknown} [data] the body: an object, or JSON
 * @property {string} [contentType]
 * @property {Record<string, string>} [headerParams] more headers
 */

/** Milliseconds that an answer is waited for. */
const PATIENCE = 100_000;

/**
 * @param {import('../salesforce/session.mjs').Session} session
 * @param {Asked} asked
 * @returns {Promise<any>} the answer's JSON; null when it has no content
 */
export async function request(session, asked) {
  const sent = session.accessToken;
  const answer = await send(session, asked);
  if (answer.status !== 401) return valueOf(answer);
  const refused = new RestError(answer);
  const renewed = await session.renew(sent).catch((cause) => {
    throw new RestError(answer, cause);
  });
  if (!renewed) throw refused;
  return valueOf(await send(session, asked));
}

/** @typedef {{ status: number, statusText: string, responseText: string, isJson: boolean }} Answer */

/**
 * @param {import('../salesforce/session.mjs').Session} session
 * @param {Asked} asked
 * @returns {Promise<Answer>}
 */
async function send(session, { path, method = 'GET', params, data, contentType = 'application/json', headerParams }) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const response = await fetch(addressOf(session, path, params), {
      method,
      headers: {
        accept: 'application/json',
        authorization: session.authorization,
        'cache-control': 'no-store',
        'x-connect-bearer-urls': 'true',
        ...(data !== undefined && { 'content-type': contentType }),
        ...headerParams,
      },
      body: data === undefined || typeof data === 'string' ? data : JSON.stringify(data),
      cache: 'no-store',
      signal: patience.signal,
    });
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, statusText: response.statusText, responseText: await response.text(), isJson };
  } catch (cause) {
    if (cause instanceof TureenError) throw cause;
    const message =
      `${session.instanceUrl} was not reached, or its answer was lost: try again when there is a network. In a page ` +
      "the org's list for CORS, and the page's connect-src if it has a policy, must allow it.";
    throw new RestError({ status: 0, code: 'NOT_REACHED', message }, cause);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {import('../salesforce/session.mjs').Session} session
 * @param {string} path
 * @param {Record<string, string>} [params]
 */
function addressOf({ instanceUrl }, path, params = {}) {
  const url = new URL(path, instanceUrl);
  if (url.origin !== instanceUrl) {
    throw new TureenError('BAD_ARGUMENT', `Requests go to ${instanceUrl} only, for they carry its token: give a path.`);
  }
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}

/** @param {Answer} answer */
function valueOf(answer) {
  const { status, responseText, isJson } = answer;
  if (status >= 400 || status < 200) throw new RestError(isJson ? answer : { ...answer, ...foreign(status) });
  if (responseText === '') return null;
  try {
    return JSON.parse(responseText);
  } catch (cause) {
    throw new RestError({ ...answer, ...foreign(status) }, cause);
  }
}

/** @param {number} status */
const foreign = (status) => ({
  code: 'NO_JSON',
  message:
    `What answered (${status}) is not JSON to its end: a page of the network's, or of the org's maintenance, or an ` +
    'answer that was cut. Try again later.',
});
