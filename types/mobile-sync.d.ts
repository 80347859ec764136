// Salesforce Mobile Sync: syncs between soups and an org.

import type { StoreArgument } from './smartstore.js';
import type { TureenPromise } from './windows-azure.js';

/** Where an org is, and who is logged in there. */
export interface Org {
  /** Such as `https://acme.my.salesforce.com`. */
  instanceUrl: string;
  accessToken: string;
  /** `v66.0` when left out. */
  apiVersion?: string;
  /** Asked once when the session has ended: gives another token, or nothing. */
  refresh?: () => Fresh | PromiseLike<Fresh>;
  /** How long the org may take, in milliseconds: 100,000 when left out. */
  timeout?: number;
}

/** What `refresh` gives. */
export type Fresh = string | null | undefined | { accessToken: string; instanceUrl?: string };

/** Says which org syncs are with from now on; null: that of force.js, where the page has it. */
export function salesforce(org: Org | null): void;

/** How a user logs in to an org, with OAuth 2.0 and PKCE. */
export interface SalesforceLogin {
  /** The consumer key of the connected app. */
  clientId: string;
  /** Where the login ends: a page of this origin, or in Cordova and Capacitor an address of the app's. */
  redirectUrl: string;
  /** `https://login.salesforce.com` when left out. */
  loginUrl?: string;
  /** `['api', 'refresh_token']` when left out. */
  scopes?: string[];
  apiVersion?: string;
}

/** Lets the user log in, in a click's handler; syncs are with their org from then on. Tokens stay in memory. */
export function salesforceLogin(
  login: SalesforceLogin,
): TureenPromise<{ instanceUrl: string; organizationId: string; userId: string }>;

/** What a sync does, and which fields go up. */
export interface SyncOptions {
  mergeMode: 'OVERWRITE' | 'LEAVE_IF_CHANGED';
  fieldlist?: string[];
}

/** Where records come from, or how they go; see docs/mobile-sync.md. */
export type SyncTarget = Record<string, any>;

/** How a sync stands. */
export interface SyncState {
  _soupEntryId: number;
  type: 'syncDown' | 'syncUp';
  name?: string;
  target: SyncTarget;
  options: SyncOptions;
  soupName: string;
  status: 'NEW' | 'STOPPED' | 'RUNNING' | 'DONE' | 'FAILED';
  /** In percent. */
  progress: number;
  /** -1 until it is known. */
  totalSize: number;
  /** When the newest record was changed in the org, in milliseconds; -1 when there is none. */
  maxTimeStamp: number;
  startTime: number;
  endTime: number;
  /** Why it failed. */
  error: string;
  /** How many records the org refused: they have the reason in `__last_error__`. */
  failed: number;
}

/** What a `sync` event of the document tells. */
export interface SyncEventDetail extends SyncState {
  isGlobalStore: boolean;
  storeName: string;
}

/** A target of the app's own making. */
export interface OwnTarget {
  /** `since` is -1 where everything is asked for. Gives the first records. */
  startFetch?(since: number, target: SyncTarget): any;
  /** Gives further records; none after the last. */
  continueFetch?(nothing: null, target: SyncTarget): any;
  /** Gives those of the ids that are still there. */
  getRemoteIds?(ids: string[], target: SyncTarget): any;
  /** Gives the new id or `{ error }`, or a promise of it; so do the next two, which may also give `{ gone: true }`. */
  createOnServer?(type: string, fields: Record<string, any>, target: SyncTarget): any;
  updateOnServer?(type: string, id: string, fields: Record<string, any>, target: SyncTarget): any;
  deleteOnServer?(type: string, id: string, target: SyncTarget): any;
  /** Gives when a record was changed last, as the text that the org has. */
  fetchLastModifiedDate?(type: string, id: string, target: SyncTarget): any;
}

/** Makes a target known by the name that `impl`, `androidImpl` or `iOSImpl` of a sync's target says; null: no more. */
export function registerTarget(name: string, target: OwnTarget | null): void;

/** A sync's number, or its name. */
export type Which = number | string;

export interface MergeMode {
  OVERWRITE: 'OVERWRITE';
  LEAVE_IF_CHANGED: 'LEAVE_IF_CHANGED';
}

/** Every call may begin with the store that it means. */
interface Calls {
  syncDown: [[target: SyncTarget, soupName: string, options: SyncOptions, syncName?: string | null], SyncState];
  syncUp: [[target: SyncTarget | null, soupName: string, options: SyncOptions, syncName?: string | null], SyncState];
  reSync: [[sync: Which], SyncState];
  getSyncStatus: [[sync: Which], SyncState | null];
  deleteSync: [[sync: Which], void];
  cleanResyncGhosts: [[syncId: number], number];
}

interface Promised<Given extends any[], Value> {
  (...given: Given): TureenPromise<Value>;
  (store: StoreArgument, ...given: Given): TureenPromise<Value>;
}

type Callbacks<Value> = [onSuccess?: ((value: Value) => void) | null, onError?: ((message: string) => void) | null];

interface Called<Value> {
  (...given: any[]): void;
  /** For the type of what the callback gets. */
  (store: StoreArgument, ...given: [...any[], ...Callbacks<Value>]): void;
}

/** Calls that give promises. */
export type MobileSyncClient = { [Name in keyof Calls]: Promised<Calls[Name][0], Calls[Name][1]> } & {
  MERGE_MODE: MergeMode;
  /** Asks a sync, or all, to stop after the page or the batch that it is at. */
  stopSync: Promised<[sync?: number], void>;
};

/** Calls with callbacks. */
export type MobileSync = { [Name in keyof Calls]: Called<Calls[Name][1]> } & { MERGE_MODE: MergeMode };
