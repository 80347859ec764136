// Which pages the docs site has, in the order of its navigation. A page keeps the path that its file has in the
// repository, so that one link is right in both places.

import { readdirSync } from 'node:fs';
import { at } from '../project.mjs';

/**
 * @typedef {object} Page
 * @property {string} source its Markdown, or the types that it is made from; a path in the repository
 * @property {string} path in the site
 */

/** @type {{ title: string, sources: string[] }[]} */
const sections = [
  { title: 'Tureen', sources: ['README.md'] },
  {
    title: 'Start in five minutes',
    sources: ['azure-cordova', 'smartstore', 'web', 'datasync-server'].map((name) => `docs/start/${name}.md`),
  },
  {
    title: 'Guides',
    sources: [
      'docs/providers.md',
      ...['conflicts', 'encryption', 'first-launch', 'large-data', 'tabs', 'webviews'].map(
        (name) => `docs/guides/${name}.md`,
      ),
    ],
  },
  {
    title: 'From the originals',
    sources: ['azure', 'smartstore', 'mobile-sync', 'mobile-sync-models', 'differences'].map(
      (name) => `docs/${name}.md`,
    ),
  },
  {
    title: 'Every call',
    sources: ['index', 'windows-azure', 'smartstore', 'mobile-sync', 'models'].map((name) => `types/${name}.d.ts`),
  },
  {
    title: 'About',
    sources: [
      'docs/architecture.md', 'docs/benchmarks.md', 'docs/security.md',
      'SECURITY.md', 'CHANGELOG.md', 'CONTRIBUTING.md',
    ],
  },
];

// What nobody has given a place above is found all the same.
const placed = new Set(sections.flatMap(({ sources }) => sources));
const others = readdirSync(at('docs'))
  .map((file) => `docs/${file}`)
  .filter((file) => file.endsWith('.md') && !placed.has(file));
if (others.length > 0) sections.push({ title: 'More', sources: others });

/** @param {string} source @returns {Page} */
const pageOf = (source) => ({
  source,
  path: source === 'README.md' ? 'index.html' : source.replace(/\.md$|\.d\.ts$/, '.html').replace(/^types\//, 'api/'),
});

/** The navigation. */
export const contents = sections.map(({ title, sources }) => ({ title, pages: sources.map(pageOf) }));

/** Every page, by its source. @type {Map<string, Page>} */
export const pages = new Map(contents.flatMap((section) => section.pages).map((page) => [page.source, page]));
