// What is loaded once each, and again when that failed.

/**
 * @template {string} Name
 * @template Given
 * @template T
 */
export class Loads {
  #begin;
  /** What is loaded, or on its way. @type {Map<Name, Promise<T>>} */
  #begun = new Map();
  /** @type {Set<Name>} */
  #there = new Set();

  /** @param {(name: Name, given?: Given) => Promise<T>} begin */
  constructor(begin) {
    this.#begin = begin;
  }

  /** @param {Name} name */
  has(name) {
    return this.#there.has(name);
  }

  /**
   * @param {Name} name
   * @param {Given} [given] for the load, if there is need of one
   * @returns {Promise<T>}
   */
  load(name, given) {
    const known = this.#begun.get(name);
    if (known) return known;
    const begun = this.#begin(name, given).then(
      (value) => {
        this.#there.add(name);
        return value;
      },
      (error) => {
        this.#begun.delete(name);
        throw error;
      },
    );
    this.#begun.set(name, begun);
    return begun;
  }
}
