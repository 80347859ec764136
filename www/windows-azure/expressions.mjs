// The expression tree of a query's filter: `Query.Expressions`, whose shape providers of an app's own rely on.

/** @enum {string} */
export const BinaryOperators = /** @type {const} */ ({
  And: 'And',
  Or: 'Or',
  Add: 'Add',
  Subtract: 'Subtract',
  Multiply: 'Multiply',
  Divide: 'Divide',
  Modulo: 'Modulo',
  GreaterThan: 'GreaterThan',
  GreaterThanOrEqual: 'GreaterThanOrEqual',
  LessThan: 'LessThan',
  LessThanOrEqual: 'LessThanOrEqual',
  NotEqual: 'NotEqual',
  Equal: 'Equal',
});

/** @enum {string} */
export const UnaryOperators = /** @type {const} */ ({
  Not: 'Not',
  Negate: 'Negate',
  Increment: 'Increment',
  Decrement: 'Decrement',
});

/** @enum {string} */
export const Methods = /** @type {const} */ ({
  Length: 'Length',
  ToUpperCase: 'ToUpperCase',
  ToLowerCase: 'ToLowerCase',
  Trim: 'Trim',
  IndexOf: 'IndexOf',
  Replace: 'Replace',
  Substring: 'Substring',
  Concat: 'Concat',
  Day: 'Day',
  Month: 'Month',
  Year: 'Year',
  Floor: 'Floor',
  Ceiling: 'Ceiling',
  Round: 'Round',
});

/** What all nodes are. `type` is the name of the node's class. */
export class QueryExpression {
  /** @param {string} type */
  constructor(type) {
    this.type = type;
  }

  /**
   * Joins clauses by an operator, from the left. Missing ones are left out; none at all give null.
   * @param {string} operator
   * @param {(QueryExpression | string | null | undefined)[]} clauses
   * @returns {QueryExpression | string | null}
   */
  static groupClauses(operator, clauses) {
    /** @type {QueryExpression | string | null} */
    let joined = null;
    for (const clause of clauses) {
      if (clause) joined = joined ? new BinaryExpression(operator, joined, clause) : clause;
    }
    return joined;
  }
}

/** A value. */
export class ConstantExpression extends QueryExpression {
  /** @param {unknown} value */
  constructor(value) {
    super('ConstantExpression');
    this.value = value;
  }
}

/** A column. */
export class MemberExpression extends QueryExpression {
  /** @param {string} member */
  constructor(member) {
    super('MemberExpression');
    this.member = member;
  }
}

/** An operator between two expressions. */
export class BinaryExpression extends QueryExpression {
  /**
   * @param {string} operator one of `BinaryOperators`
   * @param {QueryExpression | string} left
   * @param {QueryExpression | string} right
   */
  constructor(operator, left, right) {
    super('BinaryExpression');
    this.operator = operator;
    this.left = left;
    this.right = right;
  }
}

/** An operator before an expression. */
export class UnaryExpression extends QueryExpression {
  /**
   * @param {string} operator one of `UnaryOperators`
   * @param {QueryExpression | string} operand
   */
  constructor(operator, operand) {
    super('UnaryExpression');
    this.operator = operator;
    this.operand = operand;
  }
}

/** A function called with expressions. */
export class InvocationExpression extends QueryExpression {
  /**
   * @param {string} method one of `Methods`
   * @param {(QueryExpression | string)[]} args
   */
  constructor(method, args) {
    super('InvocationExpression');
    this.method = method;
    this.args = args;
  }
}

/** OData text of the app's own, with arguments for its question marks. */
export class LiteralExpression extends QueryExpression {
  /**
   * @param {string} queryString
   * @param {unknown[]} [args]
   */
  constructor(queryString, args = []) {
    super('LiteralExpression');
    this.queryString = queryString;
    this.args = args;
  }
}

/** Walks a tree: a subclass has one method for each type of node that it knows. */
export class QueryExpressionVisitor {
  /**
   * @param {any} node a node, a list of nodes, or a text, which is its own result
   * @returns {any}
   */
  visit(node) {
    if (Array.isArray(node)) return node.map((item) => this.visit(item));
    const method = node?.type && /** @type {any} */ (this)[node.type];
    return typeof method === 'function' ? method.call(this, node) : node;
  }
}
