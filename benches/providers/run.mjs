// `npm run bench:providers`: how fast 50,000 rows come in by each provider, beside what their server can serve.
//
// In node, over loopback, into a store whose IndexedDB is in memory: what is measured is the way of a row from its text
// into the soup, and not the disk. "Served" reads the same pages one after another, and does nothing with them.
import 'fake-indexeddb/auto';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as Tureen from '../../www/node.mjs';

const ROWS = 50_000;
const PAGE = 1_000;
const ROUNDS = 3;

const server = fork(fileURLToPath(new URL('server.mjs', import.meta.url)), [String(ROWS), String(PAGE)]);
const [{ url }] = await once(server, 'message');

/** Each provider, and how it is connected. @type {Record<string, { first: string, options: any }>} */
const providers = {
  rest: {
    first: `${url}/rest`,
    options: {
      provider: 'rest', url,
      soups: { rows: { list: '/rest', rows: '$.value', paging: { by: 'link', next: '$.next' } } },
    },
  },
  odata: { first: `${url}/odata`, options: { provider: 'odata', url, soups: { rows: { entitySet: 'odata', id: 'id' } } } },
};

console.log(`${ROWS} rows, pages of ${PAGE}; the best of ${ROUNDS} rounds\n`);
console.log('| provider | served, rows/s | pulled, rows/s | of what is served |\n|---|---|---|---|');
for (const [name, { first, options }] of Object.entries(providers)) {
  const served = await best(() => readAll(first));
  const pulled = await best(() => pullAll(name, options));
  console.log(`| ${name} | ${Math.round(served)} | ${Math.round(pulled)} | ${Math.round((100 * pulled) / served)} % |`);
}
server.kill();

/** Rows per second of the fastest round. @param {() => Promise<void>} job */
async function best(job) {
  let most = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now();
    await job();
    most = Math.max(most, (ROWS * 1_000) / (performance.now() - begun));
  }
  return most;
}

/** @param {string} first */
async function readAll(first) {
  for (let next = first; next; ) {
    const text = await (await fetch(next)).text();
    next = /"(?:next|@odata\.nextLink)":"([^"]*)"/.exec(text.slice(0, 300))?.[1] ?? '';
  }
}

/** @param {string} name @param {any} options */
async function pullAll(name, options) {
  const store = await Tureen.openStore({ name, encryption: false, durability: 'relaxed' });
  const connection = await store.connect({ name, ...options });
  const { stored } = await connection.pull('rows', { pageSize: PAGE });
  if (stored !== ROWS) throw new Error(`${name} has stored ${stored} rows`);
  connection.close();
  await store.remove();
}
