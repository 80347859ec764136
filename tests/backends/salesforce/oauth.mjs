// Who may come in: OAuth 2.0 as an org speaks it. Salesforce Help, "OAuth 2.0 Username-Password Flow", "OAuth 2.0 Web
// Server Flow" with "Proof Key for Code Exchange", "OAuth 2.0 Refresh Token Flow", "Identity URLs", "User Info",
// "Revoke Tokens".
import { createHash, randomBytes } from 'node:crypto';
import { dateTimeText } from './data/times.mjs';

/** @typedef {import('./data/schema.mjs').Kept} Kept */
/** @typedef {import('./org.mjs').Org} Org */
/** @typedef {import('./server.mjs').Asked} Asked */
/** @typedef {{ status: number, headers?: Record<string, string>, body?: unknown }} Answer */
/** @typedef {{ user: string, client: string }} Grant */
/**
 * A connected app; without redirects it takes any.
 * @typedef {{ id: string, secret: string, redirects?: string[] }} Client
 */

const ORGANIZATION = '00D5g00000000tuEAA';
const CODE_LIVES = 15 * 60_000;

/** What a request for a token is refused with. */
class Denied extends Error {
  /**
   * @param {string} error
   * @param {string} description
   */
  constructor(error, description) {
    super(description);
    this.body = { error, error_description: description };
  }
}

/** The users' passwords, and the tokens given out. */
export class Sessions {
  #clock;
  /** @type {Map<string, Grant>} */
  #access = new Map();
  /** @type {Map<string, Grant>} */
  #refresh = new Map();
  /** @type {Map<string, Grant & { redirect: string, challenge: string | null, until: number }>} */
  #codes = new Map();
  /** By user name. @type {Map<string, { id: string, password: string }>} */
  users = new Map();

  /**
   * @param {import('./data/times.mjs').Clock} clock
   * @param {Client} client
   */
  constructor(clock, client) {
    this.#clock = clock;
    this.client = client;
  }

  /**
   * A token of a new session.
   * @param {Grant} grant
   */
  open(grant) {
    const token = `${ORGANIZATION.slice(0, 15)}!${randomBytes(24).toString('base64url')}`;
    this.#access.set(token, grant);
    return token;
  }

  /** @param {string | null | undefined} token @returns {string | undefined} the user whose session it is */
  userOf(token) {
    return this.#access.get(token ?? '')?.user;
  }

  /** Ends all sessions; whoever has a refresh token can begin a new one. */
  expire() {
    this.#access.clear();
  }

  /** Ends all sessions for good: refresh tokens are worth nothing any more. */
  revokeAll() {
    this.#access.clear();
    this.#refresh.clear();
  }

  /**
   * @param {string} token of either kind; a refresh token takes its sessions with it
   * @returns {boolean} whether there was such a token
   */
  revoke(token) {
    const grant = this.#refresh.get(token);
    for (const [access, { user, client }] of this.#access) {
      if (grant?.user === user && grant.client === client) this.#access.delete(access);
    }
    return this.#access.delete(token) || this.#refresh.delete(token);
  }

  /**
   * @param {string | null} name
   * @param {string | null} password
   */
  login(name, password) {
    const user = this.users.get(name ?? '');
    if (user && user.password === password) return user.id;
    throw new Denied('invalid_grant', 'authentication failure');
  }

  /**
   * A code that the app can change for tokens.
   * @param {Grant} grant
   * @param {string} redirect
   * @param {string | null} challenge
   */
  code(grant, redirect, challenge) {
    const code = randomBytes(18).toString('base64url');
    this.#codes.set(code, { ...grant, redirect, challenge, until: this.#clock.now() + CODE_LIVES });
    return code;
  }

  /**
   * The tokens that a request asks for.
   * @param {URLSearchParams} asked
   * @returns {Grant & { refresh?: string }}
   */
  grant(asked) {
    const type = asked.get('grant_type');
    this.#checkClient(asked);
    if (type === 'password') {
      return { user: this.login(asked.get('username'), asked.get('password')), client: this.client.id };
    }
    if (type === 'authorization_code') return this.#byCode(asked);
    if (type !== 'refresh_token') throw new Denied('unsupported_grant_type', 'grant type not supported');
    const grant = this.#refresh.get(asked.get('refresh_token') ?? '');
    if (!grant) throw new Denied('invalid_grant', 'expired access/refresh token');
    return grant;
  }

