// Keeps what comes of each case.

import QUnit from 'qunitjs';
import { forget, reachedFor } from './internal.mjs';

/**
 * @typedef {object} Outcome
 * @property {string} name `group: case`, and a number where a group has several of one name
 * @property {string | null} internal the private part of the original that the case has reached for
 * @property {string[]} failures
 *
 * @typedef {{ result: boolean, message?: string, actual?: unknown, expected?: unknown, source?: string }} Assertion
 */

export class Recorder {
  /** @type {Outcome[]} */
  outcomes = [];
  /** @type {Map<string, number>} */
  #times = new Map();
  /** @type {string[]} */
  #failures = [];

  begin() {
    forget();
    this.#failures = [];
  }

  /** @param {Assertion} assertion */
  note({ result, message = '', actual, expected, source = '' }) {
    if (result) return;
    const told = expected === undefined ? '' : `\nexpected ${QUnit.dump.parse(expected)}\nbut got ${QUnit.dump.parse(actual)}`;
    this.#failures.push(`${message}${told}\n${source}`);
  }

  /** @param {{ module: string, name: string }} test */
  end({ module, name }) {
    // QUnit tells cases of one name apart by spaces behind it.
    const plain = `${module}: ${name.trim()}`;
    const time = (this.#times.get(plain) ?? 0) + 1;
    this.#times.set(plain, time);
    const internal = reachedFor() ?? null;
    this.outcomes.push({ name: time === 1 ? plain : `${plain} (${time})`, internal, failures: this.#failures });
  }
}
