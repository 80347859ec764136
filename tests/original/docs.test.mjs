// What the documentation says to those who come from the original is what the list, the code and the README say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { at } from '../../scripts/project.mjs';
import * as Tureen from '../../www/node.mjs';
import { internals } from './lists.mjs';

const { WindowsAzure } = Tureen;

const read = (/** @type {string} */ file) => readFileSync(at(file), 'utf8');
const [, section] = /### The original's own tests\n([^]*?)\n## /.exec(read('docs/differences.md')) ?? [];

test('docs/differences.md counts the cases that cannot run', () => {
  assert.ok(section.replace(/\s+/g, ' ').includes(` ${Object.keys(internals).length} need private parts`));
});

test('docs/azure.md asks of a page what the README asks', () => {
  for (const asked of [/<script .*>/, /<meta [^>]*>/, /<access .*>/]) {
    const [inReadme, inGuide] = ['README.md', 'docs/azure.md'].map((file) => asked.exec(read(file))?.[0]);
    assert.ok(inReadme);
    assert.equal(inGuide, inReadme);
  }
});

test('docs/azure.md calls what there is', () => {
  const api = {
    store: WindowsAzure.MobileServiceSqliteStore.prototype,
    syncContext: Object.getPrototypeOf(new WindowsAzure.MobileServiceClient('http://someurl').getSyncContext()),
    client: WindowsAzure.MobileServiceClient.prototype,
    Tureen,
  };
  const calls = [...read('docs/azure.md').matchAll(/\b(store|syncContext|client|Tureen)\.(\w+)\(/g)];
  assert.ok(calls.length > 8);
  for (const [call, face, method] of calls) {
    assert.equal(typeof (/** @type {any} */ (api)[face][method]), 'function', call);
  }
});
