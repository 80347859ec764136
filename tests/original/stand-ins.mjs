// What the original's tests find in place of its modules: the public API of `WindowsAzure`, helpers of their own that do
// the same, and for everything else something that may not be used.

import { internal, watch } from './internal.mjs';
import { keepEndings } from './endings.mjs';

/** @type {{ WindowsAzure: typeof import('../../www/windows-azure/index.mjs'), originalSuite: { backend: string } }} */
const { WindowsAzure, originalSuite } = /** @type {any} */ (globalThis);
const { MobileServiceClient, MobileServiceSqliteStore, Query } = WindowsAzure;

const someClient = new MobileServiceClient('http://someurl');
watch(someClient, 'client');
watch(someClient.getSyncContext(), 'syncContext');
watch(someClient.getTable('table'), 'table');
watch(new MobileServiceSqliteStore(), 'store');
watch(MobileServiceClient, 'MobileServiceClient');
keepEndings(/** @type {any} */ (someClient.logout().constructor).prototype);

/** The part of the original's Platform that its tests use as a tool. */
const Platform = {
  /**
   * A promise of what a function with a callback as its last parameter calls back with.
   * @param {Function} job
   */
  async:
    (job) =>
    /** @this {unknown} @param {...unknown} given */
    function promised(...given) {
      return new Promise((resolve, reject) => {
        const callback = (/** @type {unknown} */ error, /** @type {unknown} */ value) =>
          error === null || error === undefined ? resolve(value) : reject(error);
        job.apply(this, [...given, callback]);
      });
    },
  getSdkInfo: () => ({ language: 'Cordova', fileVersion: '2.0.1' }),
  readSetting: (/** @type {string} */ key) => localStorage.getItem(key),
  get login() {
    return internal('Platform.login')();
  },
};

const Extensions = {
  isArray: Array.isArray,
  isFunction: (/** @type {unknown} */ value) => typeof value === 'function',
  isObject: (/** @type {unknown} */ value) => typeof value === 'object',
};

let stores = 0;

/** A store that nothing has been written to. */
async function createEmptyStore() {
  const store = new MobileServiceSqliteStore(`original ${(stores += 1)}`);
  await store.init();
  return store;
}

/**
 * A sync context of its own on a store, for tests that ask for a manager of pulls or purges.
 * @param {InstanceType<typeof MobileServiceClient>} client
 * @param {InstanceType<typeof MobileServiceSqliteStore>} store
 */
async function contextOf(client, store) {
  const context = client.withFilter((request, next, callback) => next(request, callback)).getSyncContext();
  await context.initialize(store);
  return context;
}

/**
 * Made with `new`, for which only a function of this kind will do.
 * @param {InstanceType<typeof MobileServiceClient>} client
 */
function SyncContext(client) {
  return client.getSyncContext();
}

/** @type {Record<string, unknown>} */
const modules = {
  'MobileServiceClient': MobileServiceClient,
  // Of which the tests' data reads a table of numbers, and no test that data.
  'MobileServiceTable': { SystemProperties: {} },
  'Platform': Platform,
  'Platform/cordova/MobileServiceSqliteStore': MobileServiceSqliteStore,
  'Platform/cordova/sqliteSerializer': internal('sqliteSerializer'),
  'Utilities/Extensions': Extensions,
  'Utilities/Validate': internal('Validate'),
  'Utilities/taskRunner': () => undefined,
  'sync/ColumnType': MobileServiceSqliteStore.ColumnType,
  'sync/MobileServiceSyncContext': SyncContext,
  'sync/operations': { createOperationTableManager: () => internal('operationTableManager') },
  'sync/pull': {
    createPullManager: (/** @type {any} */ client, /** @type {any} */ store) => ({
      pull: async (/** @type {[any, any, any]} */ ...given) => {
        // Without a definition Tureen would not ask the backend, and these tests look at what it is asked.
        await store.defineTable({ name: given[0].getComponents().table, columnDefinitions: { id: 'string' } });
        return (await contextOf(client, store)).pull(...given);
      },
    }),
  },
  'sync/purge': {
    createPurgeManager: (/** @type {any} */ store) => ({
      purge: async (/** @type {[any, any]} */ ...given) => (await contextOf(someClient, store)).purge(...given),
    }),
  },
  'sync/push': { createPushManager: internal('createPushManager') },
  'sync/pushError': { createPushError: internal('createPushError') },
  'azure-query-js': { Query },
  'node-uuid': { v4: () => crypto.randomUUID() },
  'config': { server: originalSuite.backend },
  'storeTestHelper': { createEmptyStore, testTableName: 'todoitem' },
};

/** Tests of a private module and nothing else. @type {Record<string, string>} */
const subjects = {
  'shared/extensions.js': 'Utilities/Extensions',
  'shared/taskRunner.tests.js': 'Utilities/taskRunner',
  'shared/validate.js': 'Utilities/Validate',
};

/**
 * @param {string} module of the original, below its `src`
 * @param {string} test the file that asks for it, below its `tests`
 */
export function standIn(module, test) {
  if (subjects[test] === module) return internal(module);
  if (module in modules) return modules[module];
  throw new Error(`${test} asks for ${module}, for which nothing stands in.`);
}
