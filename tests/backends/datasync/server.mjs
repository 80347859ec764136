// A server of CommunityToolkit Datasync for tests, in node, made after the toolkit's documented behaviour; it is none of
// its code, and where the documentation is silent it does what OData 4.0 and RFC 9110 say.
//
// As `v3` it does as Microsoft's Azure Mobile Apps server for ASP.NET Core, where that differs: it wants a
// ZUMO-API-VERSION of 3.0, changes records by PATCH, and links to next pages with whole addresses. (That server also
// translates requests of version 2, which this one refuses.)
//
// Records are typed; their times are kept to 100 ns and told in milliseconds, as there.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { BadRequest, filterOf, ticksOf } from './filter.mjs';

/** @typedef {import('./filter.mjs').Type} Type */
/** @typedef {import('./filter.mjs').Row} Row */
/** @typedef {{ status: number, headers?: Record<string, string>, body?: unknown }} Answer */
/** @typedef {import('node:http').IncomingMessage} Message */

/**
 * @typedef {object} Options
 * @property {'datasync' | 'v3'} [dialect]
 * @property {number} [pageSize] the most rows in one answer
 * @property {number} [maxTop] the most that may be asked for
 * @property {boolean} [omitsNull] whether answers leave out what is null
 * @property {() => bigint} [now] the clock, in ticks of 100 ns
 */

/** @type {Record<string, Type>} */
const OWN = { text: 'text', note: 'text', complete: 'truth', price: 'double', count: 'int', due: 'time', tags: 'text' };
/** @type {Record<string, Type>} */
const COLUMNS = { id: 'text', ...OWN, updatedAt: 'time', version: 'text', deleted: 'truth' };

/** The tables, and whether their deleted rows are kept. @type {Record<string, { soft: boolean }>} */
const TABLES = { todoitem: { soft: true }, harddelete: { soft: false } };

const LIST_OPTIONS = ['$filter', '$orderby', '$top', '$skip', '$count', '$select'];

/** @param {bigint} ticks */
const textOfTime = (ticks) => new Date(Number(ticks / 10_000n)).toISOString();

export class Datasync {
  #dialect;
  #pageSize;
  #maxTop;
  #omitsNull;
  #now;
  #versions = 0;
  /** @type {Map<string, Map<string, Row>>} */
  #tables = new Map(Object.keys(TABLES).map((name) => [name, new Map()]));
  #server = createServer((request, response) => void this.#serve(request, response));
  address = '';

  /** What was asked so far. @type {{ method: string, url: string, headers: Record<string, any>, body: any }[]} */
  requests = [];

  /** @param {Options} [options] */
  constructor({ dialect = 'datasync', pageSize = 100, maxTop = 128_000, omitsNull = false, now = clock() } = {}) {
    this.#dialect = dialect;
    this.#pageSize = pageSize;
    this.#maxTop = maxTop;
    this.#omitsNull = omitsNull;
    this.#now = now;
  }

