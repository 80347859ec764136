// The life of the page: when it comes to the front or goes, and when the device gets a network or loses it; the same
// in a browser, in Cordova and in Capacitor. What syncs by itself is driven by these signs, and by nothing else.

import { apart } from './apart.mjs';

/**
 * What a page was told last: `pause` and `resume` say whether somebody looks at it, `offline` and `online` whether the
 * device says that it has a network, which a server need not answer on.
 * @typedef {'pause' | 'resume' | 'offline' | 'online'} Sign
 * @typedef {(sign: Sign) => void} Listener
 */

/**
 * As far as it is used, a browser's `window`. In node there is no document, and no sign ever comes.
 * @typedef {object} Scope
 * @property {EventTarget & { visibilityState?: string }} [document]
 * @property {{ onLine?: boolean }} [navigator]
 * @property {EventTarget['addEventListener']} [addEventListener]
 * @property {EventTarget['removeEventListener']} [removeEventListener]
 * @property {{ Plugins?: { App?: Plugin, Network?: Plugin } }} [Capacitor]
 */

/** @typedef {{ remove(): unknown }} Listening */

/**
 * A plugin of Capacitor's.
 * @typedef {object} Plugin
 * @property {(event: string, heard: (state: any) => void) => PromiseLike<Listening> | Listening} addListener
 * @property {() => Promise<{ connected?: boolean }>} [getStatus] of the Network plugin
 */

export class Life {
  #scope;
  /** @type {Set<Listener>} */
  #listeners = new Set();
  /** What ends the listening. @type {(() => void)[]} */
  #ends = [];
  #active = true;
  #online = true;

  /** @param {Scope} [scope] */
  constructor(scope = /** @type {Scope} */ (globalThis)) {
    this.#scope = scope;
  }

  /** Whether the page is at the front. */
  get active() {
    if (this.#listeners.size === 0) this.#look();
    return this.#active;
  }

  /** Whether the device says that it has a network. */
  get online() {
    if (this.#listeners.size === 0) this.#look();
    return this.#online;
  }

  /**
   * Calls `listener` with each sign that changes something, until the function that it gives is called.
   * @param {Listener} listener
   * @returns {() => void}
   */
  watch(listener) {
    // Of its own, so that one function may watch twice.
    const own = (/** @type {Sign} */ sign) => listener(sign);
    if (this.#listeners.size === 0) this.#begin();
    this.#listeners.add(own);
    return () => {
      if (this.#listeners.delete(own) && this.#listeners.size === 0) this.#end();
    };
  }

  /** How things stand, where nobody has listened for what changed. */
  #look() {
    this.#active = this.#scope.document?.visibilityState !== 'hidden';
    this.#online = this.#scope.navigator?.onLine !== false;
  }

  #begin() {
    this.#look();
    const scope = this.#scope;
    const { document } = scope;
    // Cordova tells the document of all four; browsers tell the window of the network, and the document of the rest.
    for (const sign of /** @type {Sign[]} */ (['pause', 'resume', 'offline', 'online'])) {
      this.#on(document, sign, () => this.#tell(sign));
    }
    const window = /** @type {EventTarget} */ (/** @type {unknown} */ (scope.addEventListener ? scope : undefined));
    for (const sign of /** @type {Sign[]} */ (['offline', 'online'])) this.#on(window, sign, () => this.#tell(sign));
    const seen = () => this.#tell(document?.visibilityState === 'hidden' ? 'pause' : 'resume');
    this.#on(document, 'visibilitychange', seen);
    // Back from the cache of whole pages: no other sign need come.
    this.#on(window, 'pageshow', seen);
    this.#listenToCapacitor();
  }

  /**
   * @param {EventTarget | undefined} target
   * @param {string} event
   * @param {() => void} heard
   */
  #on(target, event, heard) {
    target?.addEventListener(event, heard);
    this.#ends.push(() => target?.removeEventListener(event, heard));
  }

  /** Its plugins are there when the app has them; the page's own events come all the same. */
  #listenToCapacitor() {
    const { App, Network } = this.#scope.Capacitor?.Plugins ?? {};
    const connected = (/** @type {{ connected?: boolean }} */ state) => {
      if (typeof state?.connected === 'boolean') this.#tell(state.connected ? 'online' : 'offline');
    };
    this.#onPlugin(App, 'appStateChange', ({ isActive }) => this.#tell(isActive ? 'resume' : 'pause'));
    this.#onPlugin(Network, 'networkStatusChange', connected);
    const ends = this.#ends;
    // It knows of the network what a webview does not: of Android's `onLine` that nothing is behind it.
    Network?.getStatus?.().then((state) => this.#ends === ends && connected(state), ignore);
  }

  /**
   * @param {Plugin | undefined} plugin
   * @param {string} event
   * @param {(state: any) => void} heard
   */
  #onPlugin(plugin, event, heard) {
    if (!plugin) return;
    // A plugin that is not in the native app refuses, which is no one's fault here.
    const listening = Promise.resolve()
      .then(() => plugin.addListener(event, heard))
      .catch(ignore);
    this.#ends.push(() => void listening.then((handle) => handle?.remove()).catch(ignore));
  }

  #end() {
    for (const end of this.#ends) end();
    this.#ends = [];
  }

  /** Tells what is news: of one change, several events may come. @param {Sign} sign */
  #tell(sign) {
    if (this.#listeners.size === 0) return;
    const was = { active: this.#active, online: this.#online };
    if (sign === 'pause' || sign === 'resume') this.#active = sign === 'resume';
    else this.#online = sign === 'online';
    if (was.active === this.#active && was.online === this.#online) return;
    for (const listener of [...this.#listeners]) apart(() => listener(sign));
  }
}

const ignore = () => {};

/** The life of this page. */
export const life = new Life();
