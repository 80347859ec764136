// The package for TypeScript and editors: Tureen's own calls, `WindowsAzure`, and SmartStore's two faces.

import type {
  Cancel, Cursor, Entry, IndexSpec, LiveQuery, OnPage, QuerySpec, SmartStore, SmartStoreClient,
} from './smartstore.js';
import type { MobileSync, MobileSyncClient } from './mobile-sync.js';
import type { StoreOptions as NamedStoreOptions, TureenPromise } from './windows-azure.js';

export type {
  Cancel, Cursor, Entry, IndexSpec, LiveQuery, NamedStore, OnPage, QuerySpec, SmartStore, SmartStoreClient,
  StoreArgument,
} from './smartstore.js';
export { registerTarget, salesforce, salesforceLogin } from './mobile-sync.js';
export type {
  MobileSync, MobileSyncClient, Org, OwnTarget, SalesforceLogin, SyncEventDetail, SyncOptions, SyncState, SyncTarget,
} from './mobile-sync.js';
export * as WindowsAzure from './windows-azure.js';
export type { TureenPromise } from './windows-azure.js';

/** How a store is sealed, and when its writes are done. */
export type StoreOptions = Omit<NamedStoreOptions, 'name'>;

/** The error of every call of Tureen's own: a short `code` to test for, and a `message` that says what to do. */
export class TureenError extends Error {
  constructor(code: string, message: string, cause?: unknown);
  code: string;
}

/** The soups of a default store. */
export interface InitialSoups {
  soups: { soupName: string; indexes: IndexSpec[] }[];
}

/** Where one of the module's files is: its address, its bytes, or itself. */
export type ModuleSource = string | URL | ArrayBuffer | Uint8Array | WebAssembly.Module;

/** The syncs of a default store. They are made where they are missing, and not run. */
export interface InitialSyncs {
  syncs: {
    syncName: string;
    syncType: 'syncDown' | 'syncUp';
    soupName: string;
    target: Record<string, any>;
    options: { mergeMode: 'OVERWRITE' | 'LEAVE_IF_CHANGED'; fieldlist?: string[] };
  }[];
}

/** Loads the module, and says how stores are opened that nothing else is said of. Every other call loads it too. */
export function ready(
  options?: StoreOptions & {
    /** Where `tureen_bg.wasm` is, if not beside the script. */
    wasm?: ModuleSource;
    /**
     * What is loaded at once, instead of when it is first used: `['azure']` is the code behind `WindowsAzure`,
     * `['salesforce']` that behind Mobile Sync, `['providers']` that behind `store.connect()`. Or where each is, if not beside the module: `{ azure: address }`.
     */
    parts?:
      | ('azure' | 'salesforce' | 'providers')[]
      | { azure?: ModuleSource; salesforce?: ModuleSource; providers?: ModuleSource };
    /** Refuses calls on a user's store, with "No user account found", until `setUser` has named one. */
    requireUser?: boolean;
    /**
     * The soups that default stores have from the beginning: addresses, or the content itself; `true` looks for
     * `userstore.json` and `globalstore.json` beside the page, as is done in Cordova anyway.
     */
    soups?: boolean | { user?: string | URL | InitialSoups; global?: string | URL | InitialSoups };
    /** The syncs that default stores have, said in the same way; `usersyncs.json` and `globalsyncs.json` in Cordova. */
    syncs?: boolean | { user?: string | URL | InitialSyncs; global?: string | URL | InitialSyncs };
    /** Works beside the page, in a worker; where there can be none, in the page, and says why. */
    worker?: boolean;
  },
): TureenPromise<{ worker: boolean; reason?: string }>;

/** Opens a store; the default one of the user when it has no name. `key` is another word for `encryption`. */
export function openStore(
  options?: StoreOptions & { name?: string | null; isGlobalStore?: boolean; key?: NonNullable<StoreOptions['encryption']> },
): TureenPromise<Store>;

/** Makes a store of what `store.export()` gave. `passphrase` is that of the export; the others are of the new store. */
export function importStore(
  bytes: Uint8Array | ArrayBuffer,
  options?: StoreOptions & {
    name?: string | null;
    isGlobalStore?: boolean;
    passphrase?: string;
    key?: NonNullable<StoreOptions['encryption']>;
  },
): TureenPromise<Store>;

/** Says whose user stores are meant from now on; null: nobody's. */
export function setUser(id: string | null): void;

/** Removes all stores of the user, open or not; the app's own stay. Nobody is logged in then. */
export function logout(): TureenPromise<void>;

/** Opens a dialog over the page that shows the stores of this device with their soups, and runs Smart SQL. */
export function showInspector(store?: { storeName?: string | null; isGlobalStore?: boolean }): TureenPromise<void>;

