// The stores of this page: which are open, under which names, with which key.

import { TureenError, call, load } from './core.mjs';

/** @typedef {import('./core.mjs').Module} Module */
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

const DEFAULT_STORE = 'defaultStore';

/** Once opened, a store's handle; until then, the promise of it. @type {Map<string, Handle | Promise<Handle>>} */
const handles = new Map();
/** @type {StoreOptions} */
let defaults = {};
/** Whose user stores are meant; nobody has logged in at first. */
let userId = '';

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
 * @param {string | null} id null: nobody's
 */
export function setUser(id) {
  userId = id ?? '';
}

/**
 * The name under which the device keeps a store.
 * @param {StoreName} name
 */
const fullName = ({ storeName, isGlobalStore }) => `${prefix(isGlobalStore === true)}${storeName || DEFAULT_STORE}`;

/** @param {boolean} isGlobal */
const prefix = (isGlobal) => (isGlobal ? 'global:' : `user:${encodeURIComponent(userId)}:`);

/**
 * Runs `job` on a store, which is opened first if it is not open.
 * @template T
 * @param {StoreName} name
 * @param {(store: Handle, module: Module) => T | PromiseLike<T>} job
 */
export function inStore(name, job) {
  const full = fullName(name);
  return call((module) => {
    const handle = handles.get(full);
    if (handle && !(handle instanceof Promise)) return job(handle, module);
    return (handle ?? open(module, full, defaults)).then((opened) => job(opened, module));
  });
}

/**
 * Opens a store.
 * @param {StoreName} name
 * @param {StoreOptions} options
 * @returns {Promise<void>}
 */
export async function openStore(name, options) {
  const module = await load();
  const full = fullName(name);
  const handle = handles.get(full);
  if (handle === undefined) await open(module, full, withDefaults(options));
  // It is open already, perhaps by a call that came first: whoever names a key must still have the right one.
  else if (options.encryption != null) await (await handle).checkKey(storeOptions(options));
}

/**
 * @param {Module} module
 * @param {string} full
 * @param {StoreOptions} options
 * @returns {Promise<Handle>}
 */
function open(module, full, options) {
  const opening = module.openStore(full, storeOptions(options)).then(
    (/** @type {Handle} */ handle) => {
      if (handles.get(full) === opening) handles.set(full, handle);
      return handle;
    },
    (/** @type {unknown} */ error) => {
      handles.delete(full);
      throw error;
    },
  );
  handles.set(full, opening);
  return opening;
}

/**
 * Options as the module reads them.
 * @param {StoreOptions} options
 */
function storeOptions({ encryption, durability }) {
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
export async function closeStore(name) {
  const full = fullName(name);
  const handle = handles.get(full);
  if (handle === undefined) return;
  handles.delete(full);
  await call(async () => (await handle).close());
}

/**
 * Removes a store with all it holds.
 * @param {StoreName} name
 */
export const removeStore = (name) => remove(fullName(name));

/** @param {string} full */
const remove = (full) =>
  call(async (module) => {
    const handle = handles.get(full);
    handles.delete(full);
    if (handle) await (await handle).destroy();
    else await module.removeStore(full);
  });

/**
 * The names of the stores that the device keeps, or that are open: the app's, or the user's.
 * @param {boolean} isGlobal
 * @returns {Promise<string[]>}
 */
export async function storeNames(isGlobal) {
  const kept = await call((module) => module.storeNames());
  const start = prefix(isGlobal);
  const ours = [...new Set([...kept, ...handles.keys()])].filter((name) => name.startsWith(start));
  return ours.map((name) => name.slice(start.length)).sort();
}

/**
 * Removes every store of the app, or of the user.
 * @param {boolean} isGlobal
 */
export async function removeStores(isGlobal) {
  for (const storeName of await storeNames(isGlobal)) await removeStore({ storeName, isGlobalStore: isGlobal });
}
