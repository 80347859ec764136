// A device as half of a page: its list, its switch, its sync, and its conflicts.

import { inTurn } from '../model/in-turn.mjs';
import { look } from '../model/snapshot.mjs';
import { counted, decisionSentence, offlineSentence, syncSentence } from '../sentences.mjs';
import { ConflictTable } from './conflict-table.mjs';
import { element, icon, say } from './element.mjs';
import { TodoList } from './todo-list.mjs';

/** @typedef {import('../model/todos.mjs').Todo} Todo */
/** @typedef {import('../model/conflicts.mjs').ShownConflict} ShownConflict */

/** Todos that are shown. */
const SHOWN = 8;

export class Pane {
  #device;
  #text = element('input', { type: 'text', maxlength: '500', required: true, enterkeyhint: 'done' });
  #status = element('p', { class: 'said', role: 'status' });
  #offline = element('input', {
    type: 'checkbox', role: 'switch', change: () => void this.goOffline(this.#offline.checked),
  });
  #items = element('ul', { class: 'list' });
  #rest = element('p', { class: 'quiet' });
  #queue = element('p', { class: 'quiet' });
  #list = new TodoList(this.#items, {
    complete: (todo, complete) => void this.#change(() => this.#device.todos.change(todo, { complete })),
    rename: (todo, text) => void this.#change(() => this.#device.todos.change(todo, { text })),
    remove: (todo) => void this.#change(() => this.#device.todos.remove(todo)),
    resolve: () => this.#conflicts.querySelector('button')?.focus(),
  }, this.#text);
  #conflicts = element('section', { class: 'unsettled', 'aria-label': 'Conflicts', hidden: true },
    element('h3', {}, 'Changed here and at the server'));
  #table = new ConflictTable(this.#conflicts, { keep: (about, keep) => void this.#decide(about, keep) });
  /** @type {import('../model/snapshot.mjs').Snapshot | undefined} */
  #shown;

  /**
   * @param {string} name
   * @param {import('../model/device.mjs').Device} device
   */
  constructor(name, device) {
    this.#device = device;
    this.#text.id = `new-${name}`;
    this.#items.setAttribute('aria-label', `Todos of ${name}`);
    const add = (/** @type {Event} */ event) => {
      event.preventDefault();
      const text = this.#text.value.trim();
      this.#text.value = '';
      if (text) void this.add(text);
    };
    this.root = element('section', { class: 'card pane', 'aria-labelledby': `heading-${name}` },
      element('div', { class: 'heading' },
        element('h2', { id: `heading-${name}` }, name),
        element('label', { class: 'switch' }, this.#offline, element('span', { class: 'track', 'aria-hidden': 'true' }),
          element('span', {}, 'Offline', element('span', { class: 'hidden' }, `: ${name}`)))),
      this.#status,
      element('form', { class: 'add', autocomplete: 'off', submit: add },
        element('label', { for: this.#text.id }, `New todo in ${name}`),
        element('div', { class: 'field' }, this.#text, element('button', { type: 'submit', class: 'primary' }, 'Add'))),
      this.#conflicts,
      this.#items,
      this.#rest,
      element('div', { class: 'heading foot' }, this.#queue,
        element('button', { type: 'button', 'aria-label': `Sync now: ${name}`, click: () => void this.sync() },
          icon('sync'), 'Sync now')));
  }

  /** Shows what is there, and syncs. */
  async begin() {
    const { todos } = await this.refresh();
    this.#device.connection.know(todos);
    await this.sync();
  }

  /** Shows how things stand. */
  refresh = inTurn(async () => {
    const snapshot = await look(this.#device, { selection: 'all', limit: SHOWN });
    this.#shown = snapshot;
    this.#list.show(snapshot.todos);
    this.#table.show(snapshot.conflicts);
    const more = snapshot.matching - snapshot.todos.length;
    this.#rest.textContent = more > 0 ? `and ${counted(more, 'more todo')}.` : '';
    const { waiting } = snapshot;
    const changes = `${counted(waiting, 'change')} not sent yet.`;
    this.#queue.textContent = waiting === 0 ? 'Nothing waits to be sent.' : changes;
    return snapshot;
  });

  /** @param {string} text */
  add(text) {
    return this.#change(() => this.#device.todos.add(text));
  }

  /** @param {string} from @param {string} to */
  rename(from, to) {
    const todo = this.#shown?.todos.find(({ text }) => text === from);
    if (!todo) throw new Error(`There is no todo “${from}” here.`);
    return this.#change(() => this.#device.todos.change(todo, { text: to }));
  }

  /** @param {boolean} offline */
  async goOffline(offline) {
    this.#offline.checked = offline;
    this.#device.connection.offline = offline;
    if (offline) return say(this.#status, offlineSentence(this.#shown?.waiting ?? 0));
    return this.sync();
  }

  async sync() {
    const outcome = await this.#device.sync();
    const { waiting, conflicts } = await this.refresh();
    const { offline, reached } = this.#device.connection;
    say(this.#status, syncSentence({ ...outcome, offline, reached, waiting, conflicts: conflicts.length }));
  }

  /** @param {() => Promise<unknown>} job */
  async #change(job) {
    try {
      await job();
    } catch (error) {
      return say(this.#status, `That did not work: ${error instanceof Error ? error.message : error}`);
    }
    await this.refresh();
    await this.sync();
  }

  /** @param {ShownConflict[]} conflicts @param {'mine' | 'theirs'} keep */
  async #decide(conflicts, keep) {
    for (const conflict of conflicts) this.#device.conflicts.decide(conflict, { keep });
    await this.sync();
    const [first] = conflicts;
    if (!first) return;
    if (conflicts.length === 1) say(this.#status, `${decisionSentence(first, { keep })} ${this.#status.textContent}`);
    this.#list.focus(first.id, 'edit');
  }
}
