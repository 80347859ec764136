// Which port to take.
import { createServer } from 'node:net';

/**
 * The first port of 127.0.0.1 that is free, among the given ones; any free one when none of them is.
 * @param {...number} preferred
 * @returns {Promise<number>}
 */
export async function freePort(...preferred) {
  for (const port of [...preferred, 0]) {
    const taken = await probe(port);
    if (taken) return taken;
  }
  throw new Error('no port of 127.0.0.1 is free');
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
