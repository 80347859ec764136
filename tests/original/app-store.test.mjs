// The original's own tests in node once more, with each store handed to sync contexts as one of the app's own making.
import 'fake-indexeddb/auto';
import { MobileServiceSyncContext } from '../../www/windows-azure/sync-context.mjs';

const METHODS = ['defineTable', 'upsert', 'lookup', 'del', 'read', 'executeBatch'];

/** @type {WeakMap<object, object>} */
const wrapped = new WeakMap();

/** An object that does what `store` does and is none of Tureen's. @param {any} store */
function wrap(store) {
  if (typeof store?.inside !== 'function') return store;
  const forward = (/** @type {string} */ name) => (/** @type {any[]} */ ...given) => store[name](...given);
  const own = wrapped.get(store) ?? Object.fromEntries(METHODS.map((name) => [name, forward(name)]));
  wrapped.set(store, own);
  return own;
}

const { initialize } = MobileServiceSyncContext.prototype;
/** @param {any} store */
MobileServiceSyncContext.prototype.initialize = function initializeWrapped(store) {
  return initialize.call(this, wrap(store));
};

await import('./node.test.mjs');
