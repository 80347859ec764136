// The changes that wait to be sent, the oldest first.

import { actionWords, counted } from '../sentences.mjs';
import { byId, element, icon } from './element.mjs';
import { stateBadge } from './state-badge.mjs';

/** @typedef {import('../model/snapshot.mjs').ShownOperation} ShownOperation */

const list = byId('queue');
const empty = byId('queue-empty');
const rest = byId('queue-rest');

/**
 * @param {ShownOperation[]} queue its oldest entries
 * @param {number} waiting how many there are in all
 * @param {(itemId: string) => void} resolve
 */
export function showQueue(queue, waiting, resolve) {
  const entries = queue.map((operation) => entry(operation, resolve));
  const shown = [...list.children];
  // What has not changed stays, and with it the focus.
  if (entries.length !== shown.length || !entries.every((made, at) => made.isEqualNode(shown[at]))) {
    list.replaceChildren(...entries);
  }
  list.hidden = waiting === 0;
  empty.hidden = waiting > 0;
  rest.hidden = waiting <= queue.length;
  rest.textContent = `and ${counted(waiting - queue.length, 'more change')}.`;
}

/**
 * @param {ShownOperation} operation
 * @param {(itemId: string) => void} resolve
 */
function entry({ itemId, action, text, state }, resolve) {
  const made = element('li', { 'data-action': action },
    element('span', { class: 'action' }, icon(action), actionWords[action]),
    element('span', { class: 'what' }, text),
    stateBadge(state));
  if (state === 'conflict' && action === 'delete') {
    const label = `Resolve the conflict about ${text}`;
    const attributes = { type: 'button', class: 'resolve', 'aria-label': label, click: () => resolve(itemId) };
    made.append(element('button', attributes, 'Resolve…'));
  }
  return made;
}
