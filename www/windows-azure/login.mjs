// Logging in: with a token, which the backend exchanges for one of its own, or through a window of the provider.

import { TureenError, attempt } from '../core.mjs';
import { backendOf, callAzure } from './backend.mjs';
import { parsed } from './login/answer.mjs';
import { loginWindow } from './login/window.mjs';
import { isNull, isObject, isString, notNull, parametersOf } from './validate.mjs';

/** @typedef {import('./client.mjs').MobileServiceClient} MobileServiceClient */
/** @typedef {import('./client.mjs').User} User */

/**
 * @typedef {object} LoginOptions
 * @property {object | null} [token] what the identity provider gave, in the provider's own shape
 * @property {boolean} [useSingleSignOn] of Windows only: a browser keeps its session with the provider as it likes
 * @property {Record<string, unknown>} [parameters] for the query
 */

/** The clients that are logging in. @type {WeakSet<MobileServiceClient>} */
const underWay = new WeakSet();

/**
 * @param {MobileServiceClient} client
 * @param {string} provider a provider's name, or a token of the backend's own
 * @param {LoginOptions} options
 */
export const loginWith = (client, provider, options) =>
  attempt(() => {
    isString(provider, 'provider');
    notNull(provider, 'provider');
    isObject(options.token, 'token');
    const parameters = parametersOf(options.parameters);
    if (!isNull(options.token)) return exchange(client, loginAddress(client, provider), options.token, parameters);
    if (isToken(provider)) return exchange(client, pathBelow(client, '.auth/login'), { authenticationToken: provider }, []);
    return throughWindow(client, provider, parameters);
  });

/** @param {unknown} text a token of the backend's own has three parts with dots between */
const isToken = (text) => typeof text === 'string' && text.split('.').length === 3;

/**
 * @param {MobileServiceClient} client
 * @param {string} path
 */
const pathBelow = (client, path) => `${client.applicationUrl.replace(/\/+$/, '')}/${path}`;

/**
 * @param {MobileServiceClient} client
 * @param {string} provider
 */
function loginAddress(client, provider) {
  const name = provider.toLowerCase() === 'windowsazureactivedirectory' ? 'aad' : provider.toLowerCase();
  const host = client.alternateLoginHost || client.applicationUrl;
  const prefix = client.loginUriPrefix || '.auth/login';
  return [host.replace(/\/+$/, ''), prefix.replace(/^\/+|\/+$/g, ''), encodeURIComponent(name)].join('/');
}

/**
 * @param {MobileServiceClient} client
 * @param {string} address
 * @param {object} token
 * @param {[string, string][]} parameters
 */
const exchange = (client, address, token, parameters) =>
  loggingIn(client, async () => {
    // Around the app's filters, which may log what passes: this body is a secret.
    const answer = await callAzure((module) =>
      backendOf(client, module).login(address, JSON.stringify(token), { parameters }),
    );
    return parsed(answer.body);
  });

/**
 * @param {MobileServiceClient} client
 * @param {string} provider
 * @param {[string, string][]} parameters
 */
const throughWindow = (client, provider, parameters) =>
  loggingIn(client, () => {
    const start = new URL(secure(loginAddress(client, provider)));
    for (const [name, value] of parameters) start.searchParams.append(name, value);
    start.searchParams.set('session_mode', 'token');
    return loginWindow(start, secure(loginAddress(client, 'done')));
  });

/**
 * The backend's login is on https, and its last page answers from there. Only a backend on this machine may do without.
 * @param {string} address
 */
const secure = (address) =>
  /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(?=[:/])/i.test(address) ? address : address.replace(/^http:/i, 'https:');

/**
 * @param {MobileServiceClient} client
 * @param {() => Promise<unknown>} job is called at once: browsers open windows in a click's handler only
 * @returns {Promise<User>}
 */
async function loggingIn(client, job) {
  if (underWay.has(client)) {
    throw new TureenError('LOGIN_UNDER_WAY', 'Cannot start a login operation because login is already in progress.');
  }
  underWay.add(client);
  try {
    client.currentUser = userIn(await job());
    return client.currentUser;
  } finally {
    underWay.delete(client);
  }
}

/**
 * @param {any} given
 * @returns {User}
 */
function userIn(given) {
  if (typeof given?.user !== 'object' || given.user === null || typeof given.authenticationToken !== 'string') {
    throw new TureenError('BAD_LOGIN_ANSWER', 'Invalid format of the authentication response.');
  }
  return { ...given.user, mobileServiceAuthenticationToken: given.authenticationToken };
}
