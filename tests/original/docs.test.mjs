// What the documentation says to those who come from the original is what the lists, the code and the README say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { at } from '../../scripts/project.mjs';
import * as Tureen from '../../www/node.mjs';
import { differences, internals } from './lists.mjs';

const { WindowsAzure } = Tureen;

const read = (/** @type {string} */ file) => readFileSync(at(file), 'utf8');
const [, section] = /### The original's own tests\n([^]*?)\n## /.exec(read('docs/differences.md')) ?? [];

test('docs/differences.md names each case that expects a fault, and no other', () => {
  const named = [...section.matchAll(/^ {2}- `(.+)`$/gm)].map(([, name]) => name);
  assert.deepEqual(named.sort(), Object.keys(differences).sort());
});

test('it gives their reasons, and counts them', () => {
  const words = section.replace(/\s+/g, ' ');
  for (const { because } of Object.values(differences)) assert.ok(words.includes(`- because ${because}:`), because);
  assert.ok(words.includes(` ${Object.keys(internals).length} need private parts`));
  assert.ok(words.includes(` but for these ${Object.keys(differences).length},`));
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
