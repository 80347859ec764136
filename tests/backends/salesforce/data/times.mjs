// Times as the API writes and reads them. They are kept to the second: what is finer is dropped, as there.

/**
 * `2024-05-06T07:08:09.000+0000`
 * @param {number} time in milliseconds
 */
export const dateTimeText = (time) => new Date(time).toISOString().replace('Z', '+0000');

/** @param {number} time in milliseconds */
export const wholeSecond = (time) => Math.floor(time / 1000) * 1000;

/**
 * @param {string} text a date and a time with an offset, `+01:00`, `+0100` or `Z`
 * @returns {number | undefined} milliseconds, undefined when it is none
 */
export function dateTimeOf(text) {
  const found = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)$/.exec(text);
  if (!found || !isDate(found[1])) return undefined;
  const offset = found[3].replace(/(\d\d)(\d\d)$/, '$1:$2');
  const time = Date.parse(`${found[1]}T${found[2]}${offset}`);
  return Number.isNaN(time) ? undefined : wholeSecond(time);
}

/** @param {string} text */
export function isDate(text) {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The time that an org goes by: the machine's, or the one that a test has set. */
export class Clock {
  /** @type {number | undefined} */
  #set;

  now() {
    return this.#set ?? Date.now();
  }

  /**
   * Stops the clock at a time.
   * @param {number | string} time in milliseconds, or ISO 8601
   */
  set(time) {
    this.#set = typeof time === 'number' ? time : Date.parse(time);
  }

  /** @param {number} milliseconds from where it was stopped, or from now */
  advance(milliseconds) {
    this.#set = this.now() + milliseconds;
  }

  /** Goes by the machine's clock again. */
  run() {
    this.#set = undefined;
  }
}
