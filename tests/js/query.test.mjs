// `Query`: its methods, its text, and what it refuses.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TureenError } from '../../www/error.mjs';
import { Query, queryText } from '../../www/windows-azure/query.mjs';

const { OData } = Query.Providers;

/**
 * @param {RegExp} message
 * @param {() => unknown} job
 */
const refuses = (message, job) =>
  assert.throws(job, (error) => error instanceof TureenError && error.code === 'BAD_QUERY' && message.test(error.message));

describe('text', () => {
  /** @type {[string, Query][]} */
  const texts = [
    ['/t', new Query('t')],
    ['/t', new Query('t').where('')],
    ['/t?$filter= ', new Query('t').where(' ')],
    ['/t?$orderby=price,rank desc', new Query('t').orderBy('price').orderByDescending('rank')],
    ['/t?$orderby=a desc,b', new Query('t').orderBy('a', 'b').orderByDescending('a')],
    ['/t?$select=price,inStock', new Query('t').select('price', 'inStock')],
    ['/t?$skip=10&$top=20', new Query('t').skip(10).take(20)],
    ['/t?$top=0', new Query('t').skip(0).take(0)],
    ['/t?$inlinecount=allpages', new Query('t').includeTotalCount()],
    ['/t?__includeDeleted=true', new Query('t').includeDeleted()],
    ['/t?$inlinecount=allpages&__includeDeleted=true', new Query('t').includeTotalCount().includeDeleted()],
    [
      "/todoitem?$filter=(text eq 'Hello%20World')&$orderby=a,b desc&$skip=1&$top=2&$select=id,text&$inlinecount=allpages",
      new Query('todoitem')
        .where({ text: 'Hello World' })
        .orderBy('a')
        .orderByDescending('b')
        .skip(1)
        .take(2)
        .select('id', 'text')
        .includeTotalCount(),
    ],
    [
      "/t?$filter=(title eq 'How%20to%20dial%20this%20%23%20%26%20such%20stuff%3F')",
      new Query('t').where({ title: 'How to dial this # & such stuff?' }),
    ],
    ["/t?$filter=(due eq datetime'2011-11-21T05:16:21.010Z')", new Query('t').where({ due: new Date(1321852581010) })],
    ["/t?$filter=('(test' eq 'test)')", new Query('t').where("'(test' eq 'test)'")],
    ["/t?$filter=('?)", new Query('t').where("'?")],
    ["/t?$filter=(name eq 'a%26b%23c%2Bd')", new Query('t').where("name eq 'a&b#c+d'")],
    ['/t?$filter=((true or true) and (id eq 1))', new Query('t').where('true or true').where('id eq 1')],
  ];
  for (const [text, query] of texts) {
    test(text, () => {
      assert.equal(query.toOData(), text);
      assert.equal(query.toOData(), text, 'a second time, with its arguments');
    });
  }

  test('has arguments in place of question marks as often as it is asked for', () => {
    const query = new Query('t').where('a eq ? and b eq ?', "it's", 5);
    for (const _ of [1, 2]) assert.equal(query.toOData(), "/t?$filter=(a eq 'it''s' and b eq 5)");
  });

  test('of a long list is written without running out of stack', () => {
    const ids = Array.from({ length: 50_000 }, (_, at) => at);
    const text = new Query('t').where((/** @type {any} */ row, /** @type {number[]} */ ids) => row.id in ids, ids).toOData();
    assert.equal(text.match(/ eq /g)?.length, ids.length);
  });

  test('refuses what OData cannot say', () => {
    const text = (/** @type {string} */ literal, /** @type {unknown[]} */ ...given) => new Query('t').where(literal, ...given).toOData();
    refuses(/^Too few arguments for a eq \?\.$/, () => text('a eq ?'));
    refuses(/^Too many arguments for a eq 1$/, () => text('a eq 1', 2));
    for (const unbalanced of ['1 eq 1 ) or ( 1 eq 1', '(', ')', ')()(', '(()', '())']) {
      refuses(/^Unbalanced parentheses in /, () => text(unbalanced));
    }
    for (const value of [NaN, Infinity, new Date(NaN), { a: 1 }, [1], () => 1, 5n]) {
      refuses(/^Unsupported literal value /, () => new Query('t').where({ a: value }).toOData());
    }
  });
});

