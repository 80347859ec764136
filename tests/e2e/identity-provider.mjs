// A fake backend with a fake identity provider: its login is one page with a button for each thing that can happen, and
// ends as App Service's does. It knows one user, Ann, and no password.
import { createServer } from 'node:http';

/** What a successful login gives. */
export const ann = { user: { userId: 'sid:ann' }, authenticationToken: 'head.ann.seal' };

/** @type {Record<string, string>} what the buttons end with, as App Service puts it behind `#` */
const endings = {
  'sign-in': `token=${encodeURIComponent(JSON.stringify(ann))}`,
  refuse: `error=${encodeURIComponent('Ann is not welcome: 100%')}`,
  nonsense: 'token=%7B%22user%22',
  nothing: '',
};

/** @type {Record<string, object>} and what they send to the window that opened theirs */
const messages = {
  'sign-in': { type: 'LoginCompleted', oauth: ann },
  refuse: { type: 'LoginCompleted', error: 'Ann is not welcome: 100%' },
  nonsense: { type: 'LoginCompleted', oauth: { user: 'Ann' } },
  nothing: { type: 'Advertisement' },
};

/**
 * Starts the provider on 127.0.0.1.
 * @returns {Promise<{ address: string, asked: URL[], stop: () => Promise<void> }>} `asked`: where logins began
 */
export async function startIdentityProvider() {
  /** @type {URL[]} */
  const asked = [];
  const server = createServer(({ url }, response) => {
    const wanted = new URL(url ?? '/', address());
    response.setHeader('content-type', 'text/html; charset=utf-8');
    if (!wanted.pathname.startsWith('/.auth/login/')) return response.writeHead(404).end();
    if (wanted.pathname.endsWith('/done')) return response.end('<!doctype html><title>Done</title>');
    const ending = wanted.searchParams.get('ending');
    if (ending !== null) return finish(wanted, ending, response);
    asked.push(wanted);
    return response.end(loginPage(wanted));
  });
  const address = () => `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  return {
    address: address(),
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @param {URL} wanted */
const loginPage = (wanted) =>
  `<!doctype html><title>A fake identity provider</title><form>${[...wanted.searchParams]
    .map(([name, value]) => `<input type="hidden" name="${quoted(name)}" value="${quoted(value)}">`)
    .join('')}${Object.keys(endings).map((ending) => `<button id="${ending}" name="ending" value="${ending}">${ending}</button>`).join('')}</form>`;

/** @param {string} text */
const quoted = (text) => text.replace(/[&"<]/g, (char) => `&#${char.charCodeAt(0)};`);

/**
 * @param {URL} wanted
 * @param {string} ending
 * @param {import('node:http').ServerResponse} response
 */
function finish({ searchParams, origin, pathname }, ending, response) {
  if (searchParams.get('session_mode') !== 'token') return response.writeHead(400).end('No session_mode=token');
  if (searchParams.get('completion_type') === 'postMessage') {
    const to = JSON.stringify(searchParams.get('completion_origin'));
    const message = JSON.stringify(messages[ending]);
    return response.end(`<!doctype html><title>Done</title><script>opener.postMessage(${message}, ${to})</script>`);
  }
  const done = `${origin}${pathname.replace(/[^/]+$/, 'done')}`;
  const end = searchParams.get('post_login_redirect_url') ?? done;
  return response.writeHead(302, { location: `${end}#${endings[ending]}` }).end();
}
