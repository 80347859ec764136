// A table of the backend: each call is one request.

import { TureenError, attempt } from '../core.mjs';
import { backendOf, callAzure } from './backend.mjs';
import { cellText } from './cells.mjs';
import { parseJson } from './dates.mjs';
import { responseOf } from './http.mjs';
import { queryText } from './query.mjs';
import { TableBase } from './table-base.mjs';
import { isNull, notNull, parametersOf } from './validate.mjs';

/** @typedef {import('./query.mjs').Query} Query */
/** @typedef {import('./http.mjs').FilterResponse} FilterResponse */
/** @typedef {Record<string, unknown>} Parameters the app's own parameters for the query of the request */
/** @typedef {{ [property: string]: any }} Row */

const NEXT_LINK = /^(.*?);\s*rel\s*=\s*"?(\w+)"?\s*$/;

/** A table of the backend, as `client.getTable(name)` gives it. */
export class MobileServiceTable extends TableBase {
  /**
   * Reads records: all that the backend gives in one answer, those of a query, or those of OData text.
   * @param {Query | string | Parameters | null} [query]
   * @param {Parameters | null} [parameters]
   * @returns {import('../core.mjs').TureenPromise<any>} an array; with `totalCount` when the query asked for it, and
   *   with `nextLink` when the backend names a next page
   */
  read(query, parameters) {
    return attempt(async () => {
      const [asked, given] = isParameters(query) ? [null, parameters ?? query] : [query, parameters];
      const { text, query: parts, features, projection } = this.#asked(/** @type {Query | string | null} */ (asked));
      const extras = { parameters: parametersOf(given), features };
      const name = this.getTableName();
      const answer = await this.#send((backend) =>
        parts === null ? backend.read(name, text, extras) : backend.query(name, text, parts, extras),
      );
      return rowsOf(answer, projection);
    });
  }

  /**
   * Adds a record.
   * @param {Row} instance its `id`, if it has one, must be a string
   * @param {Parameters | null} [parameters]
   * @returns {import('../core.mjs').TureenPromise<any>} the record as the backend has it now
   */
  insert(instance, parameters) {
    return attempt(async () => {
      notNull(instance, 'instance');
      refuseIdsOfOtherCase(instance);
      const extras = { parameters: parametersOf(parameters) };
      const json = JSON.stringify(instance);
      const id = hasId(instance) ? cellText(instance.id) : undefined;
      return recordOf(await this.#send((backend) => backend.insert(this.getTableName(), json, id, extras)));
    });
  }

  /**
   * Changes the fields that `instance` has; when it has a `version`, only if the backend's record still has it too.
   * @param {Row} instance
   * @param {Parameters | null} [parameters]
   * @returns {import('../core.mjs').TureenPromise<any>} the record as the backend has it now
   */
  update(instance, parameters) {
    return attempt(async () => {
      notNull(instance, 'instance');
      const extras = { parameters: parametersOf(parameters) };
      const [json, id] = [JSON.stringify(instance), cellText(instance.id)];
      return recordOf(await this.#send((backend) => backend.update(this.getTableName(), json, id, extras)));
    });
  }

  /**
   * The record of an id.
   * @param {string | number} id
   * @param {Parameters | null} [parameters]
   * @returns {import('../core.mjs').TureenPromise<any>}
   */
  lookup(id, parameters) {
    return attempt(async () => {
      const extras = { parameters: parametersOf(parameters) };
      return recordOf(await this.#send((backend) => backend.lookup(this.getTableName(), cellText(id), extras)));
    });
  }

  /**
   * Deletes the record of `instance.id`; when `instance` has a `version`, only if the backend's record still has it.
   * @param {Row} instance
   * @param {Parameters | null} [parameters]
   * @returns {import('../core.mjs').TureenPromise<void>}
   */
  del(instance, parameters) {
    return this.#byVersion('delete', instance, parameters).then(() => undefined);
  }

  /**
   * Brings back a record that a table with soft delete still holds.
   * @param {Row} instance
   * @param {Parameters | null} [parameters]
   * @returns {import('../core.mjs').TureenPromise<any>} the record as the backend has it now
   */
  undelete(instance, parameters) {
    return this.#byVersion('undelete', instance, parameters).then(recordOf);
  }

  /**
   * The record of `instance.id` as the backend has it now; an `instance` without an id comes back as it is.
   * @param {Row} instance
   * @param {Parameters | null} [parameters]
   * @returns {import('../core.mjs').TureenPromise<any>}
   */
  refresh(instance, parameters) {
    return attempt(async () => {
      notNull(instance, 'instance');
      if (!hasId(instance)) return instance;
      const extras = { parameters: parametersOf(parameters), features: ['RF'] };
      const answer = await this.#send((backend) => backend.refresh(this.getTableName(), cellText(instance.id), extras));
      const { rows } = listingOf(parseJson(answer.body));
      const record = Array.isArray(rows) ? rows[0] : rows;
      if (record) return record;
      throw new TureenError('NOT_FOUND', 'Could not get object from response id.');
    });
  }

  /**
   * @param {'delete' | 'undelete'} action
   * @param {Row} instance
   * @param {Parameters | null} [parameters]
   */
  #byVersion(action, instance, parameters) {
    return attempt(async () => {
      notNull(instance, 'instance');
      const extras = { parameters: parametersOf(parameters) };
      const version = isNull(instance.version) ? undefined : String(instance.version);
      return this.#send((backend) => backend[action](this.getTableName(), cellText(instance.id), version, extras));
    });
  }

  /**
   * What is asked, as OData v2 text; and, where the app did not write that itself, as what other texts are made of.
   * @param {Query | string | null | undefined} query
   */
  #asked(query) {
    if (isNull(query)) return { text: '', query: null, features: [], projection: null };
    if (typeof query === 'string') {
      return { text: query, query: null, features: query === '' ? [] : ['TR'], projection: null };
    }
    const { table, projection } = query.getComponents();
    if (table && table !== this.getTableName()) {
      throw new Error(`Cannot get the results of a query for table '${table}' via table '${this.getTableName()}'.`);
    }
    const text = query.toOData().replace(/^\/[^?]*\??/, '');
    return { text, query: queryText(query), features: ['TQ'], projection: projection ?? null };
  }

  /**
   * @param {(backend: import('../../pkg/tureen.js').AzureClient) => Promise<any>} job
   * @returns {Promise<import('./http.mjs').WireAnswer>}
   */
  #send(job) {
    return callAzure((module) => job(backendOf(this.getMobileServiceClient(), module)));
  }
}

