// What happened, the newest first.

import { timeText } from '../sentences.mjs';
import { byId, element } from './element.mjs';

/** @typedef {import('../model/journal.mjs').Line} Line */

const list = byId('log');

/** Lines that are shown. */
const SHOWN = 100;

/** @param {Line[]} lines the newest first */
export function showLog(lines) {
  list.replaceChildren(...lines.slice(0, SHOWN).map(row));
}

/** @param {Line} line the newest */
export function addToLog(line) {
  list.prepend(row(line));
  while (list.children.length > SHOWN) list.lastElementChild?.remove();
}

/** @param {Line} line */
const row = ({ at, text }) =>
  element('li', {}, element('time', { datetime: at.toISOString() }, timeText(at)), element('span', {}, text));
