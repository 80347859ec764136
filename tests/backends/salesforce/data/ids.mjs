// Ids of records: 15 characters of which the case counts, and the same with a suffix of three that tells the case.

const SUFFIX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * The 18 characters of an id.
 * @param {unknown} id in 15 or 18 characters
 * @returns {string | undefined} undefined when it is malformed
 */
export function longId(id) {
  if (typeof id !== 'string' || !/^[0-9A-Za-z]{15}(?:[A-Z0-5]{3})?$/.test(id)) return undefined;
  const long = id.slice(0, 15) + suffixOf(id);
  return id.length === 15 || id === long ? long : undefined;
}

/**
 * One character for every five: which of them are capitals.
 * @param {string} id
 */
function suffixOf(id) {
  return [0, 5, 10]
    .map((start) => {
      const capitals = [...id.slice(start, start + 5)].map((letter, index) => (/[A-Z]/.test(letter) ? 1 << index : 0));
      return SUFFIX[capitals.reduce((sum, bit) => sum + bit)];
    })
    .join('');
}

/** Gives out ids that were not there before. */
export class Ids {
  #last = 0;

  /** @param {string} prefix the three characters of the type */
  next(prefix) {
    this.#last += 1;
    let digits = '';
    for (let rest = this.#last; rest > 0; rest = Math.floor(rest / 62)) digits = DIGITS[rest % 62] + digits;
    return /** @type {string} */ (longId(`${prefix}5g0000${digits.padStart(6, '0')}`));
  }
}