/** What a page was told: `pause` and `resume` say whether it is at the front, the others whether there is a network. */
export type Sign = 'pause' | 'resume' | 'offline' | 'online';

/** The life of the page, as browsers, Cordova and Capacitor tell it; what drives `syncContext.auto()`. */
export const life: {
  /** Whether the page is at the front. */
  readonly active: boolean;
  /** Whether the device says that it has a network, which a server need not answer on. */
  readonly online: boolean;
  /** Calls `listener` with each sign that changes something, until the function that it gives is called. */
  watch(listener: (sign: Sign) => void): () => void;
};

/** `STORE_VANISHED`: a store that was here is gone, and begins empty, as do its pulls. */
export interface Vanished extends TureenError {
  storeName: string;
  isGlobalStore: boolean;
  /** When it was made. */
  since: Date;
}

/**
 * Calls `listener` with each store that is found to have vanished when it is opened, and with those that nobody was told
 * of before. Gives a function that ends it.
 */
export function onVanished(listener: (vanished: Vanished) => void): () => void;

/** What the device says of this origin's storage; with `persist` it is asked not to clear it when space runs out. */
export function storage(options?: {
  persist?: boolean;
}): TureenPromise<{ persistent: boolean; usage?: number; quota?: number }>;

/** How a connection's queue stands. */
export interface QueueStatus {
  state: 'idle' | 'sending' | 'waiting' | 'offline' | 'paused';
  /** Commands to send. */
  pending: number;
  /** Commands that are set aside. */
  dead: number;
  /** Commands that the provider has taken since the page connected. */
  sent: number;
  /** When it is tried again, by `Date.now`. */
  retryAt: number | null;
  /** What went wrong the last time, until something goes well. */
  error: string | null;
}

/** A command of a connection's queue. */
export interface Command {
  id: number;
  soup: string;
  /** The record's id. */
  record: string;
  action: 'insert' | 'update' | 'delete';
  attempts: number;
  /** Whether it is set aside. */
  dead: boolean;
  error: string | null;
}

/** A change that the provider would not take because its record is another one by now. */
export interface ProviderConflict {
  soup: string;
  id: string;
  action: 'insert' | 'update' | 'delete';
  mine: any;
  theirs: any;
  base: any;
  message: string;
}

/** What a provider of the app's own making does. Errors have a `status` as HTTP's. */
export interface Provider {
  list(asked: { soup: string; since: string | null; cursor: string | null; size: number }):
    | { rows: object[]; next?: string | null; since?: string | null }
    | Promise<{ rows: object[]; next?: string | null; since?: string | null }>;
  fetch(soup: string, id: string): object | null | undefined | Promise<object | null | undefined>;
  create(soup: string, record: any, id: string): object | void | Promise<object | void>;
  update(soup: string, id: string, record: any, version?: string): object | void | Promise<object | void>;
  remove(soup: string, id: string, version?: string): void | Promise<void>;
}

/** How soups are connected; docs/providers.md says what each provider takes besides. */
export interface ConnectOptions {
  /** Under which name commands are queued: the same at each start of the app. */
  name: string;
  provider: 'rest' | 'odata' | Provider;
  soups: Record<string, object>;
  url?: string;
  auth?: {
    bearer?: string;
    key?: string;
    header?: string;
    token?: (asked: { expired: boolean }) => string | Promise<string>;
  };
  headers?:
    | Record<string, string>
    | ((asked: { expired: boolean }) => Record<string, string> | Promise<Record<string, string>>);
  probe?: string | (() => boolean | Promise<boolean>);
  conflict?: 'server' | 'client' | ((conflict: ProviderConflict) => unknown);
  serverDecides?: boolean;
  parallel?: boolean;
  retry?: { firstWait?: number; longestWait?: number; attempts?: number };
  timeout?: number;
  maxBytes?: number;
  [setting: string]: any;
}

/** Soups and their provider, with the queue between them. */
export interface Connection {
  readonly status: QueueStatus;
  /** How many bytes were read from the provider since the page connected. */
  readonly bytesRead: number;
  observe(listener: (status: QueueStatus) => void): { stop(): void };
  pull(
    soup: string,
    options?: { pageSize?: number; full?: boolean; signal?: AbortSignal; onProgress?: (pulled: PulledRows) => void },
  ): TureenPromise<PulledRows>;
  /** When a pull of a soup came to its end last, by `Date.now`. */
  pulledAt(soup: string): number | null;
  /** Pulls soups in the order of a plan, those left out that are fresh, until a budget is used up. */
  preload(
    plan: { soup: string; maxAge?: number; pageSize?: number }[],
    budget?: {
      bytes?: number;
      milliseconds?: number;
      signal?: AbortSignal;
      now?: () => number;
      onProgress?: (progress: { soup: string; done: number; of: number; pulled: PulledRows | null }) => void;
    },
  ): TureenPromise<{ pulled: string[]; fresh: string[]; left: string[] }>;
  pending(): Command[];
  cancel(id: number, record?: 'keep' | 'restore' | 'discard'): TureenPromise<any>;
  retry(id?: number): TureenPromise<any>;
  resolve(winner: 'server' | 'client', ids?: number[]): TureenPromise<any>;
  drain(): TureenPromise<QueueStatus>;
  pause(): void;
  resume(): void;
  close(): void;
  disconnect(): TureenPromise<any>;
}

