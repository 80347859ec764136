// The page's end of a module that runs in a worker: what `stores.mjs` asks of a module, and SmartStore's calls of a
// store, by messages. Answers come in the order in which the module gives them.

import { TureenError } from '../error.mjs';

/** @typedef {{ id: number, store?: number, name: string, given: any[] }} Asked a call: on a store, or on the device */
/** @typedef {{ resolve: (value: any) => void, reject: (error: Error) => void }} Waiting */

/** What a store is asked, in its order of arguments. */
const CALLS = /** @type {const} */ ([
  'alterSoup', 'changeKey', 'checkKey', 'clearSoup', 'close', 'closeCursor', 'destroy', 'export', 'integrityCheck',
  'isNew', 'moveCursor', 'openCursor', 'reIndexSoup', 'registerSoup', 'removeByIds', 'removeByQuery', 'removeSoup',
  'retrieve', 'size', 'soupExists', 'soupIndexSpecs', 'upsert',
]);

/**
 * Starts the module in a worker.
 * @param {URL} script
 * @param {WebAssembly.Module} wasm
 * @returns {Promise<RemoteModule>} rejects with why there can be none
 */
export function startWorker(script, wasm) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script);
    worker.onerror = ({ message }) => {
      const why = message ? ` (${message})` : '';
      reject(new TureenError('NO_WORKER', `put tureen.worker.js at ${script}, and allow it in worker-src${why}`));
    };
    worker.onmessage = ({ data }) => {
      if (data.begun) return resolve(new RemoteModule(worker));
      worker.terminate();
      reject(new TureenError(data.error.code, data.error.message));
    };
    worker.postMessage({ wasm });
  });
}

/** The module, as far as stores of soups need it. */
class RemoteModule {
  #worker;
  #last = 0;
  /** Why nothing is answered any more. @type {Error | undefined} */
  #fault;
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();
  /** @type {Map<number, (page: string | undefined, error: Error | undefined) => void>} */
  #live = new Map();

  /** @param {Worker} worker */
  constructor(worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }) => this.#hear(data);
    worker.onerror = () => this.#giveUp();
  }

  /** @param {any[]} given */
  openStore(...given) {
    return this.ask('openStore', given).then((store) => new RemoteStore(this, store));
  }

  /** @param {any[]} given */
  importStore(...given) {
    return this.ask('importStore', given).then((store) => new RemoteStore(this, store));
  }

  /** @param {string} name */
  removeStore(name) {
    return this.ask('removeStore', [name]);
  }

  storeNames() {
    return this.ask('storeNames', []);
  }

  /**
   * @param {string} name
   * @param {any[]} given
   * @param {number} [store]
   * @returns {Promise<any>}
   */
  ask(name, given, store) {
    return new Promise((resolve, reject) => {
      if (this.#fault) throw this.#fault;
      const id = (this.#last += 1);
      this.#worker.postMessage({ id, store, name, given });
      this.#waiting.set(id, { resolve, reject });
    });
  }

  /** @param {number} store @param {string} spec @param {string | undefined} soup @param {any} tell */
  observe(store, spec, soup, tell) {
    const live = (this.#last += 1);
    this.#live.set(live, tell);
    void this.ask('observe', [live, spec, soup], store).catch((error) => tell(undefined, error));
    return live;
  }

  /** @param {number} store @param {number} live */
  unobserve(store, live) {
    this.#live.delete(live);
    void this.ask('unobserve', [live], store).catch(() => {});
  }

  /** @param {any} message */
  #hear({ id, live, page, value, error }) {
    const refused = error && new TureenError(error.code, error.message);
    if (live !== undefined) return this.#live.get(live)?.(page, refused);
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (refused) waiting?.reject(refused);
    else waiting?.resolve(value);
  }

  #giveUp() {
    this.#fault ??= new TureenError(
      'CRASHED',
      "Tureen's worker has stopped. What was acknowledged is stored safely; reload the page to go on.",
    );
    for (const { reject } of this.#waiting.values()) reject(this.#fault);
    this.#waiting.clear();
  }
}

/** An open store in the worker. Every call gives a promise. */
class RemoteStore {
  #module;
  #id;

  /** @param {RemoteModule} module @param {number} id */
  constructor(module, id) {
    this.#module = module;
    this.#id = id;
    for (const name of CALLS) {
      Object.defineProperty(this, name, { value: (/** @type {any[]} */ ...given) => module.ask(name, given, id) });
    }
  }

  /** @param {string} spec @param {string | undefined} soup @param {any} tell */
  observe(spec, soup, tell) {
    return this.#module.observe(this.#id, spec, soup, tell);
  }

  /** @param {number} live */
  unobserve(live) {
    this.#module.unobserve(this.#id, live);
  }
}
