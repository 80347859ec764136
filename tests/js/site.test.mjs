// The static server: what it serves, as what, and what it keeps to itself.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { serve } from '../../scripts/serve/site.mjs';

/** @type {Awaited<ReturnType<typeof serve>>} */
let site;
before(async () => {
  site = await serve({ folders: ['tests/e2e'], home: '/tests/e2e/page.html', answers: { '/config.json': () => '{}' } }, 0);
});
after(() => site.stop());

/** Asks for a path exactly as it is written, which fetch would tidy up. @param {string} path */
const status = (path) =>
  new Promise((resolve) => {
    request(site.address, { path }, (answer) => resolve(answer.resume().statusCode)).end();
  });

test('files are served with their type, and asked about again each time', async () => {
  const answer = await fetch(`${site.address}/tests/e2e/page.html`);
  assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.equal(answer.headers.get('cache-control'), 'no-cache');
  const tag = answer.headers.get('etag') ?? '';
  const again = await fetch(`${site.address}/tests/e2e/page.html`, { headers: { 'if-none-match': tag } });
  assert.equal(again.status, 304);
});

test('the root leads to the home page, and made answers are JSON', async () => {
  assert.equal((await fetch(site.address)).url, `${site.address}/tests/e2e/page.html`);
  assert.deepEqual(await (await fetch(`${site.address}/config.json`)).json(), {});
});

test('nothing outside the folders is served', async () => {
  for (const path of ['/package.json', '/tests/e2e/../../package.json', '/tests/e2e/%2e%2e/%2e%2e/package.json']) {
    assert.equal(await status(path), 404, path);
  }
  assert.equal(await status('/tests/e2e/%zz'), 404);
  assert.equal(await status('/tests/e2e/'), 404, 'a folder without index.html');
});
