// The page: what the user does becomes calls of the device, and what the device holds is shown.

import { Bulk, LONG } from './bulk.mjs';
import { Device } from './model/device.mjs';
import { inTurn } from './model/in-turn.mjs';
import { look } from './model/snapshot.mjs';
import { counted, decisionSentence, emptyingSentence, offlineSentence, quoted, syncSentence } from './sentences.mjs';
import { defaultServer, settings, storeName } from './settings.mjs';
import { askWhatToKeep } from './view/conflict-dialog.mjs';
import { ask } from './view/dialog.mjs';
import { showStorage, showWhichDevice } from './view/device-facts.mjs';
import { ConflictTable } from './view/conflict-table.mjs';
import { showCharts } from './view/charts.mjs';
import { byId, say } from './view/element.mjs';
import { addToLog, showLog } from './view/log.mjs';
import { showCounts, showLastSync } from './view/numbers.mjs';
import { showQueue } from './view/queue-list.mjs';
import { showServer } from './view/server-form.mjs';
import { TodoList } from './view/todo-list.mjs';

/** @typedef {import('./model/snapshot.mjs').Snapshot} Snapshot */
/** @typedef {import('./model/snapshot.mjs').ShownTodo} ShownTodo */

/** Todos shown at first, and added by "Show more". */
const PAGE = 100;
/** Where much waits, the page looks at itself this often while it is sent: in milliseconds. */
const PAUSE = 250;

/** Opens this device's list and shows it. */
export async function start() {
  const otherwise = await defaultServer();
  const server = settings.server ?? otherwise;
  showServer(server, otherwise);
  showWhichDevice();
  const device = await Device.open({
    storeName: storeName(server),
    // A client needs an address; without a server, nothing is ever asked of it.
    server: server ?? location.origin,
    offline: settings.offline || server === null,
    changed: () => app.changed(),
  });
  const app = new App(device, server !== null);
  await app.begin();
}

