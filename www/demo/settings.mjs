// What this page remembers outside the list: which server, which device it plays, and whether it works offline.

/** Which device a page plays, from its address: two names are two devices with a list each. */
const device = /^[a-z0-9-]{1,20}$/.exec(new URLSearchParams(location.search).get('device') ?? '')?.[0] ?? '';

/** @param {string} name */
const keyOf = (name) => `tureen-demo/${device}/${name}`;

/**
 * @param {string} name
 * @returns {string | null}
 */
function recall(name) {
  try {
    return localStorage.getItem(keyOf(name));
  } catch {
    // The user has forbidden storage: the page still works, and forgets its settings.
    return null;
  }
}

/**
 * @param {string} name
 * @param {string | null} value
 */
function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(keyOf(name));
    else localStorage.setItem(keyOf(name), value);
  } catch {
    // As above.
  }
}

export const settings = {
  device,
  /** Whether the page is to leave the server alone. */
  get offline() {
    return recall('offline') === 'yes';
  },
  set offline(offline) {
    remember('offline', offline ? 'yes' : null);
  },
  /** The server's address that the user typed, if any. */
  get server() {
    return recall('server');
  },
  set server(address) {
    remember('server', address);
  },
};

/**
 * The server that whoever serves this page has set up.
 * @returns {Promise<string | null>}
 */
export async function defaultServer() {
  try {
    const answer = await fetch('/config.json');
    return answer.ok ? ((await answer.json()).backend ?? null) : null;
  } catch {
    return null;
  }
}

/**
 * The name of the local store: one for each device and each server.
 * @param {string | null} server its address
 * @param {string} [of] the device; the one that the page plays when left out
 */
export function storeName(server, of = device) {
  const host = server === null ? '' : new URL(server).host;
  return `${['todos', of, host].filter(Boolean).join('-')}.db`;
}

/**
 * Checks what the user typed as an address.
 * @param {string} typed
 * @returns {{ address: string } | { error: string }}
 */
export function readAddress(typed) {
  const url = asUrl(typed);
  if (!url) return { error: 'This is no address. One looks like https://yoursite.azurewebsites.net' };
  const { protocol, hostname, href } = url;
  const near = hostname === '127.0.0.1' || hostname === 'localhost';
  if (protocol !== 'https:' && !(protocol === 'http:' && near)) {
    return { error: 'The address must begin with https://, or with http:// for 127.0.0.1.' };
  }
  return { address: href.replace(/\/+$/, '') };
}

/** @param {string} typed */
function asUrl(typed) {
  try {
    return new URL(typed);
  } catch {
    return undefined;
  }
}
