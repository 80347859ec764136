// The original's tests as one script, for node and for a page: sets `originalSuite.run`.

import './qunit.mjs';
import 'azure-mobile-apps-client/sdk/test/misc/testframework.js';
import 'original:tests';
import QUnit from 'qunitjs';
import { waitFor } from './endings.mjs';
import { Recorder } from './recorder.mjs';

/**
 * @typedef {{ isAsync?: boolean, testFunc: () => any }} Case as the original's framework has it
 * @typedef {import('./recorder.mjs').Assertion} Assertion
 *
 * @typedef {object} Report
 * @property {number} defined how many cases there are
 * @property {import('./recorder.mjs').Outcome[]} outcomes
 */

/** @type {any} */
const { $run, $testGroups } = globalThis;

/** @type {Case[]} */
const cases = $testGroups.flatMap((/** @type {{ testsArray: Case[] }} */ { testsArray }) => testsArray);
for (const test of cases) lastUntilOver(test);

/**
 * A case that is not told to be asynchronous may promise something all the same.
 * @param {Case} test
 */
function lastUntilOver(test) {
  const { isAsync, testFunc } = test;
  if (isAsync) return;
  test.testFunc = () => {
    const result = testFunc();
    if (typeof result?.then === 'function') waitFor(result);
  };
}

// The original's takes what a step is rejected with for what it gives.
globalThis.$chain = async (/** @type {((before: unknown) => unknown)[]} */ ...steps) => {
  let given;
  for (const step of steps) given = await step(given);
};

/** @returns {Promise<Report>} */
originalSuite.run = () =>
  new Promise((resolve) => {
    const report = new Recorder();
    QUnit.testStart(() => report.begin());
    QUnit.log((/** @type {Assertion} */ assertion) => report.note(assertion));
    QUnit.testDone((/** @type {{ module: string, name: string }} */ test) => report.end(test));
    QUnit.done(() => resolve({ defined: cases.length, outcomes: report.outcomes }));
    $run(false);
    QUnit.start();
  });
