// Apex REST: what an org's own code serves under /services/apexrest. A test gives the code; an org begins with that of
// the usual example, accounts of an id and a name.
import { ApiError, notFound } from '../errors.mjs';
import { planOf } from '../soql/plan.mjs';

/** @typedef {import('./call.mjs').Answer} Answer */
/** @typedef {import('../data/schema.mjs').Kept} Kept */
/** @typedef {import('../org.mjs').Org} Org */

/**
 * @typedef {object} ApexCall
 * @property {Org} org
 * @property {string} user
 * @property {string} method
 * @property {string} rest of the path, after the class's own part
 * @property {URLSearchParams} query
 * @property {any} body
 */
/** @typedef {(call: ApexCall) => unknown} ApexClass gives what the answer's body is */

/** By the first part of the path. */
export class Apex {
  /** @type {Map<string, ApexClass>} */
  classes = new Map([
    ['simpleAccount', simpleAccount],
    ['simpleAccounts', simpleAccounts],
  ]);

  /**
   * @param {string} name
   * @param {ApexCall} call
   * @returns {Answer}
   */
  serve(name, call) {
    const served = this.classes.get(name);
    if (!served) throw notFound(`Could not find a match for URL /${name}`);
    return { status: 200, body: served(call) };
  }
}

/** @param {Kept} record */
const simple = ({ Id, Name }) => ({ accountId: Id, accountName: Name });

/** @type {ApexClass} */
function simpleAccount({ org: { database }, user, method, rest, body }) {
  const type = database.object('Account');
  switch (method) {
    case 'GET':
      return simple(database.target(type, rest));
    case 'POST':
      return simple(database.create(type, { Name: body.accountName }, user));
    case 'PATCH':
      return simple(database.update(type, rest, { Name: body.accountName }, user));
    case 'DELETE':
      return database.remove(type, rest);
    default:
      throw new ApiError(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${method}' not allowed`);
  }
}

/** @type {ApexClass} */
function simpleAccounts({ org: { database, clock }, query }) {
  const pattern = (query.get('namePattern') ?? '%').replace(/['\\]/g, '\\$&');
  const plan = planOf(database, `SELECT Id, Name FROM Account WHERE Name LIKE '${pattern}' ORDER BY Name`, clock.now());
  const records = plan.rows(false).map(simple);
  return { totalSize: records.length, records };
}
