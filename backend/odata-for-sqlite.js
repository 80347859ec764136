// Corrects what azure-odata-sql writes for SQLite: some functions come out in SQL Server's dialect only, and `indexof`
// has its arguments swapped, so that a query using them answers nothing or fails.
//
// Load this before azure-mobile-apps: the formatter's class is replaced at the moment it is defined.
'use strict';
const types = require('azure-odata-sql/src/utilities/types');

const { deriveClass } = types;
types.deriveClass = (base, constructor, members) =>
  deriveClass(base, constructor, members?._formatMappedStringMember ? corrected(members) : members);

/** What SQLite's STRFTIME calls the parts of a date. */
const dateParts = { year: '%Y', month: '%m', day: '%d', hour: '%H', minute: '%M', second: '%S' };

/** String functions, each as the SQL around its instance (`of`) and its arguments. */
const stringFunctions = {
  substringof: (of, text) => ['(', of, " LIKE ('%' || ", text, " || '%'))"],
  startswith: (of, text) => ['(', of, ' LIKE (', text, " || '%'))"],
  endswith: (of, text) => ['(', of, " LIKE ('%' || ", text, '))'],
  length: (of) => ['LENGTH(', of, ')'],
  indexof: (of, text) => ['(INSTR(', of, ', ', text, ') - 1)'],
  substring: (of, start, length) =>
    length ? ['SUBSTR(', of, ', ', start, ' + 1, ', length, ')'] : ['SUBSTR(', of, ', ', start, ' + 1)'],
};

/** The formatter's members, with SQLite's dialect where the table lives in SQLite. */
function corrected(members) {
  return {
    ...members,
    _formatMappedStringMember(instance, member, parameters) {
      const parts = this.flavor === 'sqlite' && stringFunctions[member.memberName]?.(instance, ...(parameters ?? []));
      if (parts) write(this, parts);
      else members._formatMappedStringMember.call(this, instance, member, parameters);
    },
    _formatMappedDateMember(instance, member, parameters) {
      const part = this.flavor === 'sqlite' && dateParts[member.memberName];
      if (part) write(this, [`CAST(STRFTIME('${part}', `, instance, ') AS INTEGER)']);
      else members._formatMappedDateMember.call(this, instance, member, parameters);
    },
    visitUnary(expression) {
      if (this.flavor !== 'sqlite' || expression.expressionType !== 'Convert') {
        return members.visitUnary.call(this, expression);
      }
      write(this, ['CAST(', expression.operand, ' AS NUMERIC)']);
      return expression;
    },
  };
}

/** Appends text as it is, and expressions as their SQL. */
function write(formatter, parts) {
  for (const part of parts) {
    if (typeof part === 'string') formatter.statement.sql += part;
    else formatter.visit(part);
  }
}
