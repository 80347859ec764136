// The stores of this page: whose they are, which are open, under which names, with which key.

import { TureenError, TureenPromise } from './core.mjs';
import { initialSoups } from './initial-soups.mjs';
import { forget, noteOpened } from './marks.mjs';
import { call } from './place.mjs';

/** @typedef {import('./core.mjs').Module} Module */
/** @typedef {import('./files.mjs').Name} Part */
/** @typedef {import('../pkg/tureen.js').Store} Handle an open store inside the module */

/**
 * What seals a store: nothing; a passphrase or 32 bytes of the app's; by default a key of this device.
 * @typedef {boolean | { passphrase: string } | { bytes: Uint8Array }} Encryption
 */

/**
 * @typedef {object} StoreName
 * @property {string | null} [storeName] the default store's when left out
 * @property {boolean} [isGlobalStore] whether it belongs to the app and not to its user
 */

/**
 * @typedef {object} StoreOptions
 * @property {Encryption | null} [encryption]
 * @property {'strict' | 'relaxed' | null} [durability] whether a write is done once the disk has it, or the system
 */

/** @typedef {{ id: string, isOver: boolean }} Session from when a user is named until they log out */

export const DEFAULT_STORE = 'defaultStore';
/** The full name of a default store. A user's id has no colon in it. */
const IS_DEFAULT = /^(global|user:[^:]*):defaultStore$/;

/**
 * Once opened, a store's handle; until then, the promise of it.
 * @typedef {Map<string, Handle | Promise<Handle>>} Handles
 */

/** The stores of each module: that of the page, and that of a worker. @type {Map<Module, Handles>} */
const open = new Map();
/** @type {WeakMap<Handle, StoreOptions>} */
const openedWith = new WeakMap();
/** @type {StoreOptions} */
let defaults = {};
/** Nobody has logged in at first. @type {Session} */
let session = { id: '', isOver: false };
/** Those that are not over, by their users. @type {Map<string, Session>} */
const sessions = new Map([[session.id, session]]);
/** On which tabs tell each other who has logged out. @type {BroadcastChannel | undefined} */
let tabs;
let needsUser = false;
/** The sessions of the names that stay their user's. @type {WeakMap<StoreName, Session>} */
const owners = new WeakMap();

/**
 * How stores are opened that nothing else is said of.
 * @param {StoreOptions} options
 */
export function setDefaults(options) {
  defaults = withDefaults(options);
}

/** @param {StoreOptions} options */
const withDefaults = ({ encryption, durability }) => ({
  encryption: encryption ?? defaults.encryption,
  durability: durability ?? defaults.durability,
});

/**
 * Says whose user stores are meant from now on. Stores of another user that are open stay so.
 * @param {string | null | undefined} id none: nobody's
 * @throws {TureenError} for what is no name
 */
export function setUser(id) {
  if (id != null && (typeof id !== 'string' || id === '')) {
    throw new TureenError('BAD_ARGUMENT', 'A user is named by a string that is not empty, or null for nobody.');
  }
  session = sessionOf(id ?? '');
  if (id && !tabs) listen();
}

/** @param {string} id */
function sessionOf(id) {
  const session = sessions.get(id) ?? { id, isOver: false };
  sessions.set(id, session);
  return session;
}

/** Hears of logouts in other tabs. */
function listen() {
  if (typeof BroadcastChannel !== 'function') return;
  tabs = new BroadcastChannel('tureen/logout');
  tabs.onmessage = ({ data }) => leave(String(data));
  // Node would wait for messages instead of ending.
  /** @type {{ unref?: () => void }} */ (tabs).unref?.();
}

/**
 * Ends a user's session in this tab. What is still open of their stores is let go of.
 * @param {string} id
 */
function leave(id) {
  const ended = sessions.get(id);
  if (!ended) return;
  ended.isOver = true;
  sessions.delete(id);
  if (session === ended) session = sessionOf('');
  for (const handles of open.values()) {
    for (const [full, handle] of handles) {
      if (!full.startsWith(userPrefix(ended))) continue;
      handles.delete(full);
      Promise.resolve(handle).then((opened) => opened.close()).catch(() => {});
    }
  }
}

/**
 * Whether calls on a user's store are refused while nobody is logged in, as the original refuses them.
 * @param {boolean} required
 */
export function requireUser(required) {
  needsUser = required;
}

