// The contacts as a list: who they are, and whether the org knows.

import { element } from '../../element.mjs';
import { nameOf } from './book.mjs';

/** @typedef {import('./book.mjs').Contact} Contact */
/** @typedef {import('./book.mjs').Problem} Problem */
/** @typedef {(contact: Contact) => void} Act */

/**
 * @param {HTMLElement} list
 * @param {Contact[]} contacts
 * @param {Map<string, Problem>} problems
 * @param {{ edit: Act, restore: Act, resolve: Act }} acts
 */
export function showList(list, contacts, problems, acts) {
  const focus = list.contains(document.activeElement) ? document.activeElement?.id : undefined;
  list.replaceChildren(...contacts.map((contact) => row(contact, problems.get(contact.Id), acts)));
  if (focus) (document.getElementById(focus) ?? list.querySelector('button'))?.focus();
}

/**
 * @param {Contact} contact
 * @param {Problem | undefined} problem
 * @param {{ edit: Act, restore: Act, resolve: Act }} acts
 */
function row(contact, problem, acts) {
  const name = nameOf(contact);
  const told = [contact.Title, contact.Email, contact.Phone].filter((part) => part).join(' · ');
  const deleted = contact.__locally_deleted__ === true;
  const button = (/** @type {string} */ words, /** @type {string} */ label, /** @type {Act} */ act, kind = '') =>
    element('button', {
      type: 'button', id: `${words}-${contact.Id}`, 'aria-label': label, class: kind, click: () => act(contact),
    }, words);
  const label = problem?.kind === 'refused' ? `Correct ${name}` : `Decide about ${name}`;
  return element('li', { class: deleted ? 'contact deleted' : 'contact' },
    element('span', { class: 'initials', 'aria-hidden': 'true' }, initials(contact)),
    element('div', { class: 'who' },
      element('p', { class: 'name' }, name), element('p', { class: 'quiet' }, told || 'Nothing else is known')),
    state(contact, problem),
    problem ? button(problem.kind === 'refused' ? 'Correct' : 'Decide', label, acts.resolve, 'resolve')
      : deleted ? button('Undo', `Undo the deletion of ${name}`, acts.restore)
        : button('Edit', `Edit ${name}`, acts.edit));
}

/** @param {Contact} contact */
const initials = ({ FirstName, LastName }) => `${FirstName?.[0] ?? ''}${LastName?.[0] ?? ''}`.toUpperCase() || '?';

/**
 * @param {Contact} contact
 * @param {Problem | undefined} problem
 */
function state(contact, problem) {
  const [kind, words] = problem
    ? ['conflict', { conflict: 'conflict', gone: 'deleted at the org', refused: 'refused' }[problem.kind]]
    : contact.__locally_deleted__ ? ['waiting', 'deletion not sent yet']
      : contact.__locally_created__ ? ['waiting', 'new, not sent yet']
        : contact.__local__ ? ['waiting', 'change not sent yet']
          : ['saved', 'at the org'];
  return element('span', { class: 'state', 'data-state': kind }, words);
}
