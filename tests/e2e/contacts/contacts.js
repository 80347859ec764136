// A contact manager as one is written for the SmartStore plugin: Cordova's module registry, callbacks, a cursor. It
// knows nothing of Tureen.
var contacts = (function () {
  'use strict';
  var SOUP = 'contacts';
  var PAGE = 3;
  var smartstore, cursor;

  function onDeviceReady() {
    smartstore = cordova.require('com.salesforce.plugin.smartstore');
    var indexSpecs = [
      new SoupIndexSpec('Id', 'string'), new SoupIndexSpec('Name', 'string'), new SoupIndexSpec('Company', 'string'),
      new SoupIndexSpec('Notes', 'full_text'),
    ];
    smartstore.registerSoup(SOUP, indexSpecs, function () {
      showAll();
    }, onError);
  }

  function onError(error) {
    show('status', 'Error: ' + error);
  }

  function show(id, text) {
    document.getElementById(id).textContent = text;
  }

  function value(id) {
    return document.getElementById(id).value;
  }

  function add(contact) {
    smartstore.upsertSoupEntriesWithExternalId(SOUP, [contact], 'Id', function (entries) {
      showAll('Saved ' + entries[0].Name);
    }, onError);
  }

  function remove(contact) {
    smartstore.removeFromSoup(SOUP, [contact._soupEntryId], function () {
      showAll('Removed ' + contact.Name);
    }, onError);
  }

  function showAll(message) {
    query(smartstore.buildAllQuerySpec('Name', 'ascending', PAGE), message);
    countCompanies();
  }

  function search(words) {
    query(smartstore.buildMatchQuerySpec('Notes', words, 'ascending', PAGE, 'Name'), 'Searched for ' + words);
  }

  function query(querySpec, message) {
    smartstore.querySoup(SOUP, querySpec, function (opened) {
      if (cursor) smartstore.closeCursor(cursor, function () {}, onError);
      showPage(opened, message);
    }, onError);
  }

  function showPage(page, message) {
    cursor = page;
    var list = document.getElementById('contacts');
    list.textContent = '';
    page.currentPageOrderedEntries.forEach(function (contact) {
      var item = document.createElement('li');
      var button = document.createElement('button');
      item.append(contact.Name + ', ' + contact.Company + ' ');
      button.textContent = 'Remove ' + contact.Name;
      button.addEventListener('click', function () {
        remove(contact);
      });
      item.append(button);
      list.append(item);
    });
    var of = 'page ' + (page.currentPageIndex + 1) + ' of ' + page.totalPages + ', ' + page.totalEntries + ' contacts';
    show('status', (message ? message + '; ' : '') + of);
  }

  function countCompanies() {
    var sql = 'select {contacts:Company}, count(*) from {contacts} group by {contacts:Company} order by 1';
    smartstore.runSmartQuery(smartstore.buildSmartQuerySpec(sql, 100), function (rows) {
      var list = document.getElementById('companies');
      list.textContent = '';
      rows.currentPageOrderedEntries.forEach(function (row) {
        var item = document.createElement('li');
        item.textContent = row[0] + ': ' + row[1];
        list.append(item);
      });
    }, onError);
  }

  /** As the SDK's own JavaScript reaches its native part. */
  function ask(action, payload, onSuccess, onFailure) {
    cordova.exec(onSuccess, onFailure, 'com.salesforce.smartstore', action, ['pluginSDKVersion:14.0.0', payload]);
  }

  document.addEventListener('deviceready', onDeviceReady, false);
  document.getElementById('new-contact').addEventListener('submit', function (event) {
    event.preventDefault();
    var name = value('name');
    add({ Id: name.toLowerCase(), Name: name, Company: value('company'), Notes: value('notes') });
    event.target.reset();
  });
  document.getElementById('search').addEventListener('submit', function (event) {
    event.preventDefault();
    search(value('words'));
  });
  document.getElementById('next').addEventListener('click', function () {
    smartstore.moveCursorToNextPage(cursor, showPage, onError);
  });
  document.getElementById('previous').addEventListener('click', function () {
    smartstore.moveCursorToPreviousPage(cursor, showPage, onError);
  });
  return { ask: ask };
})();
