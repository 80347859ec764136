// Takes a module apart: a core, and parts which a page fetches when it first needs them.
//
// A part has functions only. It lives in the core's memory, calls the core's functions by imports, and puts those of
// its own that are called by their number (futures, closures, methods of traits) into their places in the core's table.
// Nothing in the core calls into a part but by that table: an export that belongs to a part stays in the core as a stub
// which does just that, so that what wasm-bindgen made needs to know of no parts.
import { CORE } from './parts.mjs';
import { written } from './split-text.mjs';
import { exportedAs, fieldsOf, namesIn, usedBy } from './wat.mjs';

/**
 * @typedef {import('./wat.mjs').Field} Field
 * @typedef {import('./parts.mjs').Part} Part
 *
 * @typedef {object} Whole a module with all its parts
 * @property {Field[]} fields
 * @property {Map<string, Set<string>>} calls which functions each of its own names
 * @property {Field} table
 * @property {{ slot: number, name: string }[]} slots the table's contents
 * @property {Field[]} exports of functions
 */

/**
 * @param {string} text a module with names, not optimised: functions that are the same must not have been merged, nor
 *   any inlined that one part has and another has not
 * @param {Part[]} parts
 * @returns {Map<string, string>} the texts of the modules: that of each part by its name, that of the rest by `core`
 */
export function split(text, parts) {
  const whole = read(text);
  const homes = assign(whole, parts);
  check(whole, homes);
  return written(whole, homes, parts.map(({ name }) => name));
}

/**
 * @param {string} text
 * @returns {Whole}
 */
function read(text) {
  const fields = fieldsOf(text);
  const own = fields.filter(({ kind }) => kind === 'func');
  const calls = new Map(own.map((field) => [field.name, functionsOf(field)]));
  const table = fields.find(({ kind, text: it }) => kind === 'table' && it.includes('funcref'));
  if (!table) throw new Error('The module has no table of functions.');
  return {
    fields,
    calls,
    table,
    slots: fields.filter(({ kind }) => kind === 'elem').flatMap(slotsOf),
    exports: fields.filter(({ kind, name }) => kind === 'export' && calls.has(name)),
  };
}

/** @param {Field} field */
const functionsOf = (field) =>
  new Set([...usedBy(field)].filter((used) => used.startsWith('func ')).map((used) => used.slice('func '.length)));

/** @param {Field} field */
function slotsOf({ text }) {
  const [, start, names] = /\(i32\.const (\d+)\) func(.*)\)$/s.exec(text) ?? [];
  if (start === undefined) throw new Error(`These are no functions of the table: ${text.slice(0, 80)}`);
  return namesIn(names).map((name, at) => ({ slot: Number(start) + at, name }));
}

/**
 * Which module each function goes to. What the core's exports and table reach stays in the core, whatever it is called;
 * so does what two parts share.
 * @param {Whole} whole
 * @param {Part[]} parts
 * @returns {Map<string, string>} by the function's name
 */
function assign({ calls, slots, exports }, parts) {
  const ownerOf = new Map([...calls.keys()].map((name) => [name, parts.find(({ owns }) => owns.test(pathOf(name)))]));
  for (const field of exports) {
    ownerOf.set(field.name, parts.find((part) => part.exports.test(exportedAs(field))));
  }
  const roots = [...exports, ...slots].map(({ name }) => name);
  const homes = new Map();
  const settle = (/** @type {string} */ home, /** @type {(reached: string) => boolean} */ isFree) => {
    const owned = roots.filter((name) => (ownerOf.get(name)?.name ?? CORE) === home);
    for (const name of reachedFrom(owned, calls)) if (isFree(name)) homes.set(name, homes.has(name) ? CORE : home);
  };
  settle(CORE, () => true);
  const core = new Set(homes.keys());
  for (const { name } of parts) settle(name, (reached) => !core.has(reached));
  return homes;
}

/** A function's name without the digests of crates. @param {string} name */
const pathOf = (name) => name.replace(/\[[0-9a-f]+\]/g, '');

/**
 * @param {string[]} roots
 * @param {Map<string, Set<string>>} calls
 */
function reachedFrom(roots, calls) {
  const reached = new Set(roots.filter((name) => calls.has(name)));
  for (const name of reached) {
    for (const called of calls.get(name) ?? []) if (calls.has(called)) reached.add(called);
  }
  return reached;
}

/**
 * Fails the build when a function calls another straight that need not be there.
 * @param {Whole} whole
 * @param {Map<string, string>} homes
 */
function check({ calls }, homes) {
  for (const [name, home] of homes) {
    for (const called of calls.get(name) ?? []) {
      const there = homes.get(called) ?? CORE;
      if (there !== CORE && there !== home) throw new Error(`${name} of ${home} calls ${called} of ${there}.`);
    }
  }
}
