// Every conflict as a row: what both were made of, mine, the server's, and the choice; or one choice for all.

import { element } from './element.mjs';

/** @typedef {import('../model/conflicts.mjs').ShownConflict} ShownConflict */
/** @typedef {import('../model/conflicts.mjs').Base} Base */
/** @typedef {'mine' | 'theirs'} Side */

/**
 * @typedef {object} Choices
 * @property {(about: ShownConflict[], keep: Side) => void} keep
 * @property {(about: ShownConflict) => void} [merge] to make a third one of both
 */

export class ConflictTable {
  #root;
  #choices;
  #shown = '';

  /**
   * @param {HTMLElement} root a section with a heading, hidden while there is nothing to decide
   * @param {Choices} choices
   */
  constructor(root, choices) {
    this.#root = root;
    this.#choices = choices;
  }

  /** @param {ShownConflict[]} conflicts */
  show(conflicts) {
    this.#root.hidden = conflicts.length === 0;
    // What has not changed stays, and with it the focus.
    const shown = JSON.stringify(conflicts);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#root.querySelector('.decide')?.remove();
    if (conflicts.length > 0) this.#root.append(this.#decide(conflicts));
  }

  /** @param {ShownConflict[]} conflicts */
  #decide(conflicts) {
    const all = (/** @type {Side} */ side, /** @type {string} */ words) =>
      element('button', { type: 'button', click: () => this.#choices.keep(conflicts, side) }, words);
    return element('div', { class: 'decide' },
      this.#table(conflicts),
      ...(conflicts.length > 1
        ? [element('div', { class: 'buttons' },
            all('mine', 'Keep all mine'), all('theirs', 'Take all of the server’s'))]
        : []));
  }

  /** @param {ShownConflict[]} conflicts */
  #table(conflicts) {
    const head = (/** @type {string} */ name) => element('th', { scope: 'col', role: 'columnheader' }, name);
    const heads = ['Before', 'Mine', 'Server', 'Keep'].map(head);
    // The roles are those that they have anyway: where there is little room the rows are laid out otherwise, and some
    // engines forget the roles then.
    return element('table', { class: 'conflicts', role: 'table' },
      element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...heads)),
      element('tbody', { role: 'rowgroup' }, ...conflicts.map((conflict) => this.#row(conflict))));
  }

  /** @param {ShownConflict} conflict */
  #row(conflict) {
    const { base, mine, theirs } = conflict;
    const { text } = mine ?? theirs;
    const button = (/** @type {string} */ words, /** @type {string} */ label, /** @type {() => void} */ click) =>
      element('button', { type: 'button', 'aria-label': `${label}: ${text}`, click }, words);
    const merge = mine && this.#choices.merge;
    return element('tr', { role: 'row' },
      cell('Before', base, base, 'Not known'),
      cell('Mine', mine, base, 'Deleted'),
      cell('Server', theirs, base, ''),
      element('td', { role: 'cell', class: 'choose' },
        element('span', { class: 'column', 'aria-hidden': 'true' }, 'Keep'),
        button(mine ? 'Mine' : 'Delete', mine ? 'Keep mine' : 'Delete', () => this.#choices.keep([conflict], 'mine')),
        button('Server’s', 'Keep the server’s', () => this.#choices.keep([conflict], 'theirs')),
        ...(merge ? [button('Merge…', 'Merge…', () => merge(conflict))] : [])));
  }
}

/**
 * @param {string} name of the column
 * @param {Base | null} version
 * @param {Base | null} base what it is compared with
 * @param {string} otherwise where there is no version
 */
function cell(name, version, base, otherwise) {
  const column = element('span', { class: 'column', 'aria-hidden': 'true' }, name);
  if (!version) return element('td', { role: 'cell', class: 'quiet' }, column, otherwise);
  const done = version.complete ? 'done' : 'open';
  const says = (/** @type {string} */ words, /** @type {boolean} */ differs) =>
    element(differs ? 'strong' : 'span', {}, words);
  return element('td', { role: 'cell' }, column,
    says(version.text, base !== null && base.text !== version.text), ' ',
    element('span', { class: 'quiet' }, '(', says(done, base !== null && base.complete !== version.complete), ')'));
}
