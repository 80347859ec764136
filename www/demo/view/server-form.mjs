// The server's address: the default one, or one that the user types.

import { readAddress, settings } from '../settings.mjs';
import { byId, say } from './element.mjs';

const form = byId('server');
const field = /** @type {HTMLInputElement} */ (byId('server-address'));
const error = byId('server-error');
const back = byId('server-default');

/**
 * @param {string | null} server in use
 * @param {string | null} otherwise the default
 */
export function showServer(server, otherwise) {
  field.value = server ?? '';
  back.hidden = !settings.server;

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const read = readAddress(field.value.trim());
    if ('error' in read) return refuse(read.error);
    use(read.address === otherwise ? null : read.address);
  });
  field.addEventListener('input', () => refuse(''));
  back.addEventListener('click', () => use(null));
}

/** @param {string} message */
function refuse(message) {
  say(error, message);
  if (message) field.setAttribute('aria-invalid', 'true');
  else field.removeAttribute('aria-invalid');
  if (message) field.focus();
}

/** Another server is another list: the page begins anew with it. @param {string | null} address */
function use(address) {
  settings.server = address;
  location.reload();
}