describe('components', () => {
  test('are those of a new query', () => {
    const { context, ...components } = new Query('customers', 'mine').getComponents();
    assert.equal(context, 'mine');
    assert.deepEqual(components, {
      filters: null,
      selections: [],
      projection: null,
      ordering: {},
      orderClauses: [],
      skip: null,
      take: null,
      table: 'customers',
      includeTotalCount: false,
      includeDeleted: false,
      version: 0,
    });
  });

  test('have expressions that providers of an app know', () => {
    const text = new Query('customers').where('name eq ?', 'Bob');
    assert.deepEqual({ ...(/** @type {object} */ (text.getComponents().filters)) }, {
      type: 'LiteralExpression',
      queryString: 'name eq ?',
      args: ['Bob'],
    });
    const both = /** @type {any} */ (text.where({ age: 12 }).getComponents().filters);
    assert.equal(both.type, 'BinaryExpression');
    assert.equal(both.operator, Query.Expressions.BinaryOperators.And);
    assert.equal(both.left.type, 'LiteralExpression');
    assert.equal(both.right.left.member, 'age');
    assert.equal(both.right.right.value, 12);
    assert.equal(new Query('t').where({}).getComponents().filters, null);
  });

  test('count each change', () => {
    const query = new Query('t');
    const changes = [
      () => query.where({ age: 12 }),
      () => query.select('age'),
      () => query.orderBy('age'),
      () => query.orderByDescending('age'),
      () => query.skip(2),
      () => query.take(3),
      () => query.includeTotalCount(),
      () => query.setComponents(null),
    ];
    changes.forEach((change, at) => {
      assert.equal(change(), query, 'each gives the query back');
      assert.equal(query.getComponents().version, at + 1);
    });
  });

  test('are set again, with clauses or with the older ordering', () => {
    const components = new Query('t').where({ a: 1 }).orderByDescending('b').skip(1).getComponents();
    assert.equal(new Query('other').setComponents(components).toOData(), '/t?$filter=(a eq 1)&$orderby=b desc&$skip=1');
    const older = { table: 'users', filters: "(name eq 'Bob')", ordering: { name: true, age: false }, take: 10 };
    assert.equal(new Query('t').setComponents(older).toOData(), "/users?$filter=(name eq 'Bob')&$orderby=name,age desc&$top=10");
  });

  test('are not shared by two queries', () => {
    const first = new Query('t').orderBy('a');
    const second = new Query('t').setComponents(first.getComponents()).orderByDescending('a');
    assert.equal(first.toOData(), '/t?$orderby=a');
    assert.equal(second.toOData(), '/t?$orderby=a desc');
  });

  test('keep a projection, which asks for all columns', () => {
    const projection = () => 1;
    const { selections, projection: kept } = new Query('t').select('a').select(projection).getComponents();
    assert.deepEqual([selections, kept], [[], projection]);
  });
});

describe('arguments', () => {
  const query = () => new Query('t');
  const bad = /** @type {any} */ (5);
  test('of another type are refused', () => {
    refuses(/^Expected the name of a table!$/, () => new Query(''));
    refuses(/^Expected the name of a table!$/, () => new Query(bad));
    refuses(/^Expected a function, object, or string, not 5$/, () => query().where(bad));
    refuses(/^Expected a function, object, or string, not null$/, () => query().where(/** @type {any} */ (null)));
    refuses(/^Expected a string or a function, not 5$/, () => query().select(bad));
    refuses(/^Expected string parameters, not 5$/, () => query().select('a', bad));
    refuses(/^Expected string parameters, not 5$/, () => query().orderBy(bad));
    refuses(/^Expected string parameters, not 5$/, () => query().orderByDescending('a', bad));
    refuses(/^Expected a number, not the line$/, () => query().skip(/** @type {any} */ ('the line')));
    refuses(/^Expected a number, not a break$/, () => query().take(/** @type {any} */ ('a break')));
  });
});

