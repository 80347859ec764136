// A table of rows, a page at a time.

import { element } from '../element.mjs';

/** @typedef {import('../smartstore/specs.mjs').StoreCursor} Cursor */

/** @typedef {{ heading: string, cell: (value: any) => Node | string }} Column */

/** What is longer is folded up. */
const LONG = 40;
/** How much of it is enough for one line. */
const MOST = 120;

/** A value as one reads it. @param {any} value @returns {Node | string} */
export function plain(value) {
  if (value === null || value === undefined) return element('span', { class: 'quiet' }, 'null');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return typeof value === 'object' || text.length > LONG ? folded(value, text) : text;
}

/** @param {any} value @param {string} text */
function folded(value, text) {
  const whole = typeof value === 'object' ? JSON.stringify(value, null, 2) : text;
  return element('details', {}, element('summary', {}, text.slice(0, MOST)), element('pre', {}, whole));
}

/** @param {number} milliseconds */
export const date = (milliseconds) => new Date(milliseconds).toISOString().replace('T', ' ').slice(0, 19);

/** A table with its pages. */
export class Rows {
  #turn;
  #count = element('p', { role: 'status', class: 'count' });
  #previous = this.#button('Previous', -1);
  #next = this.#button('Next', 1);
  #body = element('div', { class: 'scroll', role: 'region', tabindex: '0' });
  /** @type {Cursor | undefined} */
  #cursor;
  /** @type {Column[]} */
  #columns = [];

  /**
   * @param {string} label what is shown, for who cannot see it
   * @param {(index: number) => void} turn asks for another page
   */
  constructor(label, turn) {
    this.#turn = turn;
    this.#body.setAttribute('aria-label', label);
    const pages = element('div', { class: 'pages' }, this.#count, this.#previous, this.#next);
    this.node = element('div', { class: 'rows' }, this.#body, pages);
    this.clear();
  }

  /** The cursor whose page is shown. */
  get cursor() {
    return this.#cursor;
  }

  clear() {
    this.#cursor = undefined;
    this.node.hidden = true;
    this.#count.textContent = '';
  }

  /**
   * @param {Cursor} cursor
   * @param {Column[]} [columns] those of the page before, when left out
   */
  show(cursor, columns = this.#columns) {
    this.#cursor = cursor;
    this.#columns = columns;
    const { currentPageIndex: index, pageSize, totalEntries, totalPages } = cursor;
    const entries = cursor.currentPageOrderedEntries ?? [];
    const first = index * pageSize + 1;
    const last = first + entries.length - 1;
    this.#count.textContent = entries.length === 0 ? 'No rows' : `${first}–${last} of ${totalEntries}`;
    this.#previous.disabled = index === 0;
    this.#next.disabled = index + 1 >= totalPages;
    this.#previous.hidden = this.#next.hidden = totalPages < 2;
    this.#body.hidden = entries.length === 0;
    const head = columns.map(({ heading }) => element('th', { scope: 'col' }, heading));
    const cells = (/** @type {any[]} */ row) => columns.map(({ cell }, at) => element('td', {}, cell(row[at])));
    const rows = entries.map((row) => element('tr', {}, ...cells(row)));
    this.#body.replaceChildren(
      element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows)),
    );
    this.#body.scrollTop = 0;
    this.node.hidden = false;
  }

  /** @param {string} name @param {number} by */
  #button(name, by) {
    const click = () => this.#turn((this.#cursor?.currentPageIndex ?? 0) + by);
    return element('button', { type: 'button', click }, name);
  }
}
