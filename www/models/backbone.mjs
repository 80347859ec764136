// The models and collections: Backbone's, whose `sync` goes to cache and org.

import { TureenError } from '../error.mjs';
import { attempt } from '../promise.mjs';
import { syncRemoteObjectDetectConflict } from './conflicts.mjs';
import { fetchRemoteObjects } from './fetch.mjs';
import {
  fetchApexRestObjectsFromServer, fetchSObjectsFromServer, syncApexRestObjectWithServer, syncSObjectWithServer,
} from './server.mjs';

/** @typedef {import('./server.mjs').Method} Method */
/** @typedef {Record<string, any>} Options */

/**
 * A setting of a call: an option of its, or a property of the model; a function is asked for it.
 * @param {any} owner
 * @param {Options} options
 * @param {string} name
 * @param {string} method
 */
function setting(owner, options, name, method) {
  const value = options[name] ?? owner[name];
  return typeof value === 'function' ? value.call(owner, method) : value;
}

/**
 * Begins a call, and ends it as Backbone wants it, by callbacks; who waits for the promise hears the same.
 * @template T
 * @param {any} owner
 * @param {Options} options
 * @param {() => Promise<T>} work
 * @param {() => boolean} [isWanted] whether somebody still waits for it
 */
function begin(owner, options, work, isWanted = () => true) {
  const answer = attempt(work);
  owner.trigger('request', owner, answer, options);
  answer.done(
    (value) => isWanted() && options.success?.(value),
    (error) => isWanted() && options.error?.(error),
  );
  return answer;
}

const SETTINGS = { fieldlist: null, cache: null, cacheMode: null, cacheForOriginals: null, mergeMode: null };

/**
 * @param {any} Backbone of the page, or of npm
 * @returns {Record<string, any>} the classes by their names
 */
export function modelsOn(Backbone) {
  const RemoteObject = Backbone.Model.extend({
    ...SETTINGS,

    /** Of classes that are made of this one: a `Sync`. */
    async syncRemoteObjectWithServer() {
      throw new TureenError('NOT_DEFINED', 'A RemoteObject needs its own syncRemoteObjectWithServer.');
    },

    /**
     * @param {Method | 'patch'} asked
     * @param {any} model
     * @param {Options} options
     */
    sync(asked, model, options = {}) {
      const method = asked === 'patch' ? 'update' : asked;
      const attributes = asked === 'patch' ? options.attrs : model.attributes;
      const of = (/** @type {string} */ name) => setting(this, options, name, method);
      /** @type {import('./server.mjs').Sync} */
      const withServer = async (...given) => this.syncRemoteObjectWithServer(...given);
      return begin(model, options, () =>
        syncRemoteObjectDetectConflict(
          method, model.id, this.attributesToSync(attributes), of('fieldlist'), of('cache'), of('cacheMode'),
          of('cacheForOriginals'), of('mergeMode'), withServer,
        ));
    },

    /** @param {Record<string, any>} attributes */
    attributesToSync(attributes) {
      return { ...attributes };
    },
  });

  const SObject = RemoteObject.extend({
    sobjectType: null,
    idAttribute: 'Id',

    /** A model of a class without a type has that of its record. @param {any[]} given as of Backbone's models */
    constructor: function (...given) {
      RemoteObject.apply(this, given);
      this.sobjectType ??= given[0]?.attributes?.type ?? null;
    },

    /** @type {import('./server.mjs').Sync} */
    async syncRemoteObjectWithServer(method, id, attributes, fieldlist) {
      return syncSObjectWithServer(method, setting(this, {}, 'sobjectType', method), id, attributes, fieldlist);
    },

    /** With the type: what is kept in a cache must tell whose record it is. @param {Record<string, any>} attributes */
    attributesToSync(attributes) {
      const type = setting(this, {}, 'sobjectType', 'read');
      return { ...(type && { attributes: { type } }), ...attributes };
    },
  });

  const ApexRestObject = RemoteObject.extend({
    apexRestPath: null,

    /** @type {import('./server.mjs').Sync} */
    async syncRemoteObjectWithServer(method, id, attributes, fieldlist) {
      const path = setting(this, {}, 'apexRestPath', method);
      return syncApexRestObjectWithServer(method, path, id, this.idAttribute, attributes, fieldlist);
    },
  });

  const RemoteObjectCollection = Backbone.Collection.extend({
    ...SETTINGS,
    model: RemoteObject,
    config: null,
    /** What the newest fetch found. @type {import('./found.mjs').Found | null} */
    _found: null,
    /** How many fetches there were: the answer of an older one says nothing any more. */
    _fetches: 0,

    /** Of classes that are made of this one: a promise of what was found. */
    async fetchRemoteObjectsFromServer() {
      throw new TureenError('NOT_DEFINED', 'A RemoteObjectCollection needs its own fetchRemoteObjectsFromServer.');
    },

    /** @param {Method} method @param {any} _ @param {Options} options */
    sync(method, _, options = {}) {
      const number = ++this._fetches;
      const isNewest = () => number === this._fetches;
      const work = async () => {
        if (method !== 'read') throw new TureenError('BAD_METHOD', 'A collection is only fetched; models are saved.');
        const of = (/** @type {string} */ name) => setting(this, options, name, method);
        const config = of('config');
        const fromServer = async (/** @type {any} */ given) => this.fetchRemoteObjectsFromServer(given);
        const result = config && (await fetchRemoteObjects(config, of('cache'), of('cacheForOriginals'), fromServer));
        if (isNewest()) this._found = result;
        else await result?.closeCursor();
        return result?.records ?? [];
      };
      return begin(this, options, work, isNewest);
    },

    hasMore() {
      return this._found?.hasMore() ?? false;
    },

    /**
     * Adds the models of the next page.
     * @param {Options} [options] as of `fetch`; `{ reset: true }` puts them in place of those that are there
     * @returns {Promise<any[]>} their records
     */
    getMore(options = {}) {
      const from = this._found;
      const isWanted = () => from === this._found;
      const { success, error, ...rest } = options;
      const settings = {
        parse: true,
        ...rest,
        success: (/** @type {any[]} */ records) => {
          if (options.reset) this.reset(records, settings);
          else this.add(records, settings);
          success?.(this, records, options);
          this.trigger('sync', this, records, options);
        },
        error: (/** @type {Error} */ reason) => {
          error?.(this, reason, options);
          this.trigger('error', this, reason, options);
        },
      };
      return begin(this, settings, async () => (await from?.getMore()) ?? [], isWanted);
    },

    /** Lets go of the pages that were not read: there is no more then. */
    async closeCursor() {
      const open = this._found;
      this._found = null;
      await open?.closeCursor();
    },
  });

  const SObjectCollection = RemoteObjectCollection.extend({
    model: SObject,
    fetchRemoteObjectsFromServer: fetchSObjectsFromServer,
  });

  const ApexRestObjectCollection = RemoteObjectCollection.extend({
    model: ApexRestObject,
    fetchRemoteObjectsFromServer: fetchApexRestObjectsFromServer,
  });

  return {
    RemoteObject, SObject, ApexRestObject, RemoteObjectCollection, SObjectCollection, ApexRestObjectCollection,
  };
}
