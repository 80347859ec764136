// The sync context: local changes that wait for the backend, and what it takes to send them and to fetch its own.

import { apart } from '../apart.mjs';
import { TureenError, attempt } from '../core.mjs';
import { standInFor } from './app-store.mjs';
import { AutoSync } from './auto.mjs';
import { backendOf } from './backend.mjs';
import { recordText } from './cells.mjs';
import { fromText } from './odata-text.mjs';
import { PushError } from './push-error.mjs';
import { queryText } from './query.mjs';
import { isSqliteStore } from './store.mjs';
import { isBoolean, isNull, isObject, isString, notNull, notNullOrEmpty } from './validate.mjs';

/** @typedef {import('./client.mjs').MobileServiceClient} MobileServiceClient */
/** @typedef {import('./query.mjs').Query} Query */
/** @typedef {import('../core.mjs').TureenPromise<any>} Answer */
/** @typedef {import('../../pkg/tureen.js').AzureContext} Handle the context inside the module */
/** @typedef {import('../../pkg/tureen.js').AzurePushError} NativePushError */
/** @typedef {InstanceType<typeof import('./store.mjs').MobileServiceSqliteStore>} SqliteStore */
/** @typedef {ReturnType<typeof standInFor>} StandIn of a store of the app's own making */
/** @typedef {{ [property: string]: any }} Row */

/**
 * What an app does about changes that the backend would not take. `onConflict` is called in either of its two
 * published forms: with the server's record, the client's and the push error when it names two parameters or more, else
 * with the push error alone. What it returns may be a promise.
 * @typedef {object} PushHandler
 * @property {(...given: any[]) => unknown} [onConflict]
 * @property {(pushError: PushError) => unknown} [onError]
 */

/**
 * @typedef {object} PushSettings
 * @property {number} [parallelism] how many requests may be under way at once, 1 to 8
 * @property {AbortSignal} [signal]
 * @property {(progress: { pushed: number, conflicts: number, pending: number }) => void} [progress]
 */

/**
 * @typedef {object} PullSettings
 * @property {number | null} [pageSize] 50 when left out
 * @property {boolean} [pushFirst] push before, if changes of the table wait
 * @property {AbortSignal} [signal]
 * @property {(progress: { requests: number, stored: number, removed: number, passedOver: number }) => void} [progress]
 */

/**
 * Which side of a conflict wins: one and the same for all, or what a function says of each; what it returns may be a
 * promise. Of a conflict that it returns nothing for, or has resolved itself, nothing more is done.
 * @typedef {'client' | 'server' | Row} Winner
 * @typedef {'client' | 'server' | ((serverRecord: any, clientRecord: any, pushError: PushError) =>
 *   Winner | undefined | void | Promise<Winner | undefined | void>)} Resolution
 */

/** Why a conflict may be left for the next push, which tells of it anew. */
const LEFT = ['CHANGED_MEANWHILE', 'NO_SERVER_RECORD'];

/** The sync context of a client, as `client.getSyncContext()` gives it. */
export class MobileServiceSyncContext {
  #client;
  /** @type {{ store: SqliteStore | StandIn, away: StandIn | undefined, handle: Handle } | undefined} */
  #initialized;
  /** What the last push left, be it one before a pull. @type {PushError[]} */
  #conflicts = [];
  /** @type {AutoSync | undefined} */
  #auto;

  /**
   * What to do about changes that the backend would not take.
   * @type {PushHandler | undefined}
   */
  pushHandler = undefined;

  /** @param {MobileServiceClient} client */
  constructor(client) {
    notNull(client, 'client');
    this.#client = client;
  }

  /**
   * Says where local tables are.
   * @param {object} localStore a `MobileServiceSqliteStore`, or an object of the app's own with the same functions
   * @returns {Answer}
   */
  initialize(localStore) {
    return attempt(async () => {
      isObject(localStore);
      notNull(localStore);
      const away = isSqliteStore(localStore) ? undefined : standInFor(localStore);
      await away?.prepare();
      const store = away ?? /** @type {SqliteStore} */ (localStore);
      const handle = await store.inside((opened, module) =>
        module.openAzureContext(backendOf(this.#client, module), opened),
      );
      this.#initialized = { store, away, handle };
    });
  }

  /**
   * Adds a record. One without an id is given one.
   * @param {string} tableName
   * @param {Row} instance
   * @returns {Answer} `instance`
   */
  insert(tableName, instance) {
    return this.#change(tableName, instance, async (handle) => {
      const id = await handle.insert(tableName, recordText(instance));
      if (isNull(instance.id)) instance.id = id;
    });
  }

