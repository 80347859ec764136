// A login in a second window of the browser, whose last page sends its answer with `postMessage`.

import { TureenError } from '../../core.mjs';
import { cancelled, parsed, refused } from './answer.mjs';

/** How often to look whether the window is still there, in milliseconds: nothing tells. */
export const LOOK = 250;

/**
 * @param {URL} start
 * @returns {Promise<unknown>} the token
 */
export async function popup(start) {
  const here = globalThis.location?.origin ?? '';
  if (!/^https?:/.test(here)) {
    throw new TureenError(
      'LOGIN_WINDOW',
      'A login through a window works in pages from http or https, in Cordova with cordova-plugin-inappbrowser, and ' +
        'in Capacitor with @capacitor/browser. Elsewhere, log in with a token: loginWithOptions(provider, { token }).',
    );
  }
  start.searchParams.set('completion_type', 'postMessage');
  start.searchParams.set('completion_origin', here);
  const opened = globalThis.open(start.href, '_blank', 'location=no,resizable=yes');
  if (!opened) {
    throw new TureenError('LOGIN_BLOCKED', "The browser has blocked the login's window. Call login in a click's handler.");
  }
  return answerOf(opened, start.origin).finally(() => opened.close());
}

/**
 * @param {Window} opened
 * @param {string} origin from which an answer is believed
 * @returns {Promise<unknown>}
 */
async function answerOf(opened, origin) {
  const done = new AbortController();
  try {
    return await new Promise((resolve, reject) => {
      const listen = (/** @type {MessageEvent} */ event) => {
        if (event.source !== opened || event.origin !== origin) return;
        const said = completion(event.data);
        if (said?.error) reject(refused(said.error));
        else if (said?.oauth) resolve(said.oauth);
      };
      globalThis.addEventListener('message', listen, { signal: done.signal });
      done.signal.addEventListener('abort', whenClosed(opened, () => reject(cancelled())));
    });
  } finally {
    done.abort();
  }
}

/**
 * @param {unknown} data an object or its JSON text
 * @returns {{ oauth?: unknown, error?: unknown } | undefined}
 */
function completion(data) {
  const said = /** @type {any} */ (typeof data === 'string' ? parsed(data) : data);
  return said?.type === 'LoginCompleted' ? said : undefined;
}

/**
 * Looks out for a window's end. The answer of one that closes itself may come after it: only the second look counts.
 * @param {Window} opened
 * @param {() => void} then
 * @returns {() => void} stops looking
 */
export function whenClosed(opened, then) {
  let seen = false;
  const timer = setInterval(() => {
    if (seen) then();
    seen = opened.closed;
  }, LOOK);
  return () => clearInterval(timer);
}
