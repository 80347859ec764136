// The client of an Azure Mobile Apps backend, called as the SDK's is.

import { TureenError, attempt } from '../core.mjs';
import { backendOf, callAzure, connect, connectionOf } from './backend.mjs';
import { parseJson } from './dates.mjs';
import { composed, responseOf } from './http.mjs';
import { installationId } from './installation.mjs';
import { loginWith } from './login.mjs';
import { Push } from './push.mjs';
import { MobileServiceSyncContext } from './sync-context.mjs';
import { MobileServiceSyncTable } from './sync-table.mjs';
import { MobileServiceTable } from './table.mjs';
import { isNull, isString, notNull, notNullOrEmpty, parametersOf } from './validate.mjs';

/**
 * The logged-in user.
 * @typedef {{ userId: string, mobileServiceAuthenticationToken: string, [claim: string]: unknown }} User
 */

/**
 * What the backend speaks: `v2` is Azure Mobile Apps as the SDK knows it, `v3` its server for ASP.NET Core, `datasync`
 * CommunityToolkit Datasync. With `auto` the backend is asked, once for each address while the page is open.
 * @typedef {'v2' | 'v3' | 'datasync' | 'auto'} DialectName
 */

/**
 * @typedef {object} ClientOptions
 * @property {number} [timeout] how long the backend may take to answer, in milliseconds
 * @property {DialectName} [dialect] `v2` when left out
 */

const DIALECTS = ['v2', 'v3', 'datasync', 'auto'];

/**
 * @typedef {object} ApiOptions
 * @property {unknown} [body] sent as it is when it is a string, else as JSON
 * @property {string} [method]
 * @property {Record<string, unknown>} [parameters] for the query
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 */

/** What the SDK says of itself to the backend. */
const VERSION = 'ZUMO/2.0 (lang=Cordova; os=--; os_version=--; arch=--; version=2.0.1)';

/** As .NET's client waits. */
const DEFAULT_TIMEOUT = 100_000;

/**
 * ```js
 * const client = new WindowsAzure.MobileServiceClient('https://yoursite.azurewebsites.net');
 * const todos = await client.getTable('todoitem').where({ complete: false }).read();
 * ```
 */
export class MobileServiceClient {
  #context = new MobileServiceSyncContext(this);
  #alternateLoginHost = '';
  #loginUriPrefix = '.auth/login';

  /** Registers this device for push notifications. */
  push = new Push(this);

  /**
   * @param {string} applicationUrl the backend's address
   * @param {ClientOptions} [options]
   */
  constructor(applicationUrl, { timeout = DEFAULT_TIMEOUT, dialect = 'v2' } = {}) {
    isString(applicationUrl, 'applicationUrl');
    notNullOrEmpty(applicationUrl, 'applicationUrl');
    if (!DIALECTS.includes(dialect)) {
      throw new TureenError('BAD_ARGUMENT', `There is no dialect ${dialect}. Use one of ${DIALECTS.join(', ')}.`);
    }
    connect(this, { filter: null, timeout, dialect });
    // Apps find it in localStorage before their first request.
    installationId();
    this.applicationUrl = applicationUrl;
    this.version = VERSION;
    /** @type {User | null} */
    this.currentUser = null;
  }

  /** Where to log in, when that is another host. */
  get alternateLoginHost() {
    return this.#alternateLoginHost;
  }

  set alternateLoginHost(host) {
    if (!isNull(host) && host !== '' && !/^https:\/\//i.test(host)) {
      throw new Error(`${host} is not valid. Expected Absolute Url with https scheme`);
    }
    this.#alternateLoginHost = host || this.applicationUrl;
  }

  /** The path below the login host under which the providers are. */
  get loginUriPrefix() {
    return this.#loginUriPrefix;
  }

  set loginUriPrefix(prefix) {
    isString(prefix, 'loginUriPrefix');
    this.#loginUriPrefix = prefix || '.auth/login';
  }

