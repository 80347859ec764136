// The inspector: a dialog over the app's page that shows what the device holds, and runs Smart SQL. It writes nothing.

import { element } from '../element.mjs';
import { Contents } from './contents.mjs';
import { look } from './look.mjs';
import { Rows, date, plain } from './rows.mjs';

/** @typedef {import('../sessions.mjs').StoreName} StoreName */

/** The one that is open. @type {Inspector | undefined} */
let open;

/**
 * Opens the inspector, or brings the open one to another store.
 * @param {import('./contents.mjs').Client} client
 * @param {StoreName} wanted the store to begin with
 */
export function show(client, wanted) {
  open ??= new Inspector(new Contents(client), () => (open = undefined));
  return open.refresh(wanted);
}

/** @param {number} count @param {string} one @param {string} many */
const counted = (count, one, many) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** @param {number} bytes */
function sized(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}

/** @param {StoreName} store */
const named = ({ storeName, isGlobalStore }) => `${storeName} (${isGlobalStore ? 'global' : "user's"})`;

class Inspector {
  #contents;
  #host = element('div');
  /** @type {StoreName[]} */
  #stores = [];
  /** Counts what is asked for, so that an answer which comes late is not shown. */
  #asked = 0;

  #storeChoice = element('select', { id: 'store', autofocus: true, change: () => this.#run(() => this.#showStore()) });
  #soupChoice = element('select', { id: 'soup', change: () => this.#run(() => this.#showSoup()) });
  #facts = element('p', { class: 'facts', role: 'status' });
  #problem = element('p', { class: 'problem', role: 'alert' });
  #indexes = element('div', { class: 'indexes' });
  #entries = new Rows('Entries of the soup', (index) => this.#run(() => this.#turn(this.#entries, index)));
  #sql = element('textarea', {
    id: 'sql', rows: '3', spellcheck: 'false', autocapitalize: 'off', keydown: (event) => this.#hear(event),
  });
  #results = new Rows('Rows of the query', (index) => this.#run(() => this.#turn(this.#results, index)));
  #dialog = this.#build();

  /**
   * @param {Contents} contents
   * @param {() => void} onClose
   */
  constructor(contents, onClose) {
    this.#contents = contents;
    const root = this.#host.attachShadow({ mode: 'open' });
    dress(root);
    root.append(this.#dialog);
    document.body.append(this.#host);
    this.#dialog.addEventListener('close', () => {
      this.#forget();
      this.#host.remove();
      onClose();
    });
    this.#dialog.showModal();
  }

  /** Reads again which stores there are. @param {StoreName} [wanted] */
  refresh(wanted = this.#store) {
    return this.#run(async () => {
      const turn = (this.#asked += 1);
      const stores = await this.#contents.stores();
      if (turn !== this.#asked) return;
      this.#stores = stores;
      const name = wanted?.storeName ?? 'defaultStore';
      const is = (/** @type {StoreName} */ each) =>
        each.storeName === name && Boolean(each.isGlobalStore) === Boolean(wanted?.isGlobalStore);
      const chosen = Math.max(this.#stores.findIndex(is), 0);
      fill(this.#storeChoice, this.#stores.map(named), chosen);
      await this.#showStore();
    });
  }

  /** @returns {StoreName | undefined} */
  get #store() {
    return this.#stores[this.#storeChoice.selectedIndex];
  }

  async #showStore() {
    const turn = (this.#asked += 1);
    this.#forget();
    this.#results.clear();
    const store = this.#store;
    if (!store) return this.#showNothing('This device holds no stores yet.');
    const chosen = this.#soupChoice.value;
    fill(this.#soupChoice, [], -1);
    const { size, soups } = await this.#contents.store(store);
    if (turn !== this.#asked) return;
    fill(this.#soupChoice, soups, Math.max(soups.indexOf(chosen), 0));
    const facts = `${counted(soups.length, 'soup', 'soups')}, ${sized(size)}`;
    if (soups.length === 0) return this.#showNothing(`${facts}. Nothing has been registered in this store.`);
    await this.#showSoup(facts);
  }

  async #showSoup(ofStore = this.#facts.dataset.store ?? '') {
    const turn = (this.#asked += 1);
    const [store, soup] = [this.#store, this.#soupChoice.value];
    if (!store || !soup) return;
    const { entries, bytes, specs } = await this.#contents.soup(store, soup);
    const cursor = await this.#contents.entries(store, soup, specs);
    if (turn !== this.#asked) return this.#contents.close(store, cursor);
    this.#contents.close(store, this.#entries.cursor);
    this.#facts.dataset.store = ofStore;
    const ofSoup = `${counted(entries, 'entry', 'entries')}, ${sized(bytes)} of JSON`;
    this.#facts.textContent = `Store: ${ofStore}. Soup: ${ofSoup}.`;
    const indexes = specs.map(({ path, type }) => element('li', {}, element('code', {}, path), ` ${type}`));
    this.#indexes.replaceChildren(element('h3', {}, 'Indexes'), element('ul', {}, ...indexes));
    this.#entries.show(cursor, [
      { heading: 'Id', cell: plain },
      { heading: 'Changed (UTC)', cell: date },
      ...specs.map(({ path }) => ({ heading: path, cell: plain })),
      { heading: 'Entry', cell: plain },
    ]);
    if (this.#sql.value === '') this.#sql.value = `select {${soup}:_soup} from {${soup}} limit 10`;
  }

  /** @param {string} text */
  #showNothing(text) {
    this.#facts.textContent = text;
    this.#indexes.replaceChildren();
    this.#entries.clear();
  }

  /** Runs what is written in the field. */
  async #query() {
    const store = this.#store;
    if (!store) return;
    const turn = (this.#asked += 1);
    this.#contents.close(store, this.#results.cursor);
    this.#results.clear();
    const cursor = await this.#contents.query(store, this.#sql.value);
    if (turn !== this.#asked) return this.#contents.close(store, cursor);
    const widest = (cursor.currentPageOrderedEntries ?? [])[0]?.length ?? 0;
    this.#results.show(cursor, Array.from({ length: widest }, (_, at) => ({ heading: `${at + 1}`, cell: plain })));
  }

  /** @param {Rows} rows @param {number} index */
  async #turn(rows, index) {
    const store = this.#store;
    if (store && rows.cursor) rows.show(await this.#contents.turnTo(store, rows.cursor, index));
  }

  /** Does what was asked for, and shows what went wrong. @param {() => Promise<unknown>} job */
  async #run(job) {
    this.#problem.textContent = '';
    try {
      await job();
    } catch (error) {
      this.#problem.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  /** Lets go of the cursors. */
  #forget() {
    const store = this.#store;
    if (!store) return;
    this.#contents.close(store, this.#entries.cursor);
    this.#contents.close(store, this.#results.cursor);
  }

  /** @param {Event} event */
  #hear(event) {
    const { key, ctrlKey, metaKey } = /** @type {KeyboardEvent} */ (event);
    if (key !== 'Enter' || !(ctrlKey || metaKey)) return;
    event.preventDefault();
    void this.#run(() => this.#query());
  }

  #build() {
    const close = () => this.#dialog.close();
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      void this.#run(() => this.#query());
    };
    return element(
      'dialog',
      { 'aria-labelledby': 'title' },
      element(
        'header',
        {},
        element('h2', { id: 'title' }, 'Inspector'),
        element('button', { type: 'button', click: () => void this.refresh() }, 'Refresh'),
        element('button', { type: 'button', click: close }, 'Close'),
      ),
      element(
        'div',
        { class: 'choices' },
        element('div', {}, element('label', { for: 'store' }, 'Store'), this.#storeChoice),
        element('div', {}, element('label', { for: 'soup' }, 'Soup'), this.#soupChoice),
      ),
      this.#problem,
      this.#facts,
      this.#indexes,
      this.#entries.node,
      element(
        'form',
        { submit },
        element('h3', {}, element('label', { for: 'sql' }, 'Smart SQL')),
        this.#sql,
        element(
          'div',
          { class: 'pages' },
          element('p', { class: 'count' }, 'Ctrl + Enter runs it. It only reads.'),
          element('button', { class: 'primary' }, 'Run'),
        ),
      ),
      this.#results.node,
    );
  }
}

/** @param {HTMLSelectElement} choice @param {string[]} names @param {number} chosen */
function fill(choice, names, chosen) {
  choice.replaceChildren(...names.map((name) => element('option', { value: name }, name)));
  choice.selectedIndex = names.length > 0 ? chosen : -1;
  choice.disabled = names.length === 0;
}

/** Styles that a strict Content-Security-Policy lets through, where the engine has them. @param {ShadowRoot} root */
function dress(root) {
  if (!root.adoptedStyleSheets) return void root.append(element('style', {}, look));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(look);
  root.adoptedStyleSheets = [sheet];
}