/** What a pull has brought. */
export interface PulledRows {
  requests: number;
  stored: number;
  removed: number;
  passedOver: number;
  total: number | null;
}

/** An open store, with the calls of SmartStore's client on it. */
export class Store {
  constructor(storeName: string | null | undefined, isGlobalStore: boolean);
  /** The store as the first argument of SmartStore's calls. */
  config: Readonly<{ storeName: string | null | undefined; isGlobalStore: boolean }>;
  registerSoup(soup: string, specs: IndexSpec[]): TureenPromise<string>;
  /** Gives a soup other indexes; with `reIndexData` the new ones hold what is stored already, too. */
  alterSoup(soup: string, specs: IndexSpec[], reIndexData?: boolean): TureenPromise<string>;
  /** Takes the values of indexed paths anew from what is stored. */
  reIndexSoup(soup: string, paths: string[]): TureenPromise<string>;
  removeSoup(soup: string): TureenPromise<any>;
  soupExists(soup: string): TureenPromise<boolean>;
  getSoupIndexSpecs(soup: string): TureenPromise<IndexSpec[]>;
  clearSoup(soup: string): TureenPromise<any>;
  /** Gives the stored entries. */
  upsertSoupEntries(soup: string, entries: Entry[]): TureenPromise<Entry[]>;
  /** The same; an entry takes the place of the one that has the same value at `path`. */
  upsertSoupEntriesWithExternalId(soup: string, entries: Entry[], path: string): TureenPromise<Entry[]>;
  retrieveSoupEntries(soup: string, ids: number[]): TureenPromise<Entry[]>;
  /** Removes entries by their ids, or those that a query spec finds. */
  removeFromSoup(soup: string, chosen: number[] | QuerySpec): TureenPromise<any>;
  querySoup(soup: string, spec: QuerySpec): TureenPromise<Cursor>;
  runSmartQuery(spec: QuerySpec): TureenPromise<Cursor>;
  moveCursorToPageIndex(cursor: Cursor, index: number, options?: Cancel): TureenPromise<Cursor>;
  moveCursorToNextPage(cursor: Cursor, options?: Cancel): TureenPromise<Cursor>;
  moveCursorToPreviousPage(cursor: Cursor, options?: Cancel): TureenPromise<Cursor>;
  closeCursor(cursor: Cursor): TureenPromise<any>;
  /** In bytes. */
  getDatabaseSize(): TureenPromise<number>;
  /** The rows of a Smart SQL query, each an array of its cells. */
  smartQuery(smartSql: string, limit?: number, options?: Cancel & { timeout?: number }): TureenPromise<any[][]>;
  /** A live query, of Smart SQL or a spec: tells its first page, soon, and whenever a commit of any tab alters it. */
  observe(query: string | QuerySpec, onPage: OnPage, onError?: (error: Error) => void): LiveQuery;
  observe(soup: string, spec: QuerySpec, onPage: OnPage, onError?: (error: Error) => void): LiveQuery;
  /** Connects soups to a provider: what changes in them is queued in the same transaction, and sent. */
  connect(options: ConnectOptions): TureenPromise<Connection>;
  /** The whole store as bytes, for `importStore`; sealed with the passphrase, if there is one. */
  export(options?: { passphrase?: string }): TureenPromise<Uint8Array>;
  /** Seals the store anew. */
  changeKey(encryption: NonNullable<StoreOptions['encryption']>): TureenPromise<void>;
  /** `ok`, or what SQLite finds wrong with the store. */
  integrityCheck(): TureenPromise<string>;
  /** Lets go of the store once its writes are done. */
  close(): TureenPromise<void>;
  /** Removes the store with all it holds. */
  remove(): TureenPromise<any>;
}

/** SmartStore's calls with callbacks, as `navigator.smartstore`. */
export const smartstore: SmartStore;

/** SmartStore's calls that give promises, as `navigator.smartstoreClient`. */
export const smartstoreClient: SmartStoreClient;

/** Mobile Sync's calls with callbacks, as `cordova.require('com.salesforce.plugin.mobilesync')`. */
export const mobilesync: MobileSync;

/** Mobile Sync's calls that give promises. */
export const mobilesyncClient: MobileSyncClient;
