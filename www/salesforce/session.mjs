// Who asks the org: its address and the tokens, in memory only. A token goes into the header of a request to that
// address and nowhere else; private fields keep it from logs and from JSON.

import { TureenError } from '../error.mjs';

/**
 * @typedef {object} Credentials
 * @property {string} instanceUrl such as `https://example.my.salesforce.com`
 * @property {string} accessToken
 * @property {string} [apiVersion] such as `v66.0`
 * @property {() => Fresh | PromiseLike<Fresh>} [refresh] gets a new token, once
 *   the org has refused this one; nothing, when there is none to be had
 *
 * @typedef {string | null | undefined | { accessToken: string, instanceUrl?: string }} Fresh
 */

export const API_VERSION = 'v66.0';

export class Session {
  #instanceUrl;
  #accessToken;
  #refresh;
  /** The refresh that is under way. @type {Promise<boolean> | undefined} */
  #renewing;

  /** @param {Credentials} credentials */
  constructor({ instanceUrl, accessToken, apiVersion = API_VERSION, refresh }) {
    this.#instanceUrl = origin(instanceUrl);
    this.#accessToken = filled(accessToken, 'accessToken');
    this.#refresh = refresh;
    this.apiVersion = /^v\d+\.0$/.test(apiVersion) ? apiVersion : `v${Number.parseFloat(apiVersion)}.0`;
  }

  get instanceUrl() {
    return this.#instanceUrl;
  }

  get accessToken() {
    return this.#accessToken;
  }

  get authorization() {
    return `Bearer ${this.#accessToken}`;
  }

  /**
   * Gets a new token in place of one that the org refused. All who ask meanwhile wait for the same one.
   * @param {string} refused the token that was sent
   * @returns {Promise<boolean>} whether there is another one now
   */
  renew(refused) {
    if (refused !== this.#accessToken) return Promise.resolve(true);
    if (!this.#refresh) return Promise.resolve(false);
    this.#renewing ??= this.#take(this.#refresh).finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  /** @param {NonNullable<Credentials['refresh']>} refresh */
  async #take(refresh) {
    const given = await refresh();
    if (!given) return false;
    const { accessToken, instanceUrl = undefined } = typeof given === 'string' ? { accessToken: given } : given;
    this.#accessToken = filled(accessToken, 'accessToken');
    if (instanceUrl) this.#instanceUrl = origin(instanceUrl);
    return true;
  }
}

/**
 * How an app that has a refresh token gets a new access token: OAuth 2.0, "Refresh Token Flow".
 * @param {{ loginUrl: string, clientId: string, refreshToken: string }} app
 * @returns {NonNullable<Credentials['refresh']>}
 */
export const byRefreshToken = ({ loginUrl, clientId, refreshToken }) => async () => {
  const response = await fetch(`${origin(loginUrl)}/services/oauth2/token`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken }),
  });
  if (!response.ok) {
    throw new TureenError('LOGIN_NEEDED', `The org gave no new token (${response.status}): let the user log in again.`);
  }
  const { access_token: accessToken, instance_url: instanceUrl } = await response.json();
  return { accessToken, instanceUrl };
};

/** @param {unknown} address */
function origin(address) {
  try {
    return new URL(filled(address, 'instanceUrl')).origin;
  } catch {
    throw new TureenError('BAD_ARGUMENT', "An org's address is such as https://example.my.salesforce.com.");
  }
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function filled(value, name) {
  if (typeof value === 'string' && value !== '') return value;
  throw new TureenError('BAD_ARGUMENT', `An org needs ${name}, a string that is not empty.`);
}
