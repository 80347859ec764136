// An app of the vendor's SDK, in its style: a cache, a model, a collection, callbacks. It knows nothing of Tureen.
var models = (function () {
  'use strict';
  var cache, originals;
  var Contact = Force.SObject.extend({
    sobjectType: 'Contact',
    fieldlist: function (method) {
      return method === 'read' ? ['Id', 'Name', 'LastName', 'Title'] : ['LastName', 'Title'];
    },
    cache: function () { return cache; },
    cacheForOriginals: function () { return originals; },
    cacheMode: function () { return models.online ? Force.CACHE_MODE.SERVER_FIRST : Force.CACHE_MODE.CACHE_ONLY; },
    mergeMode: Force.MERGE_MODE.MERGE_FAIL_IF_CONFLICT
  });
  var Contacts = Force.SObjectCollection.extend({
    model: Contact,
    cache: function () { return cache; },
    cacheForOriginals: function () { return originals; },
    config: function () {
      return models.online
        ? { type: 'soql', query: 'SELECT Id, Name, LastName, Title FROM Contact ORDER BY LastName' }
        : { type: 'cache', cacheQuery: navigator.smartstore.buildAllQuerySpec('LastName', 'ascending', 10) };
    }
  });

  return {
    online: true,
    list: new Contacts(),
    start: function (instanceURL, accessToken, freshToken) {
      force.init({
        instanceURL: instanceURL,
        accessToken: accessToken,
        refresh: function () { return Promise.resolve(freshToken); }
      });
      Force.init();
      cache = new Force.StoreCache('contacts', [{ path: 'LastName', type: 'string' }]);
      originals = new Force.StoreCache('originals');
      return Promise.all([cache.init(), originals.init()]);
    },
    names: function () {
      return models.list.map(function (contact) { return contact.get('LastName') + ', ' + contact.get('Title'); });
    },
    /** Calls as the SDK's guide does: what the callback of success or of error gets. */
    call: function (model, name) {
      var given = Array.prototype.slice.call(arguments, 2);
      return new Promise(function (resolve) {
        model[name].apply(model, given.concat({
          success: function () { resolve('done'); },
          error: function (_, error) {
            var told = new Force.Error(error);
            resolve({
              type: told.type, status: told.status, conflicting: told.conflictingChanges,
              sides: told.base && [told.base.Title, told.theirs.Title, told.yours.Title]
            });
          }
        }));
      });
    }
  };
})();
