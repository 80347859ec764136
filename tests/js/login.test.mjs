// Logging in through a window, with stand-ins for the windows and a fake identity provider that they really ask.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import vm from 'node:vm';
import { WindowsAzure } from '../../www/node.mjs';
import { ann, startIdentityProvider } from '../e2e/identity-provider.mjs';

/** @type {any} */
const page = globalThis;

/** @type {Awaited<ReturnType<typeof startIdentityProvider>>} */
let provider;
/** @type {InstanceType<typeof WindowsAzure.MobileServiceClient>} */
let client;

before(async () => {
  provider = await startIdentityProvider();
});
after(() => provider.stop());
beforeEach(() => {
  client = new WindowsAzure.MobileServiceClient(provider.address);
});

const user = { ...ann.user, mobileServiceAuthenticationToken: ann.authenticationToken };

/** @param {string} address @param {string} ending of a login that begins there */
const ended = (address, ending) => fetch(`${address}&ending=${ending}`, { redirect: 'manual' });

/** @param {import('node:test').TestContext} context @param {Record<string, unknown>} globals for one test */
function standIn(context, globals) {
  for (const [name, value] of Object.entries(globals)) {
    const before = Object.getOwnPropertyDescriptor(page, name);
    Object.defineProperty(page, name, { value, configurable: true, writable: true });
    context.after(() => (before ? Object.defineProperty(page, name, before) : delete page[name]));
  }
}

/** What a test does in the window that was opened at `address`. @typedef {(address: string, tell: Tell) => unknown} Doing */
/** @typedef {(event: string, detail?: object) => void} Tell */

describe("in Cordova's InAppBrowser", () => {
  /** @param {import('node:test').TestContext} context @param {Doing} doing */
  function inAppBrowser(context, doing) {
    /** @type {any[][]} */
    const calls = [];
    /** @type {[string, (event: any) => void][]} */
    const listeners = [];
    /** @type {Tell} */
    const tell = (event, detail = {}) => listeners.filter(([name]) => name === event).forEach(([, listen]) => listen(detail));
    standIn(context, {
      cordova: {
        InAppBrowser: {
          open(/** @type {string} */ address, /** @type {string[]} */ ...given) {
            calls.push(['open', address, ...given]);
            queueMicrotask(() => doing(address, tell));
            return {
              addEventListener: (/** @type {string} */ event, /** @type {any} */ listener) => listeners.push([event, listener]),
              close: () => calls.push(['close']),
            };
          },
        },
      },
    });
    return calls;
  }

  /** @param {string} ending @returns {Doing} as the plugin tells of the pages */
  const choosing = (ending) => async (address, tell) => {
    tell('loadstart', { url: address });
    const url = (await ended(address, ending)).headers.get('location');
    tell('loadstart', { url });
    tell('loadstop', { url });
  };

  test('the token is taken from the last address, and the window is closed a little later', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const calls = inAppBrowser(context, choosing('sign-in'));
    assert.deepEqual(await client.login('Facebook'), user);
    assert.deepEqual(client.currentUser, user);
    assert.deepEqual(calls, [
      ['open', `${provider.address}/.auth/login/facebook?session_mode=token`, '_blank', 'location=no,hardwareback=no'],
    ]);
    context.mock.timers.tick(500);
    assert.deepEqual(calls.slice(1), [['close']]);
  });

  test('parameters that OData would read are refused', async () => {
    await assert.rejects(client.loginWithOptions('aad', { parameters: { $top: 1 } }), /must not begin with a '\$'/);
  });

  for (const [name, prepare, start, end] of /** @type {[string, (client: any) => void, string, string][]} */ ([
    ['the backend', () => {}, 'https://site.example/.auth/login/aad', 'https://site.example/.auth/login/done'],
    ['another host', (own) => (own.alternateLoginHost = 'https://login.example/'),
      'https://login.example/.auth/login/aad', 'https://login.example/.auth/login/done'],
    ['another path', (own) => (own.loginUriPrefix = '/sign/in'), 'https://site.example/sign/in/aad', 'https://site.example/sign/in/done'],
  ])) {
    test(`a login at ${name} begins and ends there, on https`, async (context) => {
      const own = new WindowsAzure.MobileServiceClient('http://site.example/');
      prepare(own);
      const answer = `#token=${encodeURIComponent(JSON.stringify(ann))}`;
      const calls = inAppBrowser(context, (_, tell) => {
        tell('loadstop', { url: `https://elsewhere.example/.auth/login/done${answer}` });
        tell('loadstop', { url: `${end}r${answer.replaceAll('ann', 'eve')}` });
        tell('loadstop', { url: `${end}${answer}` });
      });
      assert.deepEqual(await own.loginWithOptions('WindowsAzureActiveDirectory', { parameters: { display: 'a b', session_mode: 'x' } }), user);
      assert.equal(calls[0][1], `${start}?display=a+b&session_mode=token`);
    });
  }

  for (const [ending, code, message] of [
    ['refuse', 'LOGIN_REFUSED', 'Ann is not welcome: 100%'],
    ['nonsense', 'BAD_LOGIN_ANSWER', 'Invalid format of the authentication response.'],
    ['nothing', 'BAD_LOGIN_ANSWER', 'Invalid format of the authentication response.'],
  ]) {
    test(`an answer of the kind '${ending}' is a rejection`, async (context) => {
      inAppBrowser(context, choosing(ending));
      await assert.rejects(client.login('facebook'), { name: 'TureenError', code, message });
      assert.equal(client.currentUser, null);
    });
  }

  test('a window that the user closes is UserCancelled, and then one may try again', async (context) => {
    inAppBrowser(context, (_, tell) => tell('exit'));
    const first = client.login('facebook');
    await assert.rejects(client.login('facebook'), { code: 'LOGIN_UNDER_WAY', message: /login is already in progress/ });
    await assert.rejects(first, { code: 'LOGIN_CANCELLED', message: 'UserCancelled' });
    await assert.rejects(client.login('facebook'), { code: 'LOGIN_CANCELLED' });
  });
});

