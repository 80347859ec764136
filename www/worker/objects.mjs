// What stands in the page for the objects of a module that is in a worker. A call on one is a message, and gives a
// promise; some things it can say at once.

/** @typedef {import('./wire.mjs').Wire} Wire */
/** What one says at once, by the name of a property or call: a value, or the error that asking comes to. @typedef {{ value?: any, error?: any }} Said */

/**
 * @typedef {object} Shape
 * @property {string[]} [properties] are told when the object crosses
 * @property {string[]} [changing] those of them that are told again when they have changed
 * @property {string[]} [answers] calls without arguments whose answers are told then, too
 * @property {string[]} [makes] calls that give an object of the same kind at once
 */

/** Of the module's classes, those that are asked for more than promises. @type {Record<string, Shape>} */
export const SHAPES = {
  AzurePushError: {
    properties: ['action', 'dateColumns', 'isConflict', 'isHandled', 'itemId', 'tableName'],
    changing: ['isHandled'],
    answers: ['clientRecord', 'error', 'serverRecord'],
  },
  AzureStore: { makes: ['reopened'] },
};

/**
 * @param {Wire} wire
 * @param {number} n by which the worker knows the object
 * @param {string} kind the name of its class
 * @param {Map<string, Said>} said
 * @returns {any}
 */
export function standIn(wire, n, kind, said) {
  const { answers = [], makes = [] } = SHAPES[kind] ?? {};
  return new Proxy(said, {
    get(_, name) {
      // Whoever awaits it asks whether it is a promise.
      if (typeof name === 'symbol' || name === 'then') return undefined;
      if (answers.includes(name)) return () => heard(said.get(name));
      if (said.has(name)) return heard(said.get(name));
      if (makes.includes(name)) return (/** @type {any[]} */ ...given) => made(wire, n, name, kind, given);
      return (/** @type {any[]} */ ...given) => wire.ask(n, name, given);
    },
    set(_, name, value) {
      said.set(String(name), { value });
      wire.set(n, String(name), value);
      return true;
    },
  });
}

/** @param {Wire} wire @param {number} on @param {string} name @param {string} kind @param {any[]} given */
function made(wire, on, name, kind, given) {
  const n = wire.make(on, name, given);
  return wire.standing(standIn(wire, n, kind, new Map()), n);
}

/** @param {Said | undefined} said */
function heard({ value, error } = {}) {
  if (error) throw error;
  return value;
}

/**
 * The module itself, as far as the page asks it.
 * @param {Wire} wire
 * @returns {any}
 */
export function standInForModule(wire) {
  const making = (/** @type {string} */ name, /** @type {string} */ kind) =>
    function (/** @type {any[]} */ ...given) {
      return made(wire, 0, name, kind, given);
    };
  const classes = {
    AzureClient: making('AzureClient', 'AzureClient'),
    AzureStore: Object.assign(making('AzureStore', 'AzureStore'), { away: making('AzureStore.away', 'AzureStore') }),
  };
  return new Proxy(classes, {
    get(_, name) {
      if (typeof name === 'symbol' || name === 'then') return undefined;
      if (name in classes) return classes[/** @type {keyof typeof classes} */ (name)];
      return (/** @type {any[]} */ ...given) => wire.ask(0, name, given);
    },
  });
}
