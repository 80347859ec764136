// The last line of `npm test` can be believed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cargoSummary, countOf, nodeSummary } from '../../scripts/test/outcome.mjs';

const stderr = '';

test('the summaries of several test binaries are added up', () => {
  const stdout =
    'test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured\n' +
    'test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured\n';
  assert.deepEqual(countOf({ code: 101, stdout, stderr }, cargoSummary), { passed: 15, failed: 2 });
});

test("node's summary is read in colour too, and a cancelled test has failed", () => {
  const stdout = '\u001b[34mℹ pass 7\u001b[39m\n\u001b[34mℹ fail 1\u001b[39m\nℹ cancelled 2\n';
  assert.deepEqual(countOf({ code: 1, stdout, stderr }, nodeSummary), { passed: 7, failed: 3 });
});

test('a runner that crashed has failed, however much passed before', () => {
  const stdout = 'test result: ok. 12 passed; 0 failed; 0 ignored\n';
  assert.deepEqual(countOf({ code: 101, stdout, stderr }, cargoSummary), { passed: 12, failed: 1 });
  assert.deepEqual(countOf({ code: 127, stdout: '', stderr: 'not found' }, nodeSummary), { passed: 0, failed: 1 });
});

test('a runner that ran nothing has failed', () => {
  const stdout = 'test result: ok. 0 passed; 0 failed; 0 ignored\n';
  assert.deepEqual(countOf({ code: 0, stdout, stderr }, cargoSummary), { passed: 0, failed: 1 });
});