describe("in Capacitor's browser", () => {
  const redirect = 'com.example.app://signed-in';

  /**
   * @param {import('node:test').TestContext} context
   * @param {Doing} doing
   * @param {object} [without]
   */
  function capacitor(context, doing, without = {}) {
    /** @type {string[]} */
    const calls = [];
    /** @type {Map<string, (event: any) => void>} */
    const listeners = new Map();
    const plugin = {
      addListener: async (/** @type {string} */ event, /** @type {any} */ listener) => {
        listeners.set(event, listener);
        return { remove: () => listeners.delete(event) };
      },
    };
    const Browser = {
      ...plugin,
      close: async () => {
        calls.push('close');
        throw new Error('not implemented on this platform');
      },
      open: async (/** @type {{ url: string }} */ { url }) => {
        calls.push(url);
        void doing(url, (event, detail) => listeners.get(event)?.(detail));
      },
    };
    standIn(context, { Capacitor: { isNativePlatform: () => true, Plugins: { Browser, App: plugin, ...without } } });
    return { calls, listeners };
  }

  const options = { parameters: { post_login_redirect_url: redirect } };

  test("the token comes to an address of the app's", async (context) => {
    const { calls, listeners } = capacitor(context, async (address, tell) => {
      tell('appUrlOpen', { url: `${redirect}/other#token=null` });
      tell('browserFinished');
      tell('appUrlOpen', { url: (await ended(address, 'sign-in')).headers.get('location') });
    });
    assert.deepEqual(await client.loginWithOptions('google', options), user);
    const start = `${provider.address}/.auth/login/google?post_login_redirect_url=${encodeURIComponent(redirect)}&session_mode=token`;
    assert.deepEqual(calls, [start, 'close']);
    assert.equal(listeners.size, 0, 'nobody listens any more');
  });

  test('a browser that the user closes is UserCancelled', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    capacitor(context, (_, tell) => {
      tell('browserFinished');
      context.mock.timers.tick(1_000);
    });
    await assert.rejects(client.loginWithOptions('google', options), { code: 'LOGIN_CANCELLED', message: 'UserCancelled' });
  });

  test('a login without such an address says what to do', async (context) => {
    const { calls } = capacitor(context, () => {});
    await assert.rejects(client.login('google'), { code: 'LOGIN_REDIRECT', message: /post_login_redirect_url/ });
    assert.deepEqual(calls, []);
  });

  test('a login without the App plugin says what to install', async (context) => {
    capacitor(context, () => {}, { App: undefined });
    await assert.rejects(client.loginWithOptions('google', options), { code: 'LOGIN_REDIRECT', message: /@capacitor\/app/ });
  });

  test('an app that Capacitor shows in a plain browser has a popup', async (context) => {
    standIn(context, {
      Capacitor: { isNativePlatform: () => false, Plugins: { Browser: {} } },
      location: { origin: 'https://app.example' },
      open: () => null,
    });
    await assert.rejects(client.login('google'), { code: 'LOGIN_BLOCKED' });
  });
});

