// A page of the docs site from its Markdown: links to other pages, headings that can be linked to, and the frame.
import path from 'node:path';
import MarkdownIt from 'markdown-it';
import { contents, pages } from './pages.mjs';

/** @typedef {import('./pages.mjs').Page} Page */

/** @param {string} text as GitHub makes a heading's anchor */
const slug = (text) => text.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replace(/ /g, '-');

const markdown = new MarkdownIt({ html: false });

/** @param {string} text of Markdown */
export const titleOf = (text) => /^# (.+)$/m.exec(text)?.[1]?.replace(/`/g, '') ?? 'Tureen';

/**
 * @param {Page} page
 * @param {string} text its Markdown
 * @param {Map<string, string>} titles of all pages, by their sources
 * @returns {{ html: string, files: string[] }} the page, and what of the repository it shows beside
 */
export function render(page, text, titles) {
  /** @type {Set<string>} */
  const files = new Set();
  const tokens = markdown.parse(text, {});
  /** @type {Map<string, number>} */
  const used = new Map();
  tokens.forEach((token, at) => {
    if (token.type === 'heading_open') {
      const name = slug((tokens[at + 1]?.children ?? []).map(({ content }) => content).join(''));
      const count = used.get(name) ?? 0;
      used.set(name, count + 1);
      token.attrSet('id', count === 0 ? name : `${name}-${count}`);
    }
    if (token.type === 'table_open') token.attrSet('tabindex', '0');
    for (const child of token.children ?? []) {
      for (const attribute of ['href', 'src']) {
        const target = child.attrGet(attribute);
        if (typeof target === 'string') child.attrSet(attribute, linked(page, target, files));
      }
    }
  });
  const body = markdown.renderer.render(tokens, markdown.options, {})
    // What can be scrolled can be reached by the keyboard; and what heads nothing is no head.
    .replace(/<pre>/g, '<pre tabindex="0">')
    .replace(/<th><\/th>/g, '<td></td>');
  return { html: frame(page, titleOf(text), body, titles), files: [...files] };
}

/**
 * Where a link of the repository leads in the site.
 * @param {Page} page
 * @param {string} target
 * @param {Set<string>} files to which it is added when it is no page
 */
function linked(page, target, files) {
  if (/^[a-z]+:|^#/.test(target)) return target;
  const [file = '', anchor] = target.split('#');
  const source = path.posix.join(path.posix.dirname(page.source), file);
  const to = pages.get(source)?.path ?? source;
  if (!pages.has(source)) files.add(source);
  return `${relative(page, to)}${anchor ? `#${anchor}` : ''}`;
}

/** @param {Page} page @param {string} to */
const relative = (page, to) => path.posix.relative(path.posix.dirname(page.path), to);

/** @param {string} text */
const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

/** @param {Page} page @param {string} title @param {string} body @param {Map<string, string>} titles */
function frame(page, title, body, titles) {
  const link = (/** @type {Page} */ { source, path: to }) => {
    const current = to === page.path ? ' aria-current="page"' : '';
    return `<li><a href="${relative(page, to)}"${current}>${escaped(titles.get(source) ?? to)}</a></li>`;
  };
  const navigation = contents.map((section) =>
    `<h2>${escaped(section.title)}</h2>\n<ul>\n${section.pages.map(link).join('\n')}\n</ul>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'self'; img-src 'self'">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}${title === 'Tureen' ? '' : ': Tureen'}</title>
<link rel="stylesheet" href="${relative(page, 'docs.css')}">
</head>
<body>
<header><a href="#pages">All pages</a></header>
<main>
${body}</main>
<nav id="pages" aria-label="Pages">
${navigation.join('\n')}
</nav>
</body>
</html>
`;
}
