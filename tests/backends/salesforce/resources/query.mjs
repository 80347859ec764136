// GET /query, /queryAll, and the further pages of both. REST API Developer Guide, "Query" and "Query Options Header".
import { ApiError, notHere } from '../errors.mjs';
import { planOf } from '../soql/plan.mjs';
import { answer, urlOf } from './call.mjs';

/** @typedef {import('../data/schema.mjs').Kept} Kept */
/** @typedef {import('./call.mjs').Answer} Answer */
/** @typedef {import('./call.mjs').Call} Call */
/** @typedef {(record: Kept) => object} Show */

const [LEAST, MOST] = [200, 2000];

/** The lists that are read page by page. */
export class Locators {
  /** @type {Map<string, { rows: Kept[], show: Show, size: number }>} */
  #open = new Map();
  #ids;

  /** @param {import('../data/ids.mjs').Ids} ids */
  constructor(ids) {
    this.#ids = ids;
  }

  /** Forgets them all, as an org does in time. */
  expire() {
    this.#open.clear();
  }

  /**
   * The first page of a list.
   * @param {Call} call
   * @param {Kept[]} rows
   * @param {Show} show
   * @param {number} size of a page
   */
  first(call, rows, show, size) {
    const id = this.#ids.next('01g');
    if (rows.length > size) this.#open.set(id, { rows, show, size });
    return page(call, { rows, show, size }, id, 0);
  }

  /**
   * A further page.
   * @param {Call} call
   * @param {string} locator `<id>-<offset>`
   */
  next(call, locator) {
    const [, id, offset] = /^(\w+)-(\d+)$/.exec(locator) ?? [];
    const list = this.#open.get(id);
    if (!list) throw new ApiError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
    return page(call, { ...list, size: asked(call) ?? list.size }, id, Number(offset));
  }
}

/**
 * @param {Call} call
 * @param {{ rows: Kept[], show: Show, size: number }} list
 * @param {string} id
 * @param {number} offset
 */
function page({ org, base }, { rows, show, size }, id, offset) {
  const records = rows.slice(offset, offset + size).map(show);
  org.served.records += records.length;
  const end = offset + records.length;
  const rest = end < rows.length ? { done: false, nextRecordsUrl: `${base}/query/${id}-${end}` } : { done: true };
  return { totalSize: rows.length, ...rest, records };
}

/**
 * The size of pages that a call wants.
 * @param {Call} call
 */
function asked({ org, headers }) {
  if (org.batchSize !== undefined) return org.batchSize;
  const [, size] = /batchSize\s*=\s*(\d+)/i.exec(headers['sforce-query-options'] ?? '') ?? [];
  return size ? Math.min(Math.max(Number(size), LEAST), MOST) : undefined;
}

/** @type {(deletedToo: boolean) => (call: Call) => Answer} */
const serve = (deletedToo) => (call) => {
  const { org, query, user } = call;
  if (query.has('explain')) throw notHere('The plan of a query');
  const text = query.get('q');
  if (!text) throw new ApiError(400, 'MALFORMED_QUERY', 'A query string has to be specified');
  const plan = planOf(org.database, text, org.clock.now());
  const rows = plan.rows(deletedToo);
  if (plan.counts) return answer({ totalSize: rows.length, done: true, records: [] });
  if (plan.view) for (const { Id } of rows) org.database.saw(user, String(Id));
  const size = asked(call) ?? MOST;
  /** @type {import('../soql/plan.mjs').Showing} */
  const showing = {
    url: (type, record) => urlOf(call, type, record),
    page: (children, show) => org.locators.first(call, children, show, size),
  };
  return answer(org.locators.first(call, rows, (record) => plan.show(record, showing, deletedToo), size));
};

export const query = serve(false);
export const queryAll = serve(true);

/** @param {Call} call */
export const more = (call) => answer(call.org.locators.next(call, call.at.locator));
