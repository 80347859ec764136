// Functions as conditions: `where(function (limit) { return this.price < limit; }, 10)` is never run, but read.

import { parse } from 'acorn';
import { TureenError } from '../error.mjs';
import { evaluate } from './evaluate.mjs';
import {
  BinaryExpression,
  ConstantExpression,
  InvocationExpression,
  MemberExpression,
  QueryExpression,
  UnaryExpression,
} from './expressions.mjs';

/** @typedef {import('acorn').AnyNode} Node */
/** @typedef {import('acorn').Function} FunctionNode */

/** @type {Record<string, string>} */
const BINARY = {
  '&&': 'And',
  '||': 'Or',
  '+': 'Add',
  '-': 'Subtract',
  '*': 'Multiply',
  '/': 'Divide',
  '%': 'Modulo',
  '>': 'GreaterThan',
  '>=': 'GreaterThanOrEqual',
  '<': 'LessThan',
  '<=': 'LessThanOrEqual',
  '!=': 'NotEqual',
  '!==': 'NotEqual',
  '==': 'Equal',
  '===': 'Equal',
};

/** Methods of a row's values: what they are in a query, and how many arguments they take. */
/** @type {Record<string, [method: string, parameters: number]>} */
const METHODS = {
  toUpperCase: ['ToUpperCase', 0],
  toLowerCase: ['ToLowerCase', 0],
  trim: ['Trim', 0],
  indexOf: ['IndexOf', 1],
  concat: ['Concat', 1],
  substring: ['Substring', 2],
  substr: ['Substring', 2],
  replace: ['Replace', 2],
  getFullYear: ['Year', 0],
  getUTCFullYear: ['Year', 0],
  getYear: ['Year', 0],
  getMonth: ['Month', 0],
  getUTCMonth: ['Month', 0],
  getDate: ['Day', 0],
  getUTCDate: ['Day', 0],
};

/** What JavaScript counts from elsewhere than a query does. @type {Record<string, number>} */
const ORIGINS = { getYear: 1900, getMonth: 1, getUTCMonth: 1 };

/** Functions that a query knows. @type {Map<unknown, [method: string, name: string]>} */
const FUNCTIONS = new Map([
  [Math.floor, ['Floor', 'floor']],
  [Math.ceil, ['Ceiling', 'ceil']],
  [Math.round, ['Round', 'round']],
]);

const COUNTS = ['no arguments', 'one argument', 'two arguments'];

/**
 * The expression that a function returns.
 *
 * The row is the function's `this`; in an arrow function with one parameter more than there are values it is the first
 * parameter: `where((row, limit) => row.price < limit, 10)`.
 * @param {Function} predicate
 * @param {unknown[]} given the values of its parameters
 * @returns {QueryExpression}
 */
export function transformPredicate(predicate, given) {
  const { text, node } = read(predicate);
  const result = returned(node);
  if (!result) throw noPredicate(predicate);
  const names = node.params.map((parameter) => {
    if (parameter.type !== 'Identifier') throw noPredicate(predicate);
    return parameter.name;
  });
  const row = node.type === 'ArrowFunctionExpression' && names.length === given.length + 1 ? names.shift() : undefined;
  if (names.length > given.length) throw mistake(`Expected value(s) for parameter(s) ${names.slice(given.length)}`);
  if (names.length < given.length) throw mistake(`Expected parameter(s) for value(s) ${given.slice(names.length)}`);
  const environment = new Map(names.map((name, at) => [name, given[at]]));
  return new Translator(text, environment, row).expression(result);
}

/**
 * The syntax tree of a function: an expression, or a method of an object or class.
 * @param {Function} predicate
 * @returns {{ text: string, node: FunctionNode }}
 */
function read(predicate) {
  const source = String(predicate);
  for (const text of [`(${source}\n)`, `({${source}\n})`]) {
    const node = functionIn(text);
    if (node && !node.async && !node.generator) return { text, node };
  }
  throw noPredicate(predicate);
}

