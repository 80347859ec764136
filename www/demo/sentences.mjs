// What the page says, in whole sentences.

/** @typedef {import('./model/snapshot.mjs').State} State */
/** @typedef {import('./model/todos.mjs').Action} Action */

/** @type {Record<State, string>} */
export const stateWords = { saved: 'saved', waiting: 'not sent yet', sending: 'sending', conflict: 'conflict' };

/** @type {Record<Action, string>} */
export const actionWords = { insert: 'Insert', update: 'Update', delete: 'Delete' };

/**
 * @param {number} number
 * @param {string} noun
 */
export const counted = (number, noun) => `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;

/** @param {string} text what a todo says; a long one is cut */
export const quoted = (text) => `“${text.length > 60 ? `${text.slice(0, 59)}…` : text}”`;

/** @param {number} changes */
const waits = (changes) => `${counted(changes, 'change')} ${changes === 1 ? 'waits' : 'wait'} on this device`;

/** @param {number} changes that wait to be sent */
export const offlineSentence = (changes) =>
  `You are offline. ${changes === 0 ? 'Everything works; nothing waits to be sent' : waits(changes)}.`;

/** @param {number} changes that wait to be sent, and would be lost */
export const emptyingSentence = (changes) =>
  'The list goes from this device; the server keeps its own. ' +
  (changes === 0 ? 'Nothing waits to be sent.' : `${counted(changes, 'change')} not sent yet will be lost.`);

/**
 * How a sync ended.
 * @param {object} outcome
 * @param {number} outcome.sent
 * @param {number} outcome.received
 * @param {Error} [outcome.error]
 * @param {boolean} outcome.offline whether this page blocks its own requests
 * @param {boolean} outcome.reached whether the server answered
 * @param {number} outcome.waiting changes
 * @param {number} outcome.conflicts
 */
export function syncSentence({ sent, received, error, offline, reached, waiting, conflicts }) {
  if (error && /** @type {{ code?: string }} */ (error).code === 'ABORTED') {
    return `Stopped. ${waiting === 0 ? 'Nothing waits to be sent' : waits(waiting)}.`;
  }
  if (error && offline) return offlineSentence(waiting);
  if (error && !reached) return `The server does not answer. ${waiting === 0 ? 'Nothing is lost' : waits(waiting)}.`;
  if (error) return `The sync stopped: ${error.message}`;
  if (conflicts > 0) {
    const what = conflicts === 1 ? '1 todo was' : `${conflicts} todos were`;
    return `${what} changed both here and at the server. Choose what to keep.`;
  }
  const happened = [
    ...(sent > 0 ? [`${counted(sent, 'change')} sent`] : []),
    ...(received > 0 ? [`${counted(received, 'record')} received`] : []),
  ];
  return `In step with the server: ${happened.join(', ') || 'nothing was new'}.`;
}

/**
 * What was decided about a conflict.
 * @param {import('./model/conflicts.mjs').Conflict} conflict
 * @param {import('./model/conflicts.mjs').Decision} decision
 */
export function decisionSentence({ mine, theirs }, { keep }) {
  const kept = { mine: 'kept mine', theirs: 'took the server’s', merged: 'merged both' }[keep];
  return `Conflict about ${quoted((mine ?? theirs).text)}: ${kept}.`;
}

/** @param {Date} date today's time, or another day's date and time */
export function timeText(date) {
  const today = date.toDateString() === new Date().toDateString();
  return date.toLocaleString(undefined, today ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'short' });
}

/** @param {number} bytes */
export function sizeText(bytes) {
  const power = Math.min(3, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const size = (bytes / 1000 ** power).toLocaleString('en', { maximumSignificantDigits: 3 });
  return `${size} ${['bytes', 'kB', 'MB', 'GB'][power]}`;
}
