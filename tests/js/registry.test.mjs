// Tureen in Cordova's module registry and on its bridge, with a native plugin's modules before it, after it, or not.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { attempt } from '../../www/core.mjs';
import { install } from '../../www/hybrid/registry.mjs';

const page = /** @type {{ cordova?: any, document?: any }} */ (globalThis);
const mine = { isMine: true };
const parts = {
  modules: { 'com.example.soup': mine },
  services: {
    'com.example.native': (/** @type {string} */ action, /** @type {any[]} */ args) =>
      attempt(() => (action === 'fail' ? Promise.reject('no') : [action, args])),
  },
};

/** A registry with the rules of cordova.js: a name is defined once, and built when it is first required. */
function registry() {
  /** @type {Record<string, any>} */
  const moduleMap = {};
  const define = (/** @type {string} */ id, /** @type {any} */ factory) => {
    if (id in moduleMap) throw new Error(`module ${id} already defined`);
    moduleMap[id] = { factory };
  };
  const require = (/** @type {string} */ id) => {
    const module = moduleMap[id];
    if (!module) throw new Error(`module ${id} not found`);
    const { factory } = module;
    if (factory) {
      module.exports = {};
      delete module.factory;
      factory(require, module.exports, module);
    }
    return module.exports;
  };
  const remove = (/** @type {string} */ id) => void delete moduleMap[id];
  return { define: Object.assign(define, { remove, moduleMap }), require };
}

/** @param {any} exec */
function cordovaWith(exec) {
  const cordova = { ...registry(), exec };
  cordova.define('cordova/exec', (/** @type {any} */ _require, /** @type {any} */ _exports, /** @type {any} */ module) => {
    module.exports = exec;
  });
  return cordova;
}

/** What `exec` calls back. @param {any} exec @param {string} service @param {string} action @param {any[]} [args] */
const asked = (exec, service, action, args) =>
  new Promise((resolve) =>
    exec((/** @type {any} */ value) => resolve({ value }), (/** @type {any} */ error) => resolve({ error }), service, action, args));

/** A bridge to native code, which echoes. */
const echo = (/** @type {any} */ ok, /** @type {any} */ _fail, /** @type {string} */ service, /** @type {string} */ action) =>
  ok(`${service} ${action}`);

beforeEach(() => {
  page.document = new EventTarget();
});
afterEach(() => {
  delete page.cordova;
  delete page.document;
});

test('a module takes the place of the one that stands there', () => {
  page.cordova = cordovaWith(echo);
  page.cordova.define('com.example.soup', () => assert.fail('the native one is built'));
  install(parts);
  assert.equal(page.cordova.require('com.example.soup'), mine);
});

test('a script that defines the native modules later goes on, and its modules of other names are there', () => {
  page.cordova = cordovaWith(echo);
  const { moduleMap } = page.cordova.define;
  install(parts);
  page.cordova.define('com.example.soup', () => assert.fail('the native one is built'));
  page.cordova.define('com.example.other', (/** @type {any} */ _require, /** @type {any} */ exports) => {
    exports.name = 'other';
  });
  assert.equal(page.cordova.require('com.example.soup'), mine);
  assert.deepEqual(page.cordova.require('com.example.other'), { name: 'other' });
  assert.equal(page.cordova.define.moduleMap, moduleMap, 'which the plugin loader looks into');
});

test('who removes a module may put another in its place', () => {
  page.cordova = cordovaWith(echo);
  install(parts);
  page.cordova.define.remove('com.example.soup');
  page.cordova.define('com.example.soup', (/** @type {any} */ _require, /** @type {any} */ exports) => {
    exports.name = 'theirs';
  });
  assert.deepEqual(page.cordova.require('com.example.soup'), { name: 'theirs' });
});

test('exec reaches the service, from the global and from the registry; other services go over the bridge', async () => {
  page.cordova = cordovaWith(echo);
  install(parts);
  for (const exec of [page.cordova.exec, page.cordova.require('cordova/exec')]) {
    assert.deepEqual(await asked(exec, 'com.example.native', 'do', ['v', { a: 1 }]), { value: ['do', ['v', { a: 1 }]] });
    assert.deepEqual(await asked(exec, 'com.example.native', 'do'), { value: ['do', []] });
    assert.deepEqual(await asked(exec, 'com.example.native', 'fail'), { error: 'no' });
    assert.deepEqual(await asked(exec, 'Device', 'getInfo'), { value: 'Device getInfo' });
    exec(null, null, 'com.example.native', 'do', []);
  }
});

test("the bridge's own members stay: native code calls them", () => {
  page.cordova = cordovaWith(Object.assign(() => {}, { init: () => 'init', pollOnce: () => 'polled' }));
  install(parts);
  assert.equal(page.cordova.require('cordova/exec').pollOnce(), 'polled');
  assert.equal(page.cordova.exec.init(), 'init');
});

test("cordova-ios' bridge, which asks the registry for a better one, is not sent round in a circle", async () => {
  // As cordova-ios does: whatever in the registry has these three members is taken for a bridge.
  const members = ['nativeFetchMessages', 'nativeEvalAndFetch', 'nativeCallback'];
  const native = Object.assign(echo.bind(null), { nativeCallback: () => 'called back' });
  const chosen = () => {
    const found = page.cordova.require('cordova/exec');
    return members.every((member) => typeof found[member] === 'function') && found !== proxy ? found : native;
  };
  const proxy = (/** @type {any[]} */ ...given) => chosen()(...given);
  for (const member of members) Object.assign(proxy, { [member]: () => chosen()[member]() });
  page.cordova = cordovaWith(proxy);
  install(parts);
  assert.deepEqual(await asked(page.cordova.exec, 'Device', 'getInfo'), { value: 'Device getInfo' });
  assert.equal(page.cordova.require('cordova/exec').nativeCallback(), 'called back');
});

test('a stand-in for cordova.js that has exec alone is served, too', async () => {
  page.cordova = { ...registry(), exec: echo };
  install(parts);
  assert.deepEqual(await asked(page.cordova.exec, 'com.example.native', 'do'), { value: ['do', []] });
  assert.deepEqual(await asked(page.cordova.exec, 'Device', 'getInfo'), { value: 'Device getInfo' });
});

test('where cordova.js comes later, the modules are there before deviceready reaches the app', () => {
  install(parts);
  page.cordova = cordovaWith(echo);
  let found;
  page.document.addEventListener('deviceready', () => (found = page.cordova.require('com.example.soup')));
  page.document.dispatchEvent(new Event('deviceready'));
  assert.equal(found, mine);
});

test('a page that calls something else deviceready is left alone', () => {
  install(parts);
  page.document.dispatchEvent(new Event('deviceready'));
  assert.equal(page.cordova, undefined);
});
