// `WindowsAzure` for TypeScript and editors: every public call, with what it gives and how it fails.
//
// Every call rejects with an `Error`. Those of Tureen's own have a `code` to test for; those of a request have the answer
// as `request`. In an app that loads Tureen as a script, say once that the global is this:
//
//     declare const WindowsAzure: typeof import('cordova-plugin-tureen').WindowsAzure;

/** A record, or any part of one. `id` is text, or a number in tables of numeric ids. */
export interface Row {
  [column: string]: any;
}

/** A real promise, which can also be ended as the SDK's are. */
export interface TureenPromise<T> extends Promise<T> {
  then<A = T, B = never>(
    onSuccess?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: any) => B | PromiseLike<B>) | null,
  ): TureenPromise<A | B>;
  /** Ends a chain: an error that nobody handles is thrown where the page's error listener hears of it. */
  done(onSuccess?: ((value: T) => unknown) | null, onError?: ((error: any) => unknown) | null): void;
}

/** The app's own parameters of a request, for its query. Their names may not begin with `$`. */
export type Parameters = Record<string, unknown>;

// ─── The client ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** The logged-in user. */
export interface User {
  userId: string;
  /** Sent as `X-ZUMO-AUTH` with each request. */
  mobileServiceAuthenticationToken: string;
  [claim: string]: unknown;
}

export interface ClientOptions {
  /** How long the backend may take to answer, in milliseconds; 100,000 when left out. Then: `TIMED_OUT`. */
  timeout?: number;
  /** What the backend speaks, `v2` when left out; with `auto` it is asked. */
  dialect?: 'v2' | 'v3' | 'datasync' | 'auto';
}

export interface LoginOptions {
  /** What the identity provider gave, in its own shape, such as `{ access_token }`: no window is opened then. */
  token?: object | null;
  /** Of Windows only. */
  useSingleSignOn?: boolean;
  /**
   * For the query. In a Capacitor app `post_login_redirect_url` is needed: the app's address that the login returns to.
   */
  parameters?: Parameters;
}

export interface ApiOptions {
  /** Sent as it is when it is a string, else as JSON. */
  body?: unknown;
  /** `POST` when left out. */
  method?: string;
  parameters?: Parameters;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/**
 * The client of a backend.
 *
 * ```js
 * const client = new WindowsAzure.MobileServiceClient('https://yoursite.azurewebsites.net');
 * ```
 */
export class MobileServiceClient {
  /** @throws when `applicationUrl` is no text, or empty */
  constructor(applicationUrl: string, options?: ClientOptions);

  /** The backend's address. */
  applicationUrl: string;
  /** What is sent as `X-ZUMO-VERSION`. */
  version: string;
  /** Null until somebody logs in. An app may keep it, and set it when it starts again. */
  currentUser: User | null;
  /** Where to log in, when that is another host. Throws when it is not https. */
  get alternateLoginHost(): string;
  set alternateLoginHost(host: string | null | undefined);
  /** The path below the login host under which the providers are; `.auth/login` when empty. */
  get loginUriPrefix(): string;
  set loginUriPrefix(prefix: string);
  /** Registers this device for push notifications. */
  push: Push;

  /**
   * A new client whose requests pass through `filter` before those of this one. It has a sync context of its own, which
   * is to be initialized.
   */
  withFilter(filter: Filter): MobileServiceClient;
  /** A table of the backend: each call is a request. */
  getTable<T extends Row = Row>(tableName: string): MobileServiceTable<T>;
  /** A table of the local store, which push and pull keep in step with the backend's. */
  getSyncTable<T extends Row = Row>(tableName: string): MobileServiceSyncTable<T>;
  getSyncContext(): MobileServiceSyncContext;

  /**
   * Logs in through a window of the provider: `facebook`, `google`, `twitter`, `microsoftaccount`, `aad`. A popup opens
   * only in a click's handler. With a token of the backend's own (`a.b.c`) as `provider`, that is exchanged.
   *
   * Rejects with `LOGIN_CANCELLED` (its message is `UserCancelled`), `LOGIN_REFUSED` (its message is the provider's),
   * `LOGIN_BLOCKED`, `LOGIN_WINDOW`, `LOGIN_REDIRECT`, `LOGIN_UNDER_WAY` or `BAD_LOGIN_ANSWER`.
   */
  login(provider: string, useSingleSignOn?: boolean): TureenPromise<User>;
  /** Logs in with a token that the provider gave. */
  login(provider: string, token: object | null, useSingleSignOn?: boolean): TureenPromise<User>;
  /** As `login`, with more to say. */
  loginWithOptions(provider: string, options?: LoginOptions): TureenPromise<User>;
  /** Forgets the user. The provider's window may still know them. */
  logout(): TureenPromise<void>;

