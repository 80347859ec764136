// How stores are opened: what an app says of it, and what the module reads.

import { TureenError } from './error.mjs';

/**
 * What seals a store: nothing; a passphrase or 32 bytes of the app's; by default a key of this device.
 * @typedef {boolean | { passphrase: string } | { bytes: Uint8Array }} Encryption
 */

/**
 * @typedef {object} StoreOptions
 * @property {Encryption | null} [encryption]
 * @property {'strict' | 'relaxed' | null} [durability] whether a write is done once the disk has it, or the system
 */

/** @type {StoreOptions} */
let defaults = {};

/**
 * How stores are opened that nothing else is said of.
 * @param {StoreOptions} options
 */
export function setDefaults(options) {
  defaults = withDefaults(options);
}

/** @param {StoreOptions} [options] */
export const withDefaults = ({ encryption, durability } = {}) => ({
  encryption: encryption ?? defaults.encryption,
  durability: durability ?? defaults.durability,
});

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
