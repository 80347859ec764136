// Salesforce's model objects for TypeScript and editors: `cordova-plugin-tureen/models`. What comes from Backbone is
// loosely typed: Backbone's own types are another package.

import type { IndexSpec, QuerySpec } from './smartstore.js';

export type Attributes = Record<string, any>;
export type Fieldlist = string[] | null | undefined;
export type Method = 'create' | 'read' | 'update' | 'delete';
export type CacheMode = 'cache-only' | 'cache-first' | 'server-only' | 'server-first';
export type MergeMode = 'overwrite' | 'merge-accept-yours' | 'merge-fail-if-conflict' | 'merge-fail-if-changed';
export type MergeModeDownload = 'overwrite' | 'merge-accept-theirs' | 'leave-if-changed';
export type SyncWithServer = (
  method: Method, id: any, attributes: Attributes | null | undefined, fieldlist: Fieldlist,
) => Promise<Attributes | null>;

/** Who asks the org. The tokens stay in memory. */
export interface ForceOptions {
  accessToken: string;
  instanceURL?: string;
  instanceUrl?: string;
  apiVersion?: string;
  /** Gets a new token once the org has refused this one. */
  refresh?: () => Promise<string | { accessToken: string; instanceUrl?: string }>;
  /** With `appId` and `loginURL`, in place of `refresh`. */
  refreshToken?: string;
  appId?: string;
  loginURL?: string;
}

export interface Request {
  path: string;
  method?: string;
  params?: Record<string, string>;
  data?: unknown;
  contentType?: string;
  headerParams?: Record<string, string>;
}

type Callbacks = [onSuccess?: (answer: any) => void, onError?: (error: RestError) => void];

/** The org's REST API; rejects with a `RestError`. */
export interface RestClient {
  request(request: Request, ...callbacks: Callbacks): Promise<any>;
  versions(...callbacks: Callbacks): Promise<any>;
  resources(...callbacks: Callbacks): Promise<any>;
  describeGlobal(...callbacks: Callbacks): Promise<any>;
  metadata(sobjectType: string, ...callbacks: Callbacks): Promise<any>;
  describe(sobjectType: string, ...callbacks: Callbacks): Promise<any>;
  describeLayout(sobjectType: string, recordTypeId?: string, ...callbacks: Callbacks): Promise<any>;
  create(sobjectType: string, record: Attributes, ...callbacks: Callbacks): Promise<any>;
  retrieve(sobjectType: string, id: string, fields?: string[] | string | null, ...callbacks: Callbacks): Promise<any>;
  upsert(sobjectType: string, field: string, id: string, record: Attributes, ...callbacks: Callbacks): Promise<any>;
  update(sobjectType: string, record: Attributes, ...callbacks: Callbacks): Promise<any>;
  update(sobjectType: string, id: string, fields: Attributes, ...callbacks: Callbacks): Promise<any>;
  del(sobjectType: string, id: string, ...callbacks: Callbacks): Promise<any>;
  query(soql: string, ...callbacks: Callbacks): Promise<any>;
  queryMore(nextRecordsUrl: string, ...callbacks: Callbacks): Promise<any>;
  search(sosl: string, ...callbacks: Callbacks): Promise<any>;
  apexrest(request: string | Request, ...callbacks: Callbacks): Promise<any>;
}

export interface ForceClient extends RestClient {
  init(options: ForceOptions): void;
  isAuthenticated(): boolean;
  discardToken(): void;
}

export const force: ForceClient;

/** The org refused, or was not reached (`status` 0). */
export interface RestError extends Error {
  type: 'RestError';
  code: string;
  status: number;
  statusText: string;
  responseText: string;
  details: { message: string; errorCode: string; fields?: string[] }[];
}

/** The record was changed at the org since it was read. */
export interface ConflictError extends Error {
  type: 'ConflictError';
  code: 'CONFLICT';
  base: Attributes;
  theirs: Attributes;
  yours: Attributes;
  remoteChanges: string[];
  localChanges: string[];
  conflictingChanges: string[];
}

/** What was found, page by page. */
export interface Found {
  records: any[];
  totalSize: number;
  hasMore(): boolean;
  getMore(): Promise<any[]>;
  closeCursor(): Promise<void>;
}

export interface StoreCache {
  soupName: string;
  keyField: string;
  additionalIndexSpecs: IndexSpec[];
  isGlobalStore: boolean;
  storeName: string | null;
  readonly storeConfig: { storeName: string | null | undefined; isGlobalStore: boolean };
  init(): Promise<string>;
  retrieve(key: unknown, fieldlist?: Fieldlist): Promise<Attributes | null>;
  save(record: Attributes, mergeMode?: MergeModeDownload): Promise<Attributes>;
  saveAll(records: Attributes[], mergeMode?: MergeModeDownload): Promise<Attributes[]>;
  find(querySpec: Partial<QuerySpec>): Promise<Found>;
  remove(key: unknown): Promise<void>;
  makeLocalId(): string;
  isLocalId(id: unknown): boolean;
  addLocalFields(record: Attributes): Attributes;
}

