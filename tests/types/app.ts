// An app in TypeScript, as its author would write it: what is right compiles, and what is wrong does not. Checked by
// `tsc`; there is nothing to run.
import type * as package_ from '../../types/index.js';
import type { Counted, Filter, MobileServiceStore, PendingOperation, User } from '../../types/windows-azure.js';

declare const { WindowsAzure, ready, openStore, importStore, smartstore, smartstoreClient }: typeof package_;

interface Todo {
  id: string;
  text: string;
  complete: boolean;
  price?: number;
}

export async function app(): Promise<void> {
  await ready({ encryption: { passphrase: 'ladle' }, durability: 'strict' });
  const later: Filter = (request, next, callback) => next({ ...request, headers: { a: '1' } }, callback);
  const client = new WindowsAzure.MobileServiceClient('https://site.example', { timeout: 5_000 })
    .withFilter(later)
    .withFilter(WindowsAzure.logRequests(console.log));
  client.alternateLoginHost = 'https://login.example';
  const user: User = await client.login('facebook');
  client.currentUser = user;
  await client.loginWithOptions('google', { parameters: { post_login_redirect_url: 'app://here' } });
  await client.login('google', { id_token: 'x' });
  (await client.invokeApi('echo', { method: 'GET' })).result.anything;

  const store = WindowsAzure.MobileServiceSqliteStore('todos.db');
  await store.defineTable({
    name: 'todoitem',
    columnDefinitions: { id: 'string', text: WindowsAzure.MobileServiceSqliteStore.ColumnType.Text, complete: 'boolean' },
  });
  const context = client.getSyncContext();
  await context.initialize(store);
  const mine: MobileServiceStore = {
    defineTable: async () => undefined,
    upsert: async (table: string, data: object) => console.log(table, data),
    lookup: async (table: string, id: string) => ({ id: table + id }),
    del: async () => undefined,
    read: async (query) => [query.toOData()],
    executeBatch: async (operations) => operations.map(({ action }) => action),
  };
  await context.initialize(mine);
  context.pushHandler = { onConflict: (pushError: { resolve(winner: 'server'): unknown }) => pushError.resolve('server') };
  context.pushHandler = { onConflict: (server, client, pushError) => pushError.update({ ...client, version: server.version }) };

  const table = client.getSyncTable<Todo>('todoitem');
  const { id } = await table.insert({ text: 'Peel', complete: false });
  id.toUpperCase();
  await table.update({ id, complete: true });
  (await table.where({ complete: false }).orderBy('text').take(5).read())[0].text.trim();
  (await table.where(function (limit: number) {
    return this.price! < limit;
  }, 10).read()).length;
  const counted = await table.read<Counted<Todo>>(new WindowsAzure.Query<Todo>('todoitem').includeTotalCount());
  counted.count.toFixed();
  (await table.lookup(id)).text.trim();
  (await table.lookup(id, true))?.text.trim();

  (await table.read('$filter=complete eq false&$orderby=text'))[0].text.trim();

  const left = await context.push({ parallelism: 2, progress: ({ pending }) => pending.toFixed() });
  left[0].getAction().trim();
  await context.resolveAll('client');
  await context.resolveAll((server, client) => ({ ...server, text: client.text }));
  await context.pull(new WindowsAzure.Query('todoitem'), 'all', { pageSize: 100, pushFirst: true });
  const [pending]: PendingOperation[] = await context.pendingOperations();
  await context.cancelOperation(pending.id, 'restore');
  table.pull().done(() => undefined, (error) => console.error(error));

  const online = client.getTable<Todo>('todoitem');
  (await online.where({ complete: true }).includeTotalCount().read()).totalCount?.toFixed();
  (await online.undelete({ id })).text.trim();

  const soups = await openStore({ name: 'pantry', isGlobalStore: true });
  await soups.registerSoup('jars', [{ path: 'label', type: 'string' }]);
  const live = soups.observe('select {jars:label} from {jars}', ({ currentPageOrderedEntries: [row] }) => row, console.error);
  live.stop();
  await soups.changeKey({ passphrase: 'spoon' });
  await importStore(await soups.export({ passphrase: 'ladle' }), { name: 'copy', passphrase: 'ladle' });

  const all = smartstore.buildAllQuerySpec('label', 'ascending', 20);
  const cursor = await smartstoreClient.querySoup({ isGlobalStore: true }, 'jars', { ...all, snapshot: true });
  (await smartstoreClient.moveCursorToNextPage(true, cursor)).totalPages.toFixed();
  smartstore.querySoup('jars', all, (page) => page.totalEntries.toFixed(), (error) => console.error(error));
  smartstore.upsertSoupEntries(false, 'jars', [{ label: 'saffron' }]);
  smartstore.getAllStores((stores) => stores[0].storeName.trim());
}

export function mistakes(): void {
  const client = new WindowsAzure.MobileServiceClient('https://site.example');
  const context = client.getSyncContext();
  const table = client.getSyncTable<Todo>('todoitem');
  // @ts-expect-error the address is needed
  new WindowsAzure.MobileServiceClient();
  // @ts-expect-error no such column
  table.insert({ txt: 'Peel' });
  // @ts-expect-error of another type
  table.where({ complete: 'yes' });
  // @ts-expect-error no side of a conflict
  context.resolveAll('mine');
  // @ts-expect-error nothing that becomes of a record
  context.cancelOperation(1, 'forget');
  // @ts-expect-error no type of a column
  new WindowsAzure.MobileServiceSqliteStore().defineTable({ name: 't', columnDefinitions: { id: 'varchar' } });
  // @ts-expect-error no type of an index
  smartstoreClient.registerSoup('jars', [{ path: 'label', type: 'colour' }]);
  // @ts-expect-error a store argument says whether it is global
  smartstoreClient.soupExists({ storeName: 'pantry' }, 'jars');
  // @ts-expect-error a row may be missing where that is no error
  table.lookup('1', true).then((row) => row.text);
}
