// The original's own tests against Tureen in node.
import 'fake-indexeddb/auto';
import { runInThisContext } from 'node:vm';
import { startBackend } from '../../scripts/serve/backend.mjs';
import { WindowsAzure } from '../../www/node.mjs';
import { suiteScript } from './bundle.mjs';
import { judge } from './judge.mjs';

/** What node has no like of. */
class LocalStorage extends Map {
  getItem = (/** @type {string} */ key) => this.get(key) ?? null;
  setItem = (/** @type {string} */ key, /** @type {string} */ value) => void this.set(key, value);
}
Object.assign(globalThis, { WindowsAzure, localStorage: new LocalStorage() });

// The times that the original's tests expect are those of its authors' clocks.
process.env.TZ = 'America/Los_Angeles';
const backend = await startBackend({ data: ':memory:' });
runInThisContext(await suiteScript(backend.address), { filename: 'original.js' });
judge(await originalSuite.run().finally(() => backend.stop()));
