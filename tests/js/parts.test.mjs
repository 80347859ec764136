// The module's parts: fetched when they are first used, once, and again when that failed. In the order of the file: the
// module is loaded once in a process.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileOf, modules, parts } from '../../scripts/build/parts.mjs';
import { at } from '../../scripts/project.mjs';
import * as Tureen from '../../www/api.mjs';
import { PARTS, fileOf as fileInPage, locate, placeOf } from '../../www/files.mjs';
import { MobileServiceSqliteStore } from '../../www/windows-azure/store.mjs';

/** What was looked for, in turn. @type {string[]} */
let looked = [];
/** What is found instead of the part. @type {Uint8Array | undefined} */
let instead;

const [core, azure] = await Promise.all(['core', 'azure'].map((name) => readFile(at(fileOf(name)))));

locate((name) => {
  looked.push(name);
  return { wasm: name === 'core' ? core : (instead ?? azure) };
});

/** @param {string} name */
const define = (name) =>
  new MobileServiceSqliteStore(name).defineTable({ name: 'jars', columnDefinitions: { id: 'string' } });

test('the page knows the parts that are built, and their files', () => {
  assert.deepEqual(PARTS, parts.map(({ name }) => name));
  assert.deepEqual(modules, /** @type {const} */ (['core', ...PARTS]).map((name) => `pkg/${fileInPage(name)}`));
});

test('a part that there is not is refused by name', async () => {
  const given = /** @type {any} */ ({ parts: ['nothing'] });
  const message = 'There is no part nothing: parts names some of azure, salesforce, providers.';
  await assert.rejects(Tureen.ready(given), { code: 'BAD_ARGUMENT', message });
  assert.deepEqual(looked, []);
});

test('a part that is not there fails its own calls, and is named', async () => {
  instead = new TextEncoder().encode('<!doctype html>');
  await assert.rejects(define('a'), {
    code: 'WASM_INVALID',
    message: 'the bytes given is not a WebAssembly module: check that tureen_azure.wasm was deployed there.',
  });
  const store = await Tureen.openStore({ name: 'soups' });
  assert.equal(await store.soupExists('dish'), false);
});

test('a part of another build is refused, not put together with this core', async () => {
  const shown = WebAssembly.Module.exports(new WebAssembly.Module(core));
  const build = shown.find(({ name, kind }) => kind === 'memory' && name !== 'memory')?.name ?? '';
  const other = Buffer.from(azure);
  assert.ok(other.includes(build));
  other.write('000000000000', other.indexOf(build), 'latin1');
  instead = other;
  await assert.rejects(define('a'), {
    code: 'WASM_INVALID',
    message: "tureen_azure.wasm is not of the same version as Tureen's other files: deploy all of them from one " +
      'release, and see that no cache keeps one of an older.',
  });
});

test('calls wait for the part, which is looked for once more and then no more', async () => {
  instead = undefined;
  looked = [];
  await Promise.all([define('a'), define('b')]);
  await define('a');
  await Tureen.ready({ parts: ['azure'] });
  assert.deepEqual(looked, ['azure']);
});

test('beside a core that the app has put elsewhere under its own name, the part is looked for there', () => {
  placeOf('core', 'https://cdn.example/v2/tureen_bg.wasm?cached=1');
  assert.deepEqual(placeOf('azure'), { wasm: 'https://cdn.example/v2/tureen_azure.wasm?cached=1' });
  assert.deepEqual(placeOf('azure', 'here.wasm'), { wasm: 'here.wasm' });
  placeOf('core', '/assets/tureen_bg-3f9a.wasm');
  assert.deepEqual(placeOf('azure'), { wasm: azure });
});
