// A module as text: its fields, what they are called, and what a function uses. As binaryen prints it, no other.

/** `$name`, or `$"any name"`. */
const NAME = String.raw`\$(?:"(?:[^"\\]|\\.)*"|[^\s()"]+)`;
const names = new RegExp(NAME, 'g');
const uses = new RegExp(String.raw`\((return_call|call|ref\.func|global|table)(?:\.\w+)? (${NAME})`, 'g');

/**
 * @typedef {object} Field one of the module's: a function, an export, a global …
 * @property {string} kind
 * @property {string} name inside the module; an import or export has that of what it stands for
 * @property {string} text
 */

/**
 * @param {string} text
 * @returns {Field[]}
 */
export function fieldsOf(text) {
  /** @type {string[][]} */
  const fields = [];
  for (const line of text.trimEnd().split('\n').slice(1, -1)) {
    if (line.startsWith(' (')) fields.push([line]);
    else fields.at(-1)?.push(line);
  }
  return fields.map((lines) => {
    const kind = /\w+/.exec(lines[0])?.[0] ?? '';
    // An import or export says first what it is called outside.
    const inside = lines[0].replace(/^ \((?:im|ex)port .*?(?=\((?:func|global|table|memory) )/, '');
    return { kind, name: namesIn(inside)[0] ?? '', text: lines.join('\n') };
  });
}

/** @param {string} text */
export const namesIn = (text) => text.match(names) ?? [];

/**
 * What a function uses of the module beside the memory and the table of functions: `func $name`, `global $name` …
 * @param {Field} field
 */
export const usedBy = ({ text }) =>
  new Set([...text.matchAll(uses)].map(([, op, name]) => `${op === 'global' || op === 'table' ? op : 'func'} ${name}`));

/**
 * What a part has to know of a field of the core's to import it.
 * @param {Field} field
 */
export function declaration({ kind, name, text }) {
  if (kind === 'global') return `(global ${name} ${/(\(mut \w+\)|\w+) \([^)]*\)\)$/.exec(text)?.[1]})`;
  if (kind === 'memory' || kind === 'table') return text.trim();
  const { params, results } = signatureOf(text);
  return `(func ${name} (param ${params.join(' ')}) (result ${results.join(' ')}))`;
}

/**
 * @param {string} text a function's, imported or not
 * @returns {{ params: string[], results: string[] }} types
 */
export function signatureOf(text) {
  const head = text.split('\n')[0].replace(names, '');
  const types = (/** @type {string} */ what) =>
    [...head.matchAll(new RegExp(String.raw`\(${what} ([\w ]+)\)`, 'g'))].flatMap(([, list]) => list.trim().split(' '));
  return { params: types('param'), results: types('result') };
}

/**
 * What an export is called outside.
 * @param {Field} field
 */
export const exportedAs = ({ text }) => /"([^"]*)"/.exec(text)?.[1] ?? '';

/** @param {string[]} texts of fields */
export const moduleText = (texts) => `(module\n${texts.join('\n')}\n)\n`;
