// What the inspector reads of a device: stores, soups, and the rows of a query.

/** @typedef {import('../sessions.mjs').StoreName} StoreName */
/** @typedef {import('../smartstore/specs.mjs').StoreCursor} Cursor */
/** @typedef {{ path: string, type: string }} IndexSpec */
/** @typedef {typeof import('../smartstore/client.mjs')} Client */
/** @typedef {{ entries: number, bytes: number, specs: IndexSpec[] }} SoupFacts */

/** How many rows are shown at once. */
const PAGE = 20;

export class Contents {
  #client;

  /** @param {Client} client */
  constructor(client) {
    this.#client = client;
  }

  /** The stores of the app and, when somebody is logged in who has any, of the user. @returns {Promise<StoreName[]>} */
  async stores() {
    const { getAllStores, getAllGlobalStores } = this.#client;
    const [ofUser, ofApp] = await Promise.all([getAllStores().catch(() => []), getAllGlobalStores()]);
    return [...ofUser, ...ofApp];
  }

  /** @param {StoreName} store @returns {Promise<{ size: number, soups: string[] }>} */
  async store(store) {
    const rows = await this.#all(store, 'select soupName from soup_attrs order by soupName');
    return { size: await this.#client.getDatabaseSize(store), soups: rows.map(([name]) => name) };
  }

  /** @param {StoreName} store @param {string} soup @returns {Promise<SoupFacts>} */
  async soup(store, soup) {
    const sql = `select count(*), coalesce(sum(length(cast({${soup}:_soup} as blob))), 0) from {${soup}}`;
    const [[entries, bytes]] = await this.#all(store, sql);
    return { entries, bytes, specs: await this.#client.getSoupIndexSpecs(store, soup) };
  }

  /**
   * The entries of a soup, each as its id, when it was changed, the values of its indexes, and itself.
   * @param {StoreName} store
   * @param {string} soup
   * @param {IndexSpec[]} specs
   * @returns {Promise<Cursor>}
   */
  entries(store, soup, specs) {
    const columns = ['_soupEntryId', '_soupLastModifiedDate', ...specs.map(({ path }) => path), '_soup'];
    const selected = columns.map((path) => `{${soup}:${path}}`).join(', ');
    return this.query(store, `select ${selected} from {${soup}} order by {${soup}:_soupEntryId}`, PAGE);
  }

  /** @param {StoreName} store @param {string} smartSql @returns {Promise<Cursor>} */
  query(store, smartSql, pageSize = PAGE) {
    return this.#client.runSmartQuery(store, { queryType: 'smart', smartSql, pageSize });
  }

  /** @param {StoreName} store @param {Cursor} cursor @param {number} index @returns {Promise<Cursor>} */
  turnTo(store, cursor, index) {
    return this.#client.moveCursorToPageIndex(store, cursor, index);
  }

  /** @param {StoreName} store @param {Cursor | undefined} cursor */
  close(store, cursor) {
    // A store that is gone takes its cursors along.
    if (cursor) this.#client.closeCursor(store, cursor).catch(() => {});
  }

  /** @param {StoreName} store @param {string} smartSql @returns {Promise<any[][]>} */
  async #all(store, smartSql) {
    const cursor = await this.query(store, smartSql, Number.MAX_SAFE_INTEGER);
    this.close(store, cursor);
    return cursor.currentPageOrderedEntries ?? [];
  }
}
