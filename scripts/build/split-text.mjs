// The modules that one is taken apart into, as text.
import { createHash } from 'node:crypto';
import { CORE } from './parts.mjs';
import { declaration, exportedAs, moduleText, signatureOf, usedBy } from './wat.mjs';

/**
 * @typedef {import('./wat.mjs').Field} Field
 * @typedef {import('./split.mjs').Whole} Whole
 * @typedef {{ slot: number, name: string }} Slot one function's place in the table
 */

/**
 * @param {Whole} whole
 * @param {Map<string, string>} homes which module each function goes to
 * @param {string[]} parts their names
 * @returns {Map<string, string>} by the module's name
 */
export function written({ fields, table, slots, exports }, homes, parts) {
  const isAt = (/** @type {string} */ home) => (/** @type {{ name: string }} */ { name }) => homes.get(name) === home;
  const functions = fields.filter(({ kind }) => kind === 'func');
  const moved = exports.filter(({ name }) => homes.get(name) !== CORE);
  const end = Number(/ (\d+) \d+ funcref/.exec(table.text)?.[1]);
  const doors = moved.map(({ name }, at) => ({ slot: end + at, name }));
  const size = end + doors.length;
  const grown = { ...table, text: table.text.replace(/\d+ \d+ funcref/, `${size} ${size} funcref`) };
  const stay = fields.filter((field) =>
    field !== table && field.kind !== 'elem' && !moved.includes(field) && (field.kind !== 'func' || isAt(CORE)(field)));

  const shown = shownBy([...stay, grown]);
  /** @type {Map<string, Field[]>} */
  const taken = new Map(parts.map((part) => [part, takenBy(functions.filter(isAt(part)), shown)]));
  const build = digestOf(fields);
  const shared = new Map([...new Set([...taken.values()].flat())].map((field, at) =>
    [field, field.kind === 'memory' ? build : at.toString(36)]));

  const texts = new Map();
  for (const [part, fromCore] of taken) {
    texts.set(part, moduleText([
      ...fields.filter(({ kind }) => kind === 'type').map(({ text }) => text),
      ...fromCore.map((field) => `(import "${CORE}" "${shared.get(field)}" ${declaration(field)})`),
      ...elements(table, [...slots, ...doors].filter(isAt(part))),
      ...functions.filter(isAt(part)).map(({ text }) => text),
    ]));
  }
  texts.set(CORE, moduleText([
    ...[...stay, grown].map(({ text }) => text),
    ...elements(table, slots.filter(isAt(CORE))),
    ...doors.map(({ slot, name }, at) =>
      stub(table, slot, exportedAs(moved[at]), functions.find((field) => field.name === name))),
    ...[...shared].map(([field, name]) => `(export "${name}" (${kindOf(field)} ${field.name}))`),
  ]));
  return texts;
}

/**
 * Tells builds apart. A part asks for the memory by this name, so that one of another build, which a cache may have
 * kept, is refused instead of calling what happens to have the names that it knows.
 * @param {Field[]} fields
 */
const digestOf = (fields) =>
  fields.reduce((hash, { text }) => hash.update(text), createHash('sha256')).digest('hex').slice(0, 12);

/** @param {Field} field what it is inside the module: all that is imported are functions */
const kindOf = ({ kind }) => (kind === 'import' ? 'func' : kind);

/**
 * What there is of the core to import, by kind and name.
 * @param {Field[]} fields
 */
const shownBy = (fields) =>
  new Map(fields.filter(({ kind }) => kind !== 'export').map((field) => [`${kindOf(field)} ${field.name}`, field]));

/**
 * The fields of the core that the functions of a part use; each part uses the memory and the table of functions.
 * @param {Field[]} own
 * @param {Map<string, Field>} shown
 */
function takenBy(own, shown) {
  const used = new Set(own.flatMap((field) => [...usedBy(field)]));
  return [...shown].filter(([key, field]) => used.has(key) || isForAll(field)).map(([, field]) => field);
}

/** @param {Field} field */
const isForAll = ({ kind, text }) => kind === 'memory' || (kind === 'table' && text.endsWith(' funcref)'));

/**
 * Fills slots of the table.
 * @param {Field} table
 * @param {Slot[]} filled in rising order
 */
function elements({ name: table }, filled) {
  /** @type {{ slot: number, names: string[] }[]} */
  const runs = [];
  for (const { slot, name } of filled) {
    const last = runs.at(-1);
    if (last && last.slot + last.names.length === slot) last.names.push(name);
    else runs.push({ slot, names: [name] });
  }
  return runs.map(({ slot, names }, at) =>
    `(elem $run${at} (table ${table}) (i32.const ${slot}) func ${names.join(' ')})`);
}

/**
 * What stays of an export whose function is in a part: a call of that by its slot.
 * @param {Field} table
 * @param {number} slot
 * @param {string} as the export's name
 * @param {Field | undefined} field the function
 */
function stub({ name: table }, slot, as, field) {
  const { params, results } = signatureOf(field?.text ?? '');
  const given = params.map((_, at) => `(local.get ${at})`).join(' ');
  const types = `(param ${params.join(' ')}) (result ${results.join(' ')})`;
  return `(func (export "${as}") ${types} (call_indirect ${table} ${types} ${given} (i32.const ${slot})))`;
}
