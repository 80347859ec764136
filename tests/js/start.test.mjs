// `npm start`: serves the pages, the backend and the test org, stops cleanly, and steps aside where a port is taken.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { at } from '../../scripts/project.mjs';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
after(() => running.forEach((child) => child.kill('SIGKILL')));

/**
 * Starts the demo as a user does.
 * @returns {Promise<{ site: string, backend: string, org: string, end: (signal: NodeJS.Signals) => Promise<number | null> }>}
 */
function start() {
  const child = spawn('node', [at('scripts', 'start.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    return code;
  });
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      printed += chunk;
      const [site, backend, org] = printed.match(/http:\/\/127\.0\.0\.1:\d+/g) ?? [];
      const end = (/** @type {NodeJS.Signals} */ signal) => {
        child.kill(signal);
        return ended;
      };
      if (site && backend && org && printed.includes('Ctrl-C')) resolve({ site, backend, org, end });
    });
    ended.then(() => reject(new Error(`it ended, after printing ${printed}`)));
  });
}

/** @param {string} address */
const answers = (address) => fetch(address, { headers: { 'zumo-api-version': '2.0.0' } }).then(({ status }) => status, () => 0);

test('it serves all, tells the pages where backend and org are, and leaves nothing running', async () => {
  const demo = await start();
  assert.equal(await answers(`${demo.site}/pkg/tureen_bg.wasm`), 200);
  assert.equal(await answers(`${demo.site}/scripts/start.mjs`), 404);
  assert.deepEqual(await (await fetch(`${demo.site}/config.json`)).json(), { backend: demo.backend });
  assert.equal(await answers(`${demo.backend}/tables/todoitem`), 200);
  assert.equal(await answers(`${demo.site}/www/demo/contacts/`), 200);
  assert.equal(await answers(`${demo.site}/node_modules/backbone/backbone-min.js`), 200);
  assert.equal(await answers(`${demo.site}/node_modules/esbuild/package.json`), 404);
  const { instanceUrl, accessToken } = await (await fetch(`${demo.site}/org.json`)).json();
  assert.equal(instanceUrl, demo.org);
  const headers = { authorization: `Bearer ${accessToken}` };
  const { totalSize } = await (await fetch(`${demo.org}/services/data/v66.0/query?q=SELECT+Id+FROM+Contact`, { headers })).json();
  assert.ok(totalSize > 0);

  const beside = await start();
  assert.notEqual(beside.site, demo.site);
  assert.notEqual(beside.backend, demo.backend);
  assert.equal(await answers(`${beside.backend}/tables/todoitem`), 200);

  assert.equal(await demo.end('SIGINT'), 0);
  assert.equal(await beside.end('SIGTERM'), 0);
  for (const { site, backend, org } of [demo, beside]) {
    for (const address of [site, backend, org]) assert.equal(await answers(address), 0);
  }
});