class App {
  #device;
  #bulk;
  #hasServer;
  #view = { selection: /** @type {import('./model/todos.mjs').Selection} */ ('all'), limit: PAGE };
  #list = new TodoList(byId('list'), {
    complete: (todo, complete) => this.#complete(todo, complete),
    rename: (todo, text) => this.#rename(todo, text),
    remove: (todo) => this.#remove(todo),
    resolve: (todo) => this.#resolve(todo.id),
  }, byId('new-text'));
  #conflicts = new ConflictTable(byId('conflicts'), {
    keep: (about, keep) => void this.#decide(about, { keep }),
    merge: ({ id }) => void this.#resolve(id),
  });
  /** @type {Snapshot | undefined} */
  #shown;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #soon;

  /**
   * @param {Device} device
   * @param {boolean} hasServer
   */
  constructor(device, hasServer) {
    this.#device = device;
    this.#bulk = new Bulk(device, byId('work'));
    this.#hasServer = hasServer;
  }

  async begin() {
    this.#listen();
    showLog(await this.#device.journal.read());
    showLastSync(await this.#device.journal.lastSync());
    showCharts(await this.#device.journal.traffic());
    const { waiting, todos } = await this.refresh();
    this.#device.connection.know(todos);
    byId('sync').toggleAttribute('disabled', !this.#hasServer);
    void showStorage();
    if (this.#online) await this.#sync();
    else this.#say(this.#hasServer ? offlineSentence(waiting) : 'No server yet: name one under “This device”.');
  }

  get #online() {
    return this.#hasServer && !settings.offline;
  }

  #listen() {
    const offline = /** @type {HTMLInputElement} */ (byId('offline'));
    offline.checked = settings.offline;
    offline.addEventListener('change', () => this.#switch(offline.checked));
    byId('sync').addEventListener('click', () => void this.#sync());
    byId('add').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#add(/** @type {HTMLInputElement} */ (byId('new-text')));
    });
    byId('filter').addEventListener('change', ({ target }) => {
      const { value } = /** @type {HTMLInputElement} */ (target);
      this.#view = { selection: /** @type {any} */ (value), limit: PAGE };
      void this.refresh();
    });
    byId('more').addEventListener('click', () => {
      this.#view.limit += PAGE;
      void this.refresh();
    });
    byId('clear').addEventListener('click', () => void this.#clear());
    byId('fill').addEventListener('click', () => void this.#fill());
    // Another tab may have changed the list, and the network may be back.
    window.addEventListener('focus', () => void this.refresh());
    window.addEventListener('online', () => this.#online && void this.#sync());
    window.addEventListener('storage', () => {
      if (offline.checked !== settings.offline) offline.click();
    });
    // What was pressed before this would have been lost.
    const controls = document.querySelectorAll('#offline, #filter, #add button, #clear, #fill');
    for (const control of controls) control.removeAttribute('disabled');
  }

  /** A change begins or ends its way to the server. */
  changed() {
    if ((this.#shown?.waiting ?? 0) < LONG) return void this.refresh();
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      void this.refresh();
    }, PAUSE);
  }

  /** Shows how things stand. */
  refresh = inTurn(async () => {
    const snapshot = await look(this.#device, this.#view);
    this.#shown = snapshot;
    this.#list.show(snapshot.todos);
    showCounts(snapshot);
    this.#conflicts.show(snapshot.conflicts);
    this.#bulk.left(snapshot.waiting);
    showQueue(snapshot.queue, snapshot.waiting, (id) => this.#resolve(id));
    this.#showEmpty(snapshot);
    byId('more').hidden = snapshot.matching <= snapshot.todos.length;
    byId('more').textContent = `Show more of the ${counted(snapshot.matching, 'todo')}`;
    return snapshot;
  });

  /** @param {Snapshot} snapshot */
  #showEmpty({ total, matching }) {
    byId('empty').hidden = matching > 0;
    const words = { all: '', open: 'Everything is done.', done: 'Nothing is done yet.' }[this.#view.selection];
    byId('empty').textContent = total === 0 ? 'Nothing to do yet. Add the first todo above.' : words;
  }

  /** @param {string} sentence */
  #say(sentence) {
    say(byId('status'), sentence);
  }

  /** @param {string} text */
  async #log(text) {
    addToLog(await this.#device.journal.write(text));
  }

  /**
   * Does what the user asked for, shows it, tells of it, and sends it when the page is online.
   * @param {() => Promise<unknown>} job
   * @param {string} sentence what will have happened
   */
  async #change(job, sentence) {
    try {
      await job();
    } catch (error) {
      await this.refresh();
      return this.#say(`That did not work: ${error instanceof Error ? error.message : error}`);
    }
    const { waiting } = await this.refresh();
    await this.#log(sentence);
    if (this.#online) await this.#sync();
    else this.#say(`${sentence} ${offlineSentence(waiting)}`);
  }

  /** @param {HTMLInputElement} field */
  #add(field) {
    const text = field.value.trim();
    field.value = '';
    if (text) void this.#change(() => this.#device.todos.add(text), `Added ${quoted(text)}.`);
  }

  /**
   * @param {ShownTodo} todo
   * @param {boolean} complete
   */
  #complete(todo, complete) {
    const { text } = todo;
    const sentence = complete ? `Finished ${quoted(text)}.` : `Took up ${quoted(text)} again.`;
    void this.#change(() => this.#device.todos.change(todo, { complete }), sentence);
  }

  /**
   * @param {ShownTodo} todo
   * @param {string} text
   */
  #rename(todo, text) {
    const sentence = `Changed ${quoted(todo.text)} to ${quoted(text)}.`;
    void this.#change(() => this.#device.todos.change(todo, { text }), sentence);
  }

  /** @param {ShownTodo} todo */
  #remove(todo) {
    void this.#change(() => this.#device.todos.remove(todo), `Deleted ${quoted(todo.text)}.`);
  }

  /** In every tab of this device. @param {boolean} offline */
  async #switch(offline) {
    settings.offline = offline;
    this.#device.connection.offline = offline || !this.#hasServer;
    await this.#log(offline ? 'Went offline.' : 'Went online.');
    if (offline) this.#say(offlineSentence(this.#shown?.waiting ?? 0));
    else if (this.#hasServer) await this.#sync();
  }

  async #sync() {
    byId('sync').setAttribute('aria-busy', 'true');
    this.#say('Syncing…');
    const outcome = await this.#bulk.sync(this.#online ? (this.#shown?.waiting ?? 0) : 0);
    byId('sync').removeAttribute('aria-busy');
    const { waiting, conflicts: { length: conflicts } } = await this.refresh();
    const { offline, reached } = this.#device.connection;
    const sentence = syncSentence({ ...outcome, offline, reached, waiting, conflicts });
    this.#say(sentence);
    for (const { text } of this.#device.conflicts.takeKept()) {
      await this.#log(`${quoted(text)} was deleted at the server. What you had made of it is kept as a new todo.`);
    }
    if (outcome.error || outcome.sent > 0 || outcome.received > 0 || conflicts > 0) await this.#log(sentence);
    showLastSync(await this.#device.journal.lastSync());
    showCharts(await this.#device.journal.traffic());
    void showStorage();
  }

  async #fill() {
    byId('fill').setAttribute('disabled', '');
    const { added, seconds, error } = await this.#bulk.fill();
    byId('fill').removeAttribute('disabled');
    await this.refresh();
    if (error) return this.#say(`That did not work: ${error.message}`);
    const sentence = `Added ${counted(added, 'todo')} in ${seconds.toFixed(1)} seconds, safely on this device.`;
    await this.#log(sentence);
    this.#say(`${sentence} ${this.#hasServer ? '“Sync now” sends them, one request each.' : ''}`);
  }

  /** @param {string} id of a todo in conflict */
  async #resolve(id) {
    const { conflicts } = await this.refresh();
    const conflict = conflicts.find((each) => each.id === id);
    const decision = conflict && (await askWhatToKeep(conflict));
    if (decision) await this.#decide([conflict], decision);
  }

  /**
   * @param {import('./model/conflicts.mjs').Conflict[]} conflicts
   * @param {import('./model/conflicts.mjs').Decision} decision for all of them
   */
  async #decide(conflicts, decision) {
    for (const conflict of conflicts) {
      this.#device.conflicts.decide(conflict, decision);
      await this.#log(decisionSentence(conflict, decision));
    }
    await this.#sync();
    this.#list.focus(conflicts[0]?.id ?? '', 'edit');
  }

  async #clear() {
    const { waiting = 0 } = this.#shown ?? {};
    say(byId('confirm-text'), emptyingSentence(waiting));
    if ((await ask(/** @type {HTMLDialogElement} */ (byId('confirm')))) !== 'empty') return;
    await this.#device.todos.purge();
    this.#device.connection.knowNothing();
    await Promise.all([this.refresh(), this.#log('Emptied this device.')]);
    this.#say('This device is empty. “Sync now” fetches everything again.');
  }
}
