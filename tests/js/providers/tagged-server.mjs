// A REST service of the careful kind: entity tags, pages by cursor, changes by sequence number with tombstones, and
// whatever goes wrong that a test says.

import { bodyOf, serve } from './world.mjs';

/** @typedef {{ id: string, seq: number, gone?: boolean, [field: string]: any }} Row */

/** @param {Row[]} [rows] */
export async function taggedServer(rows = []) {
  /** @type {Map<string, Row>} */
  const notes = new Map(rows.map((row) => [row.id, row]));
  let seq = rows.length;
  /** What happens to the next requests, one each. @type {((answer: any, go: () => Promise<void>) => any)[]} */
  const mishaps = [];
  /** @type {{ method: string, url: string, headers: any }[]} */
  const seen = [];

  const put = (/** @type {any} */ record) => {
    const row = { ...record, seq: (seq += 1) };
    notes.set(row.id, row);
    return row;
  };

  /** @param {any} answer @param {number} status @param {any} [body] @param {any} [headers] */
  const say = (answer, status, body, headers = {}) => {
    answer.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    answer.end(body === undefined ? undefined : JSON.stringify(body));
  };

  const tag = (/** @type {Row} */ row) => ({ ETag: `"${row.seq}"` });

  /** @param {any} request @param {any} answer */
  async function handle(request, answer) {
    const { pathname, searchParams } = new URL(request.url, 'http://x');
    const id = decodeURIComponent(pathname.split('/')[2] ?? '');
    const body = await bodyOf(request);
    const row = notes.get(id);
    if (request.method === 'GET' && !id) return list(searchParams, answer);
    if (request.method === 'POST') {
      if (notes.has(body.id)) return say(answer, 409, { message: 'it is there' });
      const made = put(body);
      return say(answer, 201, made, tag(made));
    }
    if (!row || row.gone) return say(answer, 404, { message: 'it is not there' });
    if (request.method === 'GET') return say(answer, 200, row, tag(row));
    const match = request.headers['if-match'];
    if (match !== undefined && match !== tag(row).ETag) return say(answer, 412, { message: 'it is another by now' });
    const changed = put(request.method === 'DELETE' ? { id, gone: true } : { ...body, id });
    return say(answer, 200, changed, tag(changed));
  }

  /** @param {URLSearchParams} asked @param {any} answer */
  function list(asked, answer) {
    const since = Number(asked.get('since') ?? 0);
    const [size, from] = [Number(asked.get('size') ?? 100), Number(asked.get('cursor') ?? 0)];
    const all = [...notes.values()].filter((row) => row.seq > since && (since > 0 || !row.gone));
    const page = all.sort((a, b) => a.seq - b.seq).slice(from, from + size);
    const items = page.map((row) => ({ ...row, etag: tag(row).ETag }));
    say(answer, 200, { items, next: from + size < all.length ? String(from + size) : null });
  }

  const server = await serve(async (request, answer) => {
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    const mishap = mishaps.shift();
    if (mishap) return mishap(answer, () => handle(request, { writeHead() {}, end() {} }));
    return handle(request, answer);
  });
  return { ...server, notes, mishaps, seen, put };
}

/** The change is made, and the connection breaks before anyone hears of it. @param {any} answer @param {any} go */
export const loseAnswer = async (answer, go) => {
  await go();
  answer.destroy();
};

/** @param {number} status @param {any} [headers] @param {string} [body] */
export const refuse = (status, headers = {}, body = '{}') => (/** @type {any} */ answer) => {
  answer.writeHead(status, headers);
  answer.end(body);
};

/** What an app says of it. @param {string} url */
export const described = (url) => ({
  name: 'tagged', provider: 'rest', url, parallel: true,
  soups: {
    notes: {
      rows: '$.items', version: '$.etag', etag: true, deleted: '$.gone',
      paging: { by: 'cursor', parameter: 'cursor', size: 'size', next: '$.next' },
      since: { parameter: 'since', position: '$.seq' },
    },
  },
});
