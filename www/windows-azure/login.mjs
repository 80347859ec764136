// Logging in with a token: the backend exchanges it for one of its own.

import { TureenError, attempt, call } from '../core.mjs';
import { backendOf } from './backend.mjs';
import { parseJson } from './dates.mjs';
import { isNull, isObject, isString, notNull, parametersOf } from './validate.mjs';

/** @typedef {import('./client.mjs').MobileServiceClient} MobileServiceClient */
/** @typedef {import('./client.mjs').User} User */

/**
 * @typedef {object} LoginOptions
 * @property {object | null} [token] what the identity provider gave, in the provider's own shape
 * @property {boolean} [useSingleSignOn]
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
  attempt(async () => {
    isString(provider, 'provider');
    notNull(provider, 'provider');
    if (isNull(options.token) && isToken(provider)) {
      return exchange(client, pathBelow(client, '.auth/login'), { authenticationToken: provider }, []);
    }
    isObject(options.token, 'token');
    if (isNull(options.token)) {
      throw new TureenError(
        'LOGIN_WINDOW',
        `Pass the token that ${provider} gave: loginWithOptions(provider, { token }). Logging in through a window ` +
          'of the provider is not available here.',
      );
    }
    const address = loginAddress(client, provider);
    return exchange(client, address, options.token, parametersOf(options.parameters));
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
 * @param {object | null | undefined} token
 * @param {[string, string][]} parameters
 * @returns {Promise<User>}
 */
async function exchange(client, address, token, parameters) {
  if (underWay.has(client)) throw new Error('Cannot start a login operation because login is already in progress.');
  underWay.add(client);
  try {
    // Around the app's filters, which may log what passes: this body is a secret.
    const answer = await call((module) =>
      backendOf(client, module).login(address, JSON.stringify(token), { parameters }),
    );
    client.currentUser = userIn(answer.body);
    return client.currentUser;
  } finally {
    underWay.delete(client);
  }
}

/**
 * @param {string} body
 * @returns {User}
 */
function userIn(body) {
  const given = parseJson(body);
  if (typeof given?.user !== 'object' || given.user === null || typeof given.authenticationToken !== 'string') {
    throw new TureenError('BAD_LOGIN_ANSWER', 'Invalid format of the authentication response.');
  }
  return { ...given.user, mobileServiceAuthenticationToken: given.authenticationToken };
}
