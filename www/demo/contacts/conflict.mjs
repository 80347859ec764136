// Three versions of a contact, field by field: as it was, as the org has it, and as it is here; and what to keep.

import { element } from '../../element.mjs';
import { ask } from '../view/dialog.mjs';
import { byId } from '../view/element.mjs';
import { FIELDS, nameOf } from './book.mjs';

/** @typedef {import('./book.mjs').Contact} Contact */
/** @typedef {import('./book.mjs').Conflict} Conflict */

const [WAS, THERE, HERE] = ['It was', 'The org has', 'Here'];

/**
 * @param {Contact} contact
 * @param {Conflict} conflict
 * @returns {Promise<{ keep: 'mine' | 'theirs' } | { keep: 'merged', values: Contact } | undefined>}
 */
export async function askWhatToKeep(contact, conflict) {
  const { base, theirs, yours, remoteChanges, localChanges, conflictingChanges } = conflict;
  const deleted = contact.__locally_deleted__ === true;
  /** What each field of the merge has so far. @type {Contact} */
  const values = {};
  const fields = Object.keys(FIELDS).filter((name) => remoteChanges.includes(name) || localChanges.includes(name));
  const rows = fields.map((name) => {
    const clashes = conflictingChanges.includes(name);
    values[name] = remoteChanges.includes(name) && !clashes ? theirs[name] : yours[name];
    const cell = (/** @type {Contact} */ side, /** @type {boolean} */ changed, /** @type {string} */ where) =>
      element('td', { role: 'cell', 'data-side': sideOf(side, conflict) }, clashes && !deleted && where
        ? choice(name, where, side[name], side === yours, () => (values[name] = side[name]))
        : text(side[name], changed));
    return element('tr', { role: 'row' },
      element('th', { scope: 'row', role: 'rowheader' }, /** @type {Record<string, string>} */ (FIELDS)[name]),
      cell(base, false, ''), cell(theirs, remoteChanges.includes(name), 'the org’s'),
      deleted
        ? element('td', { role: 'cell', class: 'gone', 'data-side': HERE }, 'Deleted')
        : cell(yours, localChanges.includes(name), 'mine'));
  });
  const heads = ['', WAS, THERE, HERE].map((head) => element('th', { scope: 'col', role: 'columnheader' }, head));
  heads[0].append(element('span', { class: 'hidden' }, 'Field'));
  const answer = await ask(fill(
    `Which ${nameOf(deleted ? theirs : yours)}?`,
    deleted
      ? 'It was deleted here and, since it was last read, changed at the org.'
      : 'It was changed here and, since it was last read, at the org too. Choose for each field, or for all.',
    [
      // The roles again in words: on a phone the cells stand below each other, and a browser would take them for text.
      element('table', { class: 'compare', role: 'table', 'aria-label': 'The three versions' },
        element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...heads)),
        element('tbody', { role: 'rowgroup' }, ...rows)),
    ],
    [
      ['', 'Decide later', ''], ['theirs', 'Take the org’s', ''],
      ['mine', deleted ? 'Delete it anyway' : 'Keep all of mine', ''],
      ...(deleted ? [] : [['merged', 'Save the choice', 'primary']]),
    ],
  ));
  if (answer === 'mine' || answer === 'theirs') return { keep: answer };
  return answer === 'merged' ? { keep: 'merged', values } : undefined;
}

/**
 * @param {Contact} side
 * @param {Conflict} conflict
 */
const sideOf = (side, { base, theirs }) => (side === base ? WAS : side === theirs ? THERE : HERE);

/**
 * @param {Contact} contact that the org has no more
 * @returns {Promise<'new' | 'drop' | undefined>}
 */
export async function askWhetherToKeep(contact) {
  const answer = await ask(fill(
    `Keep ${nameOf(contact)}?`, 'It was changed here, and deleted at the org.', [],
    [
      ['', 'Decide later', ''], ['drop', 'Delete it here, too', 'danger'],
      ['new', 'Keep it as a new contact', 'primary'],
    ],
  ));
  return answer === 'new' || answer === 'drop' ? answer : undefined;
}

/**
 * @param {string} title
 * @param {string} sentence
 * @param {Node[]} content
 * @param {string[][]} buttons each with its value, words and class; the first leaves the dialog
 */
function fill(title, sentence, content, buttons) {
  const dialog = /** @type {HTMLDialogElement} */ (byId('conflict'));
  dialog.replaceChildren(
    // The focus begins here and not on a button: nothing is chosen by one key too many.
    element('h2', { id: 'conflict-heading', tabindex: '-1', autofocus: true }, title),
    element('p', { id: 'conflict-text' }, sentence),
    ...content,
    element('div', { class: 'buttons' }, ...buttons.map(([value, words, kind]) =>
      element('button', { type: 'button', value: value || 'later', class: kind }, words))),
  );
  return dialog;
}

/**
 * @param {string | null} value
 * @param {boolean} changed
 */
const text = (value, changed) =>
  element('span', { class: changed ? 'changed' : '' }, value || '—');

/**
 * @param {string} name of the field
 * @param {string} where
 * @param {string | null} value
 * @param {boolean} chosen
 * @param {() => void} choose
 */
function choice(name, where, value, chosen, choose) {
  const field = /** @type {Record<string, string>} */ (FIELDS)[name];
  const label = `${field}: ${where}, ${value || 'empty'}`;
  return element('label', { class: 'choice' },
    element('input', { type: 'radio', name: `keep-${name}`, checked: chosen, change: choose, 'aria-label': label }),
    element('span', {}, value || '—'));
}
