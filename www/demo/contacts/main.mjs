// Starts the page, and says so when it cannot be started.

import { byId } from '../view/element.mjs';

import('./app.mjs')
  .then(({ start }) => start())
  .catch((error) => {
    console.error(error);
    byId('status').textContent = `The contacts cannot be opened: ${error.message}`;
    byId('status').classList.add('failed');
  });
