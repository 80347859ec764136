// What passes between this page and the server, seen through a client filter, and stopped by it when the user
// wants to be offline.

/** @typedef {import('../../windows-azure/http.mjs').Filter} Filter */
/** @typedef {import('../../windows-azure/http.mjs').FilterRequest} FilterRequest */
/** @typedef {import('../../windows-azure/http.mjs').FilterResponse} FilterResponse */

/** @typedef {{ id: string, version?: string | null }} Version */

/** What `XMLHttpRequest` shows of a server that cannot be reached. @type {FilterResponse} */
const unreached = { status: 0, statusText: '', responseText: '' };

export class Connection {
  /** The records whose change is on its way. @type {Set<string>} */
  sending = new Set();
  #sent = 0;
  #received = 0;
  #requests = 0;
  #bytes = 0;
  /** The versions that this device has, by id. @type {Map<string, string | null | undefined>} */
  #known = new Map();
  #changed;
  /** Whether the last request found a server. */
  reached = true;

  /**
   * @param {boolean} offline whether no request may leave
   * @param {() => void} changed called whenever a record begins or ends its way
   */
  constructor(offline, changed) {
    this.offline = offline;
    this.#changed = changed;
  }

  /** @type {Filter} for `client.withFilter` */
  filter = (request, next, callback) => {
    if (this.offline) {
      this.reached = false;
      return callback(null, unreached);
    }
    const id = recordOf(request);
    if (id !== undefined) this.sending.add(id);
    this.#requests += 1;
    this.#bytes += request.data?.length ?? 0;
    this.#changed();
    next(request, (error, response) => {
      if (id !== undefined) this.sending.delete(id);
      this.reached = !error && response?.status !== 0;
      if (!error && response) this.#note(request, response);
      this.#changed();
      callback(error, response);
    });
  };

  /**
   * @param {FilterRequest} request
   * @param {FilterResponse} response
   */
  #note({ type }, { status, responseText }) {
    this.#bytes += responseText.length;
    if (status < 200 || status > 299) return;
    const records = recordsIn(responseText);
    if (type === 'GET') this.#received += records.filter(({ id, version }) => this.#known.get(id) !== version).length;
    else this.#sent += 1;
    this.know(records);
  }

  /**
   * Takes note of records as this device has them: one that comes again as it was is not new, though every pull begins
   * with the last record of the one before.
   * @param {Version[]} records
   */
  know(records) {
    for (const { id, version } of records) this.#known.set(id, version);
  }

  /** Takes note that this device has nothing. */
  knowNothing() {
    this.#known.clear();
  }

  /**
   * Since the last count: how many changes the server took, how many records came that were new here, in how many
   * requests, and how long their texts were, which is about their bytes.
   */
  count() {
    const counted = { sent: this.#sent, received: this.#received, requests: this.#requests, bytes: this.#bytes };
    this.#sent = 0;
    this.#received = 0;
    this.#requests = 0;
    this.#bytes = 0;
    return counted;
  }
}

/**
 * The id of the record that a request changes.
 * @param {FilterRequest} request
 * @returns {string | undefined}
 */
function recordOf({ type, url, data }) {
  if (type === 'GET') return undefined;
  if (type === 'POST') return JSON.parse(data ?? '{}').id;
  return decodeURIComponent(new URL(url).pathname.split('/').pop() ?? '');
}

/**
 * @param {string} body of an answer: a record, an array of them, or neither
 * @returns {Version[]}
 */
function recordsIn(body) {
  try {
    return [JSON.parse(body)].flat().filter((record) => record?.id !== undefined);
  } catch {
    return [];
  }
}
