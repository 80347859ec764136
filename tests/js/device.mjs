// An app on one device, in node, with a real backend behind it.
import 'fake-indexeddb/auto';
import { startBackend } from '../../scripts/serve/backend.mjs';
import { WindowsAzure } from '../../www/node.mjs';

/** Everything of the tables that the backend has. */
const columnDefinitions = {
  id: 'string', deleted: 'boolean', version: 'string', text: 'string', complete: 'boolean', price: 'real', due: 'date',
};

let stores = 0;

/**
 * A client with a sync context over a store of its own.
 * @param {string} address of the backend
 * @param {object} [options]
 * @param {import('../../www/windows-azure/http.mjs').Filter} [options.filter]
 * @param {string} [options.store] the store's name, to share it
 * @param {import('../../www/windows-azure/client.mjs').DialectName} [options.dialect] of the backend
 * @param {any} [options.on] a store of the app's own making
 */
export async function device(address, { filter, store: name = `device ${(stores += 1)}`, dialect, on } = {}) {
  const plain = new WindowsAzure.MobileServiceClient(address, { dialect });
  const client = filter ? plain.withFilter(filter) : plain;
  const store = on ?? new WindowsAzure.MobileServiceSqliteStore(name);
  await store.defineTable({ name: 'todoitem', columnDefinitions });
  const context = client.getSyncContext();
  await context.initialize(store);
  return { client, store, context, todo: client.getSyncTable('todoitem'), online: client.getTable('todoitem') };
}

/** A backend that forgets when it stops. */
export const backend = () => startBackend({ data: ':memory:' });
