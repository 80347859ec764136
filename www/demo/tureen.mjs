// What the classic script pkg/tureen.global.js has set, for the page's modules.

/** @typedef {typeof import('../windows-azure/index.mjs')} Azure */
/** @typedef {import('../windows-azure/client.mjs').MobileServiceClient} MobileServiceClient */
/** @typedef {InstanceType<Azure['MobileServiceSqliteStore']>} Store */
/** @typedef {import('../windows-azure/http.mjs').Filter} Filter */
/** @typedef {import('../windows-azure/push-error.mjs').PushError} PushError */

const page = /** @type {{ WindowsAzure: Azure, Tureen: any }} */ (/** @type {unknown} */ (globalThis));

if (!page.WindowsAzure) {
  throw new Error('pkg/tureen.global.js is not there. Run `npm run build`, then reload this page.');
}

export const { WindowsAzure, Tureen } = page;
