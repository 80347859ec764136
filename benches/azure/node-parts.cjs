// What the original client calls of node's util, assert and stream, of which its own build brings whole copies along.
'use strict';

/** As node's, for the placeholders that are used: %s and %d. */
function format(pattern, ...values) {
  return String(pattern).replace(/%[sd]/g, (mark) => (values.length > 0 ? String(values.shift()) : mark));
}

function inherits(child, parent) {
  Object.setPrototypeOf(child.prototype, parent.prototype);
}

module.exports = { format, inherits, inspect: String, equal() {}, AssertionError: Error, Stream: function Stream() {} };
