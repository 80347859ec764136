// How fast Mobile Sync is against the test org on this machine: 50,000 records down beside what the org can serve by
// itself, 2,000 up, ten deletions found among 50,000, and a reSync that finds nothing.
//
// `node benches/salesforce/run.mjs [--records 50000]` prints a table. In node, whose IndexedDB is one in memory; how
// many requests there are is what the tests see to.
import { parseArgs } from 'node:util';
import { build } from '../../scripts/build.mjs';
import { Org } from '../../tests/backends/salesforce/org.mjs';

const { values: options } = parseArgs({ options: { records: { type: 'string', default: '50000' } } });

await build();
const { device, made, soql } = await import('../../tests/js/mobile-sync.mjs');

const COUNT = Number(options.records);
const org = await Org.start();
const ids = Array.from({ length: COUNT }, (_, number) => org.create('Account', { Name: `n${number}`, Phone: '030' }));
const phone = await device(org);

/** @type {[string, string, string][]} */
const rows = [];

/**
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} job
 */
async function measure(what, job) {
  org.asked();
  org.served.milliseconds = 0;
  const start = performance.now();
  const result = await job();
  const took = performance.now() - start;
  const time = `${took.toFixed(0)} ms, of which the org ${org.served.milliseconds.toFixed(0)} ms`;
  rows.push([what, time, `${org.asked().length}`]);
  return { result, took };
}

/** What the org can serve: a client that does nothing with the pages. */
async function served() {
  const headers = { authorization: `Bearer ${org.token()}` };
  const query = encodeURIComponent('SELECT Id,LastModifiedDate,Name,Phone FROM Account ORDER BY LastModifiedDate');
  let next = `/services/data/v60.0/query?q=${query}`;
  while (next) {
    const page = await (await fetch(org.address + next, { headers })).json();
    next = page.nextRecordsUrl;
  }
}

const plain = await measure(`${COUNT} records, fetched and thrown away`, served);
const down = await measure(`${COUNT} records down`, () => phone.down(soql('SELECT Name, Phone FROM Account')));
const { _soupEntryId: id } = down.result;
await measure('a reSync with nothing new', () => phone.again(id));
for (const gone of ids.slice(0, 10)) org.remove(gone);
await measure('ghosts of ten deletions', () => phone.clean(id));
await phone.put(Array.from({ length: 2000 }, (_, number) => made('Account', { Name: `up ${number}` })));
await measure('2,000 new records up', () => phone.up());

for (const row of [['what', 'time', 'requests'], ...rows]) console.log(row.join(' | '));
console.log(`down at ${((plain.took / down.took) * 100).toFixed(0)} % of what the org can serve`);
await phone.close();
await org.stop();
