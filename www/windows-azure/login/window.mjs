// The window for a login: the best that there is where the app runs.

import { TureenError } from '../../core.mjs';
import { answerAt } from './answer.mjs';
import { capacitorBrowser } from './capacitor.mjs';
import { inAppBrowser } from './in-app-browser.mjs';
import { popup } from './popup.mjs';

/** What App Service calls the address to which it sends the token. */
const REDIRECT = 'post_login_redirect_url';

/**
 * Lets the user log in.
 * @param {URL} start where the login begins
 * @param {string} end where it ends
 * @returns {Promise<unknown>} what the backend gives for it: a user and a token
 */
export function loginWindow(start, end) {
  // The device's own browser tells of no address but the app's.
  const redirect = start.searchParams.get(REDIRECT);
  return windowOfDevice(start, (address) => answerAt(address, redirect ?? end), Boolean(redirect)) ?? popup(start);
}

/**
 * Lets the user log in in a window that Cordova or Capacitor opens; nothing in a plain page.
 * @template T
 * @param {URL | Promise<URL>} start
 * @param {(address: string) => Promise<T> | undefined} answerOf what an address tells, if the login ends there
 * @param {boolean} [comesBack] whether the login ends at an address of the app
 * @returns {Promise<T> | undefined}
 */
export function windowOfDevice(start, answerOf, comesBack = true) {
  const { cordova, Capacitor } = /** @type {any} */ (globalThis);
  if (cordova?.InAppBrowser) return begun(start, (url) => inAppBrowser(cordova.InAppBrowser, url, answerOf));
  // In a plain browser Capacitor has the plugin too, where it opens a tab and hears no more of it.
  if (!Capacitor?.Plugins?.Browser || Capacitor.isNativePlatform?.() === false) return undefined;
  if (!Capacitor.Plugins.App || !comesBack) return Promise.reject(noWayBack());
  return begun(start, (url) => capacitorBrowser(Capacitor.Plugins, url, answerOf));
}

/**
 * At once where the address is known: windows open in a click's handler only.
 * @template T
 * @param {URL | Promise<URL>} start
 * @param {(url: URL) => Promise<T>} open
 */
const begun = (start, open) => (start instanceof URL ? open(start) : start.then(open));

const noWayBack = () =>
  new TureenError(
    'LOGIN_REDIRECT',
    'In a Capacitor app a login ends at an address of the app. Install @capacitor/app, and say the address: ' +
      `loginWithOptions(provider, { parameters: { ${REDIRECT}: 'https://app.example.com/signed-in' } }).`,
  );
