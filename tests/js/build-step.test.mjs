// A step of the build runs when something it depends on has changed, and only then.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { bringUpToDate } from '../../scripts/build/step.mjs';
import { cache, root } from '../../scripts/project.mjs';

/** @type {string} */
let folder;
/** @type {number} */
let made;
/** @type {import('../../scripts/build/step.mjs').Step} */
let step;

before(async () => {
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(path.join(cache, 'step-'));
  const below = (/** @type {string} */ name) => path.relative(root, path.join(folder, name));
  made = 0;
  await mkdir(path.join(folder, 'in'));
  await writeFile(path.join(folder, 'in', 'a.txt'), 'one');
  step = {
    name: path.basename(folder),
    inputs: [below('in')],
    outputs: [below('out.txt')],
    make: async () => {
      made += 1;
      await writeFile(path.join(folder, 'out.txt'), `made ${made}`);
    },
  };
});
after(async () => {
  await rm(folder, { recursive: true });
  await rm(path.join(cache, 'build', `${step.name}.stamp`));
});

test('a step runs when it, its inputs or its outputs have changed', async () => {
  assert.equal(await bringUpToDate(step), true, 'the first time');
  assert.equal(await bringUpToDate(step), false, 'nothing changed');
  await writeFile(path.join(folder, 'in', 'a.txt'), 'one');
  assert.equal(await bringUpToDate(step), false, 'written again with the same content');
  await writeFile(path.join(folder, 'in', 'a.txt'), 'two');
  assert.equal(await bringUpToDate(step), true, 'an input changed');
  await writeFile(path.join(folder, 'in', 'b.txt'), 'new');
  assert.equal(await bringUpToDate(step), true, 'an input was added');
  await rm(path.join(folder, 'out.txt'));
  assert.equal(await bringUpToDate(step), true, 'an output is gone');
  step.settings = 'fast';
  assert.equal(await bringUpToDate(step), true, 'a setting changed');
  assert.equal(made, 5);
});

test('a step that failed runs again', async () => {
  const broken = { ...step, settings: 'broken', make: async () => assert.fail('no compiler') };
  await assert.rejects(bringUpToDate(broken), /no compiler/);
  await assert.rejects(bringUpToDate(broken), /no compiler/);
});
