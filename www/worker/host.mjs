// In a worker: the module, whose calls the page asks for by messages.

import { TureenError, call, load, showRefusals } from '../core.mjs';
import { tell } from './errors.mjs';
import { SHAPES } from './objects.mjs';
import { look } from './signals.mjs';
import { Wire } from './wire.mjs';

/** @typedef {import('../core.mjs').Module} Module */

const page = /** @type {{ postMessage(message: object, transfer?: Transferable[]): void, onmessage: unknown }} */ (
  /** @type {unknown} */ (globalThis)
);

/** Objects that the page has, with what it was told of those of their properties that change. @type {Map<number, [any, Map<string, any>]>} */
const watched = new Map();

// The page makes the error, as its face of the backend shows it.
showRefusals((code, message, answer) => Object.assign(new TureenError(code, message), { answer }));

page.onmessage = (/** @type {MessageEvent} */ { data }) => {
  const { wasm, base } = data;
  keepBase(base);
  load('core', wasm).then(
    (module) => {
      const root = { ...module, join };
      const wire = new Wire({ post, run: call, look, show: (object, n) => shown(module, object, n), dropped }, root);
      page.onmessage = (/** @type {MessageEvent} */ message) => {
        const { on, set, value } = message.data;
        // What the page says itself it has been told.
        if (set !== undefined) watched.get(on)?.[1].set(set, value);
        wire.hear(message.data);
      };
      page.postMessage({ begun: true });
    },
    (error) => page.postMessage({ error: tell(error, String) }),
  );
};

/** Puts a part into the module. @type {import('./remote.mjs').Join} */
const join = async (part, wasm) => void (await load(part, wasm));

/**
 * Addresses are meant as the page has them.
 * @param {string} base the page's address
 */
function keepBase(base) {
  const { Request } = globalThis;
  globalThis.Request = class extends Request {
    /** @param {RequestInfo | URL} input @param {RequestInit} [init] */
    constructor(input, init) {
      super(typeof input === 'string' ? new URL(input, base) : input, init);
    }
  };
}

/** @param {object} message @param {Transferable[]} transfer */
function post(message, transfer) {
  const news = changed();
  if (news.length > 0) page.postMessage({ news });
  page.postMessage(message, transfer);
}

/** What the page has been told and is no longer so. */
function changed() {
  const news = [];
  for (const [n, [object, told]] of watched) {
    for (const [name, was] of told) {
      // A module that has trapped says nothing new.
      const { value = was } = outcome(() => object[name]);
      if (value === was) continue;
      told.set(name, value);
      news.push({ n, name, value });
    }
  }
  return news;
}

/**
 * What the page is told of an object of the module.
 * @param {Module} module
 * @param {any} object
 * @param {number} n
 */
function shown(module, object, n) {
  const classes = /** @type {Record<string, any>} */ (/** @type {unknown} */ (module));
  const kind = Object.keys(SHAPES).find((name) => object instanceof classes[name]) ?? '';
  const { properties = [], answers = [], changing = [] } = SHAPES[kind] ?? {};
  if (changing.length > 0) watched.set(n, [object, new Map(changing.map((name) => [name, object[name]]))]);
  const said = [
    ...properties.map((name) => [name, outcome(() => object[name])]),
    ...answers.map((name) => [name, outcome(() => object[name]())]),
  ];
  return { kind, said: Object.fromEntries(said) };
}

/** @param {() => any} job */
function outcome(job) {
  try {
    return { value: job() };
  } catch (error) {
    return { error };
  }
}

/** @param {number} n */
function dropped(n) {
  watched.delete(n);
}