/**
 * @param {string} text
 * @returns {FunctionNode | undefined}
 */
function functionIn(text) {
  let program;
  try {
    program = parse(text, { ecmaVersion: 'latest' });
  } catch {
    return undefined;
  }
  const [statement, ...others] = program.body;
  if (statement?.type !== 'ExpressionStatement' || others.length > 0) return undefined;
  const { expression } = statement;
  if (expression.type === 'FunctionExpression' || expression.type === 'ArrowFunctionExpression') return expression;
  if (expression.type !== 'ObjectExpression' || expression.properties.length !== 1) return undefined;
  const [method] = expression.properties;
  return method.type === 'Property' && method.value.type === 'FunctionExpression' ? method.value : undefined;
}

/**
 * What a function returns, when that is all it does.
 * @param {FunctionNode} node
 * @returns {Node | null | undefined}
 */
function returned(node) {
  if (node.body.type !== 'BlockStatement') return node.body;
  const statements = node.body.body.filter((statement) => !('directive' in statement));
  const [statement] = statements;
  return statements.length === 1 && statement.type === 'ReturnStatement' ? statement.argument : undefined;
}

/** Makes expressions of a query from those of JavaScript. */
class Translator {
  #text;
  #environment;
  #row;
  /** Which nodes need a row. @type {Map<object, boolean>} */
  #needs = new Map();

  /**
   * @param {string} text
   * @param {import('./evaluate.mjs').Environment} environment
   * @param {string | undefined} row the parameter that stands for the row
   */
  constructor(text, environment, row) {
    this.#text = text;
    this.#environment = environment;
    this.#row = row;
  }

  /**
   * @param {Node} node
   * @returns {QueryExpression}
   */
  expression(node) {
    if (!this.#needsRow(node)) return new ConstantExpression(this.#value(node));
    switch (node.type) {
      case 'MemberExpression':
        return this.#member(node);
      case 'UnaryExpression':
        return this.#unary(node);
      case 'LogicalExpression':
      case 'BinaryExpression':
        return node.operator === 'in' ? this.#oneOf(node) : this.#binary(node);
      case 'CallExpression':
        return this.#call(node);
      default:
        throw this.#unsupported(node);
    }
  }

  /** @param {import('acorn').MemberExpression} node */
  #member(node) {
    const name = this.#propertyName(node);
    if (this.#isRow(node.object)) return new MemberExpression(name);
    if (name !== 'length' || node.object.type === 'Super') throw this.#unsupported(node);
    return new InvocationExpression('Length', [this.expression(node.object)]);
  }

  /** @param {import('acorn').UnaryExpression} node */
  #unary(node) {
    const operand = () => this.expression(node.argument);
    if (node.operator === '+') return operand();
    if (node.operator === '!') return new UnaryExpression('Not', operand());
    if (node.operator === '-') return new UnaryExpression('Negate', operand());
    throw this.#unsupported(node);
  }

