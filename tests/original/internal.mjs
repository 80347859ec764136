// Private parts of the original: stand-ins for them, which notice that a case reaches for one and end it there.

/** @type {string | undefined} */
let reached;

/** Begins a new case. */
export const forget = () => {
  reached = undefined;
};

/** The first private part that the case has reached for. */
export const reachedFor = () => reached;

/**
 * @param {string} name of the private part
 * @returns {never}
 */
function reach(name) {
  reached ??= name;
  throw new Error(`${name} is a private part of the original.`);
}

/** @param {string | symbol} key of nothing that is asked of any value: whether it is a promise */
const isNamed = (key) => typeof key === 'string' && key !== 'then';

/**
 * Stands for a private part. It may be passed about, but neither called nor looked into.
 * @param {string} name
 * @returns {any}
 */
export const internal = (name) =>
  new Proxy(() => {}, {
    apply: () => reach(name),
    get: (_, key) => (isNamed(key) ? reach(`${name}.${String(key)}`) : undefined),
    set: (_, key) => reach(`${name}.${String(key)}`),
  });

/** @param {string | symbol} key as the original calls its private members: `_db` */
const isPrivate = (key) => typeof key === 'string' && /^_[a-z]/i.test(key);

/**
 * Notices when a private member of the original is looked for on an object, or on any other that has its root.
 * @param {object} face something of the public API
 * @param {string} name
 */
export function watch(face, name) {
  let root = face;
  for (let next = face; next !== Object.prototype && next !== Function.prototype; next = Object.getPrototypeOf(next)) {
    root = next;
  }
  const guarded = new Proxy(Object.getPrototypeOf(root), {
    get: (target, key, receiver) =>
      isPrivate(key) ? reach(`${name}.${String(key)}`) : Reflect.get(target, key, receiver),
    set: (target, key, value, receiver) =>
      isPrivate(key) ? reach(`${name}.${String(key)}`) : Reflect.set(target, key, value, receiver),
  });
  Object.setPrototypeOf(root, guarded);
}
