// The test org asked over HTTP, as a client would, for the tests of the org itself.
import assert from 'node:assert/strict';
import { Org } from '../backends/salesforce/org.mjs';

export const VERSION = 'v60.0';
/** When the org of a test begins. */
export const START = '2024-05-08T12:00:00Z';
/** The id of no account. */
export const NONE = '0015g0000000zzzAAA';

/** An org, and a client of it. */
export async function freshOrg() {
  const org = await Org.start();
  org.clock.set(START);
  return { org, client: clientOf(org) };
}

/** @param {any} list @returns {(string | undefined)[]} the codes of failed records */
export const codes = (list) => list.map((/** @type {any} */ { errors }) => errors[0]?.statusCode);

/**
 * @param {Org} org
 * @param {string} [token]
 */
export function clientOf(org, token = org.token()) {
  /**
   * @param {string} method
   * @param {string} path after the version; or with it, from /services on
   * @param {unknown} [body]
   * @param {Record<string, string>} [headers]
   */
  async function ask(method, path, body, headers = {}) {
    const url = org.address + (path.startsWith('/services') ? path : `/services/data/${VERSION}/${path}`);
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  }

  /**
   * The answer to a query.
   * @param {string} soql
   * @param {Record<string, string>} [headers]
   */
  async function query(soql, headers) {
    const { status, body } = await ask('GET', `query?q=${encodeURIComponent(soql)}`, undefined, headers);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  }

  /**
   * What a request is refused with, as `status code`.
   * @param {Parameters<typeof ask>} request
   */
  async function refusal(...request) {
    const { status, body } = await ask(...request);
    assert.ok(
      Array.isArray(body) && body.length === 1 && body[0].message,
      `${request[1]}: ${status} ${JSON.stringify(body)}`,
    );
    return `${status} ${body[0].errorCode}`;
  }

  return { ask, query, refusal };
}
