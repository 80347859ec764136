// The docs site: every page is made, every link leads somewhere, and a page's policy lets its own style through.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { reference } from '../../scripts/docs/api.mjs';
import { makeSite } from '../../scripts/docs/site.mjs';

/** @type {string} */
let folder;
/** Every page, by its path. @type {Map<string, string>} */
const pages = new Map();
/** @type {Set<string>} */
let files;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tureen-docs-'));
  await makeSite(folder);
  files = new Set((await readdir(folder, { recursive: true })).map((file) => file.split(path.sep).join('/')));
  for (const file of files) {
    if (file.endsWith('.html')) pages.set(file, await readFile(path.join(folder, file), 'utf8'));
  }
});
after(() => rm(folder, { recursive: true, force: true }));

/** @param {string} html @param {RegExp} pattern */
const all = (html, pattern) => [...html.matchAll(pattern)].map(([, found = '']) => found.replace(/&amp;/g, '&'));

test('every link leads to a page, and to a heading of it', () => {
  const dead = [];
  let links = 0;
  for (const [page, html] of pages) {
    for (const target of all(html, /(?:href|src)="([^"]*)"/g)) {
      if (/^https?:/.test(target)) continue;
      links += 1;
      const [file = '', anchor] = target.split('#');
      const to = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
      if (!files.has(to)) dead.push(`${page}: ${target}`);
      const id = anchor && `id="${decodeURIComponent(anchor)}"`;
      if (id && files.has(to) && !pages.get(to)?.includes(id)) dead.push(`${page}: ${target}`);
    }
  }
  assert.deepEqual(dead, []);
  assert.ok(links > 500, `${links}`);
});

test('no page names an id twice, and each has one title', () => {
  for (const [page, html] of pages) {
    const ids = all(html, / id="([^"]*)"/g);
    assert.deepEqual(ids, [...new Set(ids)], page);
    assert.equal(all(html, /<h1[^>]*>(.)/g).length, 1, page);
  }
});

test('the reference has every declaration with its comment', () => {
  const types = [
    '// The store, for editors.', '', '// ─── Stores ───', '',
    '/** Opens it. */', 'export function open(name?: {', '  a: string;', '}): Promise<void>;', '',
    'export { x } from "y";',
    '/**', ' * Two', ' * lines.', ' */', 'export interface Store {', '  a(): void;', '}',
  ].join('\n');
  assert.equal(reference(types), [
    '# The store', 'The store, for editors.', '## Stores', '### open', 'Opens it.',
    '```ts\nexport function open(name?: {\n  a: string;\n}): Promise<void>;\n```',
    '### Store', 'Two\nlines.', '```ts\nexport interface Store {\n  a(): void;\n}\n```\n',
  ].join('\n\n'));
});
