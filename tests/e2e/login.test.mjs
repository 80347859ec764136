// Logging in through a real second window, at a fake identity provider on an origin of its own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { By, until } from 'selenium-webdriver';
import { ann, startIdentityProvider } from './identity-provider.mjs';
import { World } from './world.mjs';

/** @type {World} */
let world;
/** @type {Awaited<ReturnType<typeof startIdentityProvider>>} */
let provider;
/** @type {import('./browser/browser.mjs').Browser} */
let browser;

before(async () => {
  [world, provider] = await Promise.all([World.start(), startIdentityProvider()]);
  browser = await world.device();
  await browser.open(world.page);
});
after(() => Promise.all([world.stop(), provider.stop()]));

/** For what takes a moment, so that a hang fails instead of lasting. */
const PATIENCE = 20_000;

/**
 * Begins a login with a click, and does something in its window.
 * @param {() => Promise<void>} job
 * @returns {Promise<{ user?: object, code?: string, message?: string, current: object | null }>} what comes of it
 */
async function loggingIn(job) {
  const page = await browser.tab();
  await browser.run((address) => {
    const client = new WindowsAzure.MobileServiceClient(address);
    const button = Object.assign(document.createElement('button'), { textContent: 'Log in' });
    document.body.replaceChildren(button);
    button.addEventListener('click', () => {
      window.job = client.login('facebook').then(
        (/** @type {object} */ user) => ({ user, current: client.currentUser }),
        (/** @type {any} */ { code, message }) => ({ code, message, current: client.currentUser }),
      );
    });
  }, provider.address);
  await browser.session.findElement(By.css('button')).click();
  await browser.session.wait(async () => {
    const popup = (await browser.session.getAllWindowHandles()).find((handle) => handle !== page);
    if (popup) await browser.toTab(popup);
    return popup;
  }, PATIENCE);
  await browser.session.wait(until.elementLocated(By.id('sign-in')), PATIENCE);
  await job();
  await browser.toTab(page);
  const outcome = /** @type {any} */ (await browser.run(() => window.job));
  assert.deepEqual(await browser.session.getAllWindowHandles(), [page], 'the window is gone');
  return outcome;
}

/** @param {string} ending */
const choosing = (ending) => async () => {
  await browser.session.findElement(By.id(ending)).click();
};

test('who signs in there is the current user here', async () => {
  const user = { ...ann.user, mobileServiceAuthenticationToken: ann.authenticationToken };
  assert.deepEqual(await loggingIn(choosing('sign-in')), { user, current: user });
  const asked = provider.asked.at(-1)?.searchParams;
  assert.equal(asked?.get('completion_origin'), world.site.address);
});

test("a refusal is a rejection in the provider's words", async () => {
  const outcome = await loggingIn(choosing('refuse'));
  assert.deepEqual(outcome, { code: 'LOGIN_REFUSED', message: 'Ann is not welcome: 100%', current: null });
});

test('a window that the user closes is UserCancelled', async () => {
  const outcome = await loggingIn(() => browser.session.close().then(() => undefined));
  assert.deepEqual(outcome, { code: 'LOGIN_CANCELLED', message: 'UserCancelled', current: null });
});

test('a message from another window of the provider is not believed', async () => {
  const outcome = await loggingIn(async () => {
    // Of the right origin, but not sent by this window: a frame in it.
    await browser.run((/** @type {string} */ message) => {
      const frame = document.body.appendChild(document.createElement('iframe'));
      const script = /** @type {any} */ (frame.contentWindow);
      script.eval(`top.opener.postMessage(${message}, '*')`);
    }, JSON.stringify({ type: 'LoginCompleted', oauth: { user: { userId: 'sid:eve' }, authenticationToken: 'a.b.c' } }));
    await browser.session.findElement(By.id('refuse')).click();
  });
  assert.equal(outcome.code, 'LOGIN_REFUSED');
});
