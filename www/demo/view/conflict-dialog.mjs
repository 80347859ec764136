// The two versions of a todo side by side, and a third one that the user makes of them.

import { quoted, timeText } from '../sentences.mjs';
import { ask } from './dialog.mjs';
import { byId, element } from './element.mjs';

/** @typedef {import('../model/conflicts.mjs').Conflict} Conflict */
/** @typedef {import('../model/conflicts.mjs').Decision} Decision */
/** @typedef {import('../model/todos.mjs').Todo} Todo */

const dialog = byId('conflict');

/**
 * @param {Conflict} conflict
 * @returns {Promise<Decision | undefined>} nothing when the user leaves it for later
 */
export async function askWhatToKeep(conflict) {
  const { mine, theirs } = conflict;
  const text = element('textarea', { id: 'merged-text', maxlength: '500', rows: '3' });
  const complete = element('input', { type: 'checkbox', id: 'merged-complete' });
  text.value = mine?.text ?? '';
  complete.checked = Boolean(mine?.complete) || theirs.complete;
  dialog.replaceChildren(
    ...heading(conflict),
    element('div', { class: 'versions' }, ...versions(conflict, text, complete)),
    element('div', { class: 'buttons' }, element('button', { type: 'button', value: 'later' }, 'Decide later')),
  );

  const answer = await ask(/** @type {HTMLDialogElement} */ (dialog));
  if (answer === 'mine' || answer === 'theirs') return { keep: answer };
  if (answer !== 'merged') return undefined;
  return { keep: 'merged', text: oneLine(text.value) || (mine?.text ?? ''), complete: complete.checked };
}

/** @param {string} text */
const oneLine = (text) => text.replace(/\s+/g, ' ').trim();

/** @param {Conflict} conflict */
function heading({ mine, theirs }) {
  const title = `Which ${quoted((mine ?? theirs).text)}?`;
  return [
    // The focus begins here and not on a button: nothing is chosen by one key too many.
    element('h2', { id: 'conflict-heading', tabindex: '-1', autofocus: true }, title),
    element('p', { id: 'conflict-text' }, `${happened(mine)} Until you choose, nothing is overwritten.`),
  ];
}

/** @param {Todo | null} mine */
const happened = (mine) =>
  mine
    ? 'It was changed here and, since this device last heard of it, at the server too.'
    : 'It was deleted here and, since this device last heard of it, changed at the server.';

/**
 * @param {Conflict} conflict
 * @param {HTMLTextAreaElement} text
 * @param {HTMLInputElement} complete
 */
function versions({ mine, theirs }, text, complete) {
  const differs = {
    text: mine !== null && mine.text !== theirs.text,
    complete: mine !== null && mine.complete !== theirs.complete,
  };
  const both = [
    version('Mine', 'On this device', mine, differs, 'mine', mine ? 'Keep mine' : 'Delete it anyway'),
    version('Server', changedAt(theirs), theirs, differs, 'theirs', 'Take the server’s'),
  ];
  return mine ? [...both, merge(text, complete)] : both;
}

/** @param {Todo} theirs */
const changedAt = (theirs) => (theirs.updatedAt ? `Changed ${timeText(new Date(theirs.updatedAt))}` : 'At the server');

/**
 * @param {string} title
 * @param {string} where
 * @param {Todo | null} todo
 * @param {{ text: boolean, complete: boolean }} differs
 * @param {string} value
 * @param {string} words
 */
function version(title, where, todo, differs, value, words) {
  const content = todo
    ? element('dl', {},
      ...fact('Text', todo.text, differs.text),
      ...fact('Done', todo.complete ? 'Yes' : 'No', differs.complete))
    : element('p', { class: 'gone' }, 'Deleted');
  return element('section', { 'aria-label': title },
    element('h3', {}, title), element('p', { class: 'quiet' }, where), content,
    element('button', { type: 'button', value }, words));
}

/**
 * @param {string} name
 * @param {string} value
 * @param {boolean} differs
 */
const fact = (name, value, differs) => [
  element('dt', {}, name, ...(differs ? [' ', element('span', { class: 'differs' }, 'differs')] : [])),
  element('dd', {}, value),
];

/**
 * @param {HTMLTextAreaElement} text
 * @param {HTMLInputElement} complete
 */
const merge = (text, complete) =>
  element('section', { 'aria-label': 'Merge' },
    element('h3', {}, 'Merge'), element('p', { class: 'quiet' }, 'A version of both'),
    element('label', { for: text.id }, 'Text'), text,
    element('label', { class: 'choice' }, complete, 'Done'),
    element('button', { type: 'button', value: 'merged', class: 'primary' }, 'Save the merge'));
