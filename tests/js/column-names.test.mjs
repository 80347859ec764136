// What the demo's console calls the columns of a statement.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnNames } from '../../www/demo/model/column-names.mjs';

/** @type {[string, string[]][]} */
const named = [
  ['select {todoitem:text}, count(*) as todos from {todoitem}', ['text', 'todos']],
  ['SELECT DISTINCT {a:b.c} AS "rows", substr(\'a, b\', 1, 2) from {a}', ['rows', "substr('a, b', 1, 2)"]],
  ['with x(a) as (select 1, 2 from {a}) select a as first from x', ['first']],
  ['select 1', ['1']],
];
for (const [sql, names] of named) {
  test(sql, () => assert.deepEqual(columnNames(sql, names.length), names));
}

test('what is not plain has numbers', () => {
  assert.deepEqual(columnNames('select * from {a}', 2), ['Column 1', 'Column 2']);
});