describe('a predicate', () => {
  /**
   * @param {RegExp} message
   * @param {any} predicate
   * @param {...unknown} given
   */
  const refused = (message, predicate, ...given) => refuses(message, () => new Query('t').where(predicate, ...given));
  const source = (/** @type {string} */ text) => new Function(`return ${text};`)();

  test('has one return statement', () => {
    const single = /^Expected a predicate with a single return statement, not /;
    for (const text of [
      'function () { }',
      'function () { return; }',
      'function () { var a = 1; return this.a == a; }',
      'function () { if (this.a) return true; }',
      'async function () { return this.a; }',
      'function* () { return this.a; }',
      'class { }',
      'function ({ a }) { return this.a == a; }',
      '() => { this.a; }',
      'Math.floor',
      '(function () { return this.a; }).bind({})',
    ]) {
      refused(single, source(text), ...(text.includes('{ a }') ? [{}] : []));
    }
  });

  test('has as many parameters as there are values', () => {
    refused(/^Expected value\(s\) for parameter\(s\) b,c$/, source('function (a, b, c) { return this.a == a; }'), 1);
    refused(/^Expected parameter\(s\) for value\(s\) 42$/, source('function (a) { return this.a == a; }'), 1, 42);
    refused(/^Expected parameter\(s\) for value\(s\) 1$/, source('() => this.a == 1'), 1);
    refused(/^Expected value\(s\) for parameter\(s\) a,b$/, source('(row, a, b) => row.a == a'), 1);
  });

  test('has expressions that a backend understands', () => {
    for (const [text, expression] of [
      ['this', 'this'],
      ['this.a.b == 1', 'this.a.b'],
      ['this.a ? 1 : 2', 'this.a ? 1 : 2'],
      ['this.a ?? 1', 'this.a ?? 1'],
      ['this.a ** 2 == 4', 'this.a ** 2'],
      ['~this.a == 4', '~this.a'],
      ['this.a.search("x") == 4', 'this.a.search("x")'],
      ['this.search("x") == 4', 'this.search("x")'],
      ['Math.sqrt(this.a) == 4', 'Math.sqrt(this.a)'],
      ['this.a in this.b', 'this.a in this.b'],
      ['this.a in 5', 'this.a in 5'],
      ['[this.a].length == 1', '[this.a]'],
      ['this.a?.length == 1', 'this.a?.length'],
      ['this.a == (() => 1)()', '() => 1'],
      ['this[this.b] == 1', 'this.b'],
    ]) {
      const predicate = source(`function () { return ${text}; }`);
      refuses(/^The expression '.*' is not supported\.$/, () => new Query('t').where(predicate));
      assert.throws(() => new Query('t').where(predicate), { message: `The expression '${expression}' is not supported.` });
    }
  });

  test('calls functions with their arguments', () => {
    refused(/^Function floor expects one argument in expression 'Math.floor\(this.a, 1\)'$/, source('function () { return Math.floor(this.a, 1) == 1; }'));
    refused(/^Function indexOf expects one argument in expression /, source('function () { return this.a.indexOf() == 1; }'));
    refused(/^Function substring expects two arguments in expression /, source('function () { return this.a.substring(1) == "x"; }'));
    refused(
      /^in operator requires comparison objects with a single field, not \[object Object\] \(\{"a":1,"b":2\}\), for expression 'this.a in \[\{ a: 1, b: 2 \}\]'$/,
      source('function () { return this.a in [{ a: 1, b: 2 }]; }'),
    );
  });

  test('sees its parameters and the globals', () => {
    const monkey = 1;
    refused(/^monkey is not defined\. .*argument of where\(\)\.$/, (/** @type {any} */ row) => row.a === monkey);
    const text = new Query('t').where(source('function () { return this.a == Number.MAX_SAFE_INTEGER; }')).toOData();
    assert.equal(text, '/t?$filter=(a eq 9007199254740991)');
  });

  test('may calculate with what depends on no row', () => {
    for (const [text, written] of [
      ['[1, ...list, , 2].length', '5'],
      ['({ a: 1, ["b" + 1]: 2, ...{ c: 3 } }).b1', '2'],
      ['list.map', undefined],
      ['list.at(-1) ** 2', '49'],
      ['typeof list', "'object'"],
      ['list?.[0] ?? 1', '3'],
      ['missing?.a?.b', 'null'],
      ['missing || list && 5', '5'],
      ['(1, 2) + +"3" - -1', '6'],
      ['~~7.5 | 8 ^ 2 & 3 << 1 >> 1 >>> 0', '15'],
      ['1 < 2 === !(2 >= 3) && 1 != 2 && "1" == 1', 'true'],
      ['list instanceof Array', 'true'],
      ['"length" in list', 'true'],
      ['new Date(2020, 1, 29).getDate()', '29'],
      ['`${list[0]}-${list.length}`', "'3-2'"],
      ['/b+/.source', "'b+'"],
    ]) {
      const query = () => new Query('t').where(source(`function (list, missing) { return this.a == (${text}); }`), [3, 7], undefined);
      if (written === undefined) refuses(/^Unsupported literal value/, () => query().toOData());
      else assert.equal(query().toOData(), `/t?$filter=(a eq ${/^'/.test(written) ? `'${encodeURIComponent(written.slice(1, -1))}'` : written})`);
    }
  });
});

