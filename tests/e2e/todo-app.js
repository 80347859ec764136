// An ordinary app in the style of the Azure Mobile Apps Cordova SDK, which the tests drive through `app`.

/** @type {any} what has been started */
var app;

/** Starts the module where the page's address says: in the page, or in a worker. */
async function startModule() {
  const worker = location.search === '?worker';
  const hosted = await Tureen.ready({ worker });
  if (hosted.worker !== worker) throw new Error(hosted.reason);
}

/**
 * Starts the app.
 * @param {string} url of the backend
 * @param {string} [database]
 */
async function startApp(url, database) {
  await startModule();
  const client = new WindowsAzure.MobileServiceClient(url);
  const store = new WindowsAzure.MobileServiceSqliteStore(database);
  await store.defineTable({
    name: 'todoitem',
    columnDefinitions: {
      id: 'string', deleted: 'boolean', version: 'string', text: 'string', complete: 'boolean', price: 'real', due: 'date',
    },
  });
  const context = client.getSyncContext();
  await context.initialize(store);
  app = { client, store, context, todo: client.getSyncTable('todoitem') };
}
