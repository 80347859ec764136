// Loads of the shapes that SmartStore's own load tests have, and what its apps ask most. Each figure is in milliseconds.
import { notes } from '../documents.mjs';
import { check, each, timed } from '../measure.mjs';

/**
 * @typedef {Record<string, any>} Entry
 * @typedef {'wide' | 'big' | 'notes' | 'accounts' | 'contacts' | 'orders'} Soup
 *
 * @typedef {object} Contender
 * @property {() => Promise<void>} open opens the store, and makes the soups: `wide` with the indexes f0…f9, the others
 *   with those that their queries need
 * @property {(soup: Soup, entries: Entry[]) => Promise<unknown>} upsert by `id`, durably, in one go
 * @property {(soup: Soup, id: number) => Promise<Entry | undefined>} get
 * @property {(prefix: string) => Promise<unknown[]>} search the notes with a word that begins so: the first fifty
 * @property {() => Promise<number>} join the sum of the orders' Amount, over accounts, contacts and orders
 * @property {(heard: () => void) => Promise<() => void>} observe calls back whenever the accounts of Oslo change; gives
 *   what stops it
 * @property {() => Promise<void>} close
 */

const ROWS = 10_000;

/** @param {number} count @param {(at: number) => Entry} make */
const list = (count, make) => Array.from({ length: count }, (_, at) => make(at));

/** Ten indexed fields, and ten that are not. @param {number} id */
const wide = (id) => ({
  id,
  ...Object.fromEntries(list(20, (at) => [`f${at}`, `value ${(id * (at + 3)) % 1000} of field ${at}`])),
});

const account = (/** @type {number} */ id) => ({ id, Name: `Account ${id}`, City: id % 100 === 0 ? 'Oslo' : 'Rome' });
const contact = (/** @type {number} */ id) => ({ id, AccountId: (id * 7919) % ROWS, LastName: `L${id}` });
const order = (/** @type {number} */ id) => ({ id, ContactId: (id * 6101) % ROWS, Amount: id % 997 });

/** The batches arrive in the order of their calls: the last one stays. @param {Contender} contender */
async function inConcurrentBatches(contender) {
  const batch = (/** @type {number} */ turn) => list(20, (id) => ({ id: ROWS + id, turn }));
  await Promise.all(list(100, (turn) => contender.upsert('big', batch(turn))));
  check((await contender.get('big', ROWS + 7))?.turn, 99, 'concurrent batches');
}

/** How long after its promise a write is heard of, at most. @param {Contender} contender */
async function wakeUps(contender) {
  let heard = () => {};
  let next = new Promise((/** @type {(value?: undefined) => void} */ resolve) => (heard = resolve));
  const stop = await contender.observe(() => heard());
  await next;
  const figures = [];
  for (let turn = 0; turn < 100; turn += 1) {
    next = new Promise((/** @type {(value?: undefined) => void} */ resolve) => (heard = resolve));
    await contender.upsert('accounts', [{ ...account(500), Name: `Renamed ${turn}` }]);
    figures.push(await timed(() => next));
  }
  stop();
  figures.sort((one, other) => one - other);
  return { p50: figures[50], p95: figures[95] };
}

/**
 * @param {Contender} contender
 * @returns {Promise<[string, number][]>} workloads in their order
 */
export async function measure(contender) {
  /** @type {Record<string, number>} */
  const figures = {};
  await contender.open();

  figures['1,000 entries in batches of 100, 10 indexes'] = await timed(async () => {
    for (let from = 0; from < 1000; from += 100) await contender.upsert('wide', list(100, (at) => wide(from + at)));
  });

  const fields = Object.fromEntries(list(2048, (at) => [`field_${at}`, `value ${at}`]));
  const many = await each(20, async (id) => {
    await contender.upsert('big', [{ id, ...fields }]);
    check((await contender.get('big', id))?.field_2047, 'value 2047', 'many fields');
  });
  figures['one entry of 2,048 fields, written and read'] = many.p50;
  const long = 'x'.repeat(65_536);
  const field = await each(20, async (id) => {
    await contender.upsert('big', [{ id: 100 + id, long }]);
    check((await contender.get('big', 100 + id))?.long.length, 65_536, 'a long field');
  });
  figures['one field of 65,536 characters, written and read'] = field.p50;

  figures['100 concurrent batches of 20'] = await timed(() => inConcurrentBatches(contender));

  const words = notes(10 * ROWS);
  for (const [size, from] of [[ROWS, 0], [10 * ROWS, ROWS]]) {
    const label = size.toLocaleString('en');
    figures[`full text, notes up to ${label} in`] = await timed(async () => {
      for (let at = from; at < size; at += 5000) await contender.upsert('notes', words.slice(at, at + 5000));
    });
    // Few of the notes have such a word, and many of them.
    for (const prefix of ['saffron49', 'saff']) {
      const search = await each(9, async () => check((await contender.search(prefix)).length, 50, 'search'));
      figures[`"${prefix}*" in ${label} notes, the first 50`] = search.p50;
    }
  }

  await contender.upsert('accounts', list(ROWS, account));
  await contender.upsert('contacts', list(ROWS, contact));
  await contender.upsert('orders', list(ROWS, order));
  const sum = list(ROWS, order).reduce((total, { Amount }) => total + Amount, 0);
  figures['three soups of 10,000 joined, all rows'] = (await each(7, async () => {
    check(await contender.join(), sum, 'join');
  })).p50;

  const wake = await wakeUps(contender);
  figures['live query: from the write\'s promise to its call, p50'] = wake.p50;
  figures['live query: from the write\'s promise to its call, p95'] = wake.p95;
  await contender.close();
  return Object.entries(figures);
}
