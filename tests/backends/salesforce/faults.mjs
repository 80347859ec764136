// What goes wrong on the way to an org and back, on order of a test: connections that break before or after a change
// was made, answers that are somebody else's or cut short, and waiting that ends when the test says so.

/** @typedef {{ status: number, type: string, text: string }} Canned an answer instead of the org's */

/**
 * @typedef {object} Fault
 * @property {string | RegExp} on what requests it meets, by a part of `METHOD path?query`, decoded
 * @property {number} [times] how many of them; 1
 * @property {'before' | 'after'} [hold] the request waits, before it is served or before it is answered
 * @property {'before' | 'after'} [drop] the connection breaks, before it is served or before it is answered
 * @property {Canned} [answer] given instead of serving the request
 * @property {number} [cut] how many characters of the answer arrive
 */

/** Answers of others than the org's code. */
export const CANNED = {
  /** @type {Canned} */
  serverError: {
    status: 500,
    type: 'application/json;charset=UTF-8',
    text: '[{"errorCode":"UNKNOWN_EXCEPTION","message":"An unexpected error occurred."}]',
  },
  /** @type {Canned} */
  unavailable: {
    status: 503,
    type: 'application/json;charset=UTF-8',
    text: '[{"errorCode":"SERVER_UNAVAILABLE","message":"Server unavailable"}]',
  },
  /** @type {Canned} */
  maintenancePage: { status: 503, type: 'text/html', text: '<html><body>We are down for maintenance.</body></html>' },
  /** Of a network that wants its visitors to agree to something first. @type {Canned} */
  portalPage: { status: 200, type: 'text/html', text: '<html><body>Welcome! Accept the terms of use.</body></html>' },
};

/** A fault that was ordered. */
class Ordered {
  #left;
  /** @type {() => void} */
  #arrive = () => {};
  /** @type {() => void} */
  #open = () => {};
  /** Resolves when the first request has arrived, at the place where it waits if it does. @type {Promise<void>} */
  reached = new Promise((resolve) => (this.#arrive = resolve));
  /** @type {Promise<void>} */
  #opened = new Promise((resolve) => (this.#open = resolve));
  /** How many requests it met. */
  hits = 0;

  /** @param {Fault} fault */
  constructor(fault) {
    this.fault = fault;
    this.#left = fault.times ?? 1;
  }

  /** Lets the requests go on that wait. */
  release() {
    this.#open();
  }

  /**
   * @param {string} request as `METHOD path?query`
   * @returns {boolean} whether it is this fault's; it counts then
   */
  meets(request) {
    const { on } = this.fault;
    if (this.#left === 0 || !(typeof on === 'string' ? request.includes(on) : on.test(request))) return false;
    this.#left -= 1;
    this.hits += 1;
    return true;
  }

  /**
   * @param {'before' | 'after'} place
   * @returns {Promise<boolean>} whether the connection breaks there
   */
  async at(place) {
    if (this.fault.hold === place || (!this.fault.hold && place === 'before')) this.#arrive();
    if (this.fault.hold === place) await this.#opened;
    return this.fault.drop === place;
  }
}

export class Faults {
  /** @type {Ordered[]} */
  #ordered = [];

  /**
   * Orders a fault for requests to come.
   * @param {Fault} fault
   */
  order(fault) {
    const ordered = new Ordered(fault);
    this.#ordered.push(ordered);
    return ordered;
  }

  /** Takes all orders back; who waits goes on. */
  clear() {
    for (const ordered of this.#ordered.splice(0)) ordered.release();
  }

  /**
   * The fault that a request meets: the one that was ordered first.
   * @param {string} request as `METHOD path?query`
   */
  met(request) {
    return this.#ordered.find((ordered) => ordered.meets(request));
  }
}
