// How fast Mobile Sync is against the test org on this machine: 50,000 records down beside what the org can serve by
// itself, 2,000 up, ten deletions found among 50,000, and a reSync that finds nothing.
//
// `node benches/salesforce/run.mjs [--records 50000]` prints a table. In node, whose IndexedDB is one in memory; how
// many requests there are is what the tests see to.
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { build } from '../../scripts/build.mjs';

const { values: options } = parseArgs({ options: { records: { type: 'string', default: '50000' } } });

await build();
const { device, made, soql } = await import('../../tests/js/mobile-sync.mjs');

const COUNT = Number(options.records);
const thread = new Worker(new URL('org.mjs', import.meta.url), { workerData: { records: COUNT } });
const [{ address, token }] = await once(thread, 'message');
const phone = await device({ address, token: () => token });

/** @type {[string, string, string][]} */
const rows = [];

/**
 * What was asked of the org since the last time.
 * @param {number} [remove] how many records it shall remove before
 * @returns {Promise<{ requests: number, milliseconds: number }>}
 */
async function asked(remove = 0) {
  thread.postMessage({ remove });
  const [told] = await once(thread, 'message');
  return told;
}

/**
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} job
 */
async function measure(what, job) {
  await asked();
  const start = performance.now();
  const result = await job();
  const took = performance.now() - start;
  const { requests, milliseconds } = await asked();
  rows.push([what, `${took.toFixed(0)} ms, of which the org ${milliseconds.toFixed(0)} ms`, String(requests)]);
  return { result, took };
}

/** What the org can serve: a client that does nothing with the pages. */
async function served() {
  const query = encodeURIComponent('SELECT Id,LastModifiedDate,Name,Phone FROM Account ORDER BY LastModifiedDate');
  let next = `/services/data/v60.0/query?q=${query}`;
  while (next) {
    const page = await (await fetch(address + next, { headers: { authorization: `Bearer ${token}` } })).json();
    next = page.nextRecordsUrl;
  }
}

const plain = await measure(`${COUNT} records, fetched and thrown away`, served);
const down = await measure(`${COUNT} records down`, () => phone.down(soql('SELECT Name, Phone FROM Account')));
const { _soupEntryId: id } = down.result;
await measure('a reSync with nothing new', () => phone.again(id));
await asked(10);
await measure('ghosts of ten deletions', () => phone.clean(id));
await phone.put(Array.from({ length: 2000 }, (_, number) => made('Account', { Name: `up ${number}` })));
await measure('2,000 new records up', () => phone.up());

for (const row of [['what', 'time', 'requests'], ...rows]) console.log(row.join(' | '));
console.log(`down at ${((plain.took / down.took) * 100).toFixed(0)} % of what the org can serve`);
await phone.close();
await thread.terminate();
