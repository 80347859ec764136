// Whose stores are meant: who is logged in, in this tab and in others, and the names under which the device keeps stores.

import { TureenError } from './error.mjs';

/**
 * @typedef {object} StoreName
 * @property {string | null} [storeName] the default store's when left out
 * @property {boolean} [isGlobalStore] whether it belongs to the app and not to its user
 */

/** @typedef {{ id: string, isOver: boolean }} Session from when a user is named until they log out */

export const DEFAULT_STORE = 'defaultStore';
/** The full name of a default store. A user's id has no colon in it. */
const IS_DEFAULT = /^(global|user:[^:]*):defaultStore$/;

/** Nobody has logged in at first. @type {Session} */
let session = { id: '', isOver: false };
/** Those that are not over, by their users. @type {Map<string, Session>} */
const sessions = new Map([[session.id, session]]);
/** On which tabs tell each other who has logged out. @type {BroadcastChannel | undefined} */
let tabs;
let needsUser = false;
/** The sessions of the names that stay their user's. @type {WeakMap<StoreName, Session>} */
const owners = new WeakMap();
/** Hears what the full names of the stores begin with that are nobody's any more. @type {(start: string) => void} */
let letGo = () => {};

/** @param {(start: string) => void} listener */
export function whenOver(listener) {
  letGo = listener;
}

/**
 * Says whose user stores are meant from now on. Stores of another user that are open stay so.
 * @param {string | null | undefined} id none: nobody's
 * @throws {TureenError} for what is no name
 */
export function setUser(id) {
  if (id != null && (typeof id !== 'string' || id === '')) {
    throw new TureenError('BAD_ARGUMENT', 'A user is named by a string that is not empty, or null for nobody.');
  }
  session = sessionOf(id ?? '');
  if (id && !tabs) listen();
}

/** @param {string} id */
function sessionOf(id) {
  const session = sessions.get(id) ?? { id, isOver: false };
  sessions.set(id, session);
  return session;
}

/** Hears of logouts in other tabs. */
function listen() {
  if (typeof BroadcastChannel !== 'function') return;
  tabs = new BroadcastChannel('tureen/logout');
  tabs.onmessage = ({ data }) => leave(String(data));
  // Node would wait for messages instead of ending.
  /** @type {{ unref?: () => void }} */ (tabs).unref?.();
}

/**
 * Ends a user's session in this tab. What is still open of their stores is let go of.
 * @param {string} id
 */
function leave(id) {
  const ended = sessions.get(id);
  if (!ended) return;
  ended.isOver = true;
  sessions.delete(id);
  if (session === ended) session = sessionOf('');
  letGo(userPrefix(ended));
}

/**
 * Ends the session, here and in other tabs. Nobody is logged in then.
 * @returns {string} what the full names of its stores begin with
 */
export function endSession() {
  const ended = session;
  leave(ended.id);
  tabs?.postMessage(ended.id);
  return userPrefix(ended);
}

/**
 * Whether calls on a user's store are refused while nobody is logged in, as the original refuses them.
 * @param {boolean} required
 */
export function requireUser(required) {
  needsUser = required;
}

/**
 * The name of a store that stays the present user's, whoever logs in later.
 * @template {StoreName} N
 * @param {N} name
 * @returns {Readonly<N>}
 */
export function owned(name) {
  const kept = Object.freeze({ ...name });
  owners.set(kept, session);
  return kept;
}

/**
 * The name under which the device keeps a store.
 * @param {StoreName} name
 * @throws {TureenError} where the user has logged out, or has to log in
 */
export const fullName = (name) =>
  `${prefixOf(name.isGlobalStore === true, owners.get(name) ?? session)}${name.storeName || DEFAULT_STORE}`;

/**
 * Whose default store it is that has this full name; nothing for a store that is none.
 * @param {string} full
 * @returns {'user' | 'global' | undefined}
 */
export function ownerOfDefault(full) {
  const [, owner] = IS_DEFAULT.exec(full) ?? [];
  if (owner === undefined) return undefined;
  return owner === 'global' ? 'global' : 'user';
}

/**
 * What the full names of the app's stores begin with, or of those of the present user.
 * @param {boolean} isGlobal
 */
export const prefix = (isGlobal) => prefixOf(isGlobal, session);

/**
 * @param {boolean} isGlobal
 * @param {Session} of
 */
function prefixOf(isGlobal, of) {
  if (isGlobal) return 'global:';
  if (of.isOver) {
    throw new TureenError('LOGGED_OUT', 'The user of this store has logged out, and the store is removed.');
  }
  if (needsUser && of.id === '') throw new TureenError('NO_USER', 'No user account found');
  return userPrefix(of);
}

/** @param {Session} of */
const userPrefix = (of) => `user:${encodeURIComponent(of.id)}:`;
