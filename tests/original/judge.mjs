// What came of the original's cases, as tests: each must pass, save those that the list names, which must be as it says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { internals } from './lists.mjs';

/** @typedef {import('./suite.mjs').Report} Report */
/** @typedef {import('./recorder.mjs').Outcome} Outcome */

/** @param {Report} report */
export function judge({ defined, outcomes }) {
  test('every case has run, and each that the list names is there', (context) => {
    const needing = Object.keys(internals).length;
    context.diagnostic(
      `${defined} cases: ${needing} need private parts of the original, and the other ${defined - needing} must pass`,
    );
    assert.equal(outcomes.length, defined);
    const names = new Set(outcomes.map(({ name }) => name));
    assert.equal(names.size, defined, 'each has a name of its own');
    assert.deepEqual(Object.keys(internals).filter((name) => !names.has(name)), []);
  });
  for (const outcome of outcomes) judgeCase(outcome);
}

/** @param {Outcome} outcome */
function judgeCase({ name, internal, failures }) {
  const listed = internals[name] ?? null;
  if (internal !== listed) {
    test(name, () => assert.equal(internal, listed, 'what it needs of the private parts is not what internals.json says'));
  } else if (internal) {
    test(name, { skip: `needs ${internal}, a private part of the original` }, () => {});
  } else {
    test(name, () => assert.deepEqual(failures, []));
  }
}
