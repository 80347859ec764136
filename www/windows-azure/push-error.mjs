// A change that the backend would not take, and what an app may do about it.

import { TureenError, attempt } from '../core.mjs';
import { decodeRow, recordText } from './cells.mjs';
import { isNull } from './validate.mjs';

/** @typedef {import('../../pkg/tureen.js').AzurePushError} Handle */
/** @typedef {import('../core.mjs').TureenPromise<void>} Done */
/** @typedef {{ [property: string]: any }} Row */

/** What a push handler gets, and what a push resolves with for each conflict that nobody handled. */
export class PushError {
  #handle;
  #error;
  #away;

  /**
   * @param {Handle} handle
   * @param {ReturnType<typeof import('./app-store.mjs').standInFor>} [away] of a store of the app's own making
   */
  constructor(handle, away) {
    this.#handle = handle;
    this.#away = away;
    this.#error = handle.error();
  }

  /** Whether it counts as dealt with: the push then sends the change again as it is by now, if it is still there. */
  get isHandled() {
    return this.#handle.isHandled;
  }

  set isHandled(handled) {
    this.#handle.isHandled = Boolean(handled);
  }

  /** The error of the request, with the answer as `request`. @returns {any} */
  getError() {
    return this.#error;
  }

  /** Whether the backend's record is not as the change expects it. */
  isConflict() {
    return this.#handle.isConflict;
  }

  getTableName() {
    return this.#handle.tableName;
  }

  /** @returns {string} `insert`, `update` or `delete` */
  getAction() {
    return this.#handle.action;
  }

  /** A copy of the backend's record; null where it is not known. @returns {any} */
  getServerRecord() {
    const text = this.#handle.serverRecord();
    if (text === undefined) return this.#error.serverInstance ? { ...this.#error.serverInstance } : null;
    return this.#away?.serverRecord(text) ?? decodeRow(JSON.parse(text), this.#handle.dateColumns);
  }

  /** A copy of the record as it was sent; null for a delete. @returns {any} */
  getClientRecord() {
    const text = this.#handle.clientRecord();
    if (text === undefined) return null;
    return this.#away?.clientRecord(text) ?? decodeRow(JSON.parse(text), this.#handle.dateColumns);
  }

  /** Gives the change up and leaves the local record as it is. @returns {Done} */
  cancel() {
    return attempt(() => this.#handle.cancel());
  }

  /** Gives the change up and removes the local record. @returns {Done} */
  cancelAndDiscard() {
    return attempt(() => this.#handle.cancelAndDiscard());
  }

  /**
   * Gives the change up and changes the local record.
   * @param {Row} newValue
   * @returns {Done}
   */
  cancelAndUpdate(newValue) {
    return attempt(() => this.#handle.cancelAndUpdate(textOf(newValue)));
  }

  /**
   * Changes the local record, to be sent in its stead. With the `version` of the backend's record it then passes.
   * @param {Row} newValue
   * @returns {Done}
   */
  update(newValue) {
    return attempt(() => this.#handle.update(textOf(newValue)));
  }

  /**
   * Makes the change another one.
   * @param {'insert' | 'update' | 'delete' | 'del'} newAction
   * @param {Row} [newClientRecord]
   * @returns {Done}
   */
  changeAction(newAction, newClientRecord) {
    return attempt(() => this.#handle.changeAction(String(newAction), textOf(newClientRecord)));
  }

  /**
   * Settles it by saying which side wins, whatever the change was. With `'server'` the local record becomes the
   * backend's, and the change is given up. With `'client'` the change is sent in spite of the backend's record; with a
   * record, that is laid over the local one before. Either passes the next time it is pushed.
   * @param {'client' | 'server' | Row} winner
   * @returns {Done}
   */
  resolve(winner) {
    return attempt(() => (winner === 'server' ? this.#handle.takeServer() : this.#handle.keepClient(winning(winner))));
  }
}

/** @param {unknown} winner */
function winning(winner) {
  if (typeof winner === 'object' && winner !== null) return recordText(winner);
  if (winner === 'client') return undefined;
  throw new TureenError('BAD_ARGUMENT', "A conflict is resolved with 'client', with 'server', or with a record.");
}

/** @param {Row | null | undefined} record */
const textOf = (record) => (isNull(record) ? undefined : recordText(/** @type {Row} */ (record)));
