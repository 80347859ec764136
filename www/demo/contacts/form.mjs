// One contact to be written: a dialog with a field for each thing that is known of it.

import { element } from '../../element.mjs';
import { ask } from '../view/dialog.mjs';
import { byId } from '../view/element.mjs';
import { FIELDS, nameOf } from './book.mjs';

/** @typedef {import('./book.mjs').Contact} Contact */

const TYPES = /** @type {Record<string, string>} */ ({ Email: 'email', Phone: 'tel' });

/**
 * @param {Contact | null} contact null: a new one
 * @param {string} [complaint] of the org
 * @returns {Promise<{ save: Contact } | { remove: true } | undefined>} nothing when it is left as it is
 */
export async function askForContact(contact, complaint = '') {
  const dialog = /** @type {HTMLDialogElement} */ (byId('form'));
  const fields = Object.entries(FIELDS).map(([name, label]) => {
    const input = element('input', {
      id: `field-${name}`, name, type: TYPES[name] ?? 'text', autocomplete: 'off', maxlength: '80',
      required: name === 'LastName',
    });
    input.value = contact?.[name] ?? '';
    return { name, input, row: element('div', { class: 'line' }, element('label', { for: input.id }, label), input) };
  });
  const error = element('p', { class: 'error', role: 'alert' }, complaint);
  const form = element('form', {
    method: 'dialog',
    submit: (event) => {
      event.preventDefault();
      dialog.close('save');
    },
  },
  ...fields.map(({ row }) => row), error,
  element('div', { class: 'buttons' },
    ...(contact ? [element('button', { type: 'button', value: 'remove', class: 'danger' }, 'Delete')] : []),
    element('button', { type: 'button', value: 'cancel' }, 'Cancel'),
    element('button', { type: 'submit', class: 'primary' }, 'Save')));
  const title = contact ? `Edit ${nameOf(contact)}` : 'New contact';
  dialog.replaceChildren(element('h2', { id: 'form-heading' }, title), form);

  const answer = await ask(dialog);
  if (answer === 'remove') return { remove: true };
  if (answer !== 'save') return undefined;
  const values = Object.fromEntries(fields.map(({ name, input }) => [name, input.value.trim() || null]));
  return { save: { ...contact, ...values } };
}
