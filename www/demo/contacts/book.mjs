// The contacts on this device and at the org: each change is kept here first, and sent when there is a network.

import { Force, force, smartstore, smartstoreClient } from './page.mjs';

/** @typedef {Record<string, any>} Contact a record, as it is in the cache */
/** @typedef {import('./page.mjs').Conflict} Conflict */
/**
 * Why a change was not taken: both changed it, it is deleted there, or the org does not want it so.
 * @typedef {{ kind: 'conflict', conflict: Conflict } | { kind: 'gone' } | { kind: 'refused', message: string }} Problem
 */

/** What a person can change, by what it is called. */
export const FIELDS = {
  FirstName: 'First name', LastName: 'Last name', Title: 'Title', Email: 'Email', Phone: 'Phone',
};

const NAMES = Object.keys(FIELDS);
const SELECT = `SELECT ${['Id', ...NAMES]} FROM Contact`;
const STORES = 'demo-contacts-';
const MOST = 2000;

const { CACHE_ONLY } = Force.CACHE_MODE;
const { OVERWRITE, MERGE_FAIL_IF_CHANGED, MERGE_FAIL_IF_CONFLICT } = Force.MERGE_MODE;
const { LEAVE_IF_CHANGED } = Force.MERGE_MODE_DOWNLOAD;

export class Book {
  /** By the contacts' ids. @type {Map<string, Problem>} */
  problems = new Map();
  #turn = Promise.resolve();

  /** @param {string} org a name for it @param {string} device */
  constructor(org, device) {
    const store = `${STORES}${org}${device}`;
    const indexed = ['LastName', 'FirstName'].map((path) => ({ path, type: /** @type {const} */ ('string') }));
    this.store = store;
    this.cache = new Force.StoreCache('contacts', indexed, 'Id', true, store);
    this.originals = new Force.StoreCache('originals', null, 'Id', true, store);
    this.Contact = Force.SObject.extend({
      sobjectType: 'Contact', fieldlist: NAMES, cache: this.cache, cacheForOriginals: this.originals,
    });
  }

  /** Makes the soups, and clears away what belonged to orgs that are no more. @param {string} org */
  async open(org) {
    const stores = /** @type {{ storeName: string }[]} */ (await smartstoreClient.getAllGlobalStores());
    const old = stores.filter(({ storeName }) => storeName.startsWith(STORES) && !storeName.startsWith(STORES + org));
    for (const { storeName } of old) await smartstoreClient.removeStore({ storeName, isGlobalStore: true });
    await this.cache.init();
    await this.originals.init();
  }

  /**
   * The contacts whose name or title has the words.
   * @param {string} words
   * @returns {Promise<Contact[]>}
   */
  async find(words) {
    const like = `'%${words.trim().replace(/'/g, "''").replace(/[\\%_]/g, '\\$&')}%' escape '\\'`;
    const name = "ifnull({contacts:FirstName}, '') || ' ' || {contacts:LastName}";
    const sql =
      `select {contacts:_soup} from {contacts} where ${name} like ${like} or {contacts:Title} like ${like} ` +
      'order by {contacts:LastName} collate nocase, {contacts:FirstName} collate nocase';
    const { records, closeCursor } = await this.cache.find(smartstore.buildSmartQuerySpec(sql, MOST));
    await closeCursor();
    return records;
  }

  /** How many contacts have changes that the org does not know. */
  async waiting() {
    return (await this.#dirty()).length;
  }

  /** Keeps a new contact, or a changed one, here. @param {Contact} values */
  keep(values) {
    return new this.Contact(values).save(null, { cacheMode: CACHE_ONLY });
  }

  /** Deletes a contact here. @param {Contact} contact */
  async remove(contact) {
    await new this.Contact(contact).destroy({ cacheMode: CACHE_ONLY });
    this.problems.delete(contact.Id);
  }

  /** Takes a deletion back that was not sent. @param {Contact} contact */
  async restore(contact) {
    await this.cache.save({ ...contact, __locally_deleted__: false });
    this.problems.delete(contact.Id);
  }

  /**
   * Sends what was changed here, then gets what was changed there.
   * @returns {Promise<{ sent: number, received: number }>} rejects when the org is not reached
   */
  sync() {
    const done = this.#turn.then(async () => {
      let sent = 0;
      for (const contact of await this.#dirty()) sent += Number(await this.#send(contact));
      return { sent, received: await this.#receive() };
    });
    this.#turn = done.then(() => {}, () => {});
    return done;
  }

  /**
   * @param {Contact} contact
   * @returns {Promise<boolean>} whether the org took it
   */
  async #send(contact) {
    const model = new this.Contact(contact);
    try {
      if (contact.__locally_deleted__) await model.destroy({ wait: true, mergeMode: MERGE_FAIL_IF_CHANGED });
      else await model.save(null, { mergeMode: MERGE_FAIL_IF_CONFLICT });
    } catch (error) {
      return this.#noteProblem(contact, new Force.Error(error));
    }
    this.problems.delete(contact.Id);
    return true;
  }

