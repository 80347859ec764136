// A fault of the module's own: every promise is kept, by a named error, and nothing is left unhandled.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** A server that never answers. */
const silent = createServer(() => undefined);
before(() => new Promise((resolve) => void silent.listen(0, '127.0.0.1', () => resolve(undefined))));
after(() => {
  silent.closeAllConnections();
  silent.close();
});

/**
 * Traps the module in a process of its own, and tells what became of the calls before, during and after it.
 * @param {string} trap JavaScript that traps the module; `call` runs a job on it
 */
async function trapped(trap) {
  const { port } = /** @type {import('node:net').AddressInfo} */ (silent.address());
  const www = new URL('../../www/', import.meta.url);
  const script = `
    import ${JSON.stringify(import.meta.resolve('fake-indexeddb/auto'))};
    import { call } from ${JSON.stringify(new URL('core.mjs', www).href)};
    import { WindowsAzure, smartstoreClient } from ${JSON.stringify(new URL('node.mjs', www).href)};
    let stray = 0;
    for (const event of ['unhandledRejection', 'uncaughtException']) process.on(event, () => { stray += 1; });
    const told = (promise) => promise.then(() => 'done', ({ name, code, message }) => ({ name, code, message }));
    const client = new WindowsAzure.MobileServiceClient('http://127.0.0.1:${port}');
    await smartstoreClient.registerSoup('kept', [{ path: 'a', type: 'string' }]);
    const waiting = told(client.getTable('todoitem').read());
    const during = await told((async () => { ${trap} })());
    const later = await told(smartstoreClient.soupExists('kept'));
    const outcome = { during, waiting: await waiting, later };
    setTimeout(() => { console.log(JSON.stringify({ ...outcome, stray })); process.exit(); }, 20);
  `;
  const node = promisify(execFile)('node', ['--input-type=module', '--eval', script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  });
  return JSON.parse((await node).stdout);
}

const crashed = { name: 'TureenError', code: 'CRASHED' };

/** @param {any} outcome */
function assertGivenUp({ during, waiting, later, stray }) {
  for (const { message, ...named } of [during, waiting, later]) {
    assert.deepEqual(named, crashed);
    assert.match(message, /stored safely; reload the page/);
  }
  assert.equal(stray, 0, 'nothing is left unhandled');
}

test('a trap in a call', async () => {
  assertGivenUp(await trapped(`
    await call((module) => {
      const nowhere = Object.create(module.Store.prototype);
      nowhere.__wbg_ptr = 0xfffffff0;
      return nowhere.size();
    });
  `));
});

test('a trap in a turn of the tasks', async () => {
  assertGivenUp(await trapped(`
    await call((module) => {
      // What is thrown into the module unwinds its frames like a trap.
      const load = () => { throw new Error('thrown through the module'); };
      const client = new module.AzureClient({ read: () => ({}) }, 'v2', 1000);
      return module.openAzureContext(client, module.AzureStore.away({ load, save: load }));
    });
  `));
});
