// Cordova's module registry and its bridge: Tureen's modules and services there, in place of a native plugin's.

/**
 * @typedef {(require: (id: string) => any, exports: any, module: { exports: any }) => void} Factory
 * @typedef {((id: string, factory: Factory) => void) & { remove(id: string): void }} Define
 * @typedef {(...given: any[]) => unknown} Exec `(onSuccess, onError, service, action, args)`
 * @typedef {{ define: Define, require: (id: string) => any, exec?: Exec }} Cordova
 *
 * @typedef {(action: string, args: any[]) => import('../promise.mjs').TureenPromise<unknown>} Service rejects with what
 *   the error callback gets
 *
 * @typedef {object} Parts
 * @property {Record<string, object>} modules by the names of the modules whose place they take
 * @property {Record<string, Service>} services by the names of the native classes whose place they take
 */

const EXEC = 'cordova/exec';

/**
 * Puts parts where apps of Cordova look for them: at once when cordova.js has run, else when it is ready.
 * @param {Parts} parts
 */
export function install(parts) {
  if (hasCordova()) fill(parts);
  // Cordova calls the listeners that came before it, and calls them first.
  else document.addEventListener('deviceready', () => hasCordova() && fill(parts), { once: true });
}

const global = /** @type {{ cordova?: Cordova }} */ (globalThis);

/** Whether cordova.js has run in this page. */
export const hasCordova = () => typeof global.cordova?.define === 'function';

/** @param {Parts} parts */
function fill({ modules, services }) {
  const cordova = /** @type {Cordova} */ (global.cordova);
  for (const [id, exports] of Object.entries(modules)) put(cordova, id, exports);
  keep(cordova, new Set(Object.keys(modules)));
  const exec = wrap(execOf(cordova), services);
  put(cordova, EXEC, exec);
  cordova.exec = exec;
}

/**
 * Gives a name in the registry to `exports`, whoever had it.
 * @param {Cordova} cordova
 * @param {string} id
 * @param {object} exports
 */
function put({ define }, id, exports) {
  define.remove(id);
  define(id, (_require, _exports, module) => {
    module.exports = exports;
  });
}

/**
 * A script that brings the native plugin's modules later would fail at the first name that is taken, and leave the
 * rest undefined: its modules of these names are passed over, until somebody removes ours.
 * @param {Cordova} cordova
 * @param {Set<string>} ours
 */
function keep(cordova, ours) {
  const { define } = cordova;
  const wrapped = (/** @type {string} */ id, /** @type {Factory} */ factory) => {
    if (!ours.has(id)) define(id, factory);
  };
  cordova.define = Object.assign(wrapped, define, {
    remove: (/** @type {string} */ id) => {
      ours.delete(id);
      define.remove(id);
    },
  });
}

/** @param {Cordova} cordova */
function execOf(cordova) {
  try {
    return /** @type {Exec} */ (cordova.require(EXEC));
  } catch {
    return cordova.exec;
  }
}

/**
 * The bridge, with these services on this side of it.
 * @param {Exec | undefined} bridge
 * @param {Record<string, Service>} services
 * @returns {Exec}
 */
function wrap(bridge, services) {
  // cordova-ios hands its own calls to whatever has all of its members, so back to us, endlessly. It can do without
  // this one.
  const { nativeFetchMessages: _, ...members } = /** @type {any} */ (bridge ?? {});
  const ours = new Map(Object.entries(services));
  /** @type {Exec} */
  const exec = (...given) => {
    const [onSuccess, onError, name, action, args] = given;
    const service = ours.get(name);
    if (!service) return bridge?.(...given);
    service(action, args ?? []).done(
      (value) => onSuccess?.(value),
      (error) => onError?.(error),
    );
  };
  return Object.assign(exec, members);
}
