// What the original client needs of a device: Cordova's name, and its SQLite plugin, here on sql.js.
//
// A stand-in that is kind to the original: its database lies in memory and makes nothing durable.
import initialise from 'sql.js';

/** @type {Promise<any> | undefined} */
let engine;
/** The databases by name: who opens one again finds what is in it. @type {Map<string, Promise<any>>} */
const memories = new Map();

/** @param {string} name */
function memoryOf(name) {
  engine ??= initialise({ locateFile: (/** @type {string} */ file) => `/backend/node_modules/sql.js/dist/${file}` });
  const memory = memories.get(name) ?? /** @type {Promise<any>} */ (engine).then((sql) => new sql.Database());
  memories.set(name, memory);
  return memory;
}

/** The plugin's database: one transaction after another, statements in their order. */
class Database {
  #done = Promise.resolve();

  /** @param {Promise<any>} memory */
  constructor(memory) {
    this.memory = memory;
  }

  /**
   * @param {(transaction: object) => void} begin
   * @param {(error: unknown) => void} [failed]
   * @param {() => void} [complete]
   */
  transaction(begin, failed, complete) {
    this.#next(async () => {
      const memory = await this.memory;
      const statements = /** @type {[string, unknown[], Function?][]} */ ([]);
      const transaction = {
        executeSql: (/** @type {string} */ sql, /** @type {unknown[]} */ values, /** @type {Function} */ answered) =>
          statements.push([sql, values, answered]),
      };
      memory.exec('BEGIN');
      try {
        begin(transaction);
        for (let next = statements.shift(); next; next = statements.shift()) {
          const [sql, values, answered] = next;
          const answer = execute(memory, sql, values);
          answered?.(transaction, answer);
        }
        memory.exec('COMMIT');
      } catch (error) {
        memory.exec('ROLLBACK');
        failed?.(error);
        return;
      }
      complete?.();
    });
  }

  /**
   * @param {string} sql
   * @param {unknown[]} values
   * @param {(answer: object) => void} [answered]
   * @param {(error: unknown) => void} [failed]
   */
  executeSql(sql, values, answered, failed) {
    this.#next(async () => {
      let answer;
      try {
        answer = execute(await this.memory, sql, values);
      } catch (error) {
        return failed?.(error);
      }
      answered?.(answer);
    });
  }

  /** @param {() => Promise<void>} work */
  #next(work) {
    this.#done = this.#done.then(work);
  }
}

/**
 * @param {any} memory
 * @param {string} sql
 * @param {unknown[]} [values]
 */
function execute(memory, sql, values = []) {
  const statement = memory.prepare(sql);
  const found = /** @type {object[]} */ ([]);
  try {
    statement.bind(values.map((value) => (typeof value === 'boolean' ? Number(value) : (value ?? null))));
    while (statement.step()) found.push(statement.getAsObject());
  } finally {
    statement.free();
  }
  const rows = { length: found.length, item: (/** @type {number} */ at) => found[at] };
  return { rows, rowsAffected: memory.getRowsModified() };
}

Object.assign(globalThis, {
  cordova: { version: '12.0.0' },
  sqlitePlugin: {
    /** @param {{ name: string }} options @param {(database: Database) => void} opened */
    openDatabase({ name }, opened) {
      const database = new Database(memoryOf(name));
      queueMicrotask(() => opened(database));
      return database;
    },
  },
});
