// Logging in to the test org in a window, with stand-ins for the windows, and what goes on with the tokens.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { salesforceLogin } from '../../www/node.mjs';
import { Org } from '../backends/salesforce/org.mjs';
import { device, login, soql } from './mobile-sync.mjs';

const REDIRECT = 'http://localhost/signed-in.html';

/** @type {any} */
const page = globalThis;
/** @type {Org} */
let org;

beforeEach(async () => {
  org = await Org.start({ client: { id: 'app', secret: 'secret', redirects: [REDIRECT] } });
});
afterEach(async () => {
  delete page.open;
  delete page.cordova;
  login(org);
  await org.stop();
});

/**
 * What a user does on the login page at an address.
 * @param {string} address
 * @param {Record<string, string>} [given]
 * @returns {Promise<string>} where the org sends the window
 */
async function signIn(address, given = {}) {
  const body = new URLSearchParams(new URL(address).search);
  const said = { username: 'admin@example.com', password: 'admin', ...given };
  for (const [name, value] of Object.entries(said)) body.set(name, value);
  const url = `${org.address}/services/oauth2/authorize`;
  const response = await fetch(url, { method: 'POST', body, redirect: 'manual' });
  return String(response.headers.get('location'));
}

/**
 * A window of the browser: of another origin until it comes back.
 * @param {(address: string) => Promise<string>} user
 */
function windows(user) {
  page.open = () => {
    let address = 'about:blank';
    const opened = {
      closed: false,
      close: () => (opened.closed = true),
      location: {
        get href() {
          if (address === '') throw new Error('another origin');
          return address;
        },
        set href(value) {
          address = '';
          void user(value).then((next) => (next ? (address = next) : opened.close()));
        },
      },
    };
    return opened;
  };
}

const given = () => ({ clientId: 'app', redirectUrl: REDIRECT, loginUrl: org.address, apiVersion: 'v60.0' });

test('a user logs in, and the session is begun anew when it has ended', async () => {
  /** @type {URLSearchParams | undefined} */
  let asked;
  windows((address) => {
    asked = new URL(address).searchParams;
    return signIn(address);
  });
  const answer = await salesforceLogin(given());
  assert.equal(asked?.get('code_challenge_method'), 'S256');
  assert.deepEqual(Object.keys(answer).sort(), ['instanceUrl', 'organizationId', 'userId']);
  assert.equal(answer.instanceUrl, org.address);
  assert.match(answer.userId, /^005/);
  // The helper logs in as it does elsewhere; here the login's session is meant.
  const phone = await device(org);
  await salesforceLogin(given());
  org.create('Account', { Name: 'a' });
  org.sessions.expire();
  org.asked();
  assert.equal((await phone.down(soql('SELECT Name FROM Account'))).status, 'DONE');
  assert.equal(org.asked().filter((each) => each.includes('/oauth2/token')).length, 1);
  await phone.close();
});

test('a login that is refused, cancelled, or somebody else’s, is none', async () => {
  windows((address) => signIn(address, { deny: '1' }));
  await assert.rejects(salesforceLogin(given()), { code: 'LOGIN_REFUSED' });
  windows(async () => '');
  await assert.rejects(salesforceLogin(given()), { code: 'LOGIN_CANCELLED' });
  windows(async () => `${REDIRECT}?code=stolen&state=other`);
  await assert.rejects(salesforceLogin(given()), { code: 'BAD_LOGIN_ANSWER' });
  windows(async (address) => `${REDIRECT}?code=wrong&state=${new URL(address).searchParams.get('state')}`);
  await assert.rejects(salesforceLogin(given()), { code: 'LOGIN_REFUSED' });
  page.open = () => null;
  await assert.rejects(salesforceLogin(given()), { code: 'LOGIN_BLOCKED' });
  await assert.rejects(salesforceLogin(/** @type {any} */ ({})), { code: 'BAD_ARGUMENT' });
});

test("in Cordova's InAppBrowser", async () => {
  page.cordova = {
    InAppBrowser: {
      open: (/** @type {string} */ address) => ({
        addEventListener(/** @type {string} */ event, /** @type {(event: object) => void} */ listener) {
          if (event === 'loadstart') void signIn(address).then((url) => listener({ url }));
        },
        close() {},
      }),
    },
  };
  assert.equal((await salesforceLogin(given())).instanceUrl, org.address);
});
