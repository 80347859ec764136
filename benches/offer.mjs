// In the page: what `run.mjs` calls.

/** Removes every database, so that each round begins with nothing. */
async function clear() {
  for (const { name } of await indexedDB.databases()) {
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(/** @type {string} */ (name));
      Object.assign(request, { onsuccess: resolve, onerror: reject, onblocked: reject });
    });
  }
}

/**
 * Sets `bench`, by which contenders are measured one by one.
 * @template T
 * @param {Record<string, () => T>} contenders
 * @param {(contender: T) => Promise<[string, number][]>} measure workloads in their order
 */
export function offer(contenders, measure) {
  const names = Object.keys(contenders);
  /** @param {string} name */
  async function run(name) {
    const figures = await measure(contenders[name]());
    await clear();
    return figures;
  }
  Object.assign(globalThis, { bench: { names, run } });
}
