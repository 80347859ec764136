// The reference of every call, as Markdown, from the types: each declaration under its name, its comment before it.
// TypeDoc would make more of them, but does not read types by the compiler that this project has (TypeScript 7).

/** A line that heads what follows. */
const SECTION = /^\/\/ ─+ (.+?) ─+$/;

/**
 * @param {string} types the text of a `.d.ts` file that is written by hand: a comment, then its declaration
 * @returns {string}
 */
export function reference(types) {
  const lines = types.split('\n');
  const [intro = ''] = lines;
  const parts = [`# ${titleOf(intro)}`, intro.replace(/^\/\/\s*/, '')];
  const hasSections = lines.some((line) => SECTION.test(line));
  let at = 1;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const section = SECTION.exec(line)?.[1];
    if (section) parts.push(`## ${section}`);
    if (!line.startsWith('/**') && !/^export /.test(line)) {
      at += 1;
      continue;
    }
    const end = endOfComment(lines, at);
    const last = endOfDeclaration(lines, end);
    const declaration = lines.slice(end, last + 1).join('\n');
    const name = /^export (?:declare )?(?:class|interface|type|function|const) (\w+)/.exec(declaration)?.[1];
    const head = `${hasSections ? '###' : '##'} ${name}`;
    if (name) parts.push(head, told(lines.slice(at, end)), `\`\`\`ts\n${declaration}\n\`\`\``);
    at = last + 1;
  }
  return `${parts.join('\n\n')}\n`;
}

/** @param {string} intro the file's first line */
function titleOf(intro) {
  const [title = ''] = intro.replace(/^\/\/\s*/, '').split(/[:.,]/);
  return title;
}

/** The line after a comment that begins at `at`, if one does. @param {string[]} lines @param {number} at */
function endOfComment(lines, at) {
  if (!lines[at]?.startsWith('/**')) return at;
  while (!lines[at]?.includes('*/')) at += 1;
  return at + 1;
}

/** The last line of a declaration. @param {string[]} lines @param {number} at */
function endOfDeclaration(lines, at) {
  let depth = 0;
  for (let line = at; line < lines.length; line += 1) {
    const code = (lines[line] ?? '').replace(/\/\*.*?\*\/|\/\/.*|^\s*\*.*/g, '');
    depth += (code.match(/[{(]/g)?.length ?? 0) - (code.match(/[})]/g)?.length ?? 0);
    if (depth === 0 && /[;}]\s*$/.test(code)) return line;
  }
  throw new Error(`The declaration of line ${at + 1} does not end.`);
}

/** A comment's text. @param {string[]} lines */
const told = (lines) =>
  lines.map((line) => line.replace(/^\s*\/?\*+\/?\s?/, '').replace(/\s*\*\/\s*$/, '')).join('\n').trim();