/** @param {unknown} given a first argument of `read` that is neither a query nor text */
const isParameters = (given) =>
  !isNull(given) && typeof given === 'object' && !(/** @type {{ toOData?: unknown }} */ (given).toOData);

/** @param {Row} instance one whose id is 0 or empty text has none */
const hasId = ({ id }) => !isNull(id) && id !== 0 && id !== '';

/** @param {Row} instance */
function refuseIdsOfOtherCase(instance) {
  for (const name of ['ID', 'Id', 'iD', 'id']) {
    const id = instance[name];
    if (isNull(id) || id === 0) continue;
    if (name !== 'id' || typeof id !== 'string') throw new Error('Cannot insert if the id member is already set.');
  }
}

/** @param {import('./http.mjs').WireAnswer} answer */
function recordOf({ body, version }) {
  const record = parseJson(body);
  return version && record ? Object.assign(record, { version }) : record;
}

/**
 * @param {import('./http.mjs').WireAnswer} answer
 * @param {Function | null} projection applied to each record, as `this`
 */
function rowsOf(answer, projection) {
  const response = responseOf(answer);
  const listing = listingOf(parseJson(response.responseText));
  let { rows } = listing;
  if (projection) rows = rows.map((/** @type {Row} */ row) => projection.call(row));
  if (!Array.isArray(rows)) return rows;
  const link = NEXT_LINK.exec(response.getResponseHeader?.('Link') ?? '');
  const nextLink = listing.nextLink ?? (link?.[2] === 'next' ? link[1] : undefined);
  return Object.assign(rows, !isNull(listing.count) && { totalCount: listing.count }, nextLink && { nextLink });
}

/**
 * The records of an answer: an array, `{ results, count }` (v2), or `{ items, count, nextLink }` (v3, Datasync).
 * @param {any} body
 * @returns {{ rows: any, count?: number, nextLink?: string }}
 */
function listingOf(body) {
  if (body === null || Array.isArray(body)) return { rows: body };
  const { results, items, count, nextLink } = body;
  if (Array.isArray(items)) return { rows: items, count, nextLink: nextLink ?? undefined };
  return results !== undefined && count !== undefined ? { rows: results, count } : { rows: body };
}
