// A provider that an app writes itself, in the shape of a REST service that lives in the page: its functions are called
// for what would be requests, so that everything else is as it is for any other service.

/** @typedef {import('./fetch.mjs').Request} Request */
/** @typedef {import('./fetch.mjs').Answer} Answer */

/**
 * What a provider is asked for.
 * @typedef {object} Listing
 * @property {string} soup
 * @property {string | null} since what the last listing gave as `since`: only what changed from then on
 * @property {string | null} cursor what the page before gave as `next`
 * @property {number} size about how many rows
 */

/**
 * @typedef {object} Listed
 * @property {object[]} rows of which one with `_deleted: true` stands for a deleted record
 * @property {string | null} [next] how to ask for the next page
 * @property {string | null} [since] with the last page: from where on the next listing is to begin
 */

/**
 * What a provider does. Each may throw an error with a `status` as HTTP's: 409 for a conflict, 404 for a record that is
 * gone, 400 for a change that will never do, 503 with `retryAfter` in seconds. Any other error counts as no answer.
 * @typedef {object} Provider
 * @property {(asked: Listing) => Listed | Promise<Listed>} list
 * @property {(soup: string, id: string) => object | null | undefined | Promise<object | null | undefined>} fetch
 * @property {(soup: string, record: any, id: string) => object | void | Promise<object | void>} create `id` is the same
 *   each time that a record is tried again
 * @property {(soup: string, id: string, record: any, version?: string) => object | void | Promise<object | void>} update
 * @property {(soup: string, id: string, version?: string) => void | Promise<void>} remove
 */

const URL_OF = 'https://provider.invalid';

/**
 * What the module is told of such a provider.
 * @param {Record<string, { id?: string, ids?: string, delta?: boolean, tombstones?: boolean }>} soups
 */
export const configOf = (soups) => ({
  url: URL_OF,
  idempotencyKey: 'X-Command',
  soups: Object.fromEntries(Object.entries(soups).map(([soup, settings]) => [soup, resource(soup, settings)])),
});

/** @param {string} soup @param {any} settings */
const resource = (soup, { delta, tombstones, ...settings }) => {
  const path = `/${encodeURIComponent(soup)}`;
  return {
    ...settings,
    path,
    etag: true,
    version: '$._version',
    list: `${path}?size={size}`,
    rows: '$.rows',
    paging: { by: 'cursor', parameter: 'cursor', next: '$.next' },
    ...(delta ? { since: { parameter: 'since', token: '$.since' } } : {}),
    ...(tombstones ? { deleted: '$._deleted' } : {}),
  };
};

/**
 * Calls a provider's functions for what would be requests.
 * @param {Provider} provider
 * @returns {(request: Request) => Promise<Answer>}
 */
export const calling = (provider) => async ({ method, url, headers, body }) => {
  try {
    const { pathname, searchParams } = new URL(url);
    const [, soup = '', id = ''] = pathname.split('/').map(decodeURIComponent);
    const header = new Map(headers.map(([name, value]) => [name.toLowerCase(), value]));
    const version = header.get('if-match');
    const record = body === undefined ? undefined : JSON.parse(body);
    const ask = {
      GET: () => (id ? provider.fetch(soup, id) : provider.list(listing(soup, searchParams))),
      POST: () => provider.create(soup, record, header.get('x-command') ?? ''),
      PUT: () => provider.update(soup, id, record, version),
      DELETE: () => provider.remove(soup, id, version),
    }[method];
    const given = await ask?.();
    return method === 'GET' && id && given == null ? answer(404) : answer(200, given);
  } catch (error) {
    const { status, message, retryAfter } = /** @type {any} */ (error ?? {});
    const wait = retryAfter === undefined ? [] : [['retry-after', String(retryAfter)]];
    return typeof status === 'number'
      ? { ...answer(status, { message: String(message) }), headers: /** @type {[string, string][]} */ (wait) }
      : answer(0);
  }
};

/** @param {string} soup @param {URLSearchParams} asked */
const listing = (soup, asked) => ({
  soup,
  since: asked.get('since'),
  cursor: asked.get('cursor'),
  size: Number(asked.get('size')),
});

/** @param {number} status @param {any} [value] @returns {Answer} */
const answer = (status, value) => ({
  status,
  statusText: '',
  headers: [['content-type', 'application/json'], ...tagOf(value)],
  body: value == null ? '' : JSON.stringify(value),
});

/** A record's version is `_version`, as in a soup. @param {any} value @returns {[string, string][]} */
const tagOf = (value) => (typeof value?._version === 'string' ? [['etag', value._version]] : []);