  /** @param {URLSearchParams} asked */
  #checkClient(asked) {
    if (asked.get('client_id') !== this.client.id) throw new Denied('invalid_client_id', 'client identifier invalid');
    const secret = asked.get('client_secret');
    const isNeeded = asked.get('grant_type') === 'password';
    if (isNeeded ? secret !== this.client.secret : secret && secret !== this.client.secret) {
      throw new Denied('invalid_client', 'invalid client credentials');
    }
  }

  /** @param {URLSearchParams} asked */
  #byCode(asked) {
    const code = asked.get('code') ?? '';
    const given = this.#codes.get(code);
    this.#codes.delete(code);
    if (!given) throw new Denied('invalid_grant', 'invalid authorization code');
    if (given.until < this.#clock.now()) throw new Denied('invalid_grant', 'expired authorization code');
    if (asked.get('redirect_uri') !== given.redirect) {
      throw new Denied('redirect_uri_mismatch', 'redirect_uri must match');
    }
    const verifier = asked.get('code_verifier');
    const isRight =
      given.challenge === null
        ? asked.get('client_secret') !== null
        : verifier !== null && createHash('sha256').update(verifier).digest('base64url') === given.challenge;
    if (!isRight) throw new Denied('invalid_grant', 'invalid code verifier');
    const grant = { user: given.user, client: given.client };
    const refresh = `5Aep861${randomBytes(24).toString('base64url')}`;
    this.#refresh.set(refresh, grant);
    return { ...grant, refresh };
  }
}

/**
 * Answers under /services/oauth2 and /id.
 * @param {Org} org
 * @param {Asked} asked
 * @returns {Answer}
 */
export function serveOAuth(org, { method, path, query, headers, text }) {
  const parameters = method === 'POST' ? new URLSearchParams(text) : query;
  const token =
    /^(?:Bearer|OAuth) (.+)$/i.exec(headers.authorization ?? '')?.[1] ??
    parameters.get('oauth_token') ??
    parameters.get('access_token');
  try {
    switch (path) {
      case '/services/oauth2/authorize':
        return method === 'POST' ? authorize(org, parameters) : loginPage(org, parameters);
      case '/services/oauth2/token':
        return method === 'POST' ? tokens(org, parameters) : { status: 405 };
      case '/services/oauth2/revoke':
        return revoke(org, parameters);
      case '/services/oauth2/userinfo':
        return about(org, token, (record) => userInfo(org, record));
      default:
        return path.startsWith('/id/') ? about(org, token, (record) => identity(org, record)) : { status: 404 };
    }
  } catch (error) {
    if (!(error instanceof Denied)) throw error;
    return { status: 400, body: error.body };
  }
}

/**
 * @param {Org} org
 * @param {URLSearchParams} asked
 * @returns {Answer}
 */
function tokens({ sessions, address, clock }, asked) {
  const { refresh, ...grant } = sessions.grant(asked);
  const id = identityUrl(address, grant.user);
  const issued = String(clock.now());
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: {
      access_token: sessions.open(grant),
      ...(refresh && { refresh_token: refresh }),
      signature: createHash('sha256').update(`${id}${issued}`).digest('base64'),
      scope: 'refresh_token api id',
      instance_url: address,
      id,
      token_type: 'Bearer',
      issued_at: issued,
    },
  };
}

/**
 * @param {Org} org
 * @param {URLSearchParams} parameters
 * @returns {Answer}
 */
function revoke({ sessions }, parameters) {
  if (sessions.revoke(parameters.get('token') ?? '')) return { status: 200 };
  throw new Denied('unsupported_token_type', 'this token type is not supported');
}

/**
 * Where the page goes back to: nowhere, if the app does not know the address.
 * @param {Org} org
 * @param {URLSearchParams} asked
 */
function redirectOf({ sessions: { client } }, asked) {
  if (asked.get('client_id') !== client.id) throw new Denied('invalid_client_id', 'client identifier invalid');
  const redirect = asked.get('redirect_uri') ?? '';
  if (!URL.canParse(redirect) || (client.redirects && !client.redirects.includes(redirect))) {
    throw new Denied('redirect_uri_mismatch', 'redirect_uri must match configuration');
  }
  return new URL(redirect);
}

/**
 * @param {Org} org
 * @param {URLSearchParams} asked
 * @param {string} [complaint]
 * @returns {Answer}
 */
