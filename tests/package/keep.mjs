// What every page has to be able to do, wherever the package was installed.

/**
 * Keeps a record in the page that is open, and reads it back.
 * @param {import('../e2e/browser/browser.mjs').Browser} browser
 * @param {{ worker?: boolean, wasm?: string }} [options] for `ready`
 * @returns {Promise<unknown>} the records' names; in front of them why there is no worker, where one was asked for in vain
 */
export const keep = (browser, options = {}) =>
  browser.run(async (given) => {
    const { worker, reason } = await Tureen.ready(given);
    const store = await Tureen.openStore({ name: 'pantry' });
    await store.registerSoup('jars', [{ path: 'label', type: 'string' }]);
    await store.upsertSoupEntries('jars', [{ label: 'saffron' }]);
    const rows = await store.smartQuery("select {jars:label} from {jars} limit 1");
    return given.worker && !worker ? [reason, ...rows[0]] : rows[0];
  }, options);
