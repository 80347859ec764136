// The network's end of a provider: what only fetch can say and do. Redirects are not followed, for a header that says
// who asks could go with them, and no more is read than the app allows for.

import { TureenError } from '../error.mjs';

/** @typedef {{ method: string, url: string, headers: [string, string][], body?: string }} Request */
/** @typedef {{ status: number, statusText: string, headers: [string, string][], body: string }} Answer */

/** A request that had no answer. @type {Answer} */
export const none = { status: 0, statusText: '', headers: [], body: '' };

/**
 * A sender of requests.
 * @param {{ fetch?: typeof fetch, timeout: number, maxBytes: number, read?: (bytes: number) => void }} options `read` is
 *   told of what was read
 * @returns {(request: Request, signal: AbortSignal) => Promise<Answer>}
 */
export const sender = ({ fetch: ask, timeout, maxBytes, read }) => async ({ method, url, headers, body }, signal) => {
  const flight = new AbortController();
  const end = () => flight.abort();
  const timer = setTimeout(end, timeout);
  signal.addEventListener('abort', end);
  try {
    const init = { method, headers, body, signal: flight.signal, redirect: 'manual', cache: 'no-store' };
    const answer = await (ask ?? fetch)(url, /** @type {RequestInit} */ (init));
    // A browser says nothing of a redirect but that it is one.
    const status = answer.type === 'opaqueredirect' ? 302 : answer.status;
    const text = await bodyOf(answer, maxBytes, read);
    return { status, statusText: answer.statusText, headers: [...answer.headers], body: text };
  } catch (error) {
    if (error instanceof TureenError) throw error;
    return none;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    end();
  }
};

/** @param {Response} answer @param {number} most @param {((bytes: number) => void) | undefined} read */
async function bodyOf(answer, most, read) {
  if (!answer.body) return '';
  const [reader, decoder] = [answer.body.getReader(), new TextDecoder()];
  let [text, size] = ['', 0];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    read?.(value.length);
    if (size > most) throw new TureenError('TOO_LARGE', `The answer is larger than maxBytes, ${most}.`);
    text += decoder.decode(value, { stream: true });
  }
}
