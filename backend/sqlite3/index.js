'use strict';
/**
 * The part of node-sqlite3 that azure-mobile-apps calls (`new cached.Database(file).all(sql, parameters, callback)`),
 * on sql.js, so that nothing has to be compiled for the machine.
 *
 * sql.js keeps a database in memory. Here every transaction that changed something is in the file before its callback
 * hears of it: written beside the file, then renamed onto it, so that a killed process leaves the old or the new state.
 */
const fs = require('fs');
const path = require('path');
const initialise = require('sql.js');

// SQLite's own math functions instead of sql.js's old ones.
const engine = initialise({ useOldExtensionFunctions: false });
/** @type {Map<string, Database>} */
const open = new Map();

/** One database, shared by all who ask for the same file. */
class Database {
  /** @param {string} file a path, or `:memory:` */
  constructor(file) {
    const shared = open.get(file);
    if (shared) return shared;
    open.set(file, this);
    this.file = file;
    this.unsaved = false;
    this.inTransaction = false;
    this.opened = engine.then(({ Database: Memory }) => new Memory(this.#stored()));
  }

  /**
   * Runs one statement and hands over all its rows.
   * @param {string} sql
   * @param {Record<string, unknown>} parameters by name, `@` included
   * @param {(error: unknown, rows?: object[]) => void} callback
   */
  all(sql, parameters, callback) {
    this.opened.then((memory) => this.#run(memory, sql, parameters)).then(
      (rows) => callback(null, rows),
      (error) => callback(error),
    );
  }

  #run(memory, sql, parameters) {
    const rows = [];
    const statement = memory.prepare(sql);
    try {
      statement.bind(bindable(sql, parameters));
      while (statement.step()) rows.push(statement.getAsObject());
    } finally {
      statement.free();
    }
    this.#follow(memory, sql.trim().split(/\s/, 1)[0].toUpperCase());
    return rows;
  }

  /** Exporting ends a transaction, so what changed is saved when the transaction is over. */
  #follow(memory, verb) {
    if (verb === 'BEGIN') this.inTransaction = true;
    else if (verb === 'COMMIT') this.inTransaction = false;
    else if (verb === 'ROLLBACK') this.inTransaction = this.unsaved = false;
    else if (verb !== 'SELECT' && verb !== 'PRAGMA') this.unsaved = true;
    if (this.unsaved && !this.inTransaction) this.#save(memory);
  }

  #stored() {
    return this.file !== ':memory:' && fs.existsSync(this.file) ? fs.readFileSync(this.file) : undefined;
  }

  #save(memory) {
    this.unsaved = false;
    if (this.file === ':memory:') return;
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    fs.writeFileSync(`${this.file}.new`, memory.export());
    fs.renameSync(`${this.file}.new`, this.file);
  }
}

/**
 * The parameters that occur in the statement, as SQLite's own types; a date is its milliseconds, as in node-sqlite3.
 * @param {string} sql
 * @param {Record<string, unknown>} [parameters]
 */
function bindable(sql, parameters = {}) {
  const bound = {};
  for (const name of sql.match(/@[A-Za-z_]\w*/g) ?? []) {
    const value = parameters[name];
    if (value instanceof Date) bound[name] = value.getTime();
    else if (typeof value === 'boolean') bound[name] = Number(value);
    else if (name in parameters) bound[name] = value ?? null;
  }
  return bound;
}

module.exports = { Database, cached: { Database } };
