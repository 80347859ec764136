// Everything a test stands on: a backend with its data, the network to it, the pages, and browsers.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startBackend } from '../../scripts/serve/backend.mjs';
import { serve } from '../../scripts/serve/site.mjs';
import { Browser } from './browser/browser.mjs';
import { Network } from './network.mjs';

/** The engine in which this run's tests are done: `ENGINE=firefox node --test tests/e2e/…`. */
export const engine = /** @type {import('./browser/engines.mjs').EngineName} */ (process.env.ENGINE ?? 'chromium');

/** Where the module may work, and the query by which a page is told. */
export const hosts = [{ name: 'in the page', query: '' }, { name: 'in a worker', query: '?worker' }];

/** A world of its own for each file of tests. */
export class World {
  /** @type {Browser[]} */
  #browsers = [];

  /**
   * @param {string} folder where the backend's data is
   * @param {import('../../scripts/serve/backend.mjs').Backend} backend
   * @param {Network} network
   * @param {{ address: string, stop: () => Promise<void> }} site
   */
  constructor(folder, backend, network, site) {
    this.folder = folder;
    this.backend = backend;
    this.network = network;
    this.site = site;
  }

  /**
   * @param {{ answers?: (network: Network) => Record<string, () => string | Promise<string>> }} [options] what the site
   *   answers beside its files
   */
  static async start({ answers } = {}) {
    const folder = await mkdtemp(path.join(tmpdir(), 'tureen-backend-'));
    const backend = await startBackend({ data: path.join(folder, 'backend.sqlite') });
    const network = await Network.start(backend.address);
    const folders = ['www', 'pkg', 'tests/e2e'];
    const site = await serve({ folders, home: '/tests/e2e/page.html', answers: answers?.(network) }, 0);
    return new World(folder, backend, network, site);
  }

  async stop() {
    await Promise.all(this.#browsers.map((browser) => browser.quit()));
    await Promise.all([this.site.stop(), this.network.stop(), this.backend.stop()]);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The page for tests, which shows nothing and has the classic script loaded. */
  get page() {
    return `${this.site.address}/tests/e2e/page.html`;
  }

  /** Starts a browser on a fresh profile: another device, as far as the backend can tell. */
  async device() {
    const browser = await Browser.start(engine);
    this.#browsers.push(browser);
    return browser;
  }

  /** Ends a browser before the others. @param {Browser} browser */
  async dismiss(browser) {
    this.#browsers = this.#browsers.filter((other) => other !== browser);
    await browser.quit();
  }

  /** Starts the backend again on its data and its port, as after an update in the cloud. */
  async restartBackend() {
    await this.backend.stop();
    this.backend = await startBackend({ data: path.join(this.folder, 'backend.sqlite'), port: this.backend.port });
  }

  /**
   * Asks the backend itself, past the network and every client.
   * @param {string} request such as `tables/todoitem?$filter=…`
   * @param {{ method?: string, body?: unknown, headers?: Record<string, string> }} [options]
   * @returns {Promise<any>} its answer's content
   */
  async ask(request, { method = 'GET', body, headers = {} } = {}) {
    const answer = await fetch(`${this.backend.address}/${request}`, {
      method,
      headers: { 'zumo-api-version': '2.0.0', 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${request}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}
