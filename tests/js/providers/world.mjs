// A device with a store, in node, and what the tests of providers wait for.
import 'fake-indexeddb/auto';
import { createServer } from 'node:http';
import * as Tureen from '../../../www/node.mjs';

export { Tureen };

let stores = 0;

/** An open store that is like no other. */
export const freshStore = () =>
  Tureen.openStore({ name: `providers ${(stores += 1)}`, encryption: false, durability: 'relaxed' });

/**
 * Resolves once a connection's queue is as `is` says.
 * @param {any} connection
 * @param {(status: any) => boolean} is
 */
export const until = (connection, is) =>
  new Promise((resolve) => {
    const { stop } = connection.observe(look);
    // A queue that waits does not keep node from ending.
    const awake = setInterval(() => {}, 1_000);
    function look() {
      if (!is(connection.status)) return;
      stop();
      clearInterval(awake);
      resolve(connection.status);
    }
    look();
  });

/** Whether everything is sent. @param {any} status */
export const sent = ({ state, pending, dead }) => state === 'idle' && pending === 0 && dead === 0;

/** The entries of a soup, without what the soup adds. @param {any} store @param {string} soup */
export async function entries(store, soup) {
  const rows = await store.smartQuery(`select {${soup}:_soup} from {${soup}} order by {${soup}:_soupEntryId}`);
  return rows.map((/** @type {any[]} */ [{ _soupEntryId: _id, _soupLastModifiedDate: _date, ...entry }]) => entry);
}

/**
 * Serves on a port of its own.
 * @param {(request: import('node:http').IncomingMessage, answer: import('node:http').ServerResponse) => void} handle
 * @returns {Promise<{ url: string, stop(): Promise<void> }>}
 */
export function serve(handle) {
  const server = createServer(handle);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      const stop = () =>
        new Promise((/** @type {(value: void) => void} */ stopped) => {
          server.closeAllConnections();
          server.close(() => stopped());
        });
      resolve({ url: `http://127.0.0.1:${port}`, stop });
    });
  });
}

/** The JSON that a request brings. @param {import('node:http').IncomingMessage} request */
export async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}
