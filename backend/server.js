// A real Azure Mobile Apps backend on 127.0.0.1: npm's azure-mobile-apps with its SQLite provider.
//
//   node server.js [port]        0, the default, takes a free port
//
//   DATA       the file that holds its data (default `data/backend.sqlite` beside this script), or `:memory:`
//   PAGE_SIZE  rows in an answer that asks for no number of rows (default 50)
//   MAX_TOP    rows that may be asked for at once (default 1000)
//   LOG        error (default), warn, info, verbose, debug or silly
//
// It prints `backend: http://127.0.0.1:<port>` once it answers, and stops on SIGINT or SIGTERM.
//
// CommonJS, as azure-mobile-apps looks for the program's main module.
'use strict';
require('./odata-for-sqlite.js');
const path = require('path');
const express = require('express');
const azureMobileApps = require('azure-mobile-apps');

const { DATA, PAGE_SIZE = '50', MAX_TOP = '1000', LOG = 'error' } = process.env;

// azure-mobile-apps 4 dates from 2017 and calls what node has since deprecated.
process.noDeprecation = true;

const mobile = azureMobileApps({
  configFile: 'none',
  debug: false,
  homePage: false,
  skipVersionCheck: false,
  logging: { level: LOG },
  cors: { hostnames: ['*'], exposeHeaders: 'Link,ETag', maxAge: 300 },
  data: {
    provider: 'sqlite',
    filename: DATA || path.join(__dirname, 'data', 'backend.sqlite'),
    dynamicSchema: true,
  },
  pageSize: Number(PAGE_SIZE),
  maxTop: Number(MAX_TOP),
});

mobile.tables.add('todoitem', {
  softDelete: true,
  columns: { text: 'string', complete: 'boolean', price: 'number', due: 'date' },
});
// Deleted rows are gone at once, so that a client that pulls never hears of the deletion.
mobile.tables.add('harddelete', { softDelete: false, columns: { text: 'string' } });
// Answers 401 to whoever has not logged in.
mobile.tables.add('members', { authorize: true, softDelete: true, columns: { text: 'string' } });

mobile.api.add('echo', {
  get: (request, response) => response.json({ query: request.query, headers: request.headers }),
  post: (request, response) => response.json({ query: request.query, body: request.body }),
  put: (request, response) => response.status(204).end(),
});

mobile.tables.initialize().then(listen, fail);

function listen() {
  const server = express().use(mobile).listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
    console.log(`backend: http://127.0.0.1:${server.address().port}`);
  });
  server.on('error', fail);
}

function fail(error) {
  console.error(`backend: ${error.message}`);
  process.exit(1);
}

// What has been answered is in the file already, so nothing is lost by stopping at once.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(0));
// A parent that forked this process and died, however suddenly, takes it along.
process.on('disconnect', () => process.exit(0));
