// The page: what a person does goes to the book, and what the book holds is shown.

import { element } from '../../element.mjs';
import { byId, say } from '../view/element.mjs';
import { Book, nameOf } from './book.mjs';
import { askWhatToKeep, askWhetherToKeep } from './conflict.mjs';
import { askForContact } from './form.mjs';
import { showList } from './list.mjs';
import { connect } from './org.mjs';

/** @typedef {import('./book.mjs').Contact} Contact */

const OFFLINE = 'tureen-demo-contacts-offline';

const offline = /** @type {HTMLInputElement} */ (byId('offline'));
const search = /** @type {HTMLInputElement} */ (byId('search'));
const syncButton = /** @type {HTMLButtonElement} */ (byId('sync'));

/** Opens the contacts of this device, then syncs. */
export async function start() {
  const device = new URLSearchParams(location.search).get('device') ?? '';
  const org = await connect();
  const book = new Book(org, device && `-${device}`);
  await book.open(org);
  const page = new Page(book);
  say(byId('which'), device && '(second device)');
  byId('second').setAttribute('href', device ? './' : '?device=second');
  byId('second').textContent = device ? 'Open the first device' : 'Open a second device';
  await page.begin();
}

class Page {
  /** @param {Book} book */
  constructor(book) {
    this.book = book;
  }

  async begin() {
    offline.checked = sessionStorage.getItem(OFFLINE) !== null;
    offline.addEventListener('change', () => {
      if (offline.checked) sessionStorage.setItem(OFFLINE, '1');
      else sessionStorage.removeItem(OFFLINE);
      void this.sync('');
    });
    search.addEventListener('input', () => void this.show());
    byId('new').addEventListener('click', () => void this.edit(null));
    syncButton.addEventListener('click', () => void this.sync(''));
    byId('colleague').addEventListener('click', () => void this.#colleague());
    addEventListener('online', () => void this.sync('The network is back.'));
    for (const control of document.querySelectorAll('button, #offline')) control.removeAttribute('disabled');
    await this.show();
    await this.sync('');
  }

  /** Shows what is on this device. */
  async show() {
    const contacts = await this.book.find(search.value);
    const waiting = await this.book.waiting();
    showList(byId('list'), contacts, this.book.problems, {
      edit: (contact) => void this.edit(contact),
      restore: (contact) => void this.#restore(contact),
      resolve: (contact) => void this.#resolve(contact),
    });
    say(byId('count'), `${contacts.length} ${contacts.length === 1 ? 'contact' : 'contacts'}`);
    const none = search.value ? `No name or title has “${search.value}”.` : 'No contacts yet.';
    byId('empty').hidden = contacts.length > 0;
    say(byId('empty'), none);
    say(byId('waiting'), waiting === 0 ? 'Nothing: the org has every change.' : `${changes(waiting)} on this device.`);
  }

  /**
   * Has a contact written, keeps it, and sends it.
   * @param {Contact | null} contact
   * @param {string} [complaint]
   */
  async edit(contact, complaint) {
    const answer = await askForContact(contact, complaint);
    if (!answer) return;
    if ('remove' in answer) {
      const removed = /** @type {Contact} */ (contact);
      return this.#change(`Deleted ${nameOf(removed)}.`, () => this.book.remove(removed));
    }
    return this.#change(`Saved ${nameOf(answer.save)}.`, () => this.book.keep(answer.save));
  }

  /** @param {Contact} contact */
  #restore(contact) {
    return this.#change(`Took the deletion of ${nameOf(contact)} back.`, () => this.book.restore(contact));
  }

  /** @param {Contact} contact */
  async #resolve(contact) {
    const { book } = this;
    const problem = book.problems.get(contact.Id);
    const name = nameOf(contact);
    if (problem?.kind === 'refused') return this.edit(contact, `The org refused it: ${problem.message}`);
    if (problem?.kind === 'gone') {
      const answer = await askWhetherToKeep(contact);
      if (answer === 'new') return this.#change(`Kept ${name} as a new contact.`, () => book.keepAsNew(contact));
      if (answer === 'drop') return this.#change(`Deleted ${name} here, too.`, () => book.takeTheirs(contact));
      return;
    }
    const answer = problem && (await askWhatToKeep(contact, problem.conflict));
    if (answer?.keep === 'theirs') return this.#change(`Took the org’s ${name}.`, () => book.takeTheirs(contact));
    if (answer?.keep === 'mine') return this.#change(`Kept this device’s ${name}.`, () => book.keepMine(contact));
    if (answer?.keep === 'merged') {
      return this.#change(`Saved the choice for ${name}.`, () => book.keepMine(contact, answer.values));
    }
  }

  async #colleague() {
    try {
      const contact = await this.book.playColleague();
      const none = 'The org has no contacts.';
      this.#tell(contact ? `A colleague changed the title of ${nameOf(contact)} at the org.` : none);
    } catch (error) {
      this.#fail('', error);
    }
  }

  /**
   * @param {string} sentence
   * @param {() => Promise<unknown>} work
   */
  async #change(sentence, work) {
    try {
      await work();
    } catch (error) {
      this.#fail('', error);
      return this.show();
    }
    await this.show();
    await this.sync(sentence);
  }

  /**
   * Syncs, unless the user wants to be offline.
   * @param {string} before what is said first
   */
  async sync(before) {
    if (offline.checked) return this.#tellOffline(before);
    syncButton.setAttribute('aria-busy', 'true');
    try {
      const { sent, received } = await this.book.sync();
      // Said so meanwhile.
      if (offline.checked) return await this.#tellOffline(before);
      const news = sent + received === 0 ? 'nothing was new' : `${sent} sent, ${received} received`;
      const open = this.book.problems.size;
      this.#tell(open
        ? `${before} ${open === 1 ? 'One contact waits' : `${open} contacts wait`} for your decision.`
        : `${before} In step with the org: ${news}.`);
    } catch (error) {
      this.#fail(before, error);
    } finally {
      syncButton.removeAttribute('aria-busy');
      await this.show();
    }
  }

  /** @param {string} before */
  async #tellOffline(before) {
    const waiting = await this.book.waiting();
    this.#tell(`${before} You are offline. ${waiting ? `${changes(waiting)} on this device.` : ''}`);
  }

  /** @param {string} before @param {any} error */
  #fail(before, error) {
    const lost = error.status === 0 || error.status === 401;
    this.#tell(lost ? `${before} The org does not answer. Nothing is lost.` : `${before} ${error.message}`);
  }

  /** @param {string} sentence */
  #tell(sentence) {
    const text = sentence.trim();
    say(byId('status'), text);
    const time = new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
    byId('log').prepend(element('li', {}, element('time', {}, time), element('span', {}, text)));
    while (byId('log').childElementCount > 50) byId('log').lastElementChild?.remove();
  }
}

/** @param {number} count */
const changes = (count) => (count === 1 ? '1 change waits' : `${count} changes wait`);
