// The network between a page and the backend: it can fail in the ways networks and servers fail, and keeps a record.
import { createServer, request as ask } from 'node:http';
import { buffer } from 'node:stream/consumers';

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} type of its content
 * @property {string} body
 *
 * @typedef {object} Exchange
 * @property {string} method
 * @property {string} url path and query
 * @property {string} sent
 * @property {number} status
 * @property {string} received
 *
 * @typedef {'up' | 'down' | 'answerLost' | Promise<void> | Answer} Condition `down` refuses, `answerLost` lets the
 *   backend do its work and then breaks the connection, a promise holds everything up until it is kept, and an answer is
 *   given in the backend's place
 */

/** Forwards to a backend as long as it is in the mood. */
export class Network {
  /** @type {Condition} */
  condition = 'up';
  /** @type {Exchange[]} what was asked and answered, the preflight requests of browsers apart */
  exchanges = [];
  address = '';
  /** @type {string} */
  #backend;
  #server = createServer((request, response) => {
    this.#pass(request, response).catch(() => request.socket.destroy());
  });

  /** @param {string} backend its address */
  constructor(backend) {
    this.#backend = backend;
  }

  /** @param {string} backend its address */
  static async start(backend) {
    const network = new Network(backend);
    const server = network.#server;
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    network.address = `http://127.0.0.1:${port}`;
    return network;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /**
   * What was exchanged since the last look.
   * @returns {Exchange[]}
   */
  look() {
    return this.exchanges.splice(0);
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async #pass(request, response) {
    const { condition } = this;
    if (condition === 'down') return request.socket.destroy();
    const sent = await buffer(request);
    if (condition instanceof Promise) await condition;
    const forged = typeof condition === 'object' && 'status' in condition && request.method !== 'OPTIONS';
    const answer = forged ? forge(condition, request) : await forward(this.#backend, request, sent);
    if (request.method !== 'OPTIONS') {
      const { method = '', url = '' } = request;
      const told = { sent: sent.toString(), status: answer.status, received: answer.body.toString() };
      this.exchanges.push({ method, url, ...told });
      if (condition === 'answerLost') return breakOff(response, answer);
    }
    return response.writeHead(answer.status, answer.headers).end(answer.body);
  }
}

/**
 * Promises an answer and breaks the connection: a browser repeats by itself a request to which nothing at all came.
 * @param {import('node:http').ServerResponse} response
 * @param {{ status: number, headers: import('node:http').OutgoingHttpHeaders }} answer
 */
function breakOff(response, { status, headers }) {
  response.writeHead(status, { ...headers, 'content-length': 1_000_000 });
  response.write(' ', () => response.destroy());
}

/**
 * @param {Answer} answer
 * @param {import('node:http').IncomingMessage} request
 */
function forge({ status, type, body }, request) {
  const headers = { 'content-type': type, 'access-control-allow-origin': request.headers.origin ?? '*' };
  return { status, headers, body: Buffer.from(body) };
}

/**
 * @param {string} backend
 * @param {import('node:http').IncomingMessage} request
 * @param {Buffer} body
 * @returns {Promise<{ status: number, headers: import('node:http').OutgoingHttpHeaders, body: Buffer }>}
 */
function forward(backend, request, body) {
  return new Promise((resolve, reject) => {
    const { method, headers, url = '/' } = request;
    ask(new URL(url, backend), { method, headers, agent: false }, async (answer) => {
      const { statusCode = 502, headers: given } = answer;
      resolve({ status: statusCode, headers: withoutLength(given), body: await buffer(answer) });
    }).once('error', reject).end(body);
  });
}

/** @param {import('node:http').IncomingHttpHeaders} headers */
function withoutLength({ 'transfer-encoding': encoding, 'content-length': length, connection, ...rest }) {
  return rest;
}
