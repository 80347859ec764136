// Which parts the module comes in beside its core. Each is a file of its own, fetched when it is first used.

/** The name of the rest among the parts, and of what they import from; www/files.mjs has it, too. */
export const CORE = 'core';

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {RegExp} owns the Rust paths of its functions; one that is generic is named with the types it was made for
 * @property {RegExp} exports what JavaScript calls of it, by name
 */

/**
 * @param {string} name
 * @returns {Part} one that follows the rule: its code is below `remote/<name>`, its face in files `wasm/<name>_*.rs`,
 *   and what it exports has its name
 */
const backend = (name) => ({
  name,
  owns: new RegExp(`\\btureen::(remote|wasm)::${name}`),
  exports: new RegExp(name, 'i'),
});

/** @type {Part[]} */
export const parts = [
  backend('azure'),
  backend('salesforce'),
  // What they have in common is most of it, so that they are one.
  { name: 'providers', owns: /\btureen::(remote::(provider|rest|odata)|wasm::provider)/, exports: /provider|connection/i },
];

/** @param {string} name a part's, or the core's */
export const fileOf = (name) => `pkg/tureen_${name === CORE ? 'bg' : name}.wasm`;

/** The files of all that the module comes in. */
export const modules = [CORE, ...parts.map(({ name }) => name)].map(fileOf);
