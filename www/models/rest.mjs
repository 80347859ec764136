// `force`: the org's REST API by the names of the original's force.js. Each call promises its answer; callbacks behind
// its own arguments, `(…, onSuccess, onError)`, are called too.

import { TureenError } from '../error.mjs';
import { request as ask } from './request.mjs';
import { Session, byRefreshToken } from '../salesforce/session.mjs';

/** @type {Session | undefined} */
let session;

/**
 * @typedef {object} ForceOptions
 * @property {string} accessToken
 * @property {string} [instanceURL]
 * @property {string} [instanceUrl] another word for `instanceURL`
 * @property {string} [apiVersion]
 * @property {import('../salesforce/session.mjs').Credentials['refresh']} [refresh]
 * @property {string} [refreshToken] with `appId` and `loginURL`, in place of `refresh`
 * @property {string} [appId]
 * @property {string} [loginURL]
 */

/**
 * Says who asks, from now on.
 * @param {ForceOptions} options
 */
function init(options) {
  const { accessToken, instanceURL, instanceUrl = instanceURL ?? '', apiVersion, appId, refreshToken } = options ?? {};
  const { loginURL = 'https://login.salesforce.com' } = options ?? {};
  const refresh =
    options?.refresh ??
    (refreshToken && appId ? byRefreshToken({ loginUrl: loginURL, clientId: appId, refreshToken }) : undefined);
  session = new Session({ instanceUrl, accessToken, apiVersion, refresh });
}

function current() {
  if (session) return session;
  throw new TureenError('NO_SESSION', 'Say who asks the org: force.init({ instanceURL, accessToken }).');
}

/** @param {import('./request.mjs').Asked} asked */
const request = async (asked) => ask(current(), asked);

/**
 * @param {string} path after the version
 * @param {Partial<import('./request.mjs').Asked>} [more]
 */
const data = async (path, more) => request({ path: `/services/data/${current().apiVersion}/${path}`, ...more });

const part = encodeURIComponent;
/** @param {Record<string, any>} record what of it is the org's to take */
const fieldsOf = ({ attributes: _, Id: __, id: ___, ...fields }) => fields;

/** Each with its own arguments only. @type {Record<string, (...own: any[]) => Promise<any>>} */
const calls = {
  request,
  versions: () => request({ path: '/services/data/' }),
  resources: () => data(''),
  describeGlobal: () => data('sobjects'),
  metadata: (type) => data(`sobjects/${part(type)}`),
  describe: (type) => data(`sobjects/${part(type)}/describe`),
  describeLayout: (type, recordType) =>
    data(`sobjects/${part(type)}/describe/layouts/${recordType ? part(recordType) : ''}`),
  create: (type, record) => data(`sobjects/${part(type)}`, { method: 'POST', data: fieldsOf(record) }),
  retrieve: (type, id, fields) =>
    data(`sobjects/${part(type)}/${part(id)}`, fields?.length ? { params: { fields: [fields].flat().join(',') } } : {}),
  upsert: (type, field, id, record) =>
    data(`sobjects/${part(type)}/${part(field)}/${part(id)}`, { method: 'PATCH', data: fieldsOf(record) }),
  /** `(type, record)` with its Id in it, or `(type, id, fields)`. */
  update: (type, first, fields) => {
    const [id, record] = typeof first === 'string' ? [first, fields] : [first.Id ?? first.id, first];
    return data(`sobjects/${part(type)}/${part(id)}`, { method: 'PATCH', data: fieldsOf(record) });
  },
  del: (type, id) => data(`sobjects/${part(type)}/${part(id)}`, { method: 'DELETE' }),
  query: (soql) => data('query', { params: { q: soql } }),
  /** `(nextRecordsUrl)` */
  queryMore: (url) => request({ path: url }),
  search: (sosl) => data('search', { params: { q: sosl } }),
  /** `(path)` to read, or `({ path, method, data, params })`. */
  apexrest: (asked) => {
    const { path, ...more } = typeof asked === 'string' ? { path: asked } : asked;
    return request({ ...more, path: `/services/apexrest/${path.replace(/^\/+/, '')}` });
  },
};

/** @param {(...own: any[]) => Promise<any>} call */
const withCallbacks =
  (call) =>
  (/** @type {any[]} */ ...given) => {
    const at = given.findIndex((each) => typeof each === 'function');
    const answer = (async () => call(...(at < 0 ? given : given.slice(0, at))))();
    if (at >= 0) answer.then(given[at], given[at + 1] ?? (() => {}));
    return answer;
  };

/** @type {Record<string, any>} */
export const force = {
  init,
  isAuthenticated: () => session !== undefined,
  discardToken: () => void (session = undefined),
  ...Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, withCallbacks(call)])),
};

/**
 * A client of the page's own, which may know callbacks only, as one that promises.
 * @param {Record<string, any>} client
 * @returns {Record<string, any>}
 */
export const promising = (client) =>
  client === force
    ? force
    : Object.fromEntries(
        Object.keys(calls).map((name) => [
          name,
          (/** @type {any[]} */ ...given) =>
            new Promise((resolve, reject) => {
              const answer = client[name](...given, resolve, reject);
              if (typeof answer?.then === 'function') answer.then(resolve, reject);
            }),
        ]),
      );
