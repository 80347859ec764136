// What came of the original's cases, as tests: each must pass, save those that the lists name, and these must be as the
// lists say.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences, internals } from './lists.mjs';

/** @typedef {import('./suite.mjs').Report} Report */
/** @typedef {import('./recorder.mjs').Outcome} Outcome */

/** @param {Report} report */
export function judge({ defined, outcomes }) {
  test('every case has run, and each that the lists name is there', (context) => {
    const count = (/** @type {Record<string, unknown>} */ list) => Object.keys(list).length;
    const [needing, differing] = [count(internals), count(differences)];
    context.diagnostic(
      `${defined} cases: ${needing} need private parts of the original, ${differing} expect a fault of its, and the ` +
        `other ${defined - needing - differing} must pass`,
    );
    assert.equal(outcomes.length, defined);
    const names = new Set(outcomes.map(({ name }) => name));
    assert.equal(names.size, defined, 'each has a name of its own');
    const unknown = [...Object.keys(internals), ...Object.keys(differences)].filter((name) => !names.has(name));
    assert.deepEqual(unknown, []);
  });
  for (const outcome of outcomes) judgeCase(outcome);
}

/** @param {Outcome} outcome */
function judgeCase({ name, internal, failures }) {
  const listed = internals[name] ?? null;
  const { because, shown } = differences[name] ?? {};
  if (internal !== listed) {
    test(name, () => assert.equal(internal, listed, 'what it needs of the private parts is not what internals.json says'));
  } else if (internal) {
    test(name, { skip: `needs ${internal}, a private part of the original` }, () => {});
  } else if (shown) {
    test(`${name}: fails, as ${because}`, () => assert.ok(failures.join('\n').includes(shown), failures.join('\n') || 'it passes'));
  } else {
    test(name, () => assert.deepEqual(failures, []));
  }
}