export interface SObjectType {
  sobjectType: string;
  cache: StoreCache | null;
  cacheMode: string | null;
  describe(): Promise<any>;
  getMetadata(): Promise<any>;
  describeLayout(recordTypeId?: string): Promise<any>;
  reset(): Promise<void>;
}

/** A class of Backbone's: `extend` it, or a class of the language from it. */
export interface ModelClass {
  new (...given: any[]): any;
  extend(properties: Record<string, any>, ofClass?: Record<string, any>): any;
}

export type FetchConfig =
  | { type: 'soql' | 'sosl'; query: string; mergeMode?: MergeModeDownload }
  | {
      type: 'mru';
      sobjectType: string;
      fieldlist?: string[];
      orderBy?: string;
      orderDirection?: string;
      mergeMode?: MergeModeDownload;
    };
export type CacheConfig = { type: 'cache'; cacheQuery: Partial<QuerySpec>; closeCursorImmediate?: boolean };
export type ApexConfig = {
  type?: undefined;
  apexRestPath: string;
  params?: Record<string, string>;
  mergeMode?: MergeModeDownload;
};

type Cache = StoreCache | null | undefined;
type Mode = CacheMode | null | undefined;
type Merge = MergeMode | null | undefined;
type Data = Attributes | null | undefined;

export interface Force {
  init(options?: { logLevel?: string; client?: object } & Partial<ForceOptions>): void;
  readonly smartstoreClient: any;
  readonly forceJsClient: RestClient;
  CACHE_MODE: Readonly<Record<'CACHE_ONLY' | 'CACHE_FIRST' | 'SERVER_ONLY' | 'SERVER_FIRST', CacheMode>>;
  MERGE_MODE: Readonly<
    Record<'OVERWRITE' | 'MERGE_ACCEPT_YOURS' | 'MERGE_FAIL_IF_CONFLICT' | 'MERGE_FAIL_IF_CHANGED', MergeMode>
  >;
  MERGE_MODE_DOWNLOAD: Readonly<
    Record<'OVERWRITE' | 'MERGE_ACCEPT_THEIRS' | 'LEAVE_IF_CHANGED', MergeModeDownload>
  >;
  Error: new (raw: any) => (RestError & { xhr: any }) | ConflictError;
  StoreCache: new (
    soupName: string, additionalIndexSpecs?: IndexSpec[] | null, keyField?: string | null,
    isGlobalStore?: boolean | null, storeName?: string | null,
  ) => StoreCache;
  SObjectType: new (sobjectType: string, cache?: Cache, cacheMode?: Mode) => SObjectType;
  RemoteObject: ModelClass;
  SObject: ModelClass;
  ApexRestObject: ModelClass;
  RemoteObjectCollection: ModelClass;
  SObjectCollection: ModelClass;
  ApexRestObjectCollection: ModelClass;
  syncRemoteObjectWithCache(
    method: Method, id: any, attributes: Data, fieldlist: Fieldlist, cache: StoreCache, localAction?: boolean,
  ): Promise<Attributes | null>;
  syncRemoteObject(
    method: Method, id: any, attributes: Data, fieldlist: Fieldlist, cache: Cache, cacheMode: Mode,
    syncWithServer: SyncWithServer,
  ): Promise<Attributes | null>;
  syncRemoteObjectDetectConflict(
    method: Method, id: any, attributes: Data, fieldlist: Fieldlist, cache: Cache, cacheMode: Mode,
    cacheForOriginals: Cache, mergeMode: Merge, syncWithServer: SyncWithServer,
  ): Promise<Attributes | null>;
  syncSObjectWithServer(
    method: Method, sobjectType: string, id: any, attributes?: Data, fieldlist?: Fieldlist,
  ): Promise<Attributes | null>;
  syncApexRestObjectWithServer(
    method: Method, apexRestPath: string, id: any, idAttribute: string, attributes?: Data, fieldlist?: Fieldlist,
  ): Promise<Attributes | null>;
  syncSObject(
    method: Method, sobjectType: string, id: any, attributes: Data, fieldlist?: Fieldlist, cache?: Cache,
    cacheMode?: Mode,
  ): Promise<Attributes | null>;
  syncSObjectDetectConflict(
    method: Method, sobjectType: string, id: any, attributes: Data, fieldlist: Fieldlist, cache: Cache,
    cacheMode: Mode, cacheForOriginals: Cache, mergeMode?: Merge,
  ): Promise<Attributes | null>;
  fetchSObjectsFromServer(config: FetchConfig): Promise<Found>;
  fetchApexRestObjectsFromServer(config: ApexConfig): Promise<Found>;
  fetchRemoteObjectsWithCache(config: CacheConfig, cache: Cache): Promise<Found>;
  fetchRemoteObjects(
    config: any, cache: Cache, cacheForOriginals: Cache, fetchFromServer: (config: any) => Promise<Found>,
  ): Promise<Found>;
  fetchSObjects(config: FetchConfig | CacheConfig, cache?: Cache, cacheForOriginals?: Cache): Promise<Found>;
}

/** `Force`, its models made of the app's own Backbone. */
export function forceOn(Backbone: any): Force;
