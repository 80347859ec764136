// What a test runner printed, as numbers.

/** @typedef {{ passed: number, failed: number }} Count */

/**
 * Reads a runner's own summary.
 * @callback Reading
 * @param {string} printed
 * @returns {Count}
 */

/** @type {Reading} cargo and wasm-bindgen's runner: one line for each test binary */
export const cargoSummary = (printed) => ({
  passed: sum(printed, /^test result: .*?(\d+) passed/gm),
  failed: sum(printed, /^test result: .*?(\d+) failed/gm),
});

/** @type {Reading} node's runner with its spec reporter; what was cancelled has not been shown to work */
export const nodeSummary = (printed) => ({
  passed: sum(printed, /^ℹ pass (\d+)/gm),
  failed: sum(printed, /^ℹ (?:fail|cancelled) (\d+)/gm),
});

/**
 * @param {string} text
 * @param {RegExp} pattern global, with one number
 */
function sum(text, pattern) {
  return [...text.matchAll(pattern)].reduce((total, [, number]) => total + Number(number), 0);
}

/**
 * The count of a runner that has ended. A runner that crashed, or found nothing to run, is a failure, whatever it
 * printed.
 * @param {import('../command.mjs').Outcome} outcome
 * @param {Reading} reading
 * @returns {Count}
 */
export function countOf({ code, stdout, stderr }, reading) {
  // Colours would hide a line's beginning.
  const printed = `${stdout}\n${stderr}`.replace(/\u001b\[[0-9;]*m/g, '');
  const { passed, failed } = reading(printed);
  const silent = failed === 0 && (code !== 0 || passed === 0);
  return { passed, failed: silent ? 1 : failed };
}
