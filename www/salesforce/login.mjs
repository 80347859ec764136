// Logging in to an org in a window: OAuth 2.0's web server flow with PKCE, for apps that can keep no secret (Salesforce
// Help, "OAuth 2.0 Web Server Flow for Web App Integration"). The tokens stay in this page's memory.

import { TureenError, attempt } from '../core.mjs';
import { salesforce } from '../mobile-sync/org.mjs';
import { cancelled, isAt, refused } from '../windows-azure/login/answer.mjs';
import { LOOK, whenClosed } from '../windows-azure/login/popup.mjs';
import { windowOfDevice } from '../windows-azure/login/window.mjs';
import { byRefreshToken } from './session.mjs';

/**
 * @typedef {object} Login
 * @property {string} clientId the consumer key of the connected app
 * @property {string} redirectUrl where the login ends, as the connected app says it: a page of the app's own origin, or
 *   in Cordova and Capacitor an address that belongs to the app
 * @property {string} [loginUrl] `https://login.salesforce.com`, or that of a sandbox or a domain
 * @property {string[]} [scopes]
 * @property {string} [apiVersion]
 */

/**
 * Lets the user log in; syncs are with their org from then on. Call it in the handler of a click.
 *
 * ```js
 * const { userId } = await Tureen.salesforceLogin({ clientId, redirectUrl: `${location.origin}/signed-in.html` });
 * Tureen.setUser(userId);
 * ```
 * @param {Login} given
 */
export const salesforceLogin = (given) =>
  attempt(async () => {
    const { clientId, redirectUrl, loginUrl = 'https://login.salesforce.com', apiVersion } = given;
    for (const [name, value] of Object.entries({ clientId, redirectUrl, loginUrl })) {
      if (typeof value !== 'string' || !value) throw new TureenError('BAD_ARGUMENT', `salesforceLogin needs ${name}.`);
    }
    const verifier = random(48);
    const state = random(24);
    const answerOf = (/** @type {string} */ address) =>
      isAt(address, redirectUrl) ? codeIn(address, state) : undefined;
    const code = await throughWindow(startOf(given, loginUrl, verifier, state), answerOf);
    const tokens = await exchange(loginUrl, {
      grant_type: 'authorization_code', code, client_id: clientId, redirect_uri: redirectUrl, code_verifier: verifier,
    });
    const { access_token: accessToken, instance_url: instanceUrl, refresh_token: refreshToken, id } = tokens;
    const refresh = refreshToken ? byRefreshToken({ loginUrl, clientId, refreshToken }) : undefined;
    salesforce({ instanceUrl, accessToken, apiVersion, refresh });
    const [, organizationId, userId] = /\/id\/([^/]+)\/([^/]+)$/.exec(String(id)) ?? [];
    return { instanceUrl, organizationId, userId };
  });

/**
 * Where the login begins.
 * @param {Login} given
 * @param {string} loginUrl
 * @param {string} verifier
 * @param {string} state
 */
async function startOf({ clientId, redirectUrl, scopes = ['api', 'refresh_token'] }, loginUrl, verifier, state) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const start = new URL(`${loginUrl.replace(/\/+$/, '')}/services/oauth2/authorize`);
  start.search = String(new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUrl,
    scope: scopes.join(' '),
    state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
  }));
  return start;
}

/**
 * @param {Promise<URL>} start
 * @param {(address: string) => Promise<string> | undefined} answerOf
 * @returns {Promise<string>} the code
 */
async function throughWindow(start, answerOf) {
  const ofDevice = windowOfDevice(start, answerOf);
  if (ofDevice) return ofDevice;
  // Opened at once: browsers open windows in a click's handler only.
  const opened = globalThis.open('about:blank', '_blank', 'location=no,resizable=yes');
  if (!opened) {
    throw new TureenError('LOGIN_BLOCKED', "The browser has blocked the login's window. Call it in a click's handler.");
  }
  try {
    opened.location.href = (await start).href;
    return await arrival(opened, answerOf);
  } finally {
    opened.close();
  }
}

/**
 * Waits for a window to come to the page of this origin at which the login ends.
 * @param {Window} opened
 * @param {(address: string) => Promise<string> | undefined} answerOf
 * @returns {Promise<string>}
 */
function arrival(opened, answerOf) {
  /** @type {() => void} */
  let stop = () => {};
  const arrived = new Promise((resolve, reject) => {
    const ends = whenClosed(opened, () => reject(cancelled()));
    const timer = setInterval(() => {
      const answer = answerOf(addressOf(opened));
      if (answer) resolve(answer);
    }, LOOK);
    stop = () => {
      ends();
      clearInterval(timer);
    };
  });
  return arrived.finally(() => stop());
}

/** @param {Window} opened @returns {string} nothing, as long as it is at another origin */
function addressOf(opened) {
  try {
    return opened.location.href;
  } catch {
    return '';
  }
}

/**
 * The code in the address at which a login ended.
 * @param {string} address
 * @param {string} state what was sent: an answer to something else is none
 */
async function codeIn(address, state) {
  const said = new URL(address).searchParams;
  const error = said.get('error');
  if (error) throw refused(said.get('error_description') ?? error);
  const code = said.get('code');
  if (code && said.get('state') === state) return code;
  throw new TureenError('BAD_LOGIN_ANSWER', 'The answer is not that of this login: begin it again.');
}

/**
 * @param {string} loginUrl
 * @param {Record<string, string>} asked
 * @returns {Promise<Record<string, string>>}
 */
async function exchange(loginUrl, asked) {
  const response = await fetch(`${loginUrl.replace(/\/+$/, '')}/services/oauth2/token`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(asked),
  }).catch((cause) => {
    throw new TureenError('UNREACHABLE', "The org's login does not answer, or does not allow this page (CORS).", cause);
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok && answer.access_token && answer.instance_url) return answer;
  throw refused(answer.error_description ?? `The org gave no token (${response.status}).`);
}

/** @param {number} bytes */
const random = (bytes) => base64url(crypto.getRandomValues(new Uint8Array(bytes)));

/** @param {Uint8Array} bytes */
const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
