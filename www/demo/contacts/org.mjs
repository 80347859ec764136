// The test org that `npm start` starts: a session of it, without asking anybody to log in.

import { force } from './page.mjs';

/** @returns {Promise<{ instanceUrl: string, accessToken: string, began: string }>} */
async function session() {
  const response = await fetch('/org.json', { cache: 'no-store' });
  if (!response.ok) throw new Error('This page needs the test org: run `npm start`, and open the page that it names.');
  return response.json();
}

/**
 * Says who asks the org. Where there is no network the page goes on with the org that it knew.
 * @returns {Promise<string>} a name for what belongs to this org: a new org knows nothing of an older one's records
 */
export async function connect() {
  const refresh = session;
  try {
    const found = await session();
    localStorage.setItem('tureen-demo-org', JSON.stringify({ instanceUrl: found.instanceUrl, began: found.began }));
    force.init({ ...found, refresh });
    return found.began;
  } catch (error) {
    const known = JSON.parse(localStorage.getItem('tureen-demo-org') ?? 'null');
    if (!known) throw error;
    // No token is kept: the first request is refused, and gets one.
    force.init({ instanceUrl: known.instanceUrl, accessToken: 'none', refresh });
    return known.began;
  }
}
