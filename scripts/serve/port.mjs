// Which port to take.
import { createServer } from 'node:net';

/**
 * The preferred port of 127.0.0.1 when it is free, otherwise any free one.
 * @param {number} preferred
 * @returns {Promise<number>}
 */
export async function freePort(preferred) {
  return (await probe(preferred)) ?? (await probe(0)) ?? 0;
}

/**
 * @param {number} port
 * @returns {Promise<number | undefined>} nothing when it is taken
 */
function probe(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const { port: taken } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(taken));
    });
  });
}