  /** @param {Options} [options] */
  static async start(options) {
    const server = new Datasync(options);
    await new Promise((resolve) => server.#server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.#server.address());
    server.address = `http://127.0.0.1:${port}`;
    return server;
  }

  stop() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  /** What was asked since the last call, as `GET /tables/todoitem?…`, decoded. */
  asked() {
    return this.requests.splice(0).map(({ method, url }) => `${method} ${decodeURIComponent(url)}`);
  }

  /**
   * A row as it is kept.
   * @param {string} id
   */
  row(id) {
    return this.#tables.get('todoitem')?.get(id);
  }

  /**
   * @param {Message} request
   * @param {import('node:http').ServerResponse} response
   */
  async #serve(request, response) {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const { status, headers, body } = this.#answer(request, text);
    response.writeHead(status, { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  /**
   * @param {Message} request
   * @param {string} text
   * @returns {Answer}
   */
  #answer(request, text) {
    try {
      const { method = 'GET', url = '/', headers } = request;
      const body = text ? JSON.parse(text) : undefined;
      this.requests.push({ method, url, headers, body });
      const { pathname, searchParams } = new URL(url, this.address);
      const [, root, name, id] = pathname.split('/').map(decodeURIComponent);
      const version = headers['zumo-api-version'] ?? searchParams.get('zumo-api-version');
      if (this.#dialect === 'v3' && !/^3\.0(\.\d+)?$/.test(String(version))) return { status: 400 };
      if (root !== 'tables' || !this.#tables.has(name)) return { status: 404 };
      if (id === undefined) return this.#ofTable(method, name, searchParams, body);
      return this.#ofRecord(request, name, id, searchParams, body);
    } catch (error) {
      if (!(error instanceof BadRequest || error instanceof SyntaxError)) throw error;
      return { status: 400, body: { title: error.message, status: 400 } };
    }
  }

  /**
   * @param {string} method
   * @param {string} name
   * @param {URLSearchParams} parameters
   * @param {any} body
   * @returns {Answer}
   */
  #ofTable(method, name, parameters, body) {
    if (method === 'GET') return this.#list(name, parameters);
    if (method !== 'POST') return { status: 405, headers: { allow: 'GET, POST' } };
    const rows = this.#rows(name);
    const id = body.id ?? randomUUID();
    const existing = rows.get(id);
    if (existing) return this.#entity(409, existing);
    const row = this.#put(rows, { ...rowOf(body), id, deleted: false });
    return this.#entity(201, row, { location: `${this.address}/tables/${name}/${encodeURIComponent(id)}` });
  }

  /**
   * @param {Message} request
   * @param {string} name
   * @param {string} id
   * @param {URLSearchParams} parameters
   * @param {any} body
   * @returns {Answer}
   */
  #ofRecord({ method = 'GET', headers }, name, id, parameters, body) {
    const changing = this.#dialect === 'v3' ? ['PUT', 'PATCH', 'DELETE'] : ['PUT', 'DELETE'];
    if (method !== 'GET' && !changing.includes(method)) return { status: 405, headers: { allow: `GET, ${changing.join(', ')}` } };
    const rows = this.#rows(name);
    const row = rows.get(id);
    if (!row) return { status: 404 };
    const undeletes = method === 'PATCH' && body.deleted === false;
    if (row.deleted && !includesDeleted(parameters) && !undeletes) return { status: 410 };
    const refused = refusalOf(method, headers, row);
    if (refused === 304) return { status: 304, headers: headersOf(row) };
    if (refused) return this.#entity(refused, row);
    switch (method) {
      case 'GET':
        return this.#entity(200, row);
      case 'DELETE':
        if (TABLES[name].soft) this.#put(rows, { ...row, deleted: true });
        else rows.delete(id);
        return { status: 204 };
      default:
        if (body.id !== undefined && body.id !== id) throw new BadRequest('The id of the record and of the address differ.');
        return this.#entity(200, this.#put(rows, {
          ...(method === 'PATCH' && row), ...rowOf(body), id, deleted: body.deleted ?? (method === 'PATCH' && row.deleted),
        }));
    }
  }

  /**
   * @param {string} name
   * @param {URLSearchParams} parameters
   * @returns {Answer}
   */
  #list(name, parameters) {
    for (const option of parameters.keys()) {
      if (option.startsWith('$') && !LIST_OPTIONS.includes(option)) throw new BadRequest(`The query option '${option}' is not supported.`);
    }
    const filter = parameters.get('$filter');
    const meets = filter ? filterOf(filter, COLUMNS) : () => true;
    const deletedToo = includesDeleted(parameters);
    const found = [...this.#rows(name).values()].filter((row) => (deletedToo || !row.deleted) && meets(row));
    found.sort(orderOf(parameters.get('$orderby') ?? ''));
    const [skip, top] = [wholeOf(parameters, '$skip') ?? 0, wholeOf(parameters, '$top')];
    if (top !== undefined && top > this.#maxTop) throw new BadRequest(`The limit of '${this.#maxTop}' for Top query has been exceeded.`);
    const page = found.slice(skip, skip + Math.min(top ?? this.#pageSize, this.#pageSize));
    const selected = parameters.get('$select')?.split(',') ?? Object.keys(COLUMNS);
    const items = page.map((row) => this.#shown(row, selected));
    const next = this.#nextLink(name, parameters, { skip: skip + page.length, top: top && top - page.length, of: found.length });
    return {
      status: 200,
      body: { items, ...(parameters.get('$count') === 'true' && { count: found.length }), ...(next && { nextLink: next }) },
    };
  }

  /**
   * The link to the rest: none when as many rows were given as were asked for, even if there are more.
   * @param {string} name
   * @param {URLSearchParams} parameters
   * @param {{ skip: number, top: number | undefined, of: number }} rest
   */
  #nextLink(name, parameters, { skip, top, of }) {
    if (skip >= of || top === 0) return undefined;
    const next = new URLSearchParams(parameters);
    next.set('$skip', String(skip));
    if (top !== undefined) next.set('$top', String(top));
    return this.#dialect === 'v3' ? `${this.address}/tables/${name}?${next}` : String(next);
  }

  /** @param {string} name @returns {Map<string, Row>} */
  #rows(name) {
    return /** @type {Map<string, Row>} */ (this.#tables.get(name));
  }

  /**
   * Keeps a row under a new version.
   * @param {Map<string, Row>} rows
   * @param {Row} row
   */
  #put(rows, row) {
    this.#versions += 1;
    const version = Buffer.from(`version ${this.#versions}`).toString('base64');
    const kept = { ...row, version, updatedAt: this.#now() };
    rows.set(row.id, kept);
    return kept;
  }

  /**
   * @param {number} status
   * @param {Row} row
   * @param {Record<string, string>} [headers]
   * @returns {Answer}
   */
  #entity(status, row, headers) {
    return { status, headers: { ...headersOf(row), ...headers }, body: this.#shown(row, Object.keys(COLUMNS)) };
  }

  /**
   * @param {Row} row
   * @param {string[]} columns
   */
  #shown(row, columns) {
    const shown = columns.map((name) => {
      if (!COLUMNS[name]) throw new BadRequest(`Could not find a property named '${name}'.`);
      const value = row[name] ?? null;
      return [name, typeof value === 'bigint' ? textOfTime(value) : value];
    });
    return Object.fromEntries(shown.filter(([, value]) => value !== null || !this.#omitsNull));
  }
}

/** A clock of which no two looks are the same. */
function clock() {
  let last = 0n;
  return () => {
    const now = BigInt(Date.now()) * 10_000n;
    last = now > last ? now : last + 1n;
    return last;
  };
}

/** @param {URLSearchParams} parameters */
const includesDeleted = (parameters) =>
  [...parameters].some(([name, value]) => name.toLowerCase() === '__includedeleted' && value === 'true');

/** @param {Row} row */
const headersOf = (row) => ({ etag: `"${row.version}"`, 'last-modified': new Date(Number(row.updatedAt / 10_000n)).toUTCString() });

/**
 * The app's properties of a record; what the model has not is passed over.
 * @param {any} body
 * @returns {Row}
 */
function rowOf(body) {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) throw new BadRequest('The body is no record.');
  const known = Object.entries(body).filter(([name]) => OWN[name]);
  return Object.fromEntries(known.map(([name, value]) => [name, value === null ? null : valueOf(name, value)]));
}

/**
 * @param {string} name
 * @param {any} value
 */
function valueOf(name, value) {
  /** @type {Record<string, (value: any) => boolean>} */
  const fits = {
    text: (text) => typeof text === 'string',
    truth: (truth) => typeof truth === 'boolean',
    double: Number.isFinite,
    int: Number.isInteger,
    time: (text) => typeof text === 'string',
  };
  const type = OWN[name];
  if (!fits[type](value)) throw new BadRequest(`The JSON value of '${name}' could not be converted to ${type}.`);
  return type === 'time' ? ticksOf(value) : value;
}

/**
 * What forbids a request, by RFC 9110, section 13.2.
 * @param {string} method
 * @param {import('node:http').IncomingHttpHeaders} headers
 * @param {Row} row
 * @returns {304 | 412 | undefined}
 */
function refusalOf(method, headers, row) {
  const names = (/** @type {string} */ tags) => tags === '*' || tags.split(/,\s*/).includes(`"${row.version}"`);
  const changed = Math.floor(Number(row.updatedAt / 10_000_000n));
  const second = (/** @type {string} */ date) => Math.floor(Date.parse(date) / 1000);
  const match = headers['if-match'];
  if (match !== undefined ? !names(match) : changed > second(headers['if-unmodified-since'] ?? '')) return 412;
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined) return names(noneMatch) ? (method === 'GET' ? 304 : 412) : undefined;
  return method === 'GET' && changed <= second(headers['if-modified-since'] ?? '') ? 304 : undefined;
}

/**
 * @param {URLSearchParams} parameters
 * @param {string} name
 */
function wholeOf(parameters, name) {
  const text = parameters.get(name);
  if (text === null) return undefined;
  if (!/^\d+$/.test(text)) throw new BadRequest(`Invalid value '${text}' for ${name} query option found.`);
  return Number(text);
}

/**
 * The order of rows; ids last, so that pages fit together.
 * @param {string} text
 * @returns {(left: Row, right: Row) => number}
 */
function orderOf(text) {
  const clauses = [...text.split(',').map((clause) => clause.trim()).filter((clause) => clause), 'id'].map((clause) => {
    const [, name, direction] = /^(\w+)(?: (asc|desc))?$/.exec(clause) ?? [];
    if (!COLUMNS[name]) throw new BadRequest(`The order '${clause}' is not understood.`);
    return { name, sign: direction === 'desc' ? -1 : 1 };
  });
  return (left, right) => {
    for (const { name, sign } of clauses) {
      const [a, b] = [left[name] ?? null, right[name] ?? null];
      if (a === b) continue;
      if (a === null || b === null) return a === null ? -sign : sign;
      return a < b ? -sign : sign;
    }
    return 0;
  };
}