  /**
   * Calls an API of the backend's own, by its name below `api/`, or any absolute address. `result` is what a JSON body
   * says.
   */
  invokeApi(apiName: string, options?: ApiOptions | null): TureenPromise<FilterResponse>;
}

/** Templates by their names. A body that is no text is sent as JSON text. */
export type Templates = Record<string, { body?: unknown; headers?: unknown; tags?: unknown }>;

/** Push notifications, as `client.push`. */
export interface Push {
  /**
   * Registers a channel, or changes how it is registered.
   * @param platform `apns`, `gcm` or `wns`
   * @param pushChannel what the platform's service calls this device
   * @param secondaryTiles of `wns`
   */
  register(
    platform: string,
    pushChannel: string,
    templates?: Templates | null,
    secondaryTiles?: Templates | null,
  ): TureenPromise<FilterResponse>;
  unregister(pushChannel: string): TureenPromise<FilterResponse>;
}

// ─── Filters ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A request as a filter sees it. */
export interface FilterRequest {
  /** The HTTP method. */
  type: string;
  url: string;
  headers: Record<string, string>;
  /** The body. */
  data: string | null;
}

/** An answer: what an app knows of `XMLHttpRequest`. */
export interface FilterResponse {
  /** 0: the server was not reached. */
  status: number;
  statusText?: string;
  responseText: string;
  getResponseHeader?(name: string): string | null;
  getAllResponseHeaders?(): string;
  /** What `invokeApi` read from a JSON body. */
  result?: any;
}

export type FilterCallback = (error: unknown, response?: FilterResponse | null) => void;

/** Stands between a client and its backend: it may change a request, answer it, send it again, or fail it. */
export type Filter = (
  request: FilterRequest,
  next: (request: FilterRequest, callback: FilterCallback) => void,
  callback: FilterCallback,
) => void;

/**
 * A filter that logs each request and its answer, without tokens, passwords, cookies and the like:
 *
 * ```js
 * const logging = client.withFilter(WindowsAzure.logRequests(console.log));
 * ```
 */
export function logRequests(
  log: (line: string, told?: { headers: Record<string, string>; body?: unknown }) => void,
): Filter;

// ─── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a table and a query have in common: the steps of a query, each of which gives one that reads the table. */
export interface QueryStart<T extends Row> {
  getTableName(): string;
  getMobileServiceClient(): MobileServiceClient;
  where(predicate: (this: T, ...given: any[]) => unknown, ...given: any[]): TableQuery<T>;
  where(values: Partial<T>): TableQuery<T>;
  where(filter: string, ...given: any[]): TableQuery<T>;
  select(...columns: [string, ...string[]]): TableQuery<T>;
  select(projection: (this: T) => unknown): TableQuery<T>;
  orderBy(...columns: string[]): TableQuery<T>;
  orderByDescending(...columns: string[]): TableQuery<T>;
  skip(count: number): TableQuery<T>;
  take(count: number): TableQuery<T>;
  includeTotalCount(): TableQuery<T>;
  includeDeleted(): TableQuery<T>;
}

/** Rows of the backend. */
export type Rows<T> = T[] & {
  /** When the query asked for it. */
  totalCount?: number;
  /** When the backend names a next page. */
  nextLink?: string;
};

/** Local rows of a query that asks for the total count. */
export interface Counted<T> {
  result: T[];
  count: number;
}

/** A table of the backend, as `client.getTable(name)` gives it. */
export interface MobileServiceTable<T extends Row = Row> extends QueryStart<T> {
  /** Reads all that the backend gives in one answer, or the rows of a query or of OData text (`$filter=…`). */
  read(query?: Query<T> | string | Parameters | null, parameters?: Parameters | null): TureenPromise<Rows<T>>;
  /** Adds a record, and gives it as the backend has it. An `id`, if there is one, must be text. */
  insert(instance: Partial<T>, parameters?: Parameters | null): TureenPromise<T>;
  /**
   * Changes the fields that `instance` has; when it has a `version`, only if the backend's record still has that too.
   * Otherwise `error.request.status` is 412 and `error.serverInstance` the backend's record.
   */
  update(instance: Partial<T>, parameters?: Parameters | null): TureenPromise<T>;
  /** The record of an id; `error.request.status` is 404 when there is none. */
  lookup(id: string | number, parameters?: Parameters | null): TureenPromise<T>;
  /** Deletes the record of `instance.id`, under the same condition as `update`. */
  del(instance: Partial<T>, parameters?: Parameters | null): TureenPromise<void>;
  /** Brings back a record that a table with soft delete still holds. Tureen's own. */
  undelete(instance: Partial<T>, parameters?: Parameters | null): TureenPromise<T>;
  /** The record of `instance.id` as the backend has it now. */
  refresh(instance: Partial<T>, parameters?: Parameters | null): TureenPromise<T>;
}

/** A local table, as `client.getSyncTable(name)` gives it. */
export interface MobileServiceSyncTable<T extends Row = Row> extends QueryStart<T> {
  /** Adds a record, and gives the same object. One without an `id` is given one. */
  insert<I extends Partial<T>>(instance: I): TureenPromise<I & { id: string }>;
  /** Changes the fields that `instance` has, and gives the same object. */
  update<I extends Partial<T>>(instance: I): TureenPromise<I>;
  /** The record of an id; without one an error, or null when that is suppressed. */
  lookup(id: string | number): TureenPromise<T>;
  lookup(id: string | number, suppressRecordNotFoundError: boolean | undefined): TureenPromise<T | null>;
  /**
   * The records of a query, or of OData text as `getTable(name).read` takes it, or all; of one with the total count:
   * `read<Counted<T>>(query)`.
   */
  read<R = T[]>(query?: Query<any> | string | null): TureenPromise<R>;
  /** Deletes the record of `instance.id`. */
  del(instance: Partial<T>): TureenPromise<void>;
  /** As of the context, of all the table when there is no query. */
  pull(query?: Query<any> | string | null, queryId?: string | null, settings?: PullSettings | null): TureenPromise<void>;
  /** As of the context, of all the table when there is no query. */
  purge(query?: Query<any> | string | null, forcePurge?: boolean | null, settings?: PurgeSettings): TureenPromise<void>;
}

// ─── Sync ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * What an app does about changes that the backend would not take. Each may return a promise. `onConflict` is called in
 * either of its published forms: with three arguments when it names two parameters or more, else with the push error.
 */
export interface PushHandler {
  onConflict?: ((pushError: PushError) => unknown) | ((serverRecord: any, clientRecord: any, pushError: PushError) => unknown);
  /** Of an error that is no conflict. Unless it is handled, the push ends with `PUSH_ABORTED`. */
  onError?(pushError: PushError): unknown;
}

export interface PushSettings {
  /** How many requests may be under way at once, 1 to 8; 4 when left out. */
  parallelism?: number;
  /** Ends the push with an `AbortError`. What was not sent waits for the next one. */
  signal?: AbortSignal;
  progress?(progress: { pushed: number; conflicts: number; pending: number }): void;
}

export interface PullSettings {
  /** How many rows to ask for at once; 50 when left out. */
  pageSize?: number | null;
  /** Push before, if changes of the table wait. */
  pushFirst?: boolean;
  /** Ends the pull with an `AbortError`. What was stored stays. */
  signal?: AbortSignal;
  progress?(progress: { requests: number; stored: number; removed: number; passedOver: number }): void;
}

export interface PurgeSettings {
  /** Only the pulls of this name begin anew; all of the table when left out. */
  queryId?: string;
}

/** A change that waits to be sent. */
export interface PendingOperation {
  id: number;
  tableName: string;
  action: 'insert' | 'update' | 'delete';
  itemId: string;
  /** The version that it is based on. */
  version: string | null;
  /** How often it was sent. */
  attempts: number;
  lastError: string | null;
}

/** Which side of a conflict wins; a record that joins both wins as the client's. */
export type Winner = 'client' | 'server' | Row;

/** The sync context of a client: local changes that wait, and what it takes to send them and to fetch the backend's. */
/** How a sync that ran by itself ended. Tureen's own. */
export interface AutoOutcome {
  /** Why it began. */
  reason: 'start' | 'call' | 'resume' | 'online' | 'change' | 'timer' | 'retry';
  /** Those that nobody handled. */
  conflicts: PushError[];
  /** Why it ended early; nothing is lost. */
  error?: Error;
}

/** What is synced by itself, and when. Tureen's own. */
export interface AutoSettings {
  /** What is fetched after each push. */
  pulls?: { query: Query<any> | string; queryId?: string | null; settings?: PullSettings }[];
  /** Milliseconds from the end of one sync to the next; 0, the default: only the signs of `life` count. */
  every?: number;
  /** Whether a change here is sent at once; true when left out. */
  afterChanges?: boolean;
  /** Called at the end of each sync. */
  onSync?: (outcome: AutoOutcome) => void;
}

/** Syncs that begin by themselves, until `stop`. Tureen's own. */
export interface AutoSync {
  /** Syncs now, whatever the signs say; after the sync that is under way. Never rejects. */
  sync(): Promise<AutoOutcome>;
  /** Ends it, and breaks off a sync that is under way: what was not sent stays in the queue. */
  stop(): void;
}

export interface MobileServiceSyncContext {
  /** What to do about changes that the backend would not take. */
  pushHandler: PushHandler | undefined;
  /**
   * Says where local tables are. Until then every call rejects with `NOT_INITIALIZED`. An object that has not the
   * functions of a store is refused with `BAD_STORE`.
   */
  initialize(localStore: MobileServiceSqliteStore | MobileServiceStore): TureenPromise<void>;
  /** Adds a record and queues it, in one transaction; gives `instance`, with an `id`. */
  insert<I extends Row>(tableName: string, instance: I): TureenPromise<I & { id: string }>;
  /** Changes the fields that `instance` has and queues it, in one transaction. */
  update<I extends Row>(tableName: string, instance: I): TureenPromise<I>;
  /** Deletes the record of `instance.id` and queues it, in one transaction. */
  del(tableName: string, instance: Row): TureenPromise<void>;
  /** The local record of an id; without one an error, or null when that is suppressed. */
  lookup<T extends Row = Row>(tableName: string, id: string | number): TureenPromise<T>;
  lookup<T extends Row = Row>(
    tableName: string,
    id: string | number,
    suppressRecordNotFoundError: boolean | undefined,
  ): TureenPromise<T | null>;
  /**
   * The local records of a query, or of its OData text with the table, as `query.toOData()` gives it; of one with the
   * total count: `read<Counted<T>>(query)`.
   */
  read<R = Row[]>(query: Query<any> | string): TureenPromise<R>;
  /**
   * Sends what was changed here, and gives the conflicts that nobody handled, which stay in the queue. Rejects with
   * `PUSH_ABORTED` at an error that nobody handled; the request's error is its `cause`.
   */
  push(settings?: PushSettings): TureenPromise<PushError[]>;
  /**
   * Pushes, and then pulls, by itself from now on: at once, when the app comes to the front, when the network is back,
   * after each change, and again after a while when it failed. Another call takes the place of this one. Throws
   * `NOT_INITIALIZED` before `initialize`. Tureen's own.
   */
  auto(settings?: AutoSettings): AutoSync;
  /**
   * Resolves the conflicts that the last push left: one side for all, or what a function says of each. A change that wins
   * is sent with the next push. Gives those that are left: of records that were changed since the push, of those whose
   * record the backend did not tell, and those that the function says nothing of. Tureen's own.
   */
  resolveAll(
    resolution:
      | 'client'
      | 'server'
      | ((serverRecord: any, clientRecord: any, pushError: PushError) => Winner | undefined | void | Promise<Winner | undefined | void>),
  ): TureenPromise<PushError[]>;
  /**
   * Fetches what was changed at the backend; with a `queryId` only since the last pull of that name. The query may filter
   * and no more. Records with changes that wait are passed over.
   */
  pull(query: Query<any> | string, queryId?: string | null, settings?: PullSettings | null): TureenPromise<void>;
  /**
   * Removes records from the store without deleting them at the backend. Rejects with `PENDING_OPERATIONS` when changes
   * of them wait, unless these are to be given up.
   */
  purge(query: Query<any> | string, forcePurge?: boolean | null, settings?: PurgeSettings): TureenPromise<void>;
  /** The changes that wait to be sent, of all tables or of one, the oldest first. Tureen's own. */
  pendingOperations(tableName?: string): TureenPromise<PendingOperation[]>;
  /**
   * Cancels a change that waits; its record is kept (that is the default), restored to what it was before, or discarded.
   * Tureen's own.
   */
  cancelOperation(id: number, record?: 'keep' | 'restore' | 'discard'): TureenPromise<void>;
}

/** A change that the backend would not take, and what may be done about it. */
export interface PushError {
  /** Whether it counts as dealt with: the push then sends the change again as it is by now, if it is still there. */
  isHandled: boolean;
  /** The error of the request, with the answer as `request`. */
  getError(): any;
  /** Whether the backend's record is not as the change expects it (409 or 412). */
  isConflict(): boolean;
  getTableName(): string;
  /** `insert`, `update` or `delete`. */
  getAction(): string;
  /** A copy of the backend's record; null where it is not known. */
  getServerRecord(): any;
  /** A copy of the record as it was sent; null for a delete. */
  getClientRecord(): any;
  /** Gives the change up and leaves the local record as it is. */
  cancel(): TureenPromise<void>;
  /** Gives the change up and removes the local record. */
  cancelAndDiscard(): TureenPromise<void>;
  /** Gives the change up and changes the local record. */
  cancelAndUpdate(newValue: Row): TureenPromise<void>;
  /** Changes the local record, to be sent in its stead. With the `version` of the backend's record it then passes. */
  update(newValue: Row): TureenPromise<void>;
  /** Makes the change another one. */
  changeAction(newAction: 'insert' | 'update' | 'delete' | 'del', newClientRecord?: Row): TureenPromise<void>;
  /** Settles it by saying which side wins, whatever the change was. Tureen's own. */
  resolve(winner: Winner): TureenPromise<void>;
}

// ─── The local store ─────────────────────────────────────────────────────────────────────────────────────────────────

export type ColumnType =
  | 'object' | 'array' | 'integer' | 'int' | 'float' | 'real' | 'string' | 'text' | 'boolean' | 'bool' | 'date';

export interface TableDefinition {
  name: string;
  columnDefinitions: Record<string, ColumnType>;
}

export interface StoreOptions {
  name?: string;
  /**
   * What seals the store: a key of the device (true, the default), nothing (false), a passphrase, or 32 bytes. Another
   * key than the store was made with is refused with `WRONG_KEY`.
   */
  encryption?: boolean | { passphrase: string } | { bytes: Uint8Array } | null;
  /** Whether a write is done once the disk has it (`strict`, the default), or the system. */
  durability?: 'strict' | 'relaxed' | null;
}

export type BatchOperation =
  | { action: 'upsert'; tableName: string; data: Row | Row[] | null }
  | { action: 'delete'; tableName: string; id: string | number | null };

/** A local store. Its tables are soups of the same store at the same time. */
export interface MobileServiceSqliteStore {
  /** Opens the store. Every other call does so too. */
  init(): TureenPromise<void>;
  /** Lets go of the store. Another call takes it up again. */
  close(): TureenPromise<void>;
  /** Makes a table, or adds columns to it. To be called each time the app starts. */
  defineTable(definition: TableDefinition): TureenPromise<void>;
  /** Adds records, or changes those that are there where the given ones have properties. */
  upsert(tableName: string, data: Row | Row[] | null): TureenPromise<void>;
  /** The record of an id; without one an error, or null when that is suppressed. */
  lookup<T extends Row = Row>(tableName: string, id: string | number): TureenPromise<T>;
  lookup<T extends Row = Row>(
    tableName: string,
    id: string | number,
    suppressRecordNotFoundError: boolean | undefined,
  ): TureenPromise<T | null>;
  /** Deletes records by their ids. */
  del(tableName: string, ids: string | number | (string | number | null)[] | null): TureenPromise<void>;
  /** Deletes the records that a query would read. */
  del(query: Query<any>): TureenPromise<void>;
  /** The records of a query; of one with the total count: `read<Counted<T>>(query)`. */
  read<R = Row[]>(query: Query<any>): TureenPromise<R>;
  /** Takes several steps, all of them or none. */
  executeBatch(operations: (BatchOperation | null)[]): TureenPromise<void>;
}

/**
 * A store of the app's own making, for a sync context. Dates of the records are `Date`s. A context defines the tables
 * `__operations` and `__pulltime` in it, asks it by `lookup` and `read`, and writes by `executeBatch`, which should take
 * all of its steps or none. Where it fails, the context's calls reject with `STORE_FAILED`, with the error as `cause`;
 * where it answers what cannot be, with `STORE_ANSWER`.
 */
export interface MobileServiceStore {
  defineTable(definition: TableDefinition): PromiseLike<unknown>;
  upsert(tableName: string, data: any): PromiseLike<unknown>;
  /** Null or nothing where there is no such record, for it is always asked to suppress that error. */
  lookup(tableName: string, id: any, suppressRecordNotFoundError?: boolean): PromiseLike<any>;
  del(tableNameOrQuery: any, ids?: any): PromiseLike<unknown>;
  /** The query is a `WindowsAzure.Query`: `query.getComponents()` and `query.toOData()` say what it asks. */
  read(query: Query<any>): PromiseLike<any>;
  executeBatch(operations: BatchOperation[]): PromiseLike<unknown>;
}

export const MobileServiceSqliteStore: {
  /** @param given the store's name, or more; the default global store when left out */
  new (given?: string | StoreOptions | null): MobileServiceSqliteStore;
  (given?: string | StoreOptions | null): MobileServiceSqliteStore;
  readonly ColumnType: {
    readonly Object: 'object';
    readonly Array: 'array';
    readonly Integer: 'integer';
    readonly Int: 'int';
    readonly Float: 'float';
    readonly Real: 'real';
    readonly String: 'string';
    readonly Text: 'text';
    readonly Boolean: 'boolean';
    readonly Bool: 'bool';
    readonly Date: 'date';
  };
};

// ─── Queries ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a query is made of. */
export interface QueryComponents {
  /** An expression, or OData text. */
  filters: Expression | string | null;
  selections: string[];
  projection: Function | null;
  ordering: Record<string, boolean>;
  orderClauses: { name: string; ascending: boolean }[];
  skip: number | null;
  take: number | null;
  table: string | null;
  context: unknown;
  includeTotalCount: boolean;
  includeDeleted: boolean;
  /** Grows with each change. */
  version: number;
}

/** A node of a filter; `type` is the name of its class in `Query.Expressions`. */
export interface Expression {
  type: string;
}

/** What turns queries into something else: `Query.registerProvider('Sql', provider)` adds `query.toSql()`. */
export interface QueryProvider {
  toQuery?(query: Query<any>): unknown;
  [member: string]: any;
}

/** What is asked of a table, step by step; each step changes the query and gives it back. */
export class Query<T extends Row = Row> {
  /** @param table its name */
  constructor(table: string, context?: unknown);

