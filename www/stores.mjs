// The stores of this page: which are open, in which module, and how they come and go.

import { TureenPromise } from './core.mjs';
import { initialSoups } from './initial-soups.mjs';
import { forget, noteOpened } from './marks.mjs';
import { call } from './place.mjs';
import { endSession, fullName, ownerOfDefault, prefix, whenOver } from './sessions.mjs';
import { storeOptions, withDefaults } from './store-options.mjs';

/** @typedef {import('./core.mjs').Module} Module */
/** @typedef {import('./files.mjs').Name} Part */
/** @typedef {import('../pkg/tureen.js').Store} Handle an open store inside the module */
/** @typedef {import('./sessions.mjs').StoreName} StoreName */
/** @typedef {import('./store-options.mjs').StoreOptions} StoreOptions */

/**
 * Once opened, a store's handle; until then, the promise of it.
 * @typedef {Map<string, Handle | Promise<Handle>>} Handles
 */

/** The stores of each module: that of the page, and that of a worker. @type {Map<Module, Handles>} */
const open = new Map();
/** @type {WeakMap<Handle, StoreOptions>} */
const openedWith = new WeakMap();

whenOver((start) => {
  for (const handles of open.values()) {
    for (const [full, handle] of handles) {
      if (!full.startsWith(start)) continue;
      handles.delete(full);
      Promise.resolve(handle).then((opened) => opened.close()).catch(() => {});
    }
  }
});

/**
 * Removes all stores of the user, open or not. Nobody is logged in then, here and in other tabs; the app's own stores
 * stay.
 * @returns {Promise<void>}
 */
export async function logout() {
  const start = endSession();
  for (const name of await namesOf(start)) await remove(name);
}

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
      return (handle ?? begin(module, handles, full, withDefaults())).then((opened) => job(opened, module));
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
          if (replaced) void begin(module, handles, full, openedWith.get(replaced) ?? withDefaults()).catch(() => {});
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
  const owner = ownerOfDefault(full);
  if (owner === undefined) return handle;
  try {
    await setUp(handle, await initialSoups(owner));
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
  const start = prefix(isGlobal);
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
  for (const name of await namesOf(prefix(isGlobal))) await remove(name);
}
