// The org on the network: reads requests, lets happen to them what a test has ordered, and writes the answers. Pages
// of other origins are let in by CORS, as an org does with those on its list. An address and headers of more than 16
// KiB are refused with 431, as there: node does it by itself.
import { createServer } from 'node:http';
import { dispatch, refused, versions } from './api.mjs';
import { ApiError } from './errors.mjs';
import { serveOAuth } from './oauth.mjs';

/** @typedef {import('node:http').IncomingMessage} Message */
/** @typedef {import('node:http').ServerResponse} Response */
/** @typedef {import('./org.mjs').Org} Org */
/** @typedef {import('./resources/call.mjs').Answer} Answer */

/**
 * A request as it came.
 * @typedef {object} Asked
 * @property {string} method
 * @property {string} url path and query
 * @property {string} path
 * @property {URLSearchParams} query
 * @property {Record<string, string | undefined>} headers
 * @property {string} text the body
 */

const JSON_TYPE = 'application/json;charset=UTF-8';

/** @param {Org} org */
export function serverOf(org) {
  return createServer((request, response) => {
    serve(org, request, response).catch((error) => {
      if (!request.socket.destroyed) response.writeHead(500, { 'content-type': JSON_TYPE }).end(unexpected(error));
    });
  });
}

/** @param {Error} error of this stand-in: it did not foresee the request */
const unexpected = (error) => JSON.stringify([{ errorCode: 'UNKNOWN_EXCEPTION', message: error.stack }]);

/**
 * @param {Org} org
 * @param {Message} request
 * @param {Response} response
 */
async function serve(org, request, response) {
  const asked = await read(org, request);
  const cors = corsOf(org, asked);
  if (asked.method === 'OPTIONS') return void response.writeHead(cors ? 204 : 404, cors).end();
  const entry = { method: asked.method, url: asked.url, headers: asked.headers, body: asked.text, status: 0 };
  org.requests.push(entry);
  const fault = org.faults.met(`${asked.method} ${decoded(asked.url)}`);
  if (await fault?.at('before')) return void request.socket.destroy();
  const { status, headers, text } = fault?.fault.answer ? canned(fault.fault.answer) : timed(org, asked);
  entry.status = status;
  if (await fault?.at('after')) return void request.socket.destroy();
  const sent = text.slice(0, fault?.fault.cut);
  org.served.bytes += Buffer.byteLength(sent);
  response.writeHead(status, { ...headers, ...cors });
  response.end(asked.method === 'HEAD' ? undefined : sent);
}

/**
 * @param {Org} org
 * @param {Message} request
 * @returns {Promise<Asked>}
 */
async function read(org, request) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  const url = request.url ?? '/';
  const { pathname, searchParams } = new URL(url, org.address);
  const headers = /** @type {Asked['headers']} */ (request.headers);
  const method = searchParams.get('_HttpMethod') ?? request.method ?? 'GET';
  return { method, url, path: pathname, query: searchParams, headers, text };
}

/**
 * @param {Org} org
 * @param {Asked} asked
 * @returns {Record<string, string> | undefined}
 */
function corsOf({ origins }, { headers }) {
  const { origin } = headers;
  if (!origin || (origins && !origins.includes(origin))) return undefined;
  const wanted = headers['access-control-request-headers'];
  return {
    'access-control-allow-origin': origin,
    vary: 'Origin',
    ...(headers['access-control-request-method'] && {
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
      'access-control-max-age': '86400',
      ...(wanted && { 'access-control-allow-headers': wanted }),
    }),
  };
}

/** @param {string} url */
function decoded(url) {
  try {
    return decodeURIComponent(url.replace(/\+/g, ' '));
  } catch {
    return url;
  }
}

/** @param {import('./faults.mjs').Canned} answer */
const canned = ({ status, type, text }) => ({ status, headers: { 'content-type': type }, text });

/**
 * The org's own answer, and a note of what it took.
 * @param {Org} org
 * @param {Asked} asked
 */
function timed(org, asked) {
  const start = performance.now();
  const { status, headers, body } = answerTo(org, asked);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  org.served.milliseconds += performance.now() - start;
  org.served.requests += 1;
  return { status, headers: { ...(text && { 'content-type': JSON_TYPE }), ...headers }, text: text ?? '' };
}

/**
 * @param {Org} org
 * @param {Asked} asked
 * @returns {Answer}
 */
function answerTo(org, asked) {
  const { path, headers } = asked;
  if (/^\/(services\/oauth2|id)\//.test(path)) return serveOAuth(org, asked);
  if (/^\/services\/data\/?$/.test(path)) return { status: 200, body: versions() };
  try {
    const user = org.sessions.userOf(/^(?:Bearer|OAuth) (.+)$/i.exec(headers.authorization ?? '')?.[1]);
    if (!user) throw new ApiError(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
    org.limits.count();
    const answer = answerOfResource(org, user, asked);
    return { ...answer, headers: { ...answer.headers, 'sforce-limit-info': org.limits.header } };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const challenge = error.status === 401 ? { headers: { 'www-authenticate': 'Token' } } : {};
    return { ...refused(error), ...challenge };
  }
}

/**
 * @param {Org} org
 * @param {string} user
 * @param {Asked} asked
 * @returns {Answer}
 */
function answerOfResource(org, user, { method, url, path, query, headers, text }) {
  const body = bodyOf(headers, text);
  const [, name, rest] = /^\/services\/apexrest\/([^/]+)\/?(.*)$/.exec(path) ?? [];
  if (!name) return dispatch(org, user, method, url, headers, body);
  return org.apex.serve(name, { org, user, method, rest: decoded(rest), query, body });
}

/**
 * @param {Asked['headers']} headers
 * @param {string} text
 * @returns {unknown}
 */
function bodyOf({ 'content-type': type }, text) {
  if (text === '') return undefined;
  if (!type?.startsWith('application/json')) {
    throw new ApiError(415, 'UNSUPPORTED_MEDIA_TYPE', `Content-Type not supported: ${type}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError(400, 'JSON_PARSER_ERROR', error instanceof Error ? error.message : String(error));
  }
}
