// Which stores this device has had, kept outside IndexedDB: one that has a mark and is made anew has vanished, be it
// that the browser needed the space, or that somebody cleared it.

import { TureenError } from './error.mjs';

/**
 * A store that was here and is gone, as an error that is told and not thrown: the app goes on with an empty one.
 * @typedef {TureenError & { storeName: string, isGlobalStore: boolean, since: Date }} Vanished
 */

const MARK = 'tureen/store/';
/** `global:name`, or `user:id:name`. */
const FULL = /^(global|user:[^:]*):(.*)$/s;

/** @type {Set<(vanished: Vanished) => void>} */
const listeners = new Set();
/** What nobody has heard of yet. @type {Vanished[]} */
let untold = [];

/**
 * Calls `listener` with each store that is found to have vanished, and with those that nobody was told of before.
 * @param {(vanished: Vanished) => void} listener
 * @returns {() => void} ends it
 */
export function onVanished(listener) {
  listeners.add(listener);
  const missed = untold;
  untold = [];
  for (const vanished of missed) tell(listener, vanished);
  return () => void listeners.delete(listener);
}

/**
 * Takes note of a store that was opened.
 * @param {string} full its full name
 * @param {boolean} isNew whether opening has made it
 */
export function noteOpened(full, isNew) {
  const marks = storage();
  const since = read(marks, full);
  if (isNew && since) report(full, since);
  if (isNew || !since) write(marks, full);
}

/** The app removes a store: it has not vanished. @param {string} full its full name */
export function forget(full) {
  try {
    storage()?.removeItem(MARK + full);
  } catch {
    // The user has forbidden it: there is no mark.
  }
}

/** @returns {Storage | undefined} none in node, or where the user has forbidden it */
function storage() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

/** @param {Storage | undefined} marks @param {string} full */
function read(marks, full) {
  try {
    return marks?.getItem(MARK + full);
  } catch {
    return undefined;
  }
}

/** @param {Storage | undefined} marks @param {string} full */
function write(marks, full) {
  try {
    marks?.setItem(MARK + full, new Date().toISOString());
  } catch {
    // It is full: the store works all the same.
  }
}

/** @param {string} full @param {string} since */
function report(full, since) {
  const [, owner, storeName = full] = FULL.exec(full) ?? [];
  const error = new TureenError(
    'STORE_VANISHED',
    `The store '${storeName}' was on this device and is gone: its storage was cleared, by the browser or by ` +
      'somebody. It begins empty, and its pulls begin anew: pull to fetch everything again. What was not pushed is ' +
      'lost, unless you have an export.',
  );
  const vanished = Object.assign(error, { storeName, isGlobalStore: owner === 'global', since: new Date(since) });
  if (listeners.size === 0) {
    untold.push(vanished);
    console.warn(vanished.message);
  }
  for (const listener of [...listeners]) tell(listener, vanished);
}

/** @param {(vanished: Vanished) => void} listener @param {Vanished} vanished */
function tell(listener, vanished) {
  // Not before the call that has opened the store goes on; and what the app throws is the app's.
  queueMicrotask(() => listener(vanished));
}
