// A static server for pages of the project, on 127.0.0.1.
import { createServer } from 'node:http';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../project.mjs';

/** @type {Record<string, string>} */
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.webmanifest': 'application/manifest+json',
};

/**
 * @typedef {object} Site
 * @property {string} [base] the folder that the paths start from; the project's by default
 * @property {string[]} folders what may be seen, below the base; `.` is all of it
 * @property {string} home where `/` leads to
 * @property {Record<string, () => string | Promise<string>>} [answers] what is not a file, by its path
 * @property {Record<string, string>} [headers] more of them for every answer
 * @property {Record<string, string>} [types] the type of files by their extension, where it shall be another
 * @property {string} [fallback] the path of the page that is answered for what is not there, as servers of single-page
 *   apps do
 */

/**
 * Starts to serve.
 * @param {Site} site
 * @param {number} port 0 for a free one
 * @returns {Promise<{ address: string, stop: () => Promise<void> }>} once it answers
 */
export async function serve(site, port) {
  const server = createServer((request, response) => {
    answer(site, request, response).catch((error) => {
      console.error(`site: ${request.url}: ${error.message}`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve(undefined));
  });
  const { port: taken } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    address: `http://127.0.0.1:${taken}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * @param {Site} site
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(site, request, response) {
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
  for (const [name, value] of Object.entries(site.headers ?? {})) response.setHeader(name, value);
  if (pathname === '/') return response.writeHead(302, { location: site.home }).end();
  const made = site.answers?.[pathname];
  if (made) return response.writeHead(200, headersFor(site, path.extname(pathname))).end(await made());
  const file = (await fileAt(site, pathname)) ?? (site.fallback && (await fileAt(site, site.fallback)));
  if (!file) return response.writeHead(404, headersFor(site, '.html')).end(`Not found: ${encodeURI(pathname)}\n`);
  const headers = { ...headersFor(site, path.extname(file.name)), etag: file.tag };
  if (request.headers['if-none-match'] === file.tag) return response.writeHead(304, headers).end();
  response.writeHead(200, { ...headers, 'content-length': file.size });
  if (request.method === 'HEAD') return response.end();
  return createReadStream(file.name).on('error', () => response.destroy()).pipe(response);
}

/**
 * `no-cache` makes the browser ask each time whether its copy is still right, so that a rebuild is seen at once.
 * @param {Site} site
 * @param {string} extension
 */
function headersFor(site, extension) {
  return {
    'content-type': site.types?.[extension] ?? types[extension] ?? 'application/octet-stream',
    'cache-control': 'no-cache',
    // Everything here is public, and a sandboxed frame has no origin of its own.
    'access-control-allow-origin': '*',
  };
}

/**
 * @param {Site} site
 * @param {string} pathname
 */
async function fileAt(site, pathname) {
  const base = site.base ?? root;
  const asked = path.join(base, decoded(pathname));
  if (!site.folders.some((folder) => asked.startsWith(path.join(base, folder) + path.sep))) return undefined;
  const name = pathname.endsWith('/') ? path.join(asked, 'index.html') : asked;
  const state = await stat(name).catch(() => undefined);
  if (!state?.isFile()) return undefined;
  return { name, size: state.size, tag: `"${state.size}-${state.mtimeMs}"` };
}

/** @param {string} pathname one that cannot be decoded is the name of no file */
function decoded(pathname) {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return '';
  }
}
