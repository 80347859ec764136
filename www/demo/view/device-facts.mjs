// What this device keeps the list in, and the way to a second device.

import { sizeText } from '../sentences.mjs';
import { settings } from '../settings.mjs';
import { Tureen } from '../tureen.mjs';
import { byId, element } from './element.mjs';

/** Asks the browser how much room the list takes, which may be long in answering. */
export async function showStorage() {
  const { usage, quota, persistent } = await Tureen.storage();
  const facts = {
    'At rest': 'Encrypted with a key of this device',
    ...(usage !== undefined && { Used: `${sizeText(usage)} of this site’s storage` }),
    ...(quota !== undefined && { Free: sizeText(quota - (usage ?? 0)) }),
    Kept: persistent ? 'Until you clear it' : 'Until you clear it, or the browser needs the space',
  };
  byId('device').replaceChildren(...Object.entries(facts).map(([name, value]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, value))));
}

/** A name in the address makes a device of its own, with a list of its own. */
export function showWhichDevice() {
  const link = /** @type {HTMLAnchorElement} */ (byId('second'));
  const other = settings.device ? '' : 'second';
  link.href = other ? `?device=${other}` : location.pathname;
  link.textContent = other ? 'Open a second device' : 'Open the first device';
  if (!settings.device) return;
  byId('which').textContent = `Device “${settings.device}”`;
  document.title = `${settings.device}: ${document.title}`;
}
