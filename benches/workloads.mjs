// What is measured, the same for every contender. Each figure is in milliseconds.
import { document, documents, notes } from './documents.mjs';
import { check, each, eachOf20, timed } from './measure.mjs';

/**
 * @typedef {import('./documents.mjs').Doc} Doc
 *
 * @typedef {object} Contender
 * @property {() => Promise<void>} open opens the store, making it with three indexes: Key, LastName, Amount
 * @property {(docs: Doc[]) => Promise<unknown>} upsert puts all of them, durably, in one go
 * @property {(id: number) => Promise<Doc | undefined>} get
 * @property {(low: number, high: number) => Promise<Doc[]>} range by Amount, both ends included
 * @property {(part: string) => Promise<number>} filter counts the documents whose Name holds it; no index helps
 * @property {(limit: number, offset: number) => Promise<Doc[]>} page sorted by LastName
 * @property {(notes: { id: number, Body: string }[]) => Promise<unknown>} index puts them into a full-text index
 * @property {(prefix: string) => Promise<number>} search counts the notes with a word that begins so
 * @property {() => Promise<void>} close
 */

const SIZE = 10_000;
const GROWN = 50_000;

/**
 * @param {Contender} contender
 * @returns {Promise<[string, number][]>} workloads in their order
 */
export async function measure(contender) {
  /** @type {Record<string, number>} */
  const figures = {};
  await contender.open();

  const docs = documents(0, SIZE);
  figures['bulk upsert of 10,000'] = await timed(() => contender.upsert(docs));

  const insert = await each(200, (turn) => contender.upsert([document(SIZE + turn)]));
  figures['one insert, p50'] = insert.p50;
  figures['one insert, p95'] = insert.p95;
  const update = await each(200, (turn) => contender.upsert([{ ...document(turn * 13), City: 'Bergen' }]));
  figures['one update, p50'] = update.p50;
  figures['one update, p95'] = update.p95;

  const get = await eachOf20(50, async (turn) => {
    const id = (turn * 7) % SIZE;
    check((await contender.get(id))?.Key, `a0${id}`, 'get');
  });
  figures['point get, hot, p50'] = get.p50;
  figures['point get, hot, p95'] = get.p95;

  const range = await each(7, async () => check((await contender.range(100, 199)).length, 1100, 'range'));
  figures['indexed range of 1,100'] = range.p50;
  const filter = await each(5, async () => check(await contender.filter('Account 99'), 111, 'filter'));
  figures['filter without index'] = filter.p50;
  const page = await each(5, async () => check((await contender.page(50, 5000)).length, 50, 'page'));
  figures['sorted page of 50 at 5,000'] = page.p50;

  figures['full text, 10,000 notes in'] = await timed(() => contender.index(notes(SIZE)));
  const expected = notes(SIZE).filter(({ Body }) => Body.split(' ').some((word) => word.startsWith('saff'))).length;
  const search = await each(5, async () => check(await contender.search('saff'), expected, 'search'));
  figures['full text, prefix'] = search.p50;

  figures['40,000 more in batches of 2,000'] = await timed(async () => {
    for (let from = SIZE + 10_000; from < GROWN + 10_000; from += 2000) await contender.upsert(documents(from, 2000));
  });
  await contender.close();

  figures['cold open at 50,000, first get'] = await timed(async () => {
    await contender.open();
    check((await contender.get(5))?.Key, 'a05', 'first get');
  });
  figures['point get, cold, p50'] = (await eachOf20(5, (turn) => contender.get(20_000 + turn * 307))).p50;
  await contender.close();
  figures['cold open at 50,000, first page'] = await timed(async () => {
    await contender.open();
    check((await contender.page(50, 0)).length, 50, 'first page');
  });
  await contender.close();
  return Object.entries(figures);
}

