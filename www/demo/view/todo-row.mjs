// One todo in the list: done or not, its text, edited in place, and its state.

import { element, icon } from './element.mjs';
import { stateBadge } from './state-badge.mjs';

/** @typedef {import('../model/snapshot.mjs').ShownTodo} ShownTodo */

/**
 * What can be done to a todo.
 * @typedef {object} Actions
 * @property {(todo: ShownTodo, complete: boolean) => void} complete
 * @property {(todo: ShownTodo, text: string) => void} rename
 * @property {(todo: ShownTodo) => void} remove
 * @property {(todo: ShownTodo) => void} resolve
 */

/** What of a row can have the focus. @typedef {'box' | 'resolve' | 'edit' | 'delete'} Part */

/** Two devices on a page may show the same todo: its id is not enough for one. */
let rows = 0;

export class TodoRow {
  root = element('li', { class: 'row' });
  #actions;
  /** @type {ShownTodo} */
  #todo;
  #box = element('input', { type: 'checkbox', change: () => this.#actions.complete(this.#todo, this.#box.checked) });
  #text = element('span', { class: 'text', click: () => this.edit() });
  #state = element('span', { class: 'state' });
  #resolve = element('button', { type: 'button', class: 'resolve', click: () => this.#decide() }, 'Resolve…');
  #edit = element('button', { type: 'button', class: 'icon', title: 'Edit', click: () => this.edit() }, icon('edit'));
  #delete = element('button', { type: 'button', class: 'icon', title: 'Delete', click: () => this.#remove() },
    icon('delete'));
  #editor = new Editor();

  /**
   * @param {ShownTodo} todo
   * @param {Actions} actions
   */
  constructor(todo, actions) {
    this.#actions = actions;
    this.#todo = todo;
    this.#text.id = `todo-${(rows += 1)}`;
    this.#box.setAttribute('aria-labelledby', this.#text.id);
    this.root.append(
      element('label', { class: 'box' }, this.#box),
      element('div', { class: 'words' }, this.#text, this.#state, this.#resolve),
      element('div', { class: 'tools' }, this.#edit, this.#delete),
    );
    this.show(todo);
  }

  /** @param {ShownTodo} todo */
  show(todo) {
    this.#todo = todo;
    this.#box.checked = todo.complete;
    this.root.classList.toggle('done', todo.complete);
    if (this.#text.textContent !== todo.text) this.#text.textContent = todo.text;
    this.#edit.setAttribute('aria-label', `Edit ${todo.text}`);
    this.#delete.setAttribute('aria-label', `Delete ${todo.text}`);
    this.#resolve.setAttribute('aria-label', `Resolve the conflict about ${todo.text}`);
    this.#resolve.hidden = todo.state !== 'conflict';
    this.#showState(todo.state);
  }

  /** @param {ShownTodo['state']} state */
  #showState(state) {
    if (this.#state.dataset.state === state) return;
    const badge = stateBadge(state);
    this.#state.replaceWith(badge);
    this.#state = badge;
  }

  /** Puts a field in the place of the text, until the user saves or cancels. */
  edit() {
    if (this.#editor.isOpen) return this.#editor.focus();
    // What the user saw: a sync may bring another text meanwhile.
    const todo = this.#todo;
    this.root.classList.add('editing');
    this.#editor.open(this.root, todo.text, (text) => {
      this.root.classList.remove('editing');
      this.focus('edit');
      if (text !== undefined && text !== todo.text) this.#actions.rename(todo, text);
    });
  }

  // Safari gives the focus to no button that is clicked: so these take it, to hand it on when their row is gone.

  #decide() {
    this.#resolve.focus();
    this.#actions.resolve(this.#todo);
  }

  #remove() {
    this.#delete.focus();
    this.#actions.remove(this.#todo);
  }

  /** @param {Part} part */
  focus(part) {
    const parts = { box: this.#box, resolve: this.#resolve, edit: this.#edit, delete: this.#delete };
    (parts[part].hidden ? this.#edit : parts[part]).focus();
  }

  /** Which part has the focus. @returns {Part | undefined} */
  get focused() {
    const focused = document.activeElement;
    if (focused === this.#box) return 'box';
    if (focused === this.#resolve) return 'resolve';
    if (focused === this.#delete) return 'delete';
    return this.root.contains(focused) ? 'edit' : undefined;
  }
}

/** The field for a todo's text. */
class Editor {
  /** @type {HTMLFormElement | undefined} */
  #form;
  #field = element('input', { type: 'text', maxlength: '500', 'aria-label': 'Text of the todo', enterkeyhint: 'done' });

  get isOpen() {
    return this.#form !== undefined;
  }

  focus() {
    this.#field.focus();
  }

  /**
   * @param {HTMLElement} place where it is added
   * @param {string} text
   * @param {(text?: string) => void} done with the new text, or without when the user cancels
   */
  open(place, text, done) {
    /** @param {string} [typed] */
    const close = (typed) => {
      this.#form?.remove();
      this.#form = undefined;
      done(typed);
    };
    const save = (/** @type {Event} */ event) => {
      event.preventDefault();
      const typed = this.#field.value.trim();
      if (typed) close(typed);
    };
    const escape = (/** @type {Event} */ event) => {
      if (/** @type {KeyboardEvent} */ (event).key === 'Escape') close();
    };
    this.#field.value = text;
    this.#form = element('form', { class: 'editor', submit: save, keydown: escape },
      this.#field,
      element('button', { type: 'submit', class: 'primary' }, 'Save'),
      element('button', { type: 'button', click: () => close() }, 'Cancel'));
    place.append(this.#form);
    this.#field.focus();
    this.#field.select();
  }
}
