// A browser that a test drives: it opens pages and runs functions in them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Builder, Capabilities } from 'selenium-webdriver';
import { engines } from './engines.mjs';

/** Longer than anything a test waits for, so that a hang fails instead of lasting. */
const patience = { script: 120_000, pageLoad: 60_000 };

/** One session of an engine on a profile of its own. */
export class Browser {
  /** @type {import('selenium-webdriver').WebDriver | undefined} */
  #session;
  /** @type {import('./engines.mjs').Seat | undefined} */
  #seat;

  /**
   * @param {import('./engines.mjs').EngineName} engine
   * @param {string} profile the folder in which the browser keeps what it stores
   */
  constructor(engine, profile) {
    this.engine = engine;
    this.profile = profile;
  }

  /**
   * Starts an engine on a fresh profile.
   * @param {import('./engines.mjs').EngineName} engine
   */
  static async start(engine) {
    const browser = new Browser(engine, await mkdtemp(path.join(tmpdir(), `tureen-${engine}-`)));
    await browser.start();
    return browser;
  }

  /** Starts the engine on its profile, as it was left. */
  async start() {
    this.#seat = await engines[this.engine](path.join(this.profile, 'profile'));
    const { server, capabilities } = this.#seat;
    this.#session = await new Builder().usingServer(server).withCapabilities(new Capabilities(capabilities)).build();
    await this.#session.manage().setTimeouts(patience);
  }

  /** WebDriver itself, for tabs, frames and dialogues. */
  get session() {
    if (!this.#session) throw new Error('the browser is not running');
    return this.#session;
  }

  /**
   * Opens an address in the current tab.
   * @param {string} address
   */
  async open(address) {
    await this.session.get(address);
  }

  async reload() {
    await this.session.navigate().refresh();
  }

  /**
   * Opens an address in a tab of its own, which becomes the current one.
   * @param {string} address
   * @returns {Promise<string>} the tab, for {@link toTab}
   */
  async openTab(address) {
    await this.session.switchTo().newWindow('tab');
    await this.open(address);
    return this.session.getWindowHandle();
  }

  /** The current tab, for {@link toTab}. */
  tab() {
    return this.session.getWindowHandle();
  }

  /** @param {string} tab */
  async toTab(tab) {
    await this.session.switchTo().window(tab);
  }

  /**
   * Runs a function in the page and answers what it resolves to. It sees nothing of the test but its arguments, and
   * its own globals are not the page's in every engine: what is to stay has to be set on `window`.
   * @template {unknown[]} P
   * @template T
   * @param {(...parameters: P) => T} job
   * @param {P} parameters values of JSON
   * @returns {Promise<Awaited<T>>}
   * @throws {PageError} what the function threw, or rejected with
   */
  async run(job, ...parameters) {
    const outcome = await this.session.executeAsyncScript(`
      const done = arguments[arguments.length - 1];
      const told = (error) => error && typeof error === 'object'
        ? { name: error.name, code: error.code, message: error.message, stack: error.stack,
            details: JSON.stringify(error) }
        : { name: typeof error, message: String(error) };
      Promise.resolve()
        .then(() => (${job})(...arguments[0]))
        .then((value) => done({ value }), (error) => done({ error: told(error) }));
    `, parameters);
    const { value, error } = /** @type {{ value: Awaited<T>, error?: Told }} */ (outcome);
    if (error) throw new PageError(error);
    return value;
  }

  /**
   * A command of the Chrome DevTools Protocol.
   * @param {string} command
   * @param {object} parameters
   * @returns {Promise<any>} its answer
   */
  async devtools(command, parameters) {
    const id = (await this.session.getSession()).getId();
    const answer = await fetch(`${this.#seat?.server}/session/${id}/goog/cdp/execute`, {
      method: 'POST',
      body: JSON.stringify({ cmd: command, params: parameters }),
    });
    if (!answer.ok) throw new Error(`${command}: ${await answer.text()}`);
    return (await answer.json()).value;
  }

  /** SIGKILL for the browser and all its processes, at once; {@link start} starts it again on what is left. */
  async kill() {
    this.#session = undefined;
    await this.#seat?.kill();
    this.#seat = undefined;
  }

  /** Ends the browser and deletes its profile. */
  async quit() {
    await this.kill();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** @typedef {{ name: string, message: string, code?: string, stack?: string, details?: string }} Told */

/** An error that was thrown in a page, as far as it can be told outside. */
export class PageError extends Error {
  /** @param {Told} told */
  constructor({ name, message, code, stack, details }) {
    super(message);
    this.name = name;
    this.code = code;
    this.details = details;
    this.stack = `${name}: ${message}\n${stack ?? ''}`;
  }
}