describe('providers', () => {
  test('make queries of OData', () => {
    const query = OData.fromOData('checkins', 'id eq 12', 'name,price, state asc   ,  count desc', 5, 10, 'a,   b , c', true, true);
    assert.equal(
      query.toOData(),
      '/checkins?$filter=(id eq 12)&$orderby=name,price,state,count desc&$skip=5&$top=10&$select=a,b,c&$inlinecount=allpages&__includeDeleted=true',
    );
    assert.equal(OData.fromOData('t').toOData(), '/t');
  });

  test('give the parts of a query, as they are or fit for a URL', () => {
    const query = new Query('t').where({ a: 'b c' }).orderBy('a').orderByDescending('b').take(1);
    assert.deepEqual(OData.toOData(query), {
      table: 't',
      filters: "(a eq 'b c')",
      ordering: 'a,b desc',
      orderClauses: 'a,b desc',
      skip: null,
      take: 1,
      selections: '',
      includeTotalCount: false,
      includeDeleted: false,
    });
    assert.equal(OData.toOData(query, true).filters, "(a eq 'b%20c')");
  });

  test('of an app are methods of each query', () => {
    const { QueryExpressionVisitor } = Query.Expressions;
    class Names extends QueryExpressionVisitor {
      BinaryExpression(/** @type {any} */ node) {
        return [this.visit(node.left), this.visit(node.right)].flat();
      }
      MemberExpression(/** @type {any} */ node) {
        return node.member;
      }
    }
    Query.registerProvider('Names', { toQuery: (query) => new Names().visit(query.getComponents().filters) });
    const query = /** @type {any} */ (new Query('t').where((/** @type {any} */ row) => row.a === 1 || row.b > row.c));
    assert.deepEqual(query.toNames().filter((/** @type {any} */ name) => typeof name === 'string'), ['a', 'b', 'c']);
  });
});

test('a query crosses to the module as text', () => {
  const query = new Query('t').where({ text: 'a b' }).orderByDescending('a').select('a').skip(1).take(2);
  assert.deepEqual(JSON.parse(queryText(query)), {
    table: 't',
    filter: "(text eq 'a b')",
    orderings: [{ name: 'a', ascending: false }],
    selections: ['a'],
    skip: 1,
    take: 2,
    includeTotalCount: false,
    includeDeleted: false,
  });
});
