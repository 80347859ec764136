// The documents that every contender stores: about 450 bytes of JSON each.

const cities = ['Paris', 'Rome', 'Oslo'];
const words = ['leek', 'carrot', 'barley', 'thyme', 'bay', 'marrow', 'pepper', 'bean', 'lentil', 'saffron', 'nutmeg'];

/**
 * @typedef {object} Doc
 * @property {number} id
 * @property {string} Key
 * @property {string} LastName
 * @property {number} Amount 0…996, spread evenly
 * @property {string} Name
 * @property {string} City
 * @property {string} Text
 */

/**
 * The document with this id, the same each time.
 * @param {number} id
 * @returns {Doc}
 */
export function document(id) {
  return {
    id,
    Key: `a0${id}`,
    LastName: `L${String((id * 7919) % 10_000).padStart(4, '0')}`,
    Amount: id % 997,
    Name: `Account ${id}`,
    City: cities[id % cities.length],
    Text: 'simmer gently and season to taste '.repeat(8),
  };
}

/** @param {number} from @param {number} count */
export const documents = (from, count) => Array.from({ length: count }, (_, at) => document(from + at));

/**
 * A note of eight words, for full-text search.
 * @param {number} id
 */
export function note(id) {
  const pick = (/** @type {number} */ turn) => words[(id * 31 + turn * turn * 17 + (id >> turn)) % words.length];
  return { id, Body: Array.from({ length: 8 }, (_, turn) => `${pick(turn)}${(id + turn) % 50}`).join(' ') };
}

/** @param {number} count */
export const notes = (count) => Array.from({ length: count }, (_, at) => note(at));
