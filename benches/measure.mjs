// How long things take, in milliseconds.

/** @param {() => unknown} work */
export async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * @param {number} times
 * @param {(turn: number) => unknown} work
 */
export async function each(times, work) {
  const figures = [];
  for (let turn = 0; turn < times; turn += 1) figures.push(await timed(() => work(turn)));
  figures.sort((one, other) => one - other);
  const at = (/** @type {number} */ share) => figures[Math.min(times - 1, Math.floor(times * share))];
  return { p50: at(0.5), p95: at(0.95) };
}

/**
 * For what takes less time than the clock can tell: per call, over runs of 20.
 * @param {number} runs
 * @param {(turn: number) => unknown} work
 */
export function eachOf20(runs, work) {
  const run = async (/** @type {number} */ turn) => {
    for (let at = 0; at < 20; at += 1) await work(turn * 20 + at);
  };
  return each(runs, run).then(({ p50, p95 }) => ({ p50: p50 / 20, p95: p95 / 20 }));
}

/**
 * Says so when a contender answers something else than it was asked.
 * @param {unknown} found
 * @param {unknown} expected
 * @param {string} what
 */
export function check(found, expected, what) {
  if (found !== expected) throw new Error(`${what}: ${found} instead of ${expected}`);
}
