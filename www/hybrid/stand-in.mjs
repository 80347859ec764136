// Plays cordova.js in a web page, so that a hybrid app runs there as it is: a module registry, a bridge to nothing, and
// `deviceready`. A page where Cordova stands is left alone.

/** @typedef {import('./registry.mjs').Factory} Factory */

const page = /** @type {{ cordova?: object }} */ (globalThis);
page.cordova ??= standIn();

function standIn() {
  /** @type {Map<string, { factory?: Factory, exports: any }>} */
  const modules = new Map();

  /** @type {(id: string) => any} */
  const require = (id) => {
    const module = modules.get(id);
    if (!module) throw new Error(`module ${id} not found`);
    const { factory } = module;
    // Built when it is first asked for, and then not again, should it ask for itself.
    delete module.factory;
    factory?.(require, module.exports, module);
    return module.exports;
  };

  const define = (/** @type {string} */ id, /** @type {Factory} */ factory) => {
    if (modules.has(id)) throw new Error(`module ${id} already defined`);
    modules.set(id, { factory, exports: {} });
  };

  announceReady();
  return {
    define: Object.assign(define, { remove: (/** @type {string} */ id) => void modules.delete(id) }),
    require,
    exec: (/** @type {any} */ _onSuccess, /** @type {((error: string) => void) | undefined} */ onError) =>
      onError?.('Missing Command Error'),
    platformId: 'browser',
  };
}

/** `deviceready` comes when the page is there, and to those that listen later at once, as in Cordova. */
function announceReady() {
  const listen = document.addEventListener.bind(document);
  const ready = new Promise((resolve) => {
    if (document.readyState !== 'loading') resolve(undefined);
    else listen('DOMContentLoaded', resolve, { once: true });
  });
  /** @param {string} type @param {any} listener @param {any} options */
  document.addEventListener = (type, listener, options) => {
    if (type !== 'deviceready') return listen(type, listener, options);
    void ready.then(() => listener?.call(document, new Event('deviceready')));
  };
}