  /**
   * A new client whose requests pass through `filter` before those of this one; with a sync context of its own.
   * @param {import('./http.mjs').Filter} filter
   * @returns {MobileServiceClient}
   */
  withFilter(filter) {
    notNull(filter, 'serviceFilter');
    const { filter: older, timeout, dialect } = connectionOf(this);
    const client = new MobileServiceClient(this.applicationUrl, { timeout, dialect });
    client.currentUser = this.currentUser;
    connect(client, { filter: composed(older, filter), timeout, dialect });
    return client;
  }

  /**
   * A table of the backend.
   * @param {string} tableName
   */
  getTable(tableName) {
    isString(tableName, 'tableName');
    notNullOrEmpty(tableName, 'tableName');
    return new MobileServiceTable(tableName, this);
  }

  /**
   * A table of the local store, which push and pull keep in step with the backend's.
   * @param {string} tableName
   */
  getSyncTable(tableName) {
    isString(tableName, 'tableName');
    notNullOrEmpty(tableName, 'tableName');
    return new MobileServiceSyncTable(tableName, this);
  }

  getSyncContext() {
    return this.#context;
  }

  /**
   * Logs in: `login(provider)` through a window of the provider, `login(provider, token)` with a token that it gave, or
   * `login(token)` with a token of the backend's own.
   * @param {string} provider
   * @param {object | boolean | null} [token]
   * @param {boolean} [useSingleSignOn]
   */
  login(provider, token, useSingleSignOn) {
    const given = typeof token === 'object' ? token : null;
    return loginWith(this, provider, { token: given, useSingleSignOn: useSingleSignOn ?? token === true });
  }

  /**
   * Logs in through a window of the provider, or with `options.token`, which it gave. A window that the user closes
   * rejects with `UserCancelled`.
   * @param {string} provider
   * @param {import('./login.mjs').LoginOptions} [options]
   */
  loginWithOptions(provider, options) {
    return loginWith(this, provider, options ?? {});
  }

  /** Forgets the user. */
  logout() {
    return attempt(() => {
      this.currentUser = null;
    });
  }

  /**
   * Calls an API of the backend's own, or any absolute address.
   * @param {string} apiName
   * @param {ApiOptions | null} [options]
   * @returns {import('../core.mjs').TureenPromise<import('./http.mjs').FilterResponse>} with `result`, what a JSON
   *   body says
   */
  invokeApi(apiName, options) {
    return attempt(async () => {
      isString(apiName, 'apiName');
      notNull(apiName, 'apiName');
      const { method, address, body, extras } = apiCall(apiName, options ?? {});
      const answer = await callAzure((module) =>
        backendOf(this, module).invoke(method, address, body, extras, options?.signal),
      );
      const response = responseOf(answer);
      const result = resultOf(response);
      return result === undefined ? response : Object.assign(response, { result });
    });
  }
}

/**
 * @param {string} apiName
 * @param {ApiOptions} options
 */
function apiCall(apiName, { body, method, parameters, headers }) {
  const empty = isNull(body) || body === '';
  const features = empty ? [] : [typeof body === 'string' ? 'AG' : 'AJ'];
  const given = Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]);
  const accepts = given.some(([name]) => name.toLowerCase() === 'accept');
  return {
    method: method ?? 'POST',
    address: /^https?:\//i.test(apiName) ? apiName : `api/${apiName.replace(/^\/+/, '')}`,
    body: isNull(body) ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    extras: {
      parameters: parametersOf(parameters),
      headers: accepts ? given : [['accept', 'application/json'], ...given],
      features,
    },
  };
}

/** @param {import('./http.mjs').FilterResponse} response */
function resultOf(response) {
  const type = response.getResponseHeader?.('Content-Type');
  if (type && !type.toLowerCase().includes('json')) return undefined;
  try {
    return parseJson(response.responseText);
  } catch (error) {
    if (type) throw error;
    return undefined;
  }
}
