// Measures Tureen beside the original Azure client: one page, one Chromium, one real backend.
//
// `node benches/azure/run.mjs [--rows 50000] [--many 170000] [--save]` prints the table; --save keeps it in docs/benchmarks.md.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../../scripts/build.mjs';
import { at } from '../../scripts/project.mjs';
import { startBackend } from '../../scripts/serve/backend.mjs';
import { serve } from '../../scripts/serve/site.mjs';
import { Browser } from '../../tests/e2e/browser/browser.mjs';
import { isolated, keep } from '../report.mjs';
import { bundle } from './bundle.mjs';
import { seed } from './seed.mjs';

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '50000' },
    many: { type: 'string', default: '170000' },
    save: { type: 'boolean', default: false },
  },
});
const rows = Number(options.rows);
/** As many as users of the original waited six hours for. */
const many = Number(options.many);
const operations = 1000;
/** The original gets less of it, for it does about ten a second: what is told of it is told for each second. */
const few = { rows: 300, operations: 50 };

await build();
await bundle();
const folder = await mkdtemp(path.join(tmpdir(), 'tureen-bench-'));
const folders = ['benches', 'pkg', 'backend/node_modules/sql.js/dist'];
const site = await serve({ folders, home: '/benches/azure/page.html', headers: isolated }, 0);
const browser = await Browser.start('chromium');

/** @type {import('../../scripts/serve/backend.mjs').Backend[]} */
const backends = [];

/** Starts a backend that holds so many rows. @param {number} count */
async function backendWith(count) {
  const data = count === 0 ? ':memory:' : path.join(folder, `${backends.length}.sqlite`);
  if (count > 0) await seed(data, count);
  const backend = await startBackend({ data });
  backends.push(backend);
  return backend;
}

/** Runs a job in a fresh page, so that nobody pays for what another one left behind. @param {Record<string, unknown>} job */
async function run(job) {
  process.stderr.write(`${job.client} ${job.workload}\n`);
  await browser.open(`${site.address}/benches/azure/page.html`);
  return browser.run((asked) => /** @type {any} */ (globalThis).bench(asked), job);
}

try {
  await browser.session?.manage().setTimeouts({ script: 3_600_000 });
  const lines = [];
  const [small, large] = [await backendWith(few.rows), await backendWith(rows)];
  const [huge, empty] = [await backendWith(many), await backendWith(0)];
  const pullSmall = { workload: 'pull', backend: small.address, options: { rows: few.rows } };
  const oldPull = await run({ client: 'original', ...pullSmall });
  const pull = await run({ client: 'tureen', ...pullSmall });
  const settings = { rows, pageSize: 1000 };
  const all = await run({ client: 'tureen', workload: 'pull', backend: large.address, options: settings });
  const aside = await run({ client: 'tureen', worker: true, workload: 'pull', backend: large.address, options: settings });
  const served = await run({ client: 'tureen', workload: 'serve', backend: large.address, options: { urls: all.urls } });
  const far = await run({ client: 'tureen', workload: 'pull', backend: huge.address, options: { rows: many, pageSize: 1000 } });
  const push = { workload: 'push', backend: empty.address };
  const oldPush = await run({ client: 'original', ...push, options: { operations: few.operations } });
  const newPush = await run({ client: 'tureen', ...push, options: { operations } });
  const single = await run({ client: 'tureen', ...push, options: { operations, parallelism: 1 } });

  const rate = (/** @type {number} */ count, /** @type {number} */ ms) => (count / ms) * 1000;
  const mebibytes = (/** @type {{ memory: number, module: number }} */ { memory, module }) =>
    [memory, module].map((bytes) => (bytes / 2 ** 20).toFixed(0)).join(' and ');
  const told = (/** @type {number} */ ms) => (ms === 0 ? 'below 50' : ms.toFixed(0));
  const line = (/** @type {string} */ what, /** @type {number} */ old, /** @type {number} */ fresh) =>
    lines.push(`| ${what} | ${old.toFixed(0)} | ${fresh.toFixed(0)} | ${(fresh / old).toFixed(1)}× |`);
  lines.push('| | original | Tureen | |', '|---|---|---|---|');
  line('pull, rows a second, pages of 50', rate(few.rows, oldPull.ms), rate(few.rows, pull.ms));
  line(`pull of ${rows}, rows a second, pages of 1,000`, rate(few.rows, oldPull.ms), rate(rows, all.ms));
  line('local inserts a second, each awaited', rate(few.operations, oldPush.inserts), rate(operations, newPush.inserts));
  line('push, operations a second', rate(few.operations, oldPush.ms), rate(operations, newPush.ms));
  line('push, one at a time', rate(few.operations, oldPush.ms), rate(operations, single.ms));
  lines.push(
    `| rows a second that the backend serves, pages of 1,000 | | ${rate(rows, served.ms).toFixed(0)} | ` +
      `${((served.ms / all.ms) * 100).toFixed(0)} % of them pulled |`,
    `| longest task of the main thread meanwhile, ms | ${told(oldPull.longest)} | ${told(all.longest)} | |`,
    `| memory after it, JavaScript's and the module's, MiB | | ${mebibytes(all)} | |`,
    `| the same in a worker, rows a second | | ${rate(rows, aside.ms).toFixed(0)} | |`,
    `| longest time without a turn of the page, ms: in the page, in a worker | | ${all.block.toFixed(0)}, ` +
      `${aside.block.toFixed(0)} | |`,
    `| pull of ${many}, seconds | | ${(far.ms / 1000).toFixed(0)} | |`,
    `| longest task of the main thread meanwhile, ms | | ${told(far.longest)} | |`,
    `| memory after it, JavaScript's and the module's, MiB | | ${mebibytes(far)} | |`,
    `| pull with nothing new, requests | ${oldPull.idleRequests} | ${all.idleRequests} | |`,
  );
  const text = lines.join('\n');
  process.stdout.write(`${text}\n`);
  if (options.save) await keep('azure', text);
} finally {
  await Promise.all([...backends.map((backend) => backend.stop()), browser.quit(), site.stop()]);
  await rm(folder, { recursive: true, force: true });
}
