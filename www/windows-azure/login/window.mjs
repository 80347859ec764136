// The window for a login: the best that there is where the app runs.

import { capacitorBrowser } from './capacitor.mjs';
import { inAppBrowser } from './in-app-browser.mjs';
import { popup } from './popup.mjs';

/**
 * Lets the user log in.
 * @param {URL} start where the login begins
 * @param {string} end where it ends
 * @returns {Promise<unknown>} what the backend gives for it: a user and a token
 */
export function loginWindow(start, end) {
  const { cordova, Capacitor } = /** @type {any} */ (globalThis);
  if (cordova?.InAppBrowser) return inAppBrowser(cordova.InAppBrowser, start, end);
  // In a plain browser Capacitor has the plugin too, where it opens a tab and hears no more of it.
  if (Capacitor?.Plugins?.Browser && Capacitor.isNativePlatform?.() !== false) {
    return capacitorBrowser(Capacitor.Plugins, start);
  }
  return popup(start);
}
