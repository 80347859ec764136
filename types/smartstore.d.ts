// SmartStore's two faces: `smartstore` with callbacks, `smartstoreClient` with promises. Each call may begin with the
// store that it means; the user's default store when that is left out.

import type { StoreOptions } from './index.js';
import type { TureenPromise } from './windows-azure.js';

/** A store; or whether the default one of the app is meant, and not the user's. */
export type StoreArgument = boolean | { storeName?: string | null; isGlobalStore: boolean };

/** An entry of a soup. */
export type Entry = Record<string, any>;

/** A path that a soup is searched by. */
export interface IndexSpec {
  path: string;
  type: 'string' | 'integer' | 'floating' | 'full_text' | 'json1';
}

/** What a query asks. */
export interface QuerySpec {
  queryType?: 'exact' | 'range' | 'like' | 'match' | 'smart';
  indexPath?: string | null;
  matchKey?: string | number | boolean | null;
  likeKey?: string | number | null;
  beginKey?: string | number | null;
  endKey?: string | number | null;
  smartSql?: string | null;
  orderPath?: string | null;
  order?: 'ascending' | 'descending';
  pageSize?: number;
  selectPaths?: string[] | null;
  /** Later writes do not shift the cursor's pages. (Not in the original.) */
  snapshot?: boolean;
  /** After how many milliseconds a page is given up. (Not in the original.) */
  timeout?: number;
  /** As in {@link Cancel}. (Not in the original.) */
  signal?: AbortSignal;
}

/** Cancels the call, with an `AbortError`; in a worker also while it runs. */
export interface Cancel {
  signal?: AbortSignal;
}

/** A page of what a query found, and where it stands. */
export interface Cursor {
  cursorId: string;
  pageSize: number;
  totalEntries: number;
  totalPages: number;
  currentPageIndex: number;
  currentPageOrderedEntries: any[];
}

/** A store in a list of stores. */
export interface NamedStore {
  storeName: string;
  isGlobalStore: boolean;
}

/** A query whose results are told again and again. */
export interface LiveQuery {
  stop(): void;
}

/** Gets the first page of a live query. */
export type OnPage = (page: Omit<Cursor, 'cursorId'>) => void;

/** Live queries, of Smart SQL or a spec, or of a spec for a soup. */
export interface Observe<Failure> {
  (query: string | QuerySpec, onPage: OnPage, onError?: (error: Failure) => void): LiveQuery;
  (soup: string, spec: QuerySpec, onPage: OnPage, onError?: (error: Failure) => void): LiveQuery;
  (store: StoreArgument, query: string | QuerySpec, onPage: OnPage, onError?: (error: Failure) => void): LiveQuery;
  (store: StoreArgument, soup: string, spec: QuerySpec, onPage: OnPage, onError?: (error: Failure) => void): LiveQuery;
}

/** The arguments of each call behind the store's, and what it gives. */
interface Calls {
  registerSoup: [[soup: string, specs: IndexSpec[]], string];
  removeSoup: [[soup: string], 'OK'];
  soupExists: [[soup: string], boolean];
  getSoupIndexSpecs: [[soup: string], IndexSpec[]];
  alterSoup: [[soup: string, specs: IndexSpec[], reIndexData: boolean], string];
  reIndexSoup: [[soup: string, paths: string[]], string];
  clearSoup: [[soup: string], 'OK'];
  upsertSoupEntries: [[soup: string, entries: Entry[]], Entry[]];
  upsertSoupEntriesWithExternalId: [[soup: string, entries: Entry[], path: string], Entry[]];
  retrieveSoupEntries: [[soup: string, ids: number[]], Entry[]];
  removeFromSoup: [[soup: string, chosen: number[] | QuerySpec], 'OK'];
  querySoup: [[soup: string, spec: QuerySpec], Cursor];
  runSmartQuery: [[spec: QuerySpec], Cursor];
  moveCursorToPageIndex: [[cursor: Cursor, index: number], Cursor];
  moveCursorToNextPage: [[cursor: Cursor], Cursor];
  moveCursorToPreviousPage: [[cursor: Cursor], Cursor];
  closeCursor: [[cursor: Cursor], 'OK'];
  getDatabaseSize: [[], number];
  removeStore: [[], true];
}

