// The page around a connection: its clock, its network, who asks, and what the app says of a conflict.

import { sender } from './fetch.mjs';

/** @typedef {Record<string, string>} Headers */
/** @typedef {{ expired: boolean }} Asked whether the last headers were refused with 401 */

/**
 * Who asks.
 * @typedef {object} Auth
 * @property {string} [bearer] a token that does not run out
 * @property {string} [key] an API key, sent as `header`
 * @property {string} [header] `X-Api-Key` unless said otherwise
 * @property {(asked: Asked) => string | Promise<string>} [token] gives a bearer token, a fresh one if it has `expired`
 */

/**
 * What a connection tells of its queue.
 * @typedef {object} Status
 * @property {'idle' | 'sending' | 'waiting' | 'offline' | 'paused'} state
 * @property {number} pending commands to send
 * @property {number} dead commands that are set aside
 * @property {number} sent commands that the provider has taken since the page connected
 * @property {number | null} retryAt when it is tried again, by `Date.now`
 * @property {string | null} error what went wrong the last time, until something goes well
 */

/**
 * A change that the provider would not take because its record is another one by now.
 * @typedef {object} Conflict
 * @property {string} soup
 * @property {string} id
 * @property {'insert' | 'update' | 'delete'} action
 * @property {any} mine the local record, null if it was deleted
 * @property {any} theirs the provider's, null if it is not there
 * @property {any} base what both began with, where that is known
 * @property {string} message
 */

/** @typedef {'server' | 'client' | object | null | undefined | void} Resolution who wins, or a record that joins both */

/**
 * What a test may take the place of.
 * @typedef {object} Clock
 * @property {() => number} [now]
 * @property {(milliseconds: number) => Promise<void>} [sleep]
 * @property {() => number} [random]
 * @property {() => boolean} [online]
 */

/** @typedef {typeof globalThis.fetch} Fetch */

/**
 * @param {object} options
 * @param {Auth} [options.auth]
 * @param {Headers | ((asked: Asked) => Headers | Promise<Headers>)} [options.headers]
 * @param {string | (() => boolean | Promise<boolean>)} [options.probe]
 * @param {'server' | 'client' | ((conflict: Conflict) => Resolution | Promise<Resolution>)} [options.conflict]
 * @param {Clock} [options.clock]
 * @param {Fetch} [options.fetch]
 * @param {(status: Status) => void} tell
 */
export const worldOf = ({ auth = {}, headers, probe, conflict, clock = {}, fetch }, tell) => ({
  now: clock.now ?? Date.now,
  sleep: clock.sleep ?? sleep,
  random: clock.random ?? Math.random,
  online: clock.online ?? (() => globalThis.navigator?.onLine !== false),
  probe: () => Promise.resolve(probed(probe, fetch)).catch(() => false),
  credentials: async (/** @type {boolean} */ expired) => [
    ...(await authorization(auth, expired)),
    ...Object.entries((typeof headers === 'function' ? await headers({ expired }) : headers) ?? {}),
  ],
  onConflict: async (/** @type {string} */ text) => {
    const said = typeof conflict === 'function' ? await conflict(JSON.parse(text)) : conflict;
    return typeof said === 'object' && said !== null ? JSON.stringify(said) : said;
  },
  onStatus: (/** @type {string} */ text) => tell(JSON.parse(text)),
});

/** The longest that a timer of JavaScript's can wait for. */
const LONGEST = 0x7fffffff;

/** @param {number} milliseconds @returns {Promise<void>} */
const sleep = (milliseconds) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(milliseconds, LONGEST));
    // Node would wait for it instead of ending.
    /** @type {{ unref?: () => void }} */ (/** @type {unknown} */ (timer)).unref?.();
  });

/** @param {Auth} auth @param {boolean} expired @returns {Promise<[string, string][]>} */
async function authorization({ bearer, key, header = 'X-Api-Key', token }, expired) {
  if (token) return [['Authorization', `Bearer ${await token({ expired })}`]];
  if (bearer) return [['Authorization', `Bearer ${bearer}`]];
  return key ? [[header, key]] : [];
}

/**
 * Whether the network leads to the provider. A portal answers with a page of its own, or redirects to one.
 * @param {string | (() => boolean | Promise<boolean>) | undefined} probe
 * @param {Fetch} [fetch]
 */
async function probed(probe, fetch) {
  if (probe === undefined) return true;
  if (typeof probe === 'function') return probe();
  const ask = sender({ fetch, timeout: 10_000, maxBytes: 65_536 });
  const { status, headers } = await ask({ method: 'GET', url: probe, headers: [] }, new AbortController().signal);
  const kind = headers.find(([name]) => name === 'content-type')?.[1] ?? '';
  return status >= 200 && status < 300 && !kind.includes('html');
}
