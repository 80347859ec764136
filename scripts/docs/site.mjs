// Makes the docs site: every page, its style, and the pictures that it shows.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { at } from '../project.mjs';
import { reference } from './api.mjs';
import { pages } from './pages.mjs';
import { render, titleOf } from './render.mjs';

/** @param {string} folder which is made anew */
export async function makeSite(folder) {
  await rm(folder, { recursive: true, force: true });
  const texts = new Map(await Promise.all([...pages.keys()].map(read)));
  const titles = new Map([...texts].map(([source, text]) => [source, titleOf(text)]));
  /** @type {Set<string>} */
  const files = new Set();
  for (const [source, page] of pages) {
    const { html, files: shown } = render(page, texts.get(source) ?? '', titles);
    for (const file of shown) files.add(file);
    await put(folder, page.path, (to) => writeFile(to, html));
  }
  await put(folder, 'docs.css', (to) => copyFile(at('scripts', 'docs', 'docs.css'), to));
  for (const file of files) await put(folder, file, (to) => copyFile(at(file), to));
}

/** A page's Markdown. @param {string} source @returns {Promise<[string, string]>} */
async function read(source) {
  const text = await readFile(at(source), 'utf8');
  return [source, source.endsWith('.d.ts') ? reference(text) : text];
}

/** @param {string} folder @param {string} file @param {(to: string) => Promise<void>} write */
async function put(folder, file, write) {
  const to = path.join(folder, file);
  await mkdir(path.dirname(to), { recursive: true });
  await write(to);
}