  /**
   * Changes the fields of a record that `instance` has.
   * @param {string} tableName
   * @param {Row} instance
   * @returns {Answer} `instance`
   */
  update(tableName, instance) {
    return this.#change(tableName, instance, (handle) => handle.update(tableName, recordText(instance)));
  }

  /**
   * Deletes the record of `instance.id`.
   * @param {string} tableName
   * @param {Row} instance
   * @returns {Answer}
   */
  del(tableName, instance) {
    const { id } = instance ?? {};
    return this.#change(tableName, instance, (handle) => handle.delete(tableName, recordText({ id }))).then(() => undefined);
  }

  /**
   * The local record of an id.
   * @param {string} tableName
   * @param {string | number} id
   * @param {boolean} [suppressRecordNotFoundError] give null where there is none, instead of an error
   * @returns {Answer}
   */
  lookup(tableName, id, suppressRecordNotFoundError) {
    return attempt(() => this.#use().store.lookup(tableName, id, suppressRecordNotFoundError));
  }

  /**
   * The local records that a query asks for.
   * @param {Query | string} query a query, or its OData text with the table: `/todoitem?$filter=complete`
   * @returns {Answer}
   */
  read(query) {
    return attempt(() => this.#use().store.read(/** @type {Query} */ (fromText(query))));
  }

  /**
   * Sends what was changed here.
   * @param {PushSettings} [settings]
   * @returns {import('../core.mjs').TureenPromise<PushError[]>} the conflicts that nobody handled
   */
  push({ parallelism, signal, progress } = {}) {
    return attempt(async () => {
      const { store, handle } = this.#use();
      await store.inside(() => handle.push(this.#handler(), { parallelism }, toldOf(progress), signal));
      return [...this.#conflicts];
    });
  }

  /**
   * Pushes, and then pulls, by itself from now on: at once, when the app comes to the front, when the network is back,
   * after each change, and after a while when it failed. Another call takes the place of this one.
   *
   * @example
   * const auto = context.auto({ pulls: [{ query: new WindowsAzure.Query('todoitem'), queryId: 'all-todos' }] });
   * auto.stop();
   *
   * @param {import('./auto.mjs').AutoSettings} [settings]
   * @returns {AutoSync}
   */
  auto(settings = {}) {
    this.#use();
    this.#auto?.stop();
    this.#auto = new AutoSync(this, settings);
    return this.#auto;
  }

  /**
   * Resolves the conflicts that the last push left in the queue, be it one before a pull. A change that wins is sent with the next push.
   *
   * @example
   * await context.push();
   * await context.resolveAll((server, client) => (server.done ? 'server' : { ...client, text: server.text }));
   * await context.push();
   *
   * @param {Resolution} resolution
   * @returns {import('../core.mjs').TureenPromise<PushError[]>} the conflicts that are left: of records that were
   *   changed again since the push, of those whose record the backend did not tell, and those that the function left out
   */
  resolveAll(resolution) {
    return attempt(async () => {
      this.#use();
      for (const conflict of this.#conflicts) {
        if (!conflict.isHandled) await settle(conflict, resolution);
      }
      this.#conflicts = this.#conflicts.filter(({ isHandled }) => !isHandled);
      return [...this.#conflicts];
    });
  }

  /**
   * Fetches what was changed at the backend. With a `queryId` only what has changed since the last pull of that name.
   * @param {Query | string} query a query, or its OData text with the table
   * @param {string | null} [queryId]
   * @param {PullSettings | null} [settings]
   * @returns {Answer}
   */
  pull(query, queryId, settings) {
    return attempt(async () => {
      const { store, away, handle } = this.#use();
      const asked = queryOf(query);
      isString(queryId, 'queryId');
      isObject(settings, 'settings');
      const { pageSize, pushFirst, signal, progress } = settings ?? {};
      const given = {
        queryId: queryId ?? undefined,
        pageSize: pageSizeOf(pageSize),
        pushFirst: pushFirst === true,
        // Where the original begins.
        beginning: new Date(1970, 0, 0).toISOString(),
      };
      const text = queryText(asked);
      await away?.check(asked);
      await store.inside(() => handle.pull(text, this.#handler(), given, toldOf(progress), signal));
    });
  }

  /**
   * Removes records from the store without deleting them at the backend.
   * @param {Query | string} query a query, or its OData text with the table
   * @param {boolean | null} [forcePurge] give up the changes of these records that wait to be sent
   * @param {{ queryId?: string }} [settings] only the pulls of this name begin anew
   * @returns {Answer}
   */
  purge(query, forcePurge, { queryId } = {}) {
    return attempt(async () => {
      const asked = queryOf(query);
      isBoolean(forcePurge, 'forcePurge');
      const { store, away, handle } = this.#use();
      const text = queryText(asked);
      const given = { force: forcePurge ?? false, queryId, away: (await away?.idsOf(asked)) ?? [] };
      await store.inside(() => handle.purge(text, given));
    });
  }

  /**
   * The changes that wait to be sent, the oldest first.
   * @param {string} [tableName] of this table only
   * @returns {Answer} `[{ id, tableName, action, itemId, version, attempts, lastError }]`
   */
  pendingOperations(tableName) {
    return attempt(async () => {
      const { store, handle } = this.#use();
      return JSON.parse(await store.inside(() => handle.pending(tableName)));
    });
  }

  /**
   * Cancels a change that waits to be sent.
   * @param {number} id of the operation
   * @param {'keep' | 'restore' | 'discard'} [record] what becomes of the local record
   * @returns {Answer}
   */
  cancelOperation(id, record = 'keep') {
    return attempt(async () => {
      const { store, handle } = this.#use();
      await store.inside(() => handle.cancel(id, record));
    });
  }

  /**
   * @param {string} tableName
   * @param {Row} instance
   * @param {(handle: Handle) => PromiseLike<any>} job
   */
  #change(tableName, instance, job) {
    return attempt(async () => {
      const { store, handle } = this.#use();
      isString(tableName, 'tableName');
      notNullOrEmpty(tableName, 'tableName');
      notNull(instance, 'instance');
      isObject(instance, 'instance');
      await store.inside(() => job(handle));
      this.#auto?.changed();
      return instance;
    });
  }

  #use() {
    if (this.#initialized) return this.#initialized;
    throw new TureenError('NOT_INITIALIZED', 'MobileServiceSyncContext is being used before it is initialized');
  }

  /** The app's handler as it is now: it may be assigned at any time. */
  #handler() {
    const { pushHandler } = this;
    const { away } = this.#use();
    return {
      onConflict: async (/** @type {NativePushError} */ error) => {
        const shown = new PushError(error, away);
        const { onConflict } = pushHandler ?? {};
        if (!onConflict) return;
        if (onConflict.length < 2) await onConflict.call(pushHandler, shown);
        else await onConflict.call(pushHandler, shown.getServerRecord(), shown.getClientRecord(), shown);
      },
      onError: async (/** @type {NativePushError} */ error) => {
        await pushHandler?.onError?.(new PushError(error, away));
      },
      onEnd: (/** @type {NativePushError[]} */ left) => {
        this.#conflicts = left.map((error) => new PushError(error, away));
      },
    };
  }
}

/**
 * @param {PushError} conflict
 * @param {Resolution} resolution
 */
async function settle(conflict, resolution) {
  const winner =
    typeof resolution === 'function'
      ? await resolution(conflict.getServerRecord(), conflict.getClientRecord(), conflict)
      : resolution;
  if (conflict.isHandled || (typeof resolution === 'function' && isNull(winner))) return;
  await conflict.resolve(/** @type {Winner} */ (winner)).catch((error) => {
    if (!LEFT.includes(error.code)) throw error;
  });
}

/**
 * @param {Query | string} given
 * @returns {Query}
 */
function queryOf(given) {
  const query = fromText(given);
  isObject(query, 'query');
  notNull(query, 'query');
  return /** @type {Query} */ (query);
}

/** @param {number | null | undefined} pageSize */
function pageSizeOf(pageSize) {
  if (isNull(pageSize)) return undefined;
  if (typeof pageSize === 'number' && Number.isInteger(pageSize) && pageSize > 0) return pageSize;
  throw new Error(`Page size must be a positive integer. Page size ${pageSize} is invalid.`);
}

/**
 * What the module tells of progress, for an app's listener, whose errors are its own.
 * @param {((progress: any) => void) | undefined} listener
 */
function toldOf(listener) {
  if (!listener) return undefined;
  return (/** @type {string} */ text) => apart(() => listener(JSON.parse(text)));
}
