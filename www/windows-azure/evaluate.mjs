// The value of an expression of JavaScript, by its syntax tree: no `eval`, which a Content-Security-Policy may forbid.
//
// A predicate may calculate with its parameters (`this.price < limit * 2`). Such a part depends on no row, so that its
// value can be had before the query is made. It sees its parameters and the globals, as with the original.

import { TureenError } from '../error.mjs';

/** @typedef {import('acorn').AnyNode} Node */

/** The parameters of a predicate and their values. @typedef {Map<string, any>} Environment */

/** @type {Record<string, (left: any, right: any) => unknown>} */
const BINARY = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '**': (left, right) => left ** right,
  '&': (left, right) => left & right,
  '|': (left, right) => left | right,
  '^': (left, right) => left ^ right,
  '<<': (left, right) => left << right,
  '>>': (left, right) => left >> right,
  '>>>': (left, right) => left >>> right,
  '==': (left, right) => left == right,
  '!=': (left, right) => left != right,
  '===': (left, right) => left === right,
  '!==': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  in: (left, right) => left in right,
  instanceof: (left, right) => left instanceof right,
};

/** @type {Record<string, (value: any) => unknown>} */
const UNARY = {
  '+': (value) => +value,
  '-': (value) => -value,
  '!': (value) => !value,
  '~': (value) => ~value,
  typeof: (value) => typeof value,
  void: () => undefined,
};

/**
 * @param {Node} node
 * @param {Environment} environment
 * @param {(node: Node) => Error} unsupported the error of a node that cannot be calculated
 * @returns {any}
 */
export function evaluate(node, environment, unsupported) {
  const value = (/** @type {Node} */ part) => evaluate(part, environment, unsupported);
  switch (node.type) {
    case 'Literal':
      return node.value;
    case 'Identifier':
      return named(node.name, environment);
    case 'TemplateLiteral':
      return node.quasis
        .map((quasi, at) => (at === 0 ? '' : String(value(node.expressions[at - 1]))) + quasi.value.cooked)
        .join('');
    case 'ArrayExpression':
      return listOf(node.elements, value);
    case 'ObjectExpression':
      return objectOf(node, value, unsupported);
    case 'UnaryExpression':
      if (!UNARY[node.operator]) throw unsupported(node);
      return UNARY[node.operator](value(node.argument));
    case 'BinaryExpression':
      if (node.left.type === 'PrivateIdentifier') throw unsupported(node);
      return BINARY[node.operator](value(node.left), value(node.right));
    case 'LogicalExpression':
      return logical(node, value);
    case 'ConditionalExpression':
      return value(node.test) ? value(node.consequent) : value(node.alternate);
    case 'SequenceExpression':
      return node.expressions.map(value).at(-1);
    case 'ChainExpression':
      return value(node.expression);
    case 'MemberExpression':
      return memberOf(node, value, unsupported).found;
    case 'CallExpression':
      return callOf(node, value, unsupported);
    case 'NewExpression':
      return Reflect.construct(value(node.callee), listOf(node.arguments, value));
    default:
      throw unsupported(node);
  }
}

/**
 * @param {string} name
 * @param {Environment} environment
 */
function named(name, environment) {
  if (environment.has(name)) return environment.get(name);
  if (name in globalThis) return /** @type {any} */ (globalThis)[name];
  throw new TureenError(
    'BAD_QUERY',
    `${name} is not defined. A predicate sees its own parameters only: pass the value as an argument of where().`,
  );
}

/**
 * @param {(import('acorn').Expression | import('acorn').SpreadElement | null)[]} elements
 * @param {(node: Node) => any} value
 * @returns {any[]}
 */
const listOf = (elements, value) =>
  elements.flatMap((element) => {
    if (element === null) return [undefined];
    return element.type === 'SpreadElement' ? [...value(element.argument)] : [value(element)];
  });

/**
 * @param {import('acorn').ObjectExpression} node
 * @param {(node: Node) => any} value
 * @param {(node: Node) => Error} unsupported
 */
function objectOf(node, value, unsupported) {
  /** @type {Record<string, unknown>} */
  const made = {};
  for (const property of node.properties) {
    if (property.type === 'SpreadElement') {
      Object.assign(made, value(property.argument));
      continue;
    }
    if (property.kind !== 'init' || property.method) throw unsupported(node);
    const { key, computed } = property;
    const name = !computed && key.type === 'Identifier' ? key.name : value(key);
    Object.defineProperty(made, name, { value: value(property.value), enumerable: true, configurable: true, writable: true });
  }
  return made;
}

/**
 * @param {import('acorn').LogicalExpression} node
 * @param {(node: Node) => any} value
 */
function logical(node, value) {
  const left = value(node.left);
  const decided = { '&&': !left, '||': !!left, '??': left !== null && left !== undefined }[node.operator];
  return decided ? left : value(node.right);
}

/**
 * What a member expression finds, and on what.
 * @param {import('acorn').MemberExpression} node
 * @param {(node: Node) => any} value
 * @param {(node: Node) => Error} unsupported
 */
function memberOf(node, value, unsupported) {
  const { object, property, computed, optional } = node;
  if (object.type === 'Super' || property.type === 'PrivateIdentifier') throw unsupported(node);
  const owner = value(object);
  if (optional && (owner === null || owner === undefined)) return { owner, found: undefined };
  return { owner, found: owner[!computed && property.type === 'Identifier' ? property.name : value(property)] };
}

/**
 * @param {import('acorn').CallExpression} node
 * @param {(node: Node) => any} value
 * @param {(node: Node) => Error} unsupported
 */
function callOf(node, value, unsupported) {
  const { callee, optional } = node;
  if (callee.type === 'Super') throw unsupported(node);
  const { owner, found } =
    callee.type === 'MemberExpression' ? memberOf(callee, value, unsupported) : { owner: undefined, found: value(callee) };
  if (optional && (found === null || found === undefined)) return undefined;
  return Reflect.apply(found, owner, listOf(node.arguments, value));
}
