// The list: rows that stay the same elements while their todos change, so that focus and editing survive a sync.

import { TodoRow } from './todo-row.mjs';

/** @typedef {import('../model/snapshot.mjs').ShownTodo} ShownTodo */
/** @typedef {import('./todo-row.mjs').Part} Part */

export class TodoList {
  #root;
  #actions;
  #otherwise;
  /** @type {Map<string, TodoRow>} */
  #rows = new Map();

  /**
   * @param {HTMLElement} root
   * @param {import('./todo-row.mjs').Actions} actions
   * @param {HTMLElement} otherwise where the focus goes when the list has become empty
   */
  constructor(root, actions, otherwise) {
    this.#root = root;
    this.#actions = actions;
    this.#otherwise = otherwise;
  }

  /** @param {ShownTodo[]} todos */
  show(todos) {
    const focus = this.#focus();
    this.#removeOthers(new Set(todos.map(({ id }) => id)));
    todos.forEach((todo, index) => {
      const root = this.#rowOf(todo).root;
      if (this.#root.children[index] !== root) this.#root.insertBefore(root, this.#root.children[index] ?? null);
    });
    if (focus) this.#restore(focus);
  }

  /** @param {Set<string>} ids */
  #removeOthers(ids) {
    for (const [id, row] of this.#rows) {
      if (ids.has(id)) continue;
      row.root.remove();
      this.#rows.delete(id);
    }
  }

  /** @param {ShownTodo} todo */
  #rowOf(todo) {
    const present = this.#rows.get(todo.id);
    if (present) {
      present.show(todo);
      return present;
    }
    const row = new TodoRow(todo, this.#actions);
    this.#rows.set(todo.id, row);
    return row;
  }

  /**
   * Puts the focus on a todo, or elsewhere when it is not in the list.
   * @param {string} id
   * @param {Part} part
   */
  focus(id, part) {
    const row = this.#rows.get(id);
    if (row) row.focus(part);
    else this.#otherwise.focus();
  }

  /** @typedef {{ row: TodoRow, part: Part, index: number }} Focus */

  /** @returns {Focus | undefined} */
  #focus() {
    for (const row of this.#rows.values()) {
      const part = row.focused;
      if (part) return { row, part, index: [...this.#root.children].indexOf(row.root) };
    }
    return undefined;
  }

  /** @param {Focus} focus */
  #restore({ row, part, index }) {
    // Of all parts, only this one comes and goes while its row stays.
    if (row.root.isConnected) return part === 'resolve' ? row.focus(part) : undefined;
    const rows = [...this.#rows.values()];
    const neighbour = this.#root.children[Math.min(index, this.#root.children.length - 1)];
    const next = rows.find(({ root }) => root === neighbour);
    if (next) next.focus(part);
    else this.#otherwise.focus();
  }
}
