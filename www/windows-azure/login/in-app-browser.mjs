// A login in the window of Cordova's InAppBrowser, which tells where it goes.

import { cancelled } from './answer.mjs';

/**
 * @typedef {object} AppWindow
 * @property {(event: string, listener: (event: { url: string }) => void) => void} addEventListener
 * @property {() => void} close
 *
 * @typedef {{ open(address: string, target: string, features: string): AppWindow }} InAppBrowser
 */

/** iOS cannot close a window that it is still presenting, as when a provider knows the user and asks nothing. */
const UNTIL_PRESENTED = 500;

/**
 * @template T
 * @param {InAppBrowser} browser
 * @param {URL} start
 * @param {(address: string) => Promise<T> | undefined} answerOf what an address tells, if the login ends there
 * @returns {Promise<T>}
 */
export const inAppBrowser = (browser, start, answerOf) =>
  new Promise((resolve, reject) => {
    const opened = browser.open(start.href, '_blank', 'location=no,hardwareback=no');
    let over = false;
    const look = (/** @type {{ url: string }} */ { url }) => {
      const answer = over ? undefined : answerOf(url);
      if (!answer) return;
      over = true;
      setTimeout(() => opened.close(), UNTIL_PRESENTED);
      resolve(answer);
    };
    // iOS leaves some of the first out.
    opened.addEventListener('loadstart', look);
    opened.addEventListener('loadstop', look);
    opened.addEventListener('exit', () => reject(cancelled()));
  });