/** The calls that mean no single store. */
interface StoreLists {
  getAllStores: NamedStore[];
  getAllGlobalStores: NamedStore[];
  removeAllStores: true;
  removeAllGlobalStores: true;
}

type Promised<Own extends unknown[], Value> = {
  (...own: Own): TureenPromise<Value>;
  (store: StoreArgument, ...own: Own): TureenPromise<Value>;
};

/** As `navigator.smartstoreClient`; but there, as in the original, a rejection is the error's text. */
export type SmartStoreClient = { [Name in keyof Calls]: Promised<Calls[Name][0], Calls[Name][1]> } & {
  [Name in keyof StoreLists]: () => TureenPromise<StoreLists[Name]>;
} & {
  moveCursorToPageIndex: Promised<[cursor: Cursor, index: number, options?: Cancel], Cursor>;
  moveCursorToNextPage: Promised<[cursor: Cursor, options?: Cancel], Cursor>;
  moveCursorToPreviousPage: Promised<[cursor: Cursor, options?: Cancel], Cursor>;
  observe: Observe<Error>;
  /** Seals the store anew. */
  changeKey: Promised<[encryption: NonNullable<StoreOptions['encryption']>], void>;
  /** The whole store as bytes, for `importStore`. */
  exportStore: Promised<[options?: { passphrase?: string }], Uint8Array>;
};

type Succeeds<Value> = ((value: Value) => void) | null;
/** A text, but an `Error` for a cursor that has no further page. */
type Fails = ((error: any) => void) | null;

type Called<Own extends unknown[], Value> = {
  (...given: [...own: Own, onSuccess?: Succeeds<Value>, onError?: Fails]): void;
  (store: StoreArgument, ...given: [...own: Own, onSuccess?: Succeeds<Value>, onError?: Fails]): void;
};

type Order = 'ascending' | 'descending' | null;
type Key = string | number | null;

/** As `navigator.smartstore`. */
export type SmartStore = { [Name in keyof Calls]: Called<Calls[Name][0], Calls[Name][1]> } & {
  [Name in keyof StoreLists]: (onSuccess?: Succeeds<StoreLists[Name]>, onError?: Fails) => void;
} & {
  observe: Observe<string>;
  showInspector: Called<[], void>;
  getLogLevel(): string;
  setLogLevel(level: 'debug' | 'info' | 'warn' | 'error' | 'none'): void;
  StoreConfig: new (
    storeName?: string | null,
    isGlobalStore?: boolean,
  ) => { storeName?: string | null; isGlobalStore: boolean };
  SoupIndexSpec: new (path: string, type: IndexSpec['type']) => IndexSpec;
  QuerySpec: new (path?: string | null) => QuerySpec;
  StoreCursor: new () => object;
  buildAllQuerySpec(path: string, order?: Order, pageSize?: number | null, selectPaths?: string[] | null): QuerySpec;
  /** The page size stands before the order here. */
  buildExactQuerySpec(path: string, matchKey: Key, pageSize?: number | null, order?: Order, orderPath?: string | null,
    selectPaths?: string[] | null): QuerySpec;
  buildRangeQuerySpec(path: string, beginKey: Key, endKey: Key, order?: Order, pageSize?: number | null,
    orderPath?: string | null, selectPaths?: string[] | null): QuerySpec;
  buildLikeQuerySpec(path: string, likeKey: string, order?: Order, pageSize?: number | null, orderPath?: string | null,
    selectPaths?: string[] | null): QuerySpec;
  /** Null for the path: every `full_text` path. */
  buildMatchQuerySpec(path: string | null, matchKey: string, order?: Order, pageSize?: number | null,
    orderPath?: string | null, selectPaths?: string[] | null): QuerySpec;
  buildSmartQuerySpec(smartSql: string, pageSize?: number | null): QuerySpec;
};
