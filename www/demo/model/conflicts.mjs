// Records that were changed here and at the server: kept until the user has decided, then settled in the next push.

import { isGone } from './todos.mjs';

/** @typedef {import('./todos.mjs').Todo} Todo */
/** @typedef {import('../tureen.mjs').PushError} PushError */

/**
 * A todo that was changed here, or deleted, and changed at the server.
 * @typedef {object} Conflict
 * @property {string} id
 * @property {Todo | null} mine null: it was deleted here
 * @property {Todo} theirs
 *
 * @typedef {Pick<Todo, 'text' | 'complete'>} Base what both were made of
 * @typedef {Conflict & { base: Base | null }} ShownConflict base null: it is not known, as of a todo that is new here
 */

/**
 * What the user wants: one of the two versions, or a third.
 * @typedef {{ keep: 'mine' } | { keep: 'theirs' } | { keep: 'merged', text: string, complete: boolean }} Decision
 */

/**
 * @typedef {object} PushHandler
 * @property {(server: Todo | null, client: Todo | null, pushError: PushError) => Promise<unknown>} onConflict
 * @property {(pushError: PushError) => Promise<unknown>} onError
 */

export class Conflicts {
  /** Those that nobody has decided yet, by id. @type {Map<string, Conflict>} */
  #open = new Map();
  /** @type {Map<string, { about: Conflict, decision: Decision }>} */
  #decided = new Map();
  /** @type {Todo[]} */
  #kept = [];
  #todos;

  /** @param {Pick<import('./todos.mjs').Todos, 'add' | 'findAtServer'>} todos */
  constructor(todos) {
    this.#todos = todos;
  }

  /** Those that wait for the user. */
  get open() {
    return [...this.#open.values()];
  }

  /** @param {string} id */
  has(id) {
    return this.#open.has(id);
  }

  /**
   * Takes the user's decision; the next push carries it out.
   * @param {Conflict} about
   * @param {Decision} decision
   */
  decide(about, decision) {
    this.#open.delete(about.id);
    this.#decided.set(about.id, { about, decision });
  }

  /**
   * Forgets the conflicts of records of which no change waits any more.
   * @param {Set<string>} waiting ids
   */
  forgetOthers(waiting) {
    for (const id of this.#open.keys()) if (!waiting.has(id)) this.#open.delete(id);
  }

  /** Todos that the server had deleted, and that were added anew as they had been changed here; each told once. */
  takeKept() {
    return this.#kept.splice(0);
  }

  /** @type {PushHandler} for `syncContext.pushHandler` */
  pushHandler = {
    onConflict: async (serverRecord, clientRecord, pushError) => {
      // An insert that meets a record of its id is answered without that record. It may well be this very todo: sent
      // once before, the answer lost on its way back.
      const server = serverRecord ?? (clientRecord && (await this.#todos.findAtServer(clientRecord.id)));
      const mine = pushError.getAction() === 'delete' ? null : clientRecord;
      if (server && !server.deleted) return this.#meet({ id: server.id, mine, theirs: server }, pushError);
      return this.#keep(mine, pushError);
    },
    onError: async (pushError) => {
      // Left alone, any other error ends the push, and the change waits for the next one.
      if (isGone(pushError.getError())) return this.#keep(pushError.getClientRecord(), pushError);
    },
  };

  /**
   * A change of what the server has deleted becomes a todo of its own: nothing is lost, and no other change has to wait
   * until the user has decided.
   * @param {Todo | null} mine null: it was deleted here too
   * @param {PushError} pushError
   */
  async #keep(mine, pushError) {
    if (mine) {
      // First the copy: whatever happens in between, the text is there.
      await this.#todos.add(mine.text, mine.complete);
      this.#kept.push(mine);
    }
    return pushError.cancelAndDiscard();
  }

  /**
   * @param {Conflict} conflict
   * @param {PushError} pushError
   */
  async #meet(conflict, pushError) {
    const decision = this.#decisionFor(conflict);
    if (decision) return this.#settle(conflict, decision, pushError);
    this.#open.set(conflict.id, conflict);
  }

  /** @param {Conflict} conflict @returns {Decision | undefined} */
  #decisionFor({ id, mine, theirs }) {
    if (mine?.text === theirs.text && mine.complete === theirs.complete) return { keep: 'theirs' };
    const decided = this.#decided.get(id);
    this.#decided.delete(id);
    // The server's record may have changed again since the user saw it: then it is asked about again.
    return decided && decided.about.theirs.version === theirs.version ? decided.decision : undefined;
  }

  /**
   * @param {Conflict} conflict
   * @param {Decision} decision
   * @param {PushError} pushError
   */
  async #settle({ id, mine, theirs }, decision, pushError) {
    const { version } = theirs;
    // What was deleted here cannot be updated; without the deletion, the next pull brings it back.
    if (decision.keep === 'theirs') return mine ? pushError.cancelAndUpdate(theirs) : pushError.cancelAndDiscard();
    if (!mine) return pushError.changeAction('delete', { id, version });
    const { text, complete } = decision.keep === 'merged' ? decision : mine;
    const record = { ...mine, text, complete, version };
    return pushError.getAction() === 'insert' ? pushError.changeAction('update', record) : pushError.update(record);
  }
}