/**
 * Removes all stores of the user, open or not. Nobody is logged in then, here and in other tabs; the app's own stores
 * stay.
 * @returns {Promise<void>}
 */
export async function logout() {
  const { id } = session;
  const start = userPrefix(session);
  leave(id);
  tabs?.postMessage(id);
  for (const name of await namesOf(start)) await remove(name);
}

/**
 * The name of a store that stays the present user's, whoever logs in later.
 * @template {StoreName} N
 * @param {N} name
 * @returns {Readonly<N>}
 */
export function owned(name) {
  const kept = Object.freeze({ ...name });
  owners.set(kept, session);
  return kept;
}

/**
 * The name under which the device keeps a store.
 * @param {StoreName} name
 */
const fullName = (name) =>
  `${prefix(name.isGlobalStore === true, owners.get(name) ?? session)}${name.storeName || DEFAULT_STORE}`;

/**
 * What the full names of the app's stores, or of a user's, begin with.
 * @param {boolean} isGlobal
 * @param {Session} of
 */
function prefix(isGlobal, of) {
  if (isGlobal) return 'global:';
  if (of.isOver) {
    throw new TureenError('LOGGED_OUT', 'The user of this store has logged out, and the store is removed.');
  }
  if (needsUser && of.id === '') throw new TureenError('NO_USER', 'No user account found');
  return userPrefix(of);
}

/** @param {Session} of */
const userPrefix = (of) => `user:${encodeURIComponent(of.id)}:`;

/**
 * Runs `job` on the module that has the store: where one is open, there it stays.
 * @template T
 * @param {string} full the store's full name
 * @param {(module: Module, handles: Handles) => T | PromiseLike<T>} job
 * @param {Part} [needed] the part whose code it calls
 * @returns {TureenPromise<T>}
 */
const withModule = (full, job, needed) => call((module) => job(module, handlesOf(module)), needed, moduleWith(full));

/** @param {Module} module */
function handlesOf(module) {
  const handles = open.get(module) ?? new Map();
  open.set(module, handles);
  return handles;
}

/** @param {string} full */
function moduleWith(full) {
  for (const [module, handles] of open) if (handles.has(full)) return module;
  return undefined;
}

/**
 * Runs `job` on a store, which is opened first if it is not open.
 * @template T
 * @param {StoreName} name
 * @param {(store: Handle, module: Module) => T | PromiseLike<T>} job
 * @param {Part} [needed] the part whose code it calls
 */
export function inStore(name, job, needed) {
  return withFullName(name, (full) =>
    withModule(full, (module, handles) => {
      const handle = handles.get(full);
      if (handle && !(handle instanceof Promise)) return job(handle, module);
      return (handle ?? begin(module, handles, full, defaults)).then((opened) => job(opened, module));
    }, needed),
  );
}

/**
 * Who the user is counts at once, though the module may come later.
 * @template T
 * @param {StoreName} name
 * @param {(full: string) => TureenPromise<T>} job
 * @returns {TureenPromise<T>}
 */
function withFullName(name, job) {
  let full;
  try {
    full = fullName(name);
  } catch (error) {
    return new TureenPromise((_resolve, reject) => reject(error));
  }
  return job(full);
}

/**
 * Opens a store.
 * @param {StoreName} name
 * @param {StoreOptions} options
 */
export const openStore = (name, options) =>
  withFullName(name, (full) =>
    withModule(full, async (module, handles) => {
      const handle = handles.get(full);
      if (handle === undefined) await begin(module, handles, full, withDefaults(options));
      // It is open already, perhaps by a call that came first: whoever names a key must still have the right one.
      else if (options.encryption != null) await (await handle).checkKey(storeOptions(options));
    }),
  );

/**
 * Makes a store of what `export` of another gave. It takes the place of one that has its name.
 * @param {StoreName} name
 * @param {Uint8Array} bytes
 * @param {string | undefined} passphrase that of the export
 * @param {StoreOptions} options
 */
export const importStore = (name, bytes, passphrase, options) =>
  withFullName(name, (full) =>
    withModule(full, async (module, handles) => {
      const before = handles.get(full);
      await keep(handles, full, async () => {
        const replaced = await before;
        await replaced?.close();
        try {
          const imported = await module.importStore(full, bytes, passphrase, storeOptions(withDefaults(options)));
          noteOpened(full, false);
          return imported;
        } catch (error) {
          // All is as it was: whoever had the store open has it open again.
          if (replaced) void begin(module, handles, full, openedWith.get(replaced) ?? defaults).catch(() => {});
          throw error;
        }
      });
    }),
  );

