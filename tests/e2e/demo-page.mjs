// The demo page as its user sees and works it: by its labels, with mouse and keyboard.
import assert from 'node:assert/strict';
import { By, Key, until } from 'selenium-webdriver';

/**
 * What can be read on the page.
 * @typedef {object} Shown
 * @property {string} status
 * @property {Record<string, string>} todos state by text, with `done` before it where it is done
 * @property {string[]} queue such as `Update Buy milk: not sent yet`
 * @property {Record<string, number>} counts
 * @property {string[]} log
 * @property {boolean} offline
 * @property {string} dialog the heading of the open one
 * @property {string} focus what has the focus, by its label
 */

/** Longer than anything that the page does. */
const PATIENCE = 20_000;

export class DemoPage {
  /**
   * @param {import('./browser/browser.mjs').Browser} browser
   * @param {string} site
   */
  constructor(browser, site) {
    this.browser = browser;
    this.address = `${site}/www/demo/index.html`;
  }

  /** Opens the page on a backend with nothing to fetch, or to send. */
  async open() {
    await this.browser.open(this.address);
  }

  /**
   * Waits until the page shows what is expected, all of it at once.
   * @param {{ [name in keyof Shown]?: Shown[name] | RegExp }} expected
   */
  async shows(expected) {
    const shown = await this.browser.run(watch, JSON.stringify(expected, asText), PATIENCE);
    for (const [name, value] of Object.entries(expected)) {
      const seen = shown[/** @type {keyof Shown} */ (name)];
      if (value instanceof RegExp) assert.match(typeof seen === 'string' ? seen : JSON.stringify(seen), value);
      else assert.deepEqual(seen, value, `${name} of ${JSON.stringify(shown, null, 1)}`);
    }
  }

  /** @param {string} text */
  async add(text) {
    await this.#find('#new-text').sendKeys(text, Key.ENTER);
    await this.#logged(`Added “${text}”`);
  }

  /** @param {string} text @param {boolean} [complete] */
  async complete(text, complete = true) {
    const box = (await this.#row(text)).findElement(By.css('input[type=checkbox]'));
    if ((await box.isSelected()) !== complete) await box.click();
    await this.#logged(complete ? `Finished “${text}”` : `Took up “${text}” again`);
  }

  /** @param {string} text @param {string} changed */
  async edit(text, changed) {
    await this.press(`Edit ${text}`);
    await this.endEdit(text, changed);
  }

  /** @param {string} text as it was when the edit began @param {string} changed */
  async endEdit(text, changed) {
    const field = this.#find('[aria-label="Text of the todo"]');
    await field.clear();
    await field.sendKeys(changed, Key.ENTER);
    await this.#logged(`Changed “${text}” to “${changed}”`);
  }

  /** @param {string} text */
  async delete(text) {
    await this.press(`Delete ${text}`);
    await this.#logged(`Deleted “${text}”`);
  }

  /**
   * Waits until something is done here, whether sent or not. Todos whose texts differ are told apart.
   * @param {string} line
   */
  async #logged(line) {
    await this.shows({ log: new RegExp(line) });
  }

  /** @param {boolean} offline */
  async workOffline(offline) {
    const box = this.#find('#offline');
    await this.browser.session.wait(() => box.isEnabled(), PATIENCE);
    if ((await box.isSelected()) !== offline) await box.click();
  }

  /**
   * Presses a button, by its label, as soon as it is there.
   * @param {string} label
   */
  async press(label) {
    await (await this.#button(label)).click();
  }

  /** @param {string} text */
  async mergeInto(text) {
    const field = this.#find('#merged-text');
    await field.clear();
    await field.sendKeys(text);
    await this.press('Save the merge');
  }

  /**
   * Types an address that the page takes, and so begins anew.
   * @param {string} address
   */
  async useServer(address) {
    await this.reloadedBy(() => this.typeServer(address));
  }

  /** @param {string} address */
  async typeServer(address) {
    const field = this.#find('#server-address');
    await field.clear();
    await field.sendKeys(address, Key.ENTER);
  }

  /**
   * Waits until what is done has made the page begin anew.
   * @param {() => Promise<void>} cause
   */
  async reloadedBy(cause) {
    const old = await this.#find('body');
    await cause();
    await this.browser.session.wait(until.stalenessOf(old), PATIENCE);
  }

  /** @param {...string} keys */
  async type(...keys) {
    await this.browser.session.actions().sendKeys(...keys).perform();
  }

  /** @param {number} width @param {number} height */
  async resize(width, height) {
    if (this.browser.engine !== 'chromium') return this.browser.session.manage().window().setRect({ width, height });
    const screen = { width, height, deviceScaleFactor: 1, mobile: true };
    await this.browser.devtools('Emulation.setDeviceMetricsOverride', screen);
  }

  /**
   * Settled colours: none that is on its way to another. Only Chromium can be told which colours its user prefers.
   * @param {'light' | 'dark'} scheme
   */
  async prefer(scheme) {
    await this.browser.devtools('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }],
    });
  }

