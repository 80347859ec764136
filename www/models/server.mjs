// What models ask the org: one record, or those that a query finds.

import { TureenError } from '../error.mjs';
import { forceClient } from './clients.mjs';
import { toSend } from './fields.mjs';
import { found } from './found.mjs';

/** @typedef {import('./fields.mjs').Attributes} Attributes */
/** @typedef {import('./fields.mjs').Fieldlist} Fieldlist */
/** @typedef {'create' | 'read' | 'update' | 'delete'} Method */
/** @typedef {import('./found.mjs').Found} Found */
/**
 * @typedef {(method: Method, id: any, attributes: Attributes | null | undefined, fieldlist: Fieldlist) =>
 *   Promise<Attributes | null>} Sync what a record is then; null when it was deleted
 */

/**
 * @param {string} word
 * @returns {never}
 */
function unknownMethod(word) {
  throw new TureenError('BAD_METHOD', `${word} is none of create, read, update and delete.`);
}

/**
 * @param {Method} method
 * @param {string} sobjectType
 * @param {any} id
 * @param {Attributes | null} [attributes]
 * @param {Fieldlist} [fieldlist]
 * @returns {Promise<Attributes | null>}
 */
export async function syncSObjectWithServer(method, sobjectType, id, attributes, fieldlist) {
  if (!sobjectType) throw new TureenError('NO_TYPE', 'A model of an sObject needs its sobjectType.');
  const client = forceClient();
  const sent = toSend(attributes, fieldlist, 'Id');
  switch (method) {
    case 'create': {
      const { id: created } = await client.create(sobjectType, sent);
      return { ...sent, Id: created };
    }
    case 'read':
      return client.retrieve(sobjectType, id, fieldlist);
    case 'update':
      await client.update(sobjectType, { ...sent, Id: id });
      return { ...sent, Id: id };
    case 'delete':
      await client.del(sobjectType, id);
      return null;
    default:
      return unknownMethod(method);
  }
}

/**
 * The same for what an org's own code serves: what it answers is part of the record.
 * @param {Method} method
 * @param {string} apexRestPath
 * @param {any} id
 * @param {string} idAttribute
 * @param {Attributes | null} [attributes]
 * @param {Fieldlist} [fieldlist]
 * @returns {Promise<Attributes | null>}
 */
export async function syncApexRestObjectWithServer(method, apexRestPath, id, idAttribute, attributes, fieldlist) {
  if (!apexRestPath) throw new TureenError('NO_PATH', 'A model of an Apex REST object needs its apexRestPath.');
  const { apexrest } = forceClient();
  const path = `${apexRestPath}/${encodeURIComponent(id)}`;
  const sent = toSend(attributes, fieldlist, idAttribute);
  switch (method) {
    case 'create':
      return { ...sent, ...(await apexrest({ path: apexRestPath, method: 'POST', data: sent })) };
    case 'read':
      return apexrest({ path, method: 'GET' });
    case 'update':
      return { ...sent, [idAttribute]: id, ...(await apexrest({ path, method: 'PATCH', data: sent })) };
    case 'delete':
      await apexrest({ path, method: 'DELETE' });
      return null;
    default:
      return unknownMethod(method);
  }
}

/**
 * @param {any} config `{ type: 'soql' | 'sosl', query }` or `{ type: 'mru', sobjectType, fieldlist, orderBy?,
 *   orderDirection? }`
 * @returns {Promise<Found>}
 */
export async function fetchSObjectsFromServer(config) {
  switch (config.type) {
    case 'soql':
      return bySoql(config.query);
    case 'sosl': {
      const { searchRecords } = await forceClient().search(config.query);
      return found(searchRecords);
    }
    case 'mru':
      return seenLast(config);
    default:
      throw new TureenError('BAD_CONFIG', "A fetch from the org has the type 'soql', 'sosl' or 'mru'.");
  }
}

/**
 * @param {any} config `{ apexRestPath, params }`
 * @returns {Promise<Found>}
 */
export async function fetchApexRestObjectsFromServer({ apexRestPath, params }) {
  const answer = await forceClient().apexrest({ path: apexRestPath, method: 'GET', params });
  const { records, totalSize } = Array.isArray(answer) ? { records: answer, totalSize: answer.length } : answer;
  return found(records, totalSize);
}

/** @param {string} soql */
async function bySoql(soql) {
  const first = await forceClient().query(soql);
  /** @type {string | null} */
  let url = first.nextRecordsUrl ?? null;
  return found(first.records, first.totalSize, {
    hasMore: () => url !== null,
    next: async () => {
      const { records, nextRecordsUrl } = await forceClient().queryMore(url);
      url = nextRecordsUrl ?? null;
      return records;
    },
    close: async () => void (url = null),
  });
}

/** @param {{ sobjectType: string, fieldlist?: string[], orderBy?: string, orderDirection?: string }} config */
async function seenLast({ sobjectType, fieldlist, orderBy, orderDirection = '' }) {
  const { recentItems } = await forceClient().metadata(sobjectType);
  // The org refuses a list of ids that has none.
  if (!fieldlist || recentItems.length === 0) return found(recentItems);
  const ids = recentItems.map((/** @type {Attributes} */ { Id }) => `'${Id}'`);
  const order = orderBy ? ` ORDER BY ${orderBy} ${orderDirection}` : '';
  return bySoql(`SELECT ${fieldlist} FROM ${sobjectType} WHERE Id IN (${ids})${order}`.trimEnd());
}