  /** @param {import('acorn').LogicalExpression | import('acorn').BinaryExpression} node */
  #binary(node) {
    const operator = BINARY[node.operator];
    if (!operator || node.left.type === 'PrivateIdentifier') throw this.#unsupported(node);
    return new BinaryExpression(operator, this.expression(node.left), this.expression(node.right));
  }

  /**
   * `this.id in list`: equal to the first, or to the second, and so on. Objects of one property stand for its value.
   * @param {import('acorn').BinaryExpression} node
   */
  #oneOf(node) {
    const list = this.#needsRow(node.right) ? undefined : this.#value(node.right);
    if (!Array.isArray(list) || node.left.type === 'PrivateIdentifier') throw this.#unsupported(node);
    if (list.length === 0) return new BinaryExpression('Equal', new ConstantExpression(true), new ConstantExpression(false));
    const left = this.expression(node.left);
    const tests = list.map((item) => new BinaryExpression('Equal', left, new ConstantExpression(this.#listed(item, node))));
    return /** @type {QueryExpression} */ (QueryExpression.groupClauses('Or', tests));
  }

  /**
   * @param {unknown} item
   * @param {Node} node
   */
  #listed(item, node) {
    if (Object.prototype.toString.call(item) !== '[object Object]') return item;
    const values = Object.values(/** @type {object} */ (item));
    if (values.length === 1) return values[0];
    const source = this.#source(node);
    throw mistake(
      `in operator requires comparison objects with a single field, not ${item} (${JSON.stringify(item)}), for expression '${source}'`,
    );
  }

  /** @param {import('acorn').CallExpression} node */
  #call(node) {
    const { callee } = node;
    if (!this.#needsRow(callee)) {
      const [method, name] = FUNCTIONS.get(this.#value(callee)) ?? [];
      if (!method || !name) throw this.#unsupported(node);
      return new InvocationExpression(method, this.#parameters(node, name, 1));
    }
    if (callee.type !== 'MemberExpression' || callee.object.type === 'Super' || this.#isRow(callee.object)) {
      throw this.#unsupported(node);
    }
    const name = this.#propertyName(callee);
    if (!Object.hasOwn(METHODS, name)) throw this.#unsupported(node);
    const [method, count] = METHODS[name];
    const parameters = this.#parameters(node, name, count);
    const called = new InvocationExpression(method, [this.expression(callee.object), ...parameters]);
    if (!Object.hasOwn(ORIGINS, name)) return called;
    return new BinaryExpression('Subtract', called, new ConstantExpression(ORIGINS[name]));
  }

  /**
   * @param {import('acorn').CallExpression} node
   * @param {string} name
   * @param {number} count how many arguments there must be; where there need be none, any are ignored
   */
  #parameters(node, name, count) {
    if (count === 0) return [];
    if (node.arguments.length !== count) {
      throw mistake(`Function ${name} expects ${COUNTS[count]} in expression '${this.#source(node)}'`);
    }
    return node.arguments.map((argument) => this.expression(argument));
  }

  /** @param {import('acorn').MemberExpression} node */
  #propertyName({ property, computed }) {
    if (!computed && property.type === 'Identifier') return property.name;
    const name = computed && !this.#needsRow(property) ? this.#value(property) : undefined;
    if (typeof name !== 'string') throw this.#unsupported(property);
    return name;
  }

  /** @param {Node} node */
  #isRow(node) {
    if (this.#row === undefined) return node.type === 'ThisExpression';
    return node.type === 'Identifier' && node.name === this.#row;
  }

  /**
   * Whether the row is anywhere in `node`.
   * @param {any} node
   * @returns {boolean}
   */
  #needsRow(node) {
    if (node === null || typeof node !== 'object') return false;
    if (Array.isArray(node)) return node.some((item) => this.#needsRow(item));
    const known = this.#needs.get(node);
    if (known !== undefined) return known;
    const needs = this.#isRow(node) || partsOf(node).some((part) => this.#needsRow(part));
    this.#needs.set(node, needs);
    return needs;
  }

  /** @param {Node} node */
  #value(node) {
    return evaluate(node, this.#environment, (part) => this.#unsupported(part));
  }

  /** @param {Node} node */
  #source(node) {
    return this.#text.slice(node.start, node.end);
  }

  /** @param {Node} node */
  #unsupported(node) {
    return mistake(`The expression '${this.#source(node)}' is not supported.`);
  }
}

/**
 * The nodes below a node, but for names that are no variables.
 * @param {any} node
 * @returns {unknown[]}
 */
function partsOf(node) {
  if (node.type === 'MemberExpression' && !node.computed) return [node.object];
  if (node.type === 'Property' && !node.computed) return [node.value];
  if (node.type === 'Literal') return [];
  return Object.values(node);
}

/** @param {Function} predicate */
const noPredicate = (predicate) => mistake(`Expected a predicate with a single return statement, not ${predicate}`);

/** @param {string} message */
const mistake = (message) => new TureenError('BAD_QUERY', message);
