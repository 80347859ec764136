// A stand-in for a Salesforce org: the service cannot be run here, so this is a server that does what its
// documentation says the REST API does. It is written from that documentation and is none of Salesforce's code; that
// it is understood by a client that knows nothing of it is shown with jsforce, in the tests.
//
// Mobile Sync is tested against it, and the demo runs on it. A test sets its clock, orders faults, reads what was
// asked, and has the records in its hands. What it has not it answers with 501 and NOT_IN_STAND_IN.
import { Database } from './data/database.mjs';
import { Ids, longId } from './data/ids.mjs';
import { OBJECTS } from './data/objects.mjs';
import { Schema } from './data/schema.mjs';
import { Clock } from './data/times.mjs';
import { shown } from './data/types.mjs';
import { Faults } from './faults.mjs';
import { Sessions } from './oauth.mjs';
import { Apex } from './resources/apex.mjs';
import { Briefcase } from './resources/briefcase.mjs';
import { Limits } from './resources/limits.mjs';
import { Locators } from './resources/query.mjs';
import { serverOf } from './server.mjs';

/** @typedef {import('./data/schema.mjs').Kept} Kept */
/** @typedef {Record<string, string | undefined>} Headers by their names in lower case */
/** @typedef {{ method: string, url: string, headers: Headers, body: string, status: number }} Logged */

/**
 * @typedef {object} Options
 * @property {number} [port] 0 for any
 * @property {import('./data/schema.mjs').ObjectDefinition[]} [objects] besides, or instead of, those of `objects.mjs`
 * @property {import('./oauth.mjs').Client} [client] the connected app
 * @property {string[]} [origins] whose pages are let in; without, those of all
 */

export class Org {
  clock = new Clock();
  madeAt = this.clock.now();
  schema;
  database;
  sessions;
  faults = new Faults();
  limits = new Limits();
  locators = new Locators(new Ids());
  briefcase = new Briefcase();
  apex = new Apex();
  /** The rows of a page, whatever is asked for: the API guarantees no size. @type {number | undefined} */
  batchSize;
  /** @type {string[] | undefined} */
  origins;
  address = '';
  /** The requests so far; preflights are none. @type {Logged[]} */
  requests = [];
  /** What was served, and the time that it took the server: what it could do if a client asked without a pause. */
  served = { requests: 0, records: 0, bytes: 0, milliseconds: 0 };
  #server = serverOf(this);
  #admin;

  /** @param {Options} [options] */
  constructor({ objects = [], client = { id: 'tureen', secret: 'test' }, origins } = {}) {
    this.schema = new Schema([...OBJECTS, ...objects]);
    this.database = new Database(this.schema, this.clock);
    this.sessions = new Sessions(this.clock, client);
    this.origins = origins;
    this.#admin = this.addUser('admin@example.com', 'admin', { LastName: 'Admin' });
  }

  /** @param {Options} [options] */
  static async start(options) {
    const org = new Org(options);
    await new Promise((resolve, reject) => {
      org.#server.once('error', reject).listen(options?.port ?? 0, '127.0.0.1', () => resolve(undefined));
    });
    const { port } = /** @type {import('node:net').AddressInfo} */ (org.#server.address());
    org.address = `http://127.0.0.1:${port}`;
    return org;
  }

  stop() {
    this.faults.clear();
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  /**
   * Somebody who can log in.
   * @param {string} name
   * @param {string} password
   * @param {Kept} values
   * @returns {string} the id
   */
  addUser(name, password, values) {
    const type = this.database.object('User');
    const { Id } = this.database.enter(type, { Username: name, Email: name, IsActive: true, ...values }, null);
    this.sessions.users.set(name, { id: String(Id), password });
    return String(Id);
  }

  /**
   * A token of a session, without the ways of OAuth.
   * @param {string} [user] the admin's
   */
  token(user = this.#admin) {
    return this.sessions.open({ user, client: this.sessions.client.id });
  }

  /** What was asked since the last call, as `GET /services/data/…`, decoded. */
  asked() {
    return this.requests.splice(0).map(({ method, url }) => `${method} ${decodeURIComponent(url)}`);
  }

  /**
   * Creates a record as the admin, past the API.
   * @param {string} name of the object
   * @param {Record<string, any>} values as JSON
   * @returns {string} the id
   */
  create(name, values) {
    return String(this.database.create(this.database.object(name), values, this.#admin).Id);
  }

  /**
   * @param {string} id
   * @param {Record<string, any>} values as JSON
   */
  update(id, values) {
    this.database.update(this.#typeOf(id), id, values, this.#admin);
  }

  /** @param {string} id */
  remove(id) {
    this.database.remove(this.#typeOf(id), id);
  }

  /**
   * A record as JSON, a deleted one too; undefined when there is none.
   * @param {string} id
   * @returns {Record<string, any> | undefined}
   */
  record(id) {
    const type = this.#typeOf(id);
    const record = this.database.records.get(type.name, longId(id) ?? '');
    return record && Object.fromEntries(type.fields.map((field) => [field.name, shown(field, record[field.name])]));
  }

  /**
   * The records of an object that are not deleted, as JSON, in the order in which they came to be.
   * @param {string} name
   */
  all(name) {
    const rows = [...this.database.records.of(this.database.object(name))].filter(({ IsDeleted }) => !IsDeleted);
    return rows.map(({ Id }) => /** @type {Record<string, any>} */ (this.record(String(Id))));
  }

  /** @param {string} id */
  #typeOf(id) {
    const type = this.schema.objectOf(id);
    if (!type) throw new Error(`${id} is the id of no object of this org`);
    return type;
  }
}
