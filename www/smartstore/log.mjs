// What SmartStore's calls tell the console. Never what an entry holds.

/** @typedef {'debug' | 'info' | 'warn' | 'error' | 'none'} LogLevel */

const LEVELS = ['debug', 'info', 'warn', 'error', 'none'];

let level = 'info';

/** @returns {string} */
export const getLogLevel = () => level;

/**
 * Says from which level on the console hears of calls: `debug` is all of them, `none` not even failures.
 * @param {LogLevel} wanted
 */
export function setLogLevel(wanted) {
  if (!LEVELS.includes(wanted)) throw new TypeError(`A log level is one of ${LEVELS.join(', ')}.`);
  level = wanted;
}

/** @param {string} of */
const speaks = (of) => LEVELS.indexOf(of) >= LEVELS.indexOf(level);

/**
 * Notes a call.
 * @param {string} name
 * @param {import('../sessions.mjs').StoreName} store
 * @param {unknown} soup
 */
export function note(name, { storeName, isGlobalStore }, soup) {
  if (!speaks('debug')) return;
  const of = typeof soup === 'string' ? `, soup ${soup}` : '';
  console.debug(`SmartStore.${name}: ${isGlobalStore ? 'global' : 'user'} store ${storeName ?? '(default)'}${of}`);
}

/**
 * Tells of a failure that no callback hears.
 * @param {string} name
 * @param {any} error
 */
export function complain(name, error) {
  // Its message may hold an app's data.
  if (speaks('error')) console.error(`SmartStore.${name} failed: ${error.code ?? error.name}`);
}
