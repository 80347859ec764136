// Every kept sample of the store format, in a browser: what a device has written must open in the next version.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expected, samples, taste } from '../js/samples.mjs';
import { World } from './world.mjs';

/** @type {World} */
let world;
/** @type {import('./browser/browser.mjs').Browser} */
let browser;

before(async () => {
  world = await World.start();
  browser = await world.device();
  await browser.open(world.page);
});
after(() => world.stop());

for (const sample of samples) {
  for (const way of /** @type {const} */ (['store', 'export'])) {
    test(`${sample.format}: the ${way}, ${sample.kind}, opens and goes on`, async () => {
      assert.deepEqual(await browser.run(taste, sample, way), expected);
    });
  }
}