function loginPage(org, asked, complaint = '') {
  const redirect = redirectOf(org, asked);
  if (asked.get('response_type') !== 'code') {
    return back(
      redirect,
      { error: 'unsupported_response_type', error_description: 'response type not supported' },
      asked,
    );
  }
  const hidden = ['response_type', 'client_id', 'redirect_uri', 'state', 'code_challenge', 'code_challenge_method']
    .filter((name) => asked.has(name))
    .map((name) => `<input type="hidden" name="${name}" value="${escaped(asked.get(name) ?? '')}">`);
  const hint = escaped(asked.get('login_hint') ?? '');
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Log in</title>
<h1>Log in to the test org</h1><p role="alert">${escaped(complaint)}</p>
<form method="post">${hidden.join('')}
<label>User name <input name="username" value="${hint}" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Log in</button> <button name="deny" value="1">Deny</button></form></html>`;
  return { status: 200, headers: { 'content-type': 'text/html;charset=UTF-8' }, body: page };
}

/**
 * @param {Org} org
 * @param {URLSearchParams} asked
 * @returns {Answer}
 */
function authorize(org, asked) {
  const redirect = redirectOf(org, asked);
  if (asked.has('deny')) {
    return back(redirect, { error: 'access_denied', error_description: 'end-user denied authorization' }, asked);
  }
  if ((asked.get('code_challenge_method') ?? 'S256') !== 'S256') {
    return back(redirect, { error: 'invalid_request', error_description: 'invalid code challenge method' }, asked);
  }
  try {
    const user = org.sessions.login(asked.get('username'), asked.get('password'));
    const grant = { user, client: org.sessions.client.id };
    const code = org.sessions.code(grant, asked.get('redirect_uri') ?? '', asked.get('code_challenge'));
    return back(redirect, { code }, asked);
  } catch (error) {
    if (!(error instanceof Denied)) throw error;
    return loginPage(org, asked, 'Please check your username and password.');
  }
}

/**
 * @param {URL} redirect
 * @param {Record<string, string>} parameters
 * @param {URLSearchParams} asked
 * @returns {Answer}
 */
function back(redirect, parameters, asked) {
  for (const [name, value] of Object.entries(parameters)) redirect.searchParams.set(name, value);
  const state = asked.get('state');
  if (state !== null) redirect.searchParams.set('state', state);
  return { status: 302, headers: { location: redirect.href } };
}

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

/**
 * @param {string} address
 * @param {string} user
 */
export const identityUrl = (address, user) => `${address}/id/${ORGANIZATION}/${user}`;

/**
 * @param {Org} org
 * @param {string | null} token
 * @param {(user: Kept) => object} body
 * @returns {Answer}
 */
function about({ sessions, database }, token, body) {
  const user = database.records.get('User', sessions.userOf(token) ?? '');
  if (!user) return { status: 403, headers: { 'content-type': 'text/html;charset=UTF-8' }, body: 'Bad_OAuth_Token' };
  return { status: 200, body: body(user) };
}

/** @param {string} address */
function urlsOf(address) {
  const data = `${address}/services/data/v{version}/`;
  return {
    rest: data,
    sobjects: `${data}sobjects/`,
    search: `${data}search/`,
    query: `${data}query/`,
    recent: `${data}recent/`,
  };
}

/**
 * What both descriptions of a user tell.
 * @param {Org} org
 * @param {Kept} user
 */
const common = ({ address }, { Id, Email }) => ({
  user_id: Id,
  organization_id: ORGANIZATION,
  email: Email,
  email_verified: true,
  urls: urlsOf(address),
  active: true,
  user_type: 'STANDARD',
  language: 'en_US',
  locale: 'en_US',
  utcOffset: 0,
});

/**
 * @param {Org} org
 * @param {Kept} user
 */
const identity = (org, user) => ({
  ...common(org, user),
  id: identityUrl(org.address, String(user.Id)),
  asserted_user: true,
  username: user.Username,
  nick_name: user.Name,
  display_name: user.Name,
  first_name: user.FirstName,
  last_name: user.LastName,
  timezone: 'GMT',
  photos: { picture: `${org.address}/profilephoto/005/F`, thumbnail: `${org.address}/profilephoto/005/T` },
  last_modified_date: dateTimeText(Number(user.LastModifiedDate)),
  is_app_installed: true,
});

/**
 * @param {Org} org
 * @param {Kept} user
 */
const userInfo = (org, user) => ({
  ...common(org, user),
  sub: identityUrl(org.address, String(user.Id)),
  preferred_username: user.Username,
  nickname: user.Name,
  name: user.Name,
  given_name: user.FirstName,
  family_name: user.LastName,
  zoneinfo: 'GMT',
  updated_at: dateTimeText(Number(user.LastModifiedDate)),
});
