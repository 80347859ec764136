// The signs of a page's life, from stand-ins for a browser's window, for Cordova, and for Capacitor's plugins as their
// documentation describes them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Life } from '../../www/life.mjs';

/** A window with a document, at the front and with a network. @param {object} [more] */
function aWindow(more = {}) {
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  return Object.assign(new EventTarget(), { document, navigator: { onLine: true } }, more);
}

/** A plugin of Capacitor's that can be told what to tell. */
function aPlugin() {
  /** @type {Map<string, Set<(state: any) => void>>} */
  const heard = new Map();
  return {
    tell: (/** @type {string} */ event, /** @type {object} */ state) => heard.get(event)?.forEach((call) => call(state)),
    listeners: () => [...heard.values()].reduce((sum, { size }) => sum + size, 0),
    addListener: async (/** @type {string} */ event, /** @type {(state: any) => void} */ call) => {
      const calls = heard.get(event) ?? new Set();
      heard.set(event, calls.add(call));
      return { remove: async () => void calls.delete(call) };
    },
  };
}

/** @param {any} scope */
function watched(scope) {
  const life = new Life(scope);
  /** @type {string[]} */
  const signs = [];
  return { life, signs, stop: life.watch((sign) => signs.push(sign)) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('in a browser', () => {
  test('it tells of the page that is hidden and shown, and of the network, each change once', () => {
    const window = aWindow();
    const { life, signs, stop } = watched(window);
    window.document.visibilityState = 'hidden';
    window.document.dispatchEvent(new Event('visibilitychange'));
    assert.equal(life.active, false);
    window.document.visibilityState = 'visible';
    window.document.dispatchEvent(new Event('visibilitychange'));
    window.dispatchEvent(new Event('pageshow'));
    window.dispatchEvent(new Event('offline'));
    assert.equal(life.online, false);
    window.dispatchEvent(new Event('online'));
    window.dispatchEvent(new Event('online'));
    assert.deepEqual(signs, ['pause', 'resume', 'offline', 'online']);
    stop();
    window.dispatchEvent(new Event('offline'));
    assert.equal(signs.length, 4, 'nobody is told after that');
  });

  test('nobody watching, it says how things stand', () => {
    const window = aWindow();
    const life = new Life(/** @type {any} */ (window));
    assert.deepEqual([life.active, life.online], [true, true]);
    window.document.visibilityState = 'hidden';
    window.navigator.onLine = false;
    assert.deepEqual([life.active, life.online], [false, false]);
  });

  test('one that fails does not keep the others from hearing', ({ mock }) => {
    const window = aWindow();
    const life = new Life(/** @type {any} */ (window));
    const { mock: later } = mock.method(globalThis, 'setTimeout', () => {});
    life.watch(() => {
      throw new Error('of the app');
    });
    /** @type {string[]} */
    const signs = [];
    life.watch((sign) => signs.push(sign));
    window.dispatchEvent(new Event('offline'));
    assert.deepEqual(signs, ['offline']);
    assert.throws(/** @type {() => void} */ (later.calls[0]?.arguments[0]), { message: 'of the app' }, 'the page hears of it, as of any');
  });
});

test('in Cordova, the document is told of all of it', () => {
  const window = aWindow();
  const { signs } = watched(window);
  for (const sign of ['pause', 'resume', 'offline', 'online']) window.document.dispatchEvent(new Event(sign));
  assert.deepEqual(signs, ['pause', 'resume', 'offline', 'online']);
});

describe('in Capacitor', () => {
  test('its App and its Network plugin are heard, and the network asked about', async () => {
    const [App, Network] = [aPlugin(), { ...aPlugin(), getStatus: async () => ({ connected: false }) }];
    const { life, signs, stop } = watched(aWindow({ Capacitor: { Plugins: { App, Network } } }));
    await settled();
    assert.equal(life.online, false, 'whatever the webview believed');
    App.tell('appStateChange', { isActive: false });
    App.tell('appStateChange', { isActive: true });
    Network.tell('networkStatusChange', { connected: true, connectionType: 'wifi' });
    assert.deepEqual(signs, ['offline', 'pause', 'resume', 'online']);
    stop();
    await settled();
    assert.deepEqual([App.listeners(), Network.listeners()], [0, 0]);
  });

  test('a plugin that the native app has not is done without', async () => {
    const refuse = () => Promise.reject(new Error('not implemented'));
    const refuses = { addListener: refuse, getStatus: refuse };
    const window = aWindow({ Capacitor: { Plugins: { App: refuses, Network: refuses } } });
    const { signs, stop } = watched(window);
    await settled();
    window.dispatchEvent(new Event('offline'));
    assert.deepEqual(signs, ['offline']);
    stop();
    await settled();
  });
});

test('in node it is at the front and online, and nothing comes', () => {
  const { life, signs, stop } = watched({});
  assert.deepEqual([life.active, life.online, signs], [true, true, []]);
  stop();
});