  /**
   * Keeps the rows that meet a condition. The function is read and not called: one `return`, the row as `this`, and what
   * it needs from outside as further arguments. An arrow function has the row as its first parameter.
   *
   * ```js
   * query.where(function (limit) { return this.price < limit; }, 10)
   * query.where((row, limit) => row.price < limit, 10)
   * ```
   */
  where(predicate: (this: T, ...given: any[]) => unknown, ...given: any[]): this;
  /** Keeps the rows that have these values. */
  where(values: Partial<T>): this;
  /** Keeps the rows that meet a condition in OData text, in which each `?` stands for a value. */
  where(filter: string, ...given: any[]): this;
  /** Asks for some columns only. */
  select(...columns: [string, ...string[]]): this;
  /** Asks for what a function makes of each row, which is its `this`. Tables of the backend only. */
  select(projection: (this: T) => unknown): this;
  orderBy(...columns: string[]): this;
  orderByDescending(...columns: string[]): this;
  /** How many rows are left out at the start. */
  skip(count: number): this;
  /** How many rows are wanted at most. */
  take(count: number): this;
  /** Asks for the number of rows without skip and take too. */
  includeTotalCount(): this;
  /** Asks for softly deleted rows too. */
  includeDeleted(): this;
  getComponents(): QueryComponents;
  /** Replaces all components; what is missing is as in a new query. */
  setComponents(components?: Partial<QueryComponents> | null): this;
  /** `/todoitem?$filter=(complete eq false)&$top=10` */
  toOData(): string;

  static registerProvider(name: string, provider: QueryProvider): void;
  static Providers: Record<string, any>;
  /** The classes that filters are made of. */
  static Expressions: Record<string, any>;
}

/** A query that reads its table. */
export type TableQuery<T extends Row = Row> = Query<T> & {
  /** Reads the table; `parameters` are for tables of the backend. */
  read<R = Rows<T>>(parameters?: Parameters | null): TureenPromise<R>;
};