  /** @param {string} selector */
  #find(selector) {
    return this.browser.session.findElement(By.css(selector));
  }

  /** @param {string} text */
  #row(text) {
    return this.browser.session.findElement(By.xpath(`//li[.//span[@class="text" and text()=${literal(text)}]]`));
  }

  /** @param {string} label */
  async #button(label) {
    const words = literal(label);
    const place = By.xpath(`//button[@aria-label=${words} or (not(@aria-label) and normalize-space()=${words})]`);
    const { session } = this.browser;
    const shown = await session.wait(async () => {
      for (const button of await session.findElements(place)) {
        if ((await button.isDisplayed()) && (await button.isEnabled())) return button;
      }
      return undefined;
    }, PATIENCE, `The page shows no button ${label}.`);
    if (!shown) throw new Error('the wait ended without a button');
    return shown;
  }
}

/** @param {string} text */
const literal = (text) => `"${text}"`;

/** @param {string} _name @param {unknown} value */
const asText = (_name, value) => (value instanceof RegExp ? { pattern: value.source } : value);

/**
 * Reads the page now, and whenever it changes, until it shows what is expected or time is up. Runs in the page.
 * @param {string} expectedText
 * @param {number} patience in milliseconds
 * @returns {Promise<Shown>} what it showed at last
 */
function watch(expectedText, patience) {
  const expected = Object.entries(JSON.parse(expectedText));
  /** @param {string} selector @param {ParentNode} [place] */
  const text = (selector, place = document) => place.querySelector(selector)?.textContent?.trim() ?? '';
  /** @param {string} selector */
  const all = (selector) => [...document.querySelectorAll(selector)];
  const nameOfFocus = () => {
    const focused = /** @type {HTMLElement} */ (document.activeElement);
    const label = /** @type {HTMLInputElement} */ (focused).labels?.[0]?.textContent;
    return focused.getAttribute('aria-label') ?? (label?.trim() || focused.textContent?.trim() || '');
  };
  const read = () => ({
    status: text('#status'),
    todos: Object.fromEntries(all('#list > li').map((row) =>
      [text('.text', row), `${row.querySelector('input:checked') ? 'done, ' : ''}${text('.state', row)}`])),
    queue: all('#queue > li').map((row) => `${text('.action', row)} ${text('.what', row)}: ${text('.state', row)}`),
    counts: Object.fromEntries(all('#counts > div').map((each) => [text('dt', each), Number(text('dd', each))])),
    log: all('#log > li > span').map((line) => line.textContent ?? ''),
    offline: /** @type {HTMLInputElement | null} */ (document.getElementById('offline'))?.checked ?? false,
    dialog: text('dialog[open] h2'),
    focus: nameOfFocus(),
  });
  /** @param {any} value with keys in any order */
  const plain = (value) => JSON.stringify(Array.isArray(value) ? value : Object.entries(Object(value)).sort());
  /** @param {unknown} seen */
  const written = (seen) => (typeof seen === 'string' ? seen : JSON.stringify(seen));
  /** @param {unknown} seen @param {any} value */
  const fits = (seen, value) =>
    value?.pattern ? new RegExp(value.pattern).test(written(seen)) : plain(seen) === plain(value);

  return new Promise((resolve) => {
    const events = ['focusin', 'focusout', 'change', 'toggle', 'close'];
    const end = () => {
      observer.disconnect();
      clearTimeout(timer);
      for (const name of events) document.removeEventListener(name, look, true);
      resolve(/** @type {Shown} */ (read()));
    };
    const look = () => {
      const shown = /** @type {Record<string, unknown>} */ (read());
      if (expected.every(([name, value]) => fits(shown[name], value))) end();
    };
    const timer = setTimeout(end, patience);
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    for (const name of events) document.addEventListener(name, look, true);
    look();
  });
}
