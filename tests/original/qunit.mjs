// The runner of the original's tests, which expect to find it as a global.

import QUnit from 'qunitjs';
import { endings } from './endings.mjs';

const { test } = QUnit;
/**
 * A case lasts until all that it has begun is over.
 * @param {string} name
 * @param {(this: unknown, assert: any) => unknown} body
 */
QUnit.test = (name, body) =>
  test(name, /** @this {unknown} @param {any} assert */ function lasting(assert) {
    const over = assert.async();
    body.call(this, assert);
    endings().then((thrown) => {
      for (const error of thrown) assert.ok(false, String(error));
      over();
    });
  });
QUnit.config.autostart = false;
QUnit.config.reorder = false;
QUnit.config.testTimeout = 30_000;
// In a page it comes with the event, which may be past.
QUnit.load();

Object.assign(globalThis, { QUnit });
