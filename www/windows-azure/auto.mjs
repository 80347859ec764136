// Sync by itself: when the app comes to the front, when the network is back, after each change, and now and then.

import { apart } from '../apart.mjs';
import { life as pageLife } from '../life.mjs';

/** @typedef {import('./sync-context.mjs').MobileServiceSyncContext} MobileServiceSyncContext */
/** @typedef {import('./push-error.mjs').PushError} PushError */

/**
 * What is fetched after each push, as for `pull`.
 * @typedef {object} AutoPull
 * @property {import('./query.mjs').Query | string} query
 * @property {string | null} [queryId] without one, each sync fetches all of it
 * @property {import('./sync-context.mjs').PullSettings} [settings]
 */

/**
 * Why a sync began: the app asked for it to begin, or called `sync`; somebody looks at the page again; the network is
 * back; something was changed here; the time was up; the last one failed.
 * @typedef {'start' | 'call' | 'resume' | 'online' | 'change' | 'timer' | 'retry'} Reason
 */

/**
 * How a sync ended.
 * @typedef {object} AutoOutcome
 * @property {Reason} reason
 * @property {PushError[]} conflicts those that nobody handled
 * @property {Error} [error] why it ended early; nothing is lost
 */

/**
 * @typedef {object} AutoSettings
 * @property {AutoPull[]} [pulls]
 * @property {number} [every] milliseconds from the end of one sync to the next; 0, the default: only the signs count
 * @property {boolean} [afterChanges] whether a change here is sent at once; true when left out
 * @property {(outcome: any) => void} [onSync] called with the `AutoOutcome` at the end of each sync
 */

/** After a failure, the next attempt comes after this long, and each time twice as long: in milliseconds. */
const FIRST_RETRY = 5_000;
const LAST_RETRY = 300_000;

/** A context's syncs until `stop`, as `context.auto()` gives it. */
export class AutoSync {
  #context;
  #settings;
  #life;
  #unwatch;
  #abort = new AbortController();
  #failures = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Promise<AutoOutcome> | undefined} */
  #running;
  /** @type {Promise<AutoOutcome> | undefined} */
  #next;

  /**
   * @param {Pick<MobileServiceSyncContext, 'push' | 'pull'>} context
   * @param {AutoSettings} settings
   * @param {Pick<import('../life.mjs').Life, 'active' | 'online' | 'watch'>} [life]
   */
  constructor(context, settings, life = pageLife) {
    this.#context = context;
    this.#settings = settings;
    this.#life = life;
    this.#unwatch = life.watch((sign) => {
      if (sign === 'resume' || sign === 'online') this.#ask(sign);
    });
    this.#ask('start');
  }

  /**
   * Syncs now, whatever the signs say; after the sync that is under way, if there is one.
   * @returns {Promise<AutoOutcome>} never rejects
   */
  sync() {
    return this.#sync('call');
  }

  /** Ends it, and breaks off a sync that is under way: what was not sent stays in the queue. */
  stop() {
    this.#abort.abort();
    this.#unwatch();
    clearTimeout(this.#timer);
  }

  /** The context tells of each change here. */
  changed() {
    if (this.#settings.afterChanges !== false) this.#ask('change');
  }

  /** @param {Reason} reason */
  #ask(reason) {
    if (!this.#abort.signal.aborted && this.#life.active && this.#life.online) void this.#sync(reason);
  }

  /** Those who ask while one is under way share the next. @param {Reason} reason */
  #sync(reason) {
    if (!this.#running) return this.#begin(reason);
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#begin(reason);
    });
    return this.#next;
  }

  /** @param {Reason} reason */
  #begin(reason) {
    clearTimeout(this.#timer);
    this.#running = this.#run(reason).then((outcome) => {
      this.#running = undefined;
      this.#failures = outcome.error ? this.#failures + 1 : 0;
      this.#wait();
      this.#tell(outcome);
      return outcome;
    });
    return this.#running;
  }

  /** @param {Reason} reason @returns {Promise<AutoOutcome>} */
  async #run(reason) {
    const { signal } = this.#abort;
    /** @type {PushError[]} */
    let conflicts = [];
    try {
      conflicts = await this.#context.push({ signal });
      for (const { query, queryId, settings } of this.#settings.pulls ?? []) {
        await this.#context.pull(query, queryId, { ...settings, signal });
      }
      return { reason, conflicts };
    } catch (thrown) {
      return { reason, conflicts, error: /** @type {Error} */ (thrown) };
    }
  }

  /** The next one comes by itself: soon after a failure, else when the app wants it. */
  #wait() {
    const { every = 0 } = this.#settings;
    const retry = Math.min(FIRST_RETRY * 2 ** (this.#failures - 1), LAST_RETRY);
    const failed = this.#failures > 0;
    const delay = failed ? retry : every;
    if (delay === 0 || this.#abort.signal.aborted) return;
    this.#timer = setTimeout(() => this.#ask(failed ? 'retry' : 'timer'), delay);
    // Node would wait for it instead of ending.
    /** @type {{ unref?: () => void }} */ (/** @type {unknown} */ (this.#timer)).unref?.();
  }

  /** @param {AutoOutcome} outcome */
  #tell(outcome) {
    apart(() => this.#settings.onSync?.(outcome));
  }
}
