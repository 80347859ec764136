// The SQL console: what the user writes is run on this device's store, and shown as a table, or as why it cannot be.

import { columnNames } from './model/column-names.mjs';
import { Device } from './model/device.mjs';
import { tables as journalTables } from './model/journal.mjs';
import { tables as todoTables } from './model/todos.mjs';
import { counted } from './sentences.mjs';
import { defaultServer, settings, storeName } from './settings.mjs';
import { examples } from './console-examples.mjs';
import { Tureen } from './tureen.mjs';
import { byId, element, say } from './view/element.mjs';

/** Rows that are shown at most. */
const SHOWN = 200;

const statement = /** @type {HTMLTextAreaElement} */ (byId('statement'));
const choice = /** @type {HTMLSelectElement} */ (byId('examples'));

/** @param {unknown} error */
const refuse = (error) => say(byId('statement-error'), kindly(/** @type {Error & { code?: string }} */ (error)));

start().catch((error) => {
  say(byId('status'), '');
  refuse(error);
});

async function start() {
  const server = settings.server ?? (await defaultServer());
  const name = storeName(server);
  // It makes the tables where there are none yet. Nothing is sent from here.
  await Device.open({ storeName: name, server: server ?? location.origin, offline: true, changed: () => {} });
  const store = await Tureen.openStore({ name, isGlobalStore: true });
  showTables();
  choice.append(...examples.map((example, at) => element('option', { value: String(at) }, example.name)));
  choice.addEventListener('change', () => choose(store));
  statement.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void run(store);
  });
  byId('ask').addEventListener('submit', (event) => {
    event.preventDefault();
    void run(store);
  });
  byId('run').removeAttribute('disabled');
  choose(store);
}

/** @param {any} store */
function choose(store) {
  statement.value = examples[Number(choice.value)]?.sql ?? '';
  void run(store);
}

/** @param {any} store */
async function run(store) {
  const sql = statement.value.trim();
  if (sql === '') return refuse(new Error('Write a statement first: one that begins with select.'));
  try {
    const begun = performance.now();
    const { currentPageOrderedEntries: rows, totalEntries } = await ask(store, sql);
    const milliseconds = (performance.now() - begun).toFixed(1);
    refuse(new Error(''));
    statement.removeAttribute('aria-invalid');
    const shown = totalEntries > rows.length ? ` The first ${rows.length} are shown.` : '';
    say(byId('status'), `${counted(totalEntries, 'row')} in ${milliseconds} ms.${shown}`);
    byId('result').replaceChildren(table(rows, sql));
  } catch (error) {
    refuse(error);
    statement.setAttribute('aria-invalid', 'true');
    say(byId('status'), 'Nothing was read.');
    byId('result').replaceChildren();
  }
}

/** @param {any} store @param {string} sql */
async function ask(store, sql) {
  const spec = { queryType: 'smart', smartSql: sql, pageSize: SHOWN };
  const cursor = await store.runSmartQuery(spec);
  await store.closeCursor(cursor);
  return cursor;
}

/** @param {unknown[][]} rows @param {string} sql */
function table(rows, sql) {
  if (rows.length === 0) return element('p', { class: 'empty' }, 'No rows.');
  const widest = Math.max(...rows.map((row) => row.length));
  const heads = columnNames(sql, widest).map((name) => element('th', { scope: 'col' }, name));
  return element('table', { class: 'numbers rows' },
    element('caption', { class: 'hidden' }, 'Result of the statement'),
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...rows.map((row) => element('tr', {}, ...row.map(cell)))));
}

/** @param {unknown} value */
function cell(value) {
  if (value === null) return element('td', { class: 'quiet' }, 'null');
  return element('td', {}, typeof value === 'object' ? JSON.stringify(value) : String(value));
}

function showTables() {
  byId('tables').replaceChildren(...[...todoTables, ...journalTables].map(({ name, columnDefinitions }) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, Object.keys(columnDefinitions).join(', ')))));
}

/** What is wrong with a statement, and what to do. @param {Error & { code?: string }} error */
function kindly({ code, message }) {
  const hints = /** @type {Record<string, string>} */ ({
    NOT_SELECT: 'The console only reads: begin with select, or with “with”.',
    READ_ONLY: 'The console only reads; nothing was changed.',
    UNKNOWN_SOUP: 'There is no such table; those that there are stand beside.',
    BAD_REFERENCE: 'Braces hold a table, {todoitem}, or a table and a column, {todoitem:text}.',
    SQL: 'SQLite does not understand it.',
  });
  const hint = hints[code ?? ''];
  return hint ? `${hint} (${message})` : message;
}
