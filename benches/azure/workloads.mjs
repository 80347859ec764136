// What an Azure app does, timed: the same calls for every client.

/**
 * A client over a new store with the table that the backend has.
 * @param {any} WindowsAzure
 * @param {string} backend
 */
async function start(WindowsAzure, backend) {
  const client = new WindowsAzure.MobileServiceClient(backend);
  // A name of its own, so that every workload begins with nothing.
  const store = new WindowsAzure.MobileServiceSqliteStore(`${crypto.randomUUID()}.db`);
  await settled(store.defineTable({
    name: 'todoitem',
    columnDefinitions: {
      id: 'string', text: 'string', complete: 'boolean', price: 'real', due: 'date', version: 'string',
      updatedAt: 'date', createdAt: 'date', deleted: 'boolean',
    },
  }));
  const context = client.getSyncContext();
  context.pushHandler = {};
  await settled(context.initialize(store));
  return { client, store, context, table: client.getSyncTable('todoitem'), Query: WindowsAzure.Query };
}

/** The original's promises are none of the language's. @param {any} promise @returns {Promise<any>} */
const settled = (promise) => new Promise((resolve, reject) => promise.then(resolve, reject));

/** Watches for tasks that keep the page from anything else; the browser tells of those above 50 ms. */
function watchTasks() {
  let longest = 0;
  const note = (/** @type {PerformanceObserverEntryList | { getEntries(): PerformanceEntry[] }} */ list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  };
  const observer = new PerformanceObserver(note);
  observer.observe({ type: 'longtask' });
  return () => {
    note({ getEntries: () => observer.takeRecords() });
    observer.disconnect();
    return longest;
  };
}

/** Watches for how long at a time the page gets no turn, by messages that it sends itself every few milliseconds. */
function watchTurns() {
  const { port1, port2 } = new MessageChannel();
  let [longest, last] = [0, performance.now()];
  const turn = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    setTimeout(() => port2.postMessage(null), 5);
  };
  port1.onmessage = turn;
  turn();
  return () => {
    turn();
    port1.close();
    return longest;
  };
}

/** Counts requests, whoever sends them, and keeps their addresses. */
function watchRequests() {
  const { fetch } = globalThis;
  const { open } = XMLHttpRequest.prototype;
  /** @type {string[]} */
  const urls = [];
  globalThis.fetch = (input, init) => {
    urls.push(input instanceof Request ? input.url : String(input));
    return fetch(input, init);
  };
  XMLHttpRequest.prototype.open = function (/** @type {any[]} */ ...parameters) {
    urls.push(String(parameters[1]));
    return /** @type {any} */ (open).apply(this, parameters);
  };
  return () => {
    Object.assign(globalThis, { fetch });
    XMLHttpRequest.prototype.open = open;
    return urls;
  };
}

/** @param {() => Promise<unknown>} work milliseconds that it takes */
async function timed(work) {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** @param {number} found @param {number} expected */
function check(found, expected) {
  if (found !== expected) throw new Error(`${found} rows instead of ${expected}`);
}

/** @param {any} Query @param {any} table */
const count = async (Query, table) => {
  const all = await settled(table.read(new Query('todoitem').includeTotalCount().take(1)));
  return all.totalCount ?? all.count;
};

export const workloads = {
  /**
   * Pulls every row, then once more with nothing new.
   * @param {any} WindowsAzure
   * @param {string} backend
   * @param {{ rows: number, pageSize?: number }} options
   */
  async pull(WindowsAzure, backend, { rows, pageSize }) {
    const { context, table, Query } = await start(WindowsAzure, backend);
    const settings = pageSize === undefined ? undefined : { pageSize };
    const requests = watchRequests();
    const [tasks, turns] = [watchTasks(), watchTurns()];
    const ms = await timed(() => settled(context.pull(new Query('todoitem'), 'all', settings)));
    const [longest, block] = [tasks(), turns()];
    const urls = requests();
    check(await count(Query, table), rows);
    const again = watchRequests();
    const idle = await timed(() => settled(context.pull(new Query('todoitem'), 'all', settings)));
    return { ms, longest, block, requests: urls.length, idle, idleRequests: again().length, urls, ...(await memory()) };
  },

  /**
   * What the backend needs to serve those requests to a client that does nothing with the answers.
   * @param {any} _WindowsAzure
   * @param {string} _backend
   * @param {{ urls: string[] }} options
   */
  async serve(_WindowsAzure, _backend, { urls }) {
    const ms = await timed(async () => {
      for (const url of urls) await (await fetch(url, { headers: { 'zumo-api-version': '2.0.0' } })).text();
    });
    return { ms };
  },

  /**
   * Local inserts one by one, each awaited, then their push.
   * @param {any} WindowsAzure
   * @param {string} backend
   * @param {{ operations: number, parallelism?: number }} options
   */
  async push(WindowsAzure, backend, { operations, parallelism }) {
    const { context, table } = await start(WindowsAzure, backend);
    const inserts = await timed(async () => {
      for (let n = 0; n < operations; n += 1) {
        await settled(table.insert({ text: `Leek and potato ${n}`, complete: n % 3 === 0, price: n / 4 }));
      }
    });
    const ms = await timed(() => settled(context.push(parallelism === undefined ? undefined : { parallelism })));
    return { inserts, ms };
  },
};

/** The memories of the modules in this page. @type {WebAssembly.Memory[]} */
const memories = [];
const { instantiate } = WebAssembly;
/** @param {any} given a module, as Tureen's script gives it, or bytes */
WebAssembly.instantiate = async (/** @type {[any, any]} */ ...given) => {
  const made = /** @type {any} */ (await instantiate(...given));
  const memory = (made.instance ?? made).exports.memory;
  if (memory) memories.push(memory);
  return made;
};

/** Bytes that the page's JavaScript holds, where the browser tells, and those of its modules. */
async function memory() {
  const measure = /** @type {any} */ (performance).measureUserAgentSpecificMemory;
  const bytes = measure === undefined ? NaN : (await measure.call(performance)).bytes;
  return { memory: bytes, module: memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) };
}