describe('in a popup', () => {
  const here = 'https://app.example';

  /**
   * @param {import('node:test').TestContext} context
   * @param {(address: string, post: (data: unknown, from?: object) => void, popup: { closed: boolean }) => unknown} doing
   */
  function popups(context, doing) {
    const events = new EventTarget();
    /** @type {any[][]} */
    const calls = [];
    let listening = 0;
    standIn(context, {
      location: { origin: here },
      addEventListener: (/** @type {string} */ type, /** @type {any} */ listener, /** @type {any} */ given) => {
        listening += 1;
        given.signal.addEventListener('abort', () => (listening -= 1));
        events.addEventListener(type, listener, given);
      },
      open: (/** @type {string} */ address, /** @type {string[]} */ ...given) => {
        const popup = { closed: false, close: () => calls.push(['close']) };
        calls.push(['open', address, ...given]);
        const post = (/** @type {unknown} */ data, from = {}) =>
          events.dispatchEvent(Object.assign(new Event('message'), { data, source: popup, origin: provider.address, ...from }));
        queueMicrotask(() => doing(address, post, popup));
        return popup;
      },
    });
    return { calls, listeners: () => listening };
  }

  /** Runs the script of the provider's last page. @param {string} address @param {string} ending @param {any} post */
  async function choose(address, ending, post) {
    const [, script] = /<script>(.*)<\/script>/.exec(await (await ended(address, ending)).text()) ?? [];
    const postMessage = (/** @type {unknown} */ data, /** @type {string} */ to) => to === here && post(JSON.parse(JSON.stringify(data)));
    vm.runInNewContext(script, { opener: { postMessage } });
  }

  test("the token is taken from the provider's message, and the window is closed", async (context) => {
    const { calls, listeners } = popups(context, (address, post) => choose(address, 'sign-in', post));
    assert.deepEqual(await client.login('facebook'), user);
    const start = `${provider.address}/.auth/login/facebook?session_mode=token&completion_type=postMessage&completion_origin=${encodeURIComponent(here)}`;
    assert.deepEqual(calls, [['open', start, '_blank', 'location=no,resizable=yes'], ['close']]);
    assert.equal(listeners(), 0, 'nobody listens any more');
  });

  test('no message is believed but that of this window, from this origin', async (context) => {
    const eve = { type: 'LoginCompleted', oauth: { user: { userId: 'sid:eve' }, authenticationToken: 'a.b.c' } };
    popups(context, async (address, post) => {
      post(eve, { origin: 'https://evil.example' });
      post(eve, { source: {} });
      post('no JSON');
      post(JSON.stringify({ type: 'Other', oauth: eve.oauth }));
      post(null);
      await choose(address, 'nothing', post);
      post(JSON.stringify({ type: 'LoginCompleted', oauth: ann }));
    });
    assert.deepEqual(await client.login('facebook'), user);
  });

  for (const [ending, code, message] of [
    ['refuse', 'LOGIN_REFUSED', 'Ann is not welcome: 100%'],
    ['nonsense', 'BAD_LOGIN_ANSWER', 'Invalid format of the authentication response.'],
  ]) {
    test(`a message of the kind '${ending}' is a rejection`, async (context) => {
      const { calls } = popups(context, (address, post) => choose(address, ending, post));
      await assert.rejects(client.login('facebook'), { code, message });
      assert.deepEqual(calls.at(-1), ['close']);
      assert.equal(client.currentUser, null);
    });
  }

  test('a window that the user closes is UserCancelled', async (context) => {
    context.mock.timers.enable({ apis: ['setInterval'] });
    const { listeners } = popups(context, (_, __, popup) => {
      context.mock.timers.tick(10_000);
      popup.closed = true;
      context.mock.timers.tick(500);
    });
    await assert.rejects(client.login('facebook'), { code: 'LOGIN_CANCELLED', message: 'UserCancelled' });
    assert.equal(listeners(), 0);
  });

  test('a window that closes itself may have its message arrive after that', async (context) => {
    context.mock.timers.enable({ apis: ['setInterval'] });
    popups(context, (_, post, popup) => {
      popup.closed = true;
      context.mock.timers.tick(250);
      post({ type: 'LoginCompleted', oauth: ann });
      context.mock.timers.tick(250);
    });
    assert.deepEqual(await client.login('facebook'), user);
  });

  test('a window that the browser blocks is told so', async (context) => {
    standIn(context, { location: { origin: here }, open: () => null });
    await assert.rejects(client.login('facebook'), { code: 'LOGIN_BLOCKED', message: /click/ });
  });

  test('it is opened at once, within the click', async (context) => {
    const { calls } = popups(context, (_, post) => post({ type: 'LoginCompleted', oauth: ann }));
    const login = client.login('facebook');
    assert.equal(calls.length, 1);
    await login;
  });

  test('a page that no window can answer to is told so', async () => {
    await assert.rejects(client.login('facebook'), { code: 'LOGIN_WINDOW', message: /cordova-plugin-inappbrowser/ });
  });
});
