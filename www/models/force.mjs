// `Force`: everything of the model objects by the original's names.

import { TureenError } from '../error.mjs';
import { modelsOn } from './backbone.mjs';
import { forceClient, setForceClient, smartstore } from './clients.mjs';
import { syncRemoteObjectDetectConflict } from './conflicts.mjs';
import { SObjectType } from './describe.mjs';
import { ForceError } from './errors.mjs';
import { fetchRemoteObjects, fetchRemoteObjectsWithCache } from './fetch.mjs';
import { CACHE_MODE, MERGE_MODE, MERGE_MODE_DOWNLOAD } from './modes.mjs';
import { force } from './rest.mjs';
import {
  fetchApexRestObjectsFromServer, fetchSObjectsFromServer, syncApexRestObjectWithServer, syncSObjectWithServer,
} from './server.mjs';
import { StoreCache } from './store-cache.mjs';
import { syncRemoteObject, syncRemoteObjectWithCache } from './sync.mjs';

/** @typedef {import('./fields.mjs').Attributes} Attributes */
/** @typedef {import('./fields.mjs').Fieldlist} Fieldlist */
/** @typedef {import('./server.mjs').Method} Method */
/** @typedef {Attributes | null | undefined} Data */
/** @typedef {StoreCache | null | undefined} Cache */
/** @typedef {string | null | undefined} Mode */

const MODELS = /** @type {const} */ ([
  'RemoteObject', 'SObject', 'ApexRestObject', 'RemoteObjectCollection', 'SObjectCollection',
  'ApexRestObjectCollection',
]);
/** @typedef {typeof MODELS[number]} ModelName */

/** @param {string} sobjectType @returns {import('./server.mjs').Sync} */
const withServer = (sobjectType) => (method, id, attributes, fieldlist) =>
  syncSObjectWithServer(method, sobjectType, id, attributes, fieldlist);

/** @param {string} type @param {Data} attributes */
const typed = (type, attributes) => attributes && { attributes: { type }, ...attributes };

/**
 * @typedef {object} InitOptions
 * @property {string} [logLevel] of no effect: models write nothing to the console
 * @property {Record<string, any>} [client] a client of the REST API of the page's own, with the calls of `force`
 * @typedef {InitOptions & Partial<import('./rest.mjs').ForceOptions>} ForceInit with an `accessToken`, what
 *   `force.init` takes
 */

const calls = {
  CACHE_MODE, MERGE_MODE, MERGE_MODE_DOWNLOAD,
  Error: ForceError,
  StoreCache, SObjectType,
  syncRemoteObjectWithCache, syncRemoteObject, syncRemoteObjectDetectConflict,
  syncSObjectWithServer, syncApexRestObjectWithServer,
  fetchRemoteObjects, fetchRemoteObjectsWithCache, fetchSObjectsFromServer, fetchApexRestObjectsFromServer,

  /** @param {ForceInit} [options] */
  init({ client, accessToken, ...session } = {}) {
    if (client) setForceClient(client);
    if (accessToken) force.init({ accessToken, ...session });
  },

  /**
   * @param {Method} method @param {string} sobjectType @param {any} id @param {Data} attributes
   * @param {Fieldlist} fieldlist @param {Cache} cache @param {Mode} [cacheMode]
   */
  syncSObject: (method, sobjectType, id, attributes, fieldlist, cache, cacheMode) =>
    syncRemoteObject(method, id, typed(sobjectType, attributes), fieldlist, cache, cacheMode, withServer(sobjectType)),

  /**
   * @param {Method} method @param {string} sobjectType @param {any} id @param {Data} attributes
   * @param {Fieldlist} fieldlist @param {Cache} cache @param {Mode} cacheMode @param {Cache} cacheForOriginals
   * @param {Mode} [mergeMode]
   */
  syncSObjectDetectConflict: (
    method, sobjectType, id, attributes, fieldlist, cache, cacheMode, cacheForOriginals, mergeMode,
  ) =>
    syncRemoteObjectDetectConflict(
      method, id, typed(sobjectType, attributes), fieldlist, cache, cacheMode, cacheForOriginals, mergeMode,
      withServer(sobjectType),
    ),

  /** @param {any} config @param {Cache} [cache] @param {Cache} [cacheForOriginals] */
  fetchSObjects: (config, cache, cacheForOriginals) =>
    fetchRemoteObjects(config, cache, cacheForOriginals, fetchSObjectsFromServer),

  get smartstoreClient() {
    return smartstore();
  },
  get forceJsClient() {
    return forceClient();
  },
};

/**
 * @param {() => any} findBackbone called when the first model is asked for
 * @returns {typeof calls & Record<ModelName, any>}
 */
export function makeForce(findBackbone) {
  /** @type {Record<string, any> | undefined} */
  let models;
  const all = () => {
    const Backbone = findBackbone();
    if (Backbone?.Model) return modelsOn(Backbone);
    throw new TureenError('NO_BACKBONE', 'Models stand on Backbone: load it (and Underscore) before they are used.');
  };
  const Force = /** @type {ReturnType<typeof makeForce>} */ (
    Object.defineProperties({}, Object.getOwnPropertyDescriptors(calls))
  );
  for (const name of MODELS) {
    Object.defineProperty(Force, name, { enumerable: true, configurable: true, get: () => (models ??= all())[name] });
  }
  return Force;
}