  /**
   * @param {Contact} contact
   * @param {InstanceType<typeof Force.Error>} error
   * @returns {Promise<boolean>}
   */
  async #noteProblem(contact, error) {
    const { Id } = contact;
    if (error.type === 'ConflictError') this.problems.set(Id, { kind: 'conflict', conflict: error });
    else if (error.status === 404 && contact.__locally_deleted__) {
      await this.#forget(Id);
      return true;
    } else if (error.status === 404) this.problems.set(Id, { kind: 'gone' });
    else if (error.status === 400) this.problems.set(Id, { kind: 'refused', message: error.message });
    else throw error;
    return false;
  }

  /** Gets all contacts; what was changed here stays. @returns {Promise<number>} how many are new or other */
  async #receive() {
    const before = new Map((await this.find('')).map((contact) => [contact.Id, textOf(contact)]));
    const found = await this.#fetch(`${SELECT} ORDER BY LastName`, LEAVE_IF_CHANGED);
    while (found.hasMore()) await found.getMore();
    const there = new Map(found.records.map((contact) => [contact.Id, textOf(contact)]));
    const gone = (await this.find('')).filter(({ Id, __local__ }) => !__local__ && !there.has(Id));
    for (const { Id } of gone) await this.#forget(Id);
    return gone.length + [...there].filter(([Id, text]) => before.get(Id) !== text).length;
  }

  /** Saves ours over theirs: as it is here, or with other values. @param {Contact} contact @param {Contact} [values] */
  async keepMine(contact, values = {}) {
    const model = new this.Contact(contact);
    if (contact.__locally_deleted__) await model.destroy({ wait: true, mergeMode: OVERWRITE });
    else await model.save(values, { mergeMode: OVERWRITE });
    this.problems.delete(contact.Id);
  }

  /** Gives our change up for what the org has. @param {Contact} contact */
  async takeTheirs({ Id }) {
    const { records } = await this.#fetch(`${SELECT} WHERE Id = '${Id}'`, Force.MERGE_MODE_DOWNLOAD.OVERWRITE);
    if (records.length === 0) await this.#forget(Id);
    this.problems.delete(Id);
  }

  /** Makes a new contact of one that the org has no more. @param {Contact} contact */
  async keepAsNew(contact) {
    await this.keep(Object.fromEntries(NAMES.map((name) => [name, contact[name]])));
    await this.#forget(contact.Id);
  }

  /** Changes a contact at the org as somebody else would. @returns {Promise<Contact | undefined>} which */
  async playColleague() {
    const contacts = (await this.find('')).filter(({ Id }) => !this.cache.isLocalId(Id));
    const contact = contacts.find(({ __locally_updated__ }) => __locally_updated__) ?? contacts[0];
    if (!contact) return undefined;
    const { Title } = await force.retrieve('Contact', contact.Id, ['Title']);
    await force.update('Contact', { Id: contact.Id, Title: TITLES[(TITLES.indexOf(Title) + 1) % TITLES.length] });
    return contact;
  }

  /** @param {string} query @param {import('../../../types/models.js').MergeModeDownload} mergeMode */
  #fetch(query, mergeMode) {
    return Force.fetchSObjects({ type: 'soql', query, mergeMode }, this.cache, this.originals);
  }

  async #dirty() {
    const spec = smartstore.buildExactQuerySpec('__local__', 'true', MOST);
    const { records, closeCursor } = await this.cache.find(spec);
    await closeCursor();
    return records;
  }

  /** @param {string} id */
  async #forget(id) {
    await this.cache.remove(id);
    await this.originals.remove(id);
    this.problems.delete(id);
  }
}

const TITLES = ['Head of purchasing', 'Director', 'Managing partner'];

/** @param {Contact} contact */
const textOf = (contact) => JSON.stringify(NAMES.map((name) => contact[name] ?? null));

/** What a contact is called. @param {Contact} contact */
export const nameOf = ({ FirstName, LastName }) => [FirstName, LastName].filter((part) => part).join(' ') || 'No name';
