// Values as they cross to the module.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellText, decodeRow, decodeRows, recordText, recordsText } from '../../www/windows-azure/cells.mjs';

/** The same texts as the tests of `src/remote/azure/cell.rs` read. @type {[unknown, string][]} */
const cells = [
  [null, 'null'],
  [undefined, '{"\\u0000":"undefined"}'],
  [() => 1, '{"\\u0000":"function"}'],
  [Symbol('x'), '{"\\u0000":"symbol"}'],
  [true, 'true'],
  [1.5, '1.5'],
  [-0, '0'],
  [NaN, '{"\\u0000":"number","v":"NaN"}'],
  [-Infinity, '{"\\u0000":"number","v":"-Infinity"}'],
  ['a"b', '"a\\"b"'],
  [new Date(1577836800000), '{"\\u0000":"date","v":1577836800000}'],
  [new Date(NaN), '{"\\u0000":"date","v":null}'],
  [12n, '{"\\u0000":"bigint","v":"12"}'],
  [{ a: [1, undefined, new Date(0)], b: undefined }, '{"a":[1,null,"1970-01-01T00:00:00.000Z"]}'],
  [{ '\0': 1 }, '{"\\u0000":"json","v":{"\\u0000":1}}'],
  [[1, null], '[1,null]'],
];

for (const [value, text] of cells) {
  test(`${text} is the text of ${typeof value} ${String(value?.toString?.() ?? value)}`, () => {
    assert.equal(cellText(value), text);
  });
}

test('a record has its properties in their order, and those it inherits', () => {
  const record = Object.create({ inherited: 1 }, { hidden: { value: 1, enumerable: false } });
  Object.assign(record, { z: undefined, a: new Date(0), __proto__: null });
  record['b c'] = 'd';
  assert.equal(recordText(record), '{"z":{"\\u0000":"undefined"},"a":{"\\u0000":"date","v":0},"b c":"d","inherited":1}');
  assert.equal(recordsText([{ id: 1 }, null, undefined]), '[{"id":1},null,null]');
});

test('rows get their dates back', () => {
  const row = { id: 'x', due: '2024-05-06T07:08:09.1234567Z', text: '2024-05-06T07:08:09.1234567Z', done: null };
  assert.deepEqual(decodeRows([row], ['due', 'done', 'missing']), [
    { id: 'x', due: new Date('2024-05-06T07:08:09.123Z'), text: '2024-05-06T07:08:09.1234567Z', done: null },
  ]);
  assert.equal(decodeRow(null, ['due']), null);
});