/**
 * @param {Module} module
 * @param {Handles} handles
 * @param {string} full
 * @param {StoreOptions} options
 */
const begin = (module, handles, full, options) => keep(handles, full, () => opened(module, full, options));

/**
 * Keeps the handle that `make` promises; those who ask for the store meanwhile wait for it.
 * @param {Handles} handles
 * @param {string} full
 * @param {() => Promise<Handle>} make
 * @returns {Promise<Handle>}
 */
function keep(handles, full, make) {
  const opening = make().then(
    (handle) => {
      if (handles.get(full) === opening) handles.set(full, handle);
      return handle;
    },
    (/** @type {unknown} */ error) => {
      if (handles.get(full) === opening) handles.delete(full);
      throw error;
    },
  );
  handles.set(full, opening);
  return opening;
}

/**
 * @param {Module} module
 * @param {string} full
 * @param {StoreOptions} options
 */
async function opened(module, full, options) {
  /** @type {Handle} */
  const handle = await module.openStore(full, storeOptions(options));
  openedWith.set(handle, options);
  noteOpened(full, await handle.isNew());
  const [, owner] = IS_DEFAULT.exec(full) ?? [];
  if (owner === undefined) return handle;
  try {
    await setUp(handle, await initialSoups(owner === 'global' ? 'global' : 'user'));
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * @param {Handle} handle
 * @param {import('./initial-soups.mjs').InitialSoup[]} soups
 */
async function setUp(handle, soups) {
  await Promise.all(
    soups.map(async ({ soupName, indexes }) => {
      if (!(await handle.soupExists(soupName))) await handle.registerSoup(soupName, JSON.stringify(indexes));
    }),
  );
}

/**
 * Options as the module reads them.
 * @param {StoreOptions} options
 */
export function storeOptions({ encryption, durability }) {
  if (durability != null && durability !== 'strict' && durability !== 'relaxed') {
    throw new TureenError('BAD_ARGUMENT', "durability is 'strict' or 'relaxed'.");
  }
  return { key: keyOf(encryption), durability: durability ?? 'strict' };
}

/** @param {Encryption | null | undefined} encryption */
function keyOf(encryption) {
  if (encryption == null || encryption === true) return 'device';
  if (encryption === false) return 'none';
  const { passphrase, bytes } = /** @type {{ passphrase?: unknown, bytes?: unknown }} */ (encryption);
  if (typeof passphrase === 'string') return { passphrase };
  if (bytes instanceof Uint8Array) return { bytes };
  throw new TureenError(
    'BAD_ARGUMENT',
    'encryption is true, false, { passphrase: text } or { bytes: a Uint8Array of 32 }.',
  );
}

/**
 * Lets go of a store. A later call opens it again.
 * @param {StoreName} name
 */
export const closeStore = (name) =>
  withFullName(name, (full) =>
    withModule(full, async (_module, handles) => {
      const handle = handles.get(full);
      handles.delete(full);
      await (await handle)?.close();
    }),
  );

/**
 * Removes a store with all it holds.
 * @param {StoreName} name
 */
export const removeStore = (name) => withFullName(name, remove);

/** @param {string} full */
const remove = (full) =>
  withModule(full, async (module, handles) => {
    forget(full);
    const handle = handles.get(full);
    handles.delete(full);
    // One that cannot be opened can be removed all the same.
    const opened = await Promise.resolve(handle).catch(() => undefined);
    if (opened) await opened.destroy();
    else await module.removeStore(full);
  });

/**
 * The names of the stores that the device keeps, or that are open: the app's, or the user's.
 * @param {boolean} isGlobal
 * @returns {Promise<string[]>}
 */
export async function storeNames(isGlobal) {
  const start = prefix(isGlobal, session);
  return (await namesOf(start)).map((name) => name.slice(start.length));
}

/**
 * The full names of stores.
 * @param {string} start what they begin with
 */
async function namesOf(start) {
  const kept = await call((module) => module.storeNames());
  const names = new Set([...kept, ...[...open.values()].flatMap((handles) => [...handles.keys()])]);
  return [...names].filter((name) => name.startsWith(start)).sort();
}

/**
 * Removes every store of the app, or of the user.
 * @param {boolean} isGlobal
 */
export async function removeStores(isGlobal) {
  for (const name of await namesOf(prefix(isGlobal, session))) await remove(name);
}
