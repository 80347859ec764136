// docs/security.md claims only what is tested: each test that it names is there.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { at } from '../../scripts/project.mjs';

test('every claim names tests that exist', async () => {
  const page = await readFile(at('docs', 'security.md'), 'utf8');
  const text = page.replace(/\s+/g, ' ');
  const claims = [...text.matchAll(/\((?=`)([^()]*\*)\)/g)].flatMap(([, names]) => names.split('; '));
  assert.ok(claims.length > 10, `${claims.length}`);
  for (const claim of claims) {
    const files = [...claim.matchAll(/`([^`]+)`/g)].map(([, file]) => file);
    const tests = [...claim.matchAll(/\*([^*]+)\*/g)].map(([, name]) => name);
    assert.ok(files.length > 0 && tests.length > 0, claim);
    const held = (await Promise.all(files.map((file) => readFile(at(file), 'utf8')))).join('\n');
    for (const name of tests) assert.ok(held.includes(name), `${files.join(' and ')} has no test "${name}"`);
  }
  const lists = [...page.matchAll(/^cannot\n(.*?)^can\b/gms)];
  assert.equal(lists.length, 3);
  for (const point of lists.flatMap(([, list]) => list.trim().split(/^- /m).slice(1))) {
    assert.match(point, /\(`[^()]*\*\)\s*$/, 'what they cannot do is tested');
  }
});
