// Two devices on one page, with a store and a client each, and a conflict between them on demand.

import { Device } from './model/device.mjs';
import { defaultServer, settings, storeName } from './settings.mjs';
import { byId, say } from './view/element.mjs';
import { Pane } from './view/pane.mjs';

const NAMES = ['Kitchen', 'Shop'];

start().catch((error) => {
  console.error(error);
  say(byId('status'), `The devices cannot be opened: ${error.message}`);
  byId('status').classList.add('failed');
});

async function start() {
  const server = settings.server ?? (await defaultServer());
  const [kitchen, shop] = await Promise.all(NAMES.map((name) => open(name, server)));
  if (!kitchen || !shop) return;
  byId('panes').append(kitchen.root, shop.root);
  for (const pane of [kitchen, shop]) await pane.begin();
  if (!server) return say(byId('status'), 'There is no server for them to meet at: name one on the page of the todos.');
  say(byId('status'), 'Two devices, in step with one server.');
  const button = byId('clash');
  button.removeAttribute('disabled');
  button.addEventListener('click', async () => {
    button.setAttribute('disabled', '');
    await clash(kitchen, shop).catch((error) => say(byId('status'), `That did not work: ${error.message}`));
    button.removeAttribute('disabled');
  });
}

/** @param {string} name @param {string | null} server */
async function open(name, server) {
  const device = await Device.open({
    storeName: storeName(server, name.toLowerCase()),
    // A client needs an address; without a server, nothing is ever asked of it.
    server: server ?? location.origin,
    offline: server === null,
    changed: () => void pane.refresh(),
  });
  const pane = new Pane(name, device);
  return pane;
}

/**
 * Both change one todo, the one of them offline.
 * @param {Pane} kitchen
 * @param {Pane} shop
 */
async function clash(kitchen, shop) {
  for (const pane of [kitchen, shop]) await pane.goOffline(false);
  const text = `Stock for ${new Date().toLocaleTimeString('en', { timeStyle: 'medium' })}`;
  say(byId('status'), 'Kitchen adds a todo, and both fetch it.');
  await kitchen.add(text);
  await shop.sync();
  say(byId('status'), 'Shop goes offline, and both change the todo.');
  await shop.goOffline(true);
  await shop.rename(text, `${text}: two litres`);
  await kitchen.rename(text, `${text}: roast the onions first`);
  await shop.goOffline(false);
  say(byId('status'), 'Shop is back; nobody may overwrite what Kitchen wrote. Choose in Shop what to keep.');
}
