// The records of all objects, with indexes, and the way back from a change that failed half-way. Knows no rules.
//
// A record is never changed, only replaced: what somebody holds (a page of a query) stays as it was. Deleted ones stay
// too, as in a recycle bin, but in no index.
import { kindOf } from './types.mjs';

/** @typedef {import('./schema.mjs').Kept} Kept */
/** @typedef {import('./schema.mjs').Field} Field */
/** @typedef {import('./schema.mjs').ObjectType} ObjectType */
/** @typedef {import('./types.mjs').Value} Value */

export class Records {
  /** By object and id. @type {Map<string, Map<string, Kept>>} */
  #objects = new Map();
  /** Ids by object, field and value. @type {Map<Field, Map<Value, Set<string>>>} */
  #indexes = new Map();
  /** What undoes the changes of the running transaction, the last one last. @type {(() => void)[]} */
  #undo = [];
  #depth = 0;

  /**
   * All of an object, deleted ones too, in the order in which they came to be.
   * @param {ObjectType} type
   */
  of({ name }) {
    return this.#rows(name).values();
  }

  /**
   * @param {string} name of the object
   * @param {string} id in 18 characters
   * @returns {Kept | undefined} deleted ones too
   */
  get(name, id) {
    return this.#objects.get(name)?.get(id);
  }

  /**
   * The records, not deleted, that have a value in a field that is indexed: an external id, a unique one, a reference.
   * @param {ObjectType} type
   * @param {Field} field
   * @param {Value} value
   * @returns {Kept[]}
   */
  having(type, field, value) {
    const ids = [...(this.#indexes.get(field)?.get(keyOf(field, value)) ?? [])];
    return ids.map((id) => /** @type {Kept} */ (this.get(type.name, id)));
  }

  /**
   * Keeps a record, in place of the one that has its id.
   * @param {ObjectType} type
   * @param {Kept} record
   */
  put(type, record) {
    const id = String(record.Id);
    const before = this.get(type.name, id);
    this.#replace(type, id, before, record);
    if (this.#depth > 0) this.#undo.push(() => this.#replace(type, id, record, before));
  }

  /** Forgets the deleted records for good. */
  emptyBin() {
    for (const rows of this.#objects.values()) {
      for (const [id, { IsDeleted }] of rows) if (IsDeleted) rows.delete(id);
    }
  }

  /**
   * All changes of a piece of work, or none if it throws. May be nested.
   * @template T
   * @param {() => T} work
   * @returns {T}
   */
  atomically(work) {
    const start = this.#undo.length;
    this.#depth += 1;
    try {
      return work();
    } catch (error) {
      for (const undo of this.#undo.splice(start).reverse()) undo();
      throw error;
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) this.#undo = [];
    }
  }

  /** @param {string} name @returns {Map<string, Kept>} */
  #rows(name) {
    const rows = this.#objects.get(name) ?? new Map();
    this.#objects.set(name, rows);
    return rows;
  }

  /**
   * @param {ObjectType} type
   * @param {string} id
   * @param {Kept | undefined} before
   * @param {Kept | undefined} after
   */
  #replace(type, id, before, after) {
    for (const field of type.fields) {
      if (!field.externalId && !field.unique && !field.to) continue;
      const [old, now] = [before, after].map(
        (record) => (record && !record.IsDeleted ? record[field.name] : null) ?? null,
      );
      if (old === now) continue;
      if (old !== null) this.#entry(field, old).delete(id);
      if (now !== null) this.#entry(field, now).add(id);
    }
    if (after) this.#rows(type.name).set(id, after);
    else this.#rows(type.name).delete(id);
  }

  /**
   * @param {Field} field
   * @param {Value} value
   * @returns {Set<string>}
   */
  #entry(field, value) {
    const index = this.#indexes.get(field) ?? new Map();
    this.#indexes.set(field, index);
    const key = keyOf(field, value);
    const ids = index.get(key) ?? new Set();
    index.set(key, ids);
    return ids;
  }
}

/**
 * Texts are the same in any case.
 * @param {Field} field
 * @param {Value} value
 * @returns {Value}
 */
const keyOf = (field, value) => (kindOf(field) === 'text' && typeof value === 'string' ? value.toLowerCase() : value);
