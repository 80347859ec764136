// The org that syncs are with: what the app has said, or what force.js has, where the page has that.

import { TureenError } from '../error.mjs';
import { Session } from '../salesforce/session.mjs';
import { callTarget, names } from './targets.mjs';

/**
 * @typedef {import('../salesforce/session.mjs').Credentials & { timeout?: number }} Org `timeout`: how long the org may
 *   take, in milliseconds
 *
 * @typedef {object} Force `force` of force.js, as far as syncs use it
 * @property {(request: object, ok: (answer: any) => void, fail: (error: any) => void) => void} request
 *
 * @typedef {{ method: string, url: string, headers: [string, string][], body?: string }} Carried
 */

const TIMEOUT = 100_000;
/** Of force.js, which knows by itself where its org is. */
const ELSEWHERE = { instanceUrl: 'https://force.invalid', apiVersion: 'v66.0' };

/** What the app has said. @type {Session | undefined} */
let session;
let wait = TIMEOUT;

/**
 * Says which org syncs are with from now on; null: that of force.js, where the page has it.
 *
 * ```js
 * Tureen.salesforce({ instanceUrl, accessToken, refresh: async () => (await myLogin()).token });
 * ```
 * @param {Org | null} given
 */
export function salesforce(given) {
  session = given ? new Session(given) : undefined;
  wait = given?.timeout ?? TIMEOUT;
}

/** force.js, where the page has it and the app has said nothing. @returns {Force | undefined} */
function force() {
  const found = /** @type {{ force?: Force }} */ (globalThis).force;
  return !session && typeof found?.request === 'function' ? found : undefined;
}

/** @throws {TureenError} when it is not known which org is meant */
export function checkOrg() {
  if (session || force()) return;
  throw new TureenError('NO_ORG', 'Say first which org syncs are with: salesforce({ instanceUrl, accessToken }).');
}

/** What the module asks. */
export const asked = {
  read() {
    checkOrg();
    if (!session) return ELSEWHERE;
    const { instanceUrl, apiVersion, accessToken: token } = session;
    return { instanceUrl, apiVersion, token };
  },
  renew: (/** @type {string | undefined} */ refused) => session?.renew(refused ?? '') ?? false,
  targets: () => ({ names: names() }),
  callTarget,
};

export const timeout = () => wait;

/** What carries requests when force.js does: it has its own credentials, and renews its session by itself. */
export const carrier = () => (force() ? byForce : undefined);

/**
 * @param {Carried} request
 * @returns {Promise<{ status: number, statusText: string, headers: [string, string][], body: string }>}
 */
function byForce({ method, url, headers, body }) {
  const { pathname, search } = new URL(url);
  const request = {
    method,
    path: pathname + search,
    headers: Object.fromEntries(headers),
    contentType: body === undefined ? undefined : 'application/json',
    data: body === undefined ? undefined : JSON.parse(body),
  };
  return new Promise((resolve) => {
    const answer = (/** @type {number} */ status, /** @type {unknown} */ content) =>
      resolve({ status, statusText: '', headers: [], body: textOf(content) });
    const carrier = force();
    if (!carrier) return answer(0, '');
    carrier.request(
      request,
      (content) => answer(content === undefined || content === '' ? 204 : 200, content),
      // An XMLHttpRequest, or the array of errors that it came with.
      (error) => answer(error?.status ?? (Array.isArray(error) ? 400 : 0), error?.responseText ?? error),
    );
  });
}

/** @param {unknown} content */
const textOf = (content) => (typeof content === 'string' ? content : (JSON.stringify(content) ?? ''));
