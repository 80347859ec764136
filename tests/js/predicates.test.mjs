// Filters: what is written for them, and which rows meet them, asked of JavaScript itself and of the backend.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { at } from '../../scripts/project.mjs';
import { startBackend } from '../../scripts/serve/backend.mjs';
import { Query } from '../../www/windows-azure/query.mjs';

// The parts of a date are those in UTC, on the backend and here.
process.env.TZ = 'UTC';

/**
 * @typedef {object} Case
 * @property {string | Record<string, unknown>} where a function's source, OData text, or an object
 * @property {unknown[]} [arguments] cells
 * @property {string} odata
 * @property {string[]} ids
 * @property {string} [javascript] why JavaScript finds other rows
 * @property {string} [backend] why the backend finds other rows
 */

/** @type {{ rows: Record<string, any>[], cases: Case[] }} */
const { rows, cases } = JSON.parse(readFileSync(at('tests/conformance/predicates.json'), 'utf8'));

/** @param {any} cell */
const decode = (cell) => {
  if (cell === null || typeof cell !== 'object' || !('\0' in cell)) return cell;
  return cell['\0'] === 'date' ? new Date(cell.v) : undefined;
};

/** The functions, objects and texts of the table. @param {Case} entry @returns {any} */
function conditionOf({ where }) {
  if (typeof where !== 'string') {
    return Object.fromEntries(Object.entries(where).map(([name, cell]) => [name, decode(cell)]));
  }
  if (/^\w+\(.*\) \{/.test(where) && !where.startsWith('function')) {
    return Object.values(new Function(`return { ${where} };`)())[0];
  }
  return /=>|^function/.test(where) ? new Function(`return ${where};`)() : where;
}

/** @param {Case} entry */
const given = (entry) => (entry.arguments ?? []).map(decode);

/** A row as an app sees it. @param {Record<string, any>} row @returns {Record<string, any>} */
const seen = (row) => ({ ...row, due: row.due && new Date(row.due.replace(/(\.\d{3})\d+/, '$1')) });

for (const entry of cases) {
  test(`${JSON.stringify(entry.where)} is ${entry.odata}`, () => {
    const query = new Query('items').where(conditionOf(entry), ...given(entry));
    assert.equal(Query.Providers.OData.toOData(query).filters, entry.odata);
  });

  const { where } = entry;
  if (typeof where !== 'string' || where.startsWith('() =>') || !/=>|^function|^\w+\(.*\) \{/.test(where)) continue;
  test(`JavaScript finds ${entry.javascript ? `others, as ${entry.javascript}` : 'the same'}: ${where}`, () => {
    const predicate = conditionOf(entry);
    const found = rows.map(seen).filter((row) => {
      try {
        return /^\(?row/.test(where) ? predicate(row, ...given(entry)) : predicate.apply(row, given(entry));
      } catch {
        // A method of null: in a query such a row is left out.
        return false;
      }
    });
    const ids = found.map(({ id }) => id);
    if (entry.javascript) assert.notDeepEqual(ids, entry.ids);
    else assert.deepEqual(ids, entry.ids);
  });
}

describe('the backend', () => {
  /** @type {import('../../scripts/serve/backend.mjs').Backend} */
  let backend;
  const headers = { 'zumo-api-version': '2.0.0', 'content-type': 'application/json' };

  before(async () => {
    backend = await startBackend({ data: ':memory:' });
    for (const row of rows) {
      const body = JSON.stringify({ ...seen(row), tags: row.tags && JSON.stringify(row.tags) });
      const answer = await fetch(`${backend.address}/tables/todoitem`, { method: 'POST', headers, body });
      assert.equal(answer.status, 201, await answer.text());
    }
  });

  after(() => backend.stop());

  for (const entry of cases) {
    test(`finds ${entry.backend ? `others, as it ${entry.backend}` : 'the same'}: ${entry.odata}`, async () => {
      const filter = encodeURIComponent(entry.odata);
      const answer = await fetch(`${backend.address}/tables/todoitem?$filter=${filter}`, { headers });
      const found = answer.ok ? await answer.json() : [];
      const ids = rows.map(({ id }) => id).filter((id) => found.some((/** @type {any} */ row) => row.id === id));
      if (entry.backend) assert.notDeepEqual(ids, entry.ids);
      else assert.deepEqual(ids, entry.ids);
    });
  }
});
