// Each client's connection to its backend inside the module.

import { TureenError } from '../core.mjs';
import { call } from '../place.mjs';
import { chainOf, responseOf } from './http.mjs';
import { installationId } from './installation.mjs';
import { parseJson } from './dates.mjs';

/** @typedef {import('./client.mjs').MobileServiceClient} MobileServiceClient */
/** @typedef {import('./http.mjs').Filter} Filter */
/** @typedef {import('../core.mjs').Module} Module */
/** @typedef {import('../../pkg/tureen.js').AzureClient} AzureClient */

/**
 * @typedef {object} Connection
 * @property {Filter | null} filter what stands between the client and the network
 * @property {number} timeout in milliseconds
 * @property {import('./client.mjs').DialectName} dialect
 * @property {Map<Module, AzureClient>} [backends] in each module, made when it is first asked for
 */

/** @type {WeakMap<MobileServiceClient, Connection>} */
const connections = new WeakMap();

/**
 * @param {MobileServiceClient} client
 * @param {Connection} connection
 */
export const connect = (client, connection) => void connections.set(client, connection);

/**
 * @param {MobileServiceClient} client
 * @returns {Connection}
 */
export function connectionOf(client) {
  const connection = connections.get(client);
  if (!connection) throw new TureenError('BAD_ARGUMENT', 'This is no MobileServiceClient.');
  return connection;
}

/** The part of the module that knows this backend. */
export const PART = 'azure';

/**
 * Runs `job` on the module with that part: each call into it comes through here, or through a store that names it.
 * @template T
 * @param {(module: Module) => T | PromiseLike<T>} job
 * @param {Module} [on] the one that is meant, where there are two
 */
export const callAzure = (job, on) => call(job, PART, on);

/**
 * @param {MobileServiceClient} client
 * @param {Module} module
 */
export function backendOf(client, module) {
  const connection = connectionOf(client);
  const { dialect, timeout, backends = new Map() } = connection;
  connection.backends = backends;
  const backend =
    backends.get(module) ?? new module.AzureClient(sessionOf(client), dialect, timeout, filtersOf(connection));
  backends.set(module, backend);
  return backend;
}

/** @param {Connection} connection */
const filtersOf = ({ filter, timeout }) => (filter === null ? undefined : chainOf(filter, timeout));

/**
 * What each request says of the app and its user, read when it is sent: apps assign `currentUser` at any time.
 * @param {MobileServiceClient} client
 */
const sessionOf = (client) => ({
  read() {
    const token = client.currentUser?.mobileServiceAuthenticationToken;
    return {
      applicationUrl: String(client.applicationUrl),
      installationId: installationId(),
      clientVersion: String(client.version),
      token: token ? String(token) : undefined,
    };
  },
});

/**
 * A backend's refusal as the Azure SDK shows it: with the answer as `request`, and with the server's record when that
 * was changed meanwhile (412).
 * @param {string} code
 * @param {string} message
 * @param {import('./http.mjs').WireAnswer} answer
 */
export function refusal(code, message, answer) {
  const request = responseOf(answer);
  const error = Object.assign(new TureenError(code, message), { request });
  return answer.status === 412 ? Object.assign(error, { serverInstance: recordIn(answer.body) }) : error;
}

/** @param {string} body */
function recordIn(body) {
  try {
    return parseJson(body);
  } catch {
    return null;
  }
}
