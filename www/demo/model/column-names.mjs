// What the columns of a statement are called, for a table's head, for SmartStore's rows have no names: read off its text,
// as far as that is plain.

/** Texts and quoted names, braces, brackets, commas and words. */
const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\{[^}]*\}|[(),]|[^\s'"{}(),]+|\s+/g;

/**
 * @param {string} sql
 * @param {number} count how many columns there are
 * @returns {string[]} numbers for those of a statement that is not plain
 */
export function columnNames(sql, count) {
  const names = selected(sql);
  return names.length === count ? names : Array.from({ length: count }, (_, at) => `Column ${at + 1}`);
}

/** The parts of the outermost select's list. @param {string} sql */
function selected(sql) {
  /** @type {string[] | undefined} */
  let parts;
  let depth = 0;
  for (const [token] of sql.matchAll(TOKENS)) {
    const word = token.toLowerCase();
    if (token === ')') depth -= 1;
    if (depth === 0 && !parts && word === 'select') parts = [''];
    else if (depth === 0 && parts && word === 'from') return parts.map(nameOf);
    else if (depth === 0 && parts && token === ',') parts.push('');
    else if (parts) parts[parts.length - 1] += token;
    if (token === '(') depth += 1;
  }
  return (parts ?? []).map(nameOf);
}

/** @param {string} part such as `{todoitem:text} as todo` */
function nameOf(part) {
  const text = part.trim().replace(/^distinct\s+/i, '');
  const [, alias] = /\sas\s+("[^"]+"|\w+)$/i.exec(text) ?? [];
  const [, column] = /^\{[^:}]+:([^}]+)\}$/.exec(text) ?? [];
  return alias?.replace(/"/g, '') ?? column ?? text.replace(/\s+/g, ' ');
}
