// docs/mobile-sync-models.md: its code runs, from the first block to the last, and does what is said beside it.
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { at, cache } from '../../scripts/project.mjs';

const page = await readFile(at('docs', 'mobile-sync-models.md'), 'utf8');
const blocks = (/** @type {string} */ language) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code);

/** How often the page has shown something by the end of each block: some begin what they do not wait for. */
const SHOWN = [0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 5];

/** What the page's app has of its own, and what it was shown. */
const before = `
import 'fake-indexeddb/auto';
import { Org } from ${JSON.stringify(pathToFileURL(at('tests', 'backends', 'salesforce', 'org.mjs')).href)};
export const org = await Org.start();
export const shown = [];
let tell = () => {};
const show = (...told) => tell(shown.push(told));
const until = (count) => new Promise((resolve) => {
  tell = () => shown.length >= count && resolve();
  tell();
});
const isOnline = () => true;
const instanceURL = org.address;
const accessToken = org.token();
org.sessions.expire();
const login = async () => ({ accessToken: org.token() });
const othersChange = async (id, values) => org.update(id, values);
`;
const after = `
export const outcome = [later.get('__local__'), contacts.length, type.sobjectType, label, described.length > 5];
`;

test('every block of code runs', async () => {
  const code = blocks('js');
  assert.equal(code.length + blocks('html').length, [...page.matchAll(/^```\w/gm)].length, 'no block of another kind');
  const folder = `${cache}/models-doc`;
  const file = `${folder}/page.mjs`;
  await mkdir(folder, { recursive: true });
  const untilShown = code.map((block, at) => `${block}\nawait until(${SHOWN[at]});\n`);
  await writeFile(file, before + untilShown.join('\n') + after);
  const { org, shown, outcome } = await import(pathToFileURL(file).href);
  try {
    assert.deepEqual(shown, [
      ['Lovage & Sons'], ['saved'], [['Title'], 'Head buyer', 'Director', 'Purchasing'],
      [400, 'REQUIRED_FIELD_MISSING', ['LastName']], [1],
    ]);
    assert.deepEqual(outcome, [false, 2, 'Contact', 'Contact', true]);
    const contacts = org.all('Contact').map((/** @type {any} */ { LastName, Title }) => [LastName, Title]);
    assert.deepEqual(contacts, [['Thyme', 'Director'], ['Parsley', null], ['Spearmint', null]]);
    assert.equal(org.all('Account')[0].Phone, '+44 20 7946 0101');
  } finally {
    await org.stop();
    await rm(folder, { recursive: true });
  }
});

test('it names every call and constant of Force, and what is not there it does not name', async () => {
  const { Force } = await import('./models.mjs');
  const names = Object.keys(Force).filter((name) => !/^(init|smartstoreClient|forceJsClient)$/.test(name));
  for (const name of names) assert.match(page, new RegExp(`\\b${name}\\b`), name);
  for (const [, name] of page.matchAll(/\bForce\.(\w+)/g)) assert.ok(name in Force, name);
});

test('the scripts of the plain page are those of the package', async () => {
  const scripts = [...blocks('html').join().matchAll(/src="(pkg\/[^"]+)"/g)].map(([, file]) => file);
  assert.equal(scripts.length, 2);
  for (const file of scripts) assert.ok((await readFile(at(file), 'utf8')).length > 0);
});
