// A login in the device's own browser, by Capacitor's Browser plugin. That browser tells nobody where it goes: the
// login ends at an address that belongs to the app, and Capacitor's App plugin tells of that.

import { cancelled } from './answer.mjs';

/** @typedef {{ remove(): unknown }} Listener */
/** @typedef {(event: string, listener: (event: any) => void) => Listener | Promise<Listener>} AddListener */

/**
 * @typedef {object} Plugins
 * @property {{ open(options: { url: string }): Promise<void>, close(): Promise<void>, addListener: AddListener }} Browser
 * @property {{ addListener: AddListener }} App
 */

/** Coming back to the app also ends the browser, and the address may be told after that: so long is it waited for. */
const GRACE = 1_000;

/**
 * @template T
 * @param {Plugins} plugins
 * @param {URL} start
 * @param {(address: string) => Promise<T> | undefined} answerOf what an address tells, if the login ends there
 * @returns {Promise<T>}
 */
export async function capacitorBrowser({ Browser, App }, start, answerOf) {
  /** @type {Listener[]} */
  const listeners = [];
  try {
    return await new Promise((resolve, reject) => {
      const begin = async () => {
        listeners.push(
          await App.addListener('appUrlOpen', ({ url }) => {
            const answer = answerOf(url);
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
