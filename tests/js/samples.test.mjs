// Every kept sample of the store format, in node with IndexedDB in memory.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tureen from '../../www/node.mjs';
import { expected, samples, taste } from './samples.mjs';

for (const sample of samples) {
  for (const way of /** @type {const} */ (['store', 'export'])) {
    test(`${sample.format}: the ${way}, ${sample.kind}, opens and goes on`, async () => {
      assert.deepEqual(await taste(sample, way, tureen), expected);
    });
  }
}
