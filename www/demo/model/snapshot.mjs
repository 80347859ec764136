// What the page shows at a moment: the todos with their states, the counts, and the queue.

/** @typedef {import('./todos.mjs').Todo} Todo */
/** @typedef {import('./todos.mjs').Selection} Selection */
/** @typedef {import('./todos.mjs').Action} Action */

/**
 * Where a todo stands between this device and the server.
 * @typedef {'saved' | 'waiting' | 'sending' | 'conflict'} State
 *
 * @typedef {Todo & { state: State }} ShownTodo
 * @typedef {{ itemId: string, action: Action, text: string, state: State }} ShownOperation
 *
 * @typedef {object} Snapshot
 * @property {ShownTodo[]} todos
 * @property {number} total todos on this device
 * @property {number} open of these, those that are not done
 * @property {number} matching todos of the selection, whether shown or not
 * @property {number} waiting changes in the queue
 * @property {import('./conflicts.mjs').ShownConflict[]} conflicts those that wait for a decision
 * @property {ShownOperation[]} queue its oldest entries
 */

/** Entries of the queue that are shown. */
const QUEUE_SHOWN = 20;

/**
 * @param {object} device
 * @param {import('./todos.mjs').Todos} device.todos
 * @param {import('./conflicts.mjs').Conflicts} device.conflicts
 * @param {import('./connection.mjs').Connection} device.connection
 * @param {{ selection: Selection, limit: number }} view
 * @returns {Promise<Snapshot>}
 */
export async function look({ todos, conflicts, connection }, { selection, limit }) {
  const [operations, rows, total, open] = await Promise.all([
    todos.pending(),
    todos.newest(selection, limit),
    todos.count('all'),
    todos.count('open'),
  ]);
  const waiting = new Set(operations.map(({ itemId }) => itemId));
  conflicts.forgetOthers(waiting);

  /** @param {string} id @returns {State} */
  const stateOf = (id) => {
    if (connection.sending.has(id)) return 'sending';
    if (conflicts.has(id)) return 'conflict';
    return waiting.has(id) ? 'waiting' : 'saved';
  };
  const texts = new Map(rows.map(({ id, text }) => [id, text]));
  const queue = operations.slice(0, QUEUE_SHOWN).map(async ({ itemId, action }) => {
    const text = texts.get(itemId) ?? (await todos.textOf(itemId)) ?? itemId;
    return { itemId, action, text, state: stateOf(itemId) };
  });
  return {
    todos: rows.map((row) => ({ ...row, state: stateOf(row.id) })),
    total,
    open,
    matching: { all: total, open, done: total - open }[selection],
    waiting: operations.length,
    conflicts: await Promise.all(conflicts.open.map(async (met) => {
      const [base, mine] = await Promise.all([todos.before(met.id), todos.find(met.id)]);
      // What is here may have been changed, or deleted, since the server's answer.
      return { ...met, base, mine };
    })),
    queue: await Promise.all(queue),
  };
}
