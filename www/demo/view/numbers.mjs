// The counts beside the list's heading, and when the last sync was.

import { timeText } from '../sentences.mjs';
import { byId, element, say } from './element.mjs';

const counts = byId('counts');
const lastSync = byId('last-sync');

/** @param {import('../model/snapshot.mjs').Snapshot} snapshot */
export function showCounts({ total, open, waiting, conflicts }) {
  const all = { Todos: total, Open: open, 'Not sent': waiting, Conflicts: conflicts.length };
  counts.replaceChildren(...Object.entries(all).map(([name, number]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, number.toLocaleString('en')))));
}

/** @param {Date | undefined} date */
export function showLastSync(date) {
  if (date) lastSync.replaceChildren(element('time', { datetime: date.toISOString() }, timeText(date)));
  else say(lastSync, 'never on this device');
}
