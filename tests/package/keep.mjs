// What every page has to be able to do, wherever the package was installed.

/**
 * Keeps a record in the page that is open, in a soup and in a table, and reads both back: the core of the module does
 * the one, a part the other.
 * @param {import('../e2e/browser/browser.mjs').Browser} browser
 * @param {{ worker?: boolean, wasm?: string }} [options] for `ready`
 * @returns {Promise<unknown>} the record's name, when both have it; in front of it why there is no worker, where one was
 *   asked for in vain
 */
export const keep = (browser, options = {}) =>
  browser.run(async (given) => {
    const { worker, reason } = await Tureen.ready(given);
    const store = await Tureen.openStore({ name: 'pantry' });
    await store.registerSoup('jars', [{ path: 'label', type: 'string' }]);
    await store.upsertSoupEntries('jars', [{ label: 'saffron' }]);
    const [[label]] = await store.smartQuery('select {jars:label} from {jars} limit 1');
    const { MobileServiceSqliteStore } = /** @type {any} */ (Tureen).WindowsAzure ?? WindowsAzure;
    const tables = new MobileServiceSqliteStore('shelf');
    await tables.defineTable({ name: 'jars', columnDefinitions: { id: 'string', label: 'string' } });
    await tables.upsert('jars', { id: '1', label });
    const { label: both } = await tables.lookup('jars', '1');
    return given.worker && !worker ? [reason, both] : [both];
  }, options);
