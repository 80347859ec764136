// A login in the device's own browser, by Capacitor's Browser plugin. That browser tells nobody where it goes: the
// login ends at an address that belongs to the app, and Capacitor's App plugin tells of that.

import { TureenError } from '../../core.mjs';
import { answerAt, cancelled } from './answer.mjs';

/** @typedef {{ remove(): unknown }} Listener */
/** @typedef {(event: string, listener: (event: any) => void) => Listener | Promise<Listener>} AddListener */

/**
 * @typedef {object} Plugins
 * @property {{ open(options: { url: string }): Promise<void>, close(): Promise<void>, addListener: AddListener }} Browser
 * @property {{ addListener: AddListener }} [App]
 */

/** What App Service calls the address to which it sends the token. */
const REDIRECT = 'post_login_redirect_url';

/** Coming back to the app also ends the browser, and the address may be told after that: so long is it waited for. */
const GRACE = 1_000;

/**
 * @param {Plugins} plugins
 * @param {URL} start
 * @returns {Promise<unknown>} the token
 */
export async function capacitorBrowser({ Browser, App }, start) {
  const end = start.searchParams.get(REDIRECT);
  if (!App || !end) {
    throw new TureenError(
      'LOGIN_REDIRECT',
      'In a Capacitor app a login ends at an address of the app. Install @capacitor/app, and say the address: ' +
        `loginWithOptions(provider, { parameters: { ${REDIRECT}: 'https://app.example.com/signed-in' } }).`,
    );
  }
  /** @type {Listener[]} */
  const listeners = [];
  try {
    return await new Promise((resolve, reject) => {
      const begin = async () => {
        listeners.push(
          await App.addListener('appUrlOpen', ({ url }) => {
            const answer = answerAt(url, end);
            if (answer) resolve(answer);
          }),
          await Browser.addListener('browserFinished', () => setTimeout(() => reject(cancelled()), GRACE)),
        );
        await Browser.open({ url: start.href });
      };
      begin().catch(reject);
    });
  } finally {
    for (const listener of listeners) await listener.remove();
    // Android's closes by itself, and has no such call.
    await Browser.close().catch(() => undefined);
  }
}
