// The resources of the REST API, by their paths. REST API Developer Guide, "Resources".
import { ApiError, notFound } from './errors.mjs';
import { identityUrl } from './oauth.mjs';
import * as changes from './resources/changes.mjs';
import * as collections from './resources/collections.mjs';
import * as composite from './resources/composite.mjs';
import * as describe from './resources/describe.mjs';
import * as layout from './resources/layout.mjs';
import * as query from './resources/query.mjs';
import * as rows from './resources/rows.mjs';
import { primingRecords } from './resources/briefcase.mjs';
import { limits } from './resources/limits.mjs';
import { search } from './resources/search.mjs';
import { plant } from './resources/tree.mjs';

/** @typedef {import('./org.mjs').Org} Org */
/** @typedef {import('./resources/call.mjs').Answer} Answer */
/** @typedef {import('./resources/call.mjs').Call} Call */
/** @typedef {(call: Call) => Answer} Resource */
/** @typedef {{ method: string, parts: string[], serve: Resource }} Route */

const [OLDEST, NEWEST] = [31, 66];

/** The first that fits is taken. */
const ROUTES = Object.entries({
  'GET ': resources,
  'GET query': query.query,
  'GET query/:locator': query.more,
  'GET queryAll': query.queryAll,
  'GET queryAll/:locator': query.more,
  'GET search': search,
  'GET recent': rows.recent,
  'GET limits': limits,
  'GET sobjects': describe.all,
  'GET sobjects/:type': rows.about,
  'POST sobjects/:type': rows.create,
  'GET sobjects/:type/describe': describe.one,
  'GET sobjects/:type/describe/layouts': layout.layouts,
  'GET sobjects/:type/describe/layouts/:recordType': layout.layoutOfRecordType,
  'GET sobjects/:type/deleted': changes.deleted,
  'GET sobjects/:type/updated': changes.updated,
  'PATCH sobjects/:type/Id': upsertById,
  'POST sobjects/:type/Id': upsertById,
  'GET sobjects/:type/:id': rows.read,
  'PATCH sobjects/:type/:id': rows.update,
  'DELETE sobjects/:type/:id': rows.remove,
  'GET sobjects/:type/:field/:value': rows.readByKey,
  'PATCH sobjects/:type/:field/:value': rows.upsert,
  'DELETE sobjects/:type/:field/:value': rows.removeByKey,
  'POST composite': composite.composite,
  'POST composite/batch': composite.batch,
  'POST composite/tree/:type': plant,
  'POST composite/sobjects': collections.create,
  'PATCH composite/sobjects': collections.update,
  'DELETE composite/sobjects': collections.remove,
  'GET composite/sobjects/:type': collections.readMany,
  'POST composite/sobjects/:type': collections.readMany,
  'PATCH composite/sobjects/:type/:field': collections.upsert,
  'GET ui-api/layout/:type': layout.layoutForUi,
  'GET connect/briefcase/priming-records': primingRecords,
}).map(([route, serve]) => {
  const [method, path] = route.split(' ');
  return { method, parts: path.split('/').filter((part) => part), serve };
});

/** @type {Resource} */
function upsertById(call) {
  return rows.upsert({ ...call, at: { ...call.at, field: 'Id' } });
}

/**
 * Serves a request to /services/data of a user who has a session.
 * @param {Org} org
 * @param {string} user
 * @param {string} method
 * @param {string} url path and query
 * @param {Record<string, string | undefined>} headers
 * @param {unknown} body
 * @returns {Answer}
 */
export function dispatch(org, user, method, url, headers, body) {
  try {
    const { pathname, searchParams } = new URL(url, org.address);
    const [, base, rest] = /^(\/services\/data\/v[^/]*)(.*)$/.exec(pathname) ?? [];
    checkVersion(base);
    const parts = rest
      .split('/')
      .filter((part) => part)
      .map(decodeURIComponent);
    const { serve, at } = routeOf(method, parts);
    return serve({
      org,
      user,
      base,
      method,
      at,
      query: searchParams,
      headers,
      body,
      dispatch: (...part) => dispatch(org, user, ...part),
    });
  } catch (error) {
    if (error instanceof URIError) return refused(notFound());
    if (error instanceof ApiError) return refused(error);
    throw error;
  }
}

/** @param {ApiError} error @returns {Answer} */
export const refused = ({ status, body }) => ({ status: status === 300 ? 400 : status, body });

/** The versions there are: for anybody. */
export function versions() {
  const names = ['Spring', 'Summer', 'Winter'];
  return Array.from({ length: NEWEST - OLDEST + 1 }, (_, index) => {
    const number = OLDEST + index;
    const label = `${names[number % 3]} '${4 + Math.floor((number + 1) / 3)}`;
    return { label, url: `/services/data/v${number}.0`, version: `${number}.0` };
  });
}

/** @param {string | undefined} base */
function checkVersion(base) {
  const version = /\/v(\d+)\.0$/.exec(base ?? '')?.[1];
  if (!version || Number(version) > NEWEST) throw notFound();
  if (Number(version) >= OLDEST) return;
  throw new ApiError(410, 'UNSUPPORTED_API_VERSION', `API version ${version}.0 is not supported any more`);
}

/**
 * @param {string} method
 * @param {string[]} parts
 * @returns {{ serve: Resource, at: Record<string, string> }}
 */
function routeOf(method, parts) {
  const fitting = ROUTES.flatMap((route) => {
    const at = bound(route, parts);
    return at ? [{ ...route, at }] : [];
  });
  const found = fitting.find((route) => route.method === (method === 'HEAD' ? 'GET' : method));
  if (found) return found;
  if (fitting.length === 0) throw notFound();
  const allowed = [...new Set(fitting.map((route) => route.method))].join(',');
  throw new ApiError(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${method}' not allowed. Allowed are ${allowed}`);
}

/**
 * What the variable parts of a route are in a path, if it fits.
 * @param {Route} route
 * @param {string[]} parts
 */
function bound(route, parts) {
  /** @type {Record<string, string>} */
  const at = {};
  if (route.parts.length !== parts.length) return undefined;
  const fits = route.parts.every((part, index) => {
    if (!part.startsWith(':')) return part.toLowerCase() === parts[index].toLowerCase();
    at[part.slice(1)] = parts[index];
    return true;
  });
  return fits ? at : undefined;
}

/** @type {Resource} */
function resources({ org, base, user }) {
  const names = ['sobjects', 'query', 'queryAll', 'search', 'recent', 'limits', 'composite', 'connect'];
  return {
    status: 200,
    body: {
      ...Object.fromEntries(names.map((name) => [name, `${base}/${name}`])),
      identity: identityUrl(org.address, user),
    },
  };
}
