//! The queue of operations in the store, and every statement on it.
//!
//! An operation is written in the transaction of the local change that it tells of, so that there is never one without
//! the other. While it is under way its *image* is kept, the entry just as it was sent: a change whose answer was lost
//! is sent again to the letter, and can be told from somebody else's by what the backend has.

use super::Error;
use super::operation::{Action, Decision, Operation, OperationId, Pending, RecordKey, State, collapse};
use crate::database::Transaction;
use crate::sync::backend::Fate;
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

/// The name under which changes of the queue are noticed, see [`crate::database::Changes`].
pub const NAME: &str = "sync_operation";

const TABLE: &str = r#"
CREATE TABLE IF NOT EXISTS sync_operation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    scope TEXT NOT NULL, "table" TEXT NOT NULL, itemId TEXT NOT NULL, action TEXT NOT NULL,
    version TEXT, base TEXT,
    sending INTEGER NOT NULL DEFAULT 0, image TEXT,
    attempts INTEGER NOT NULL DEFAULT 0, inDoubt INTEGER NOT NULL DEFAULT 0, lastError TEXT,
    passedOver INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0, dead INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS sync_operation_record ON sync_operation (scope, "table", itemId, id)"#;
const ADD_COLUMNS: &str = "
ALTER TABLE sync_operation ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_operation ADD COLUMN dead INTEGER NOT NULL DEFAULT 0";
const ADD: &str = r#"
INSERT INTO sync_operation (scope, "table", itemId, action, version, base) VALUES (?, ?, ?, ?, ?, ?)"#;
const BY_ID: &str = r#"
SELECT id, "table", itemId, action, version, sending, attempts, lastError, inDoubt, failures, dead FROM sync_operation WHERE id = ?"#;
const OF_RECORD: &str = r#"
SELECT id, "table", itemId, action, version, sending, attempts, lastError, inDoubt, failures, dead FROM sync_operation
WHERE scope = ? AND "table" = ? AND itemId = ? ORDER BY id"#;
// The plus keeps SQLite from reading all of a backend's operations by their index to find the oldest few.
const AFTER: &str = r#"
SELECT id, "table", itemId, action, version, sending, attempts, lastError, inDoubt, failures, dead FROM sync_operation
WHERE id > ? AND +scope = ? ORDER BY id LIMIT ?"#;
const LIST: &str = r#"
SELECT id, "table", itemId, action, version, sending, attempts, lastError, inDoubt, failures, dead FROM sync_operation
WHERE scope = ?1 AND (?2 IS NULL OR "table" = ?2) ORDER BY id"#;
const COUNT: &str = r#"SELECT count(*) FROM sync_operation WHERE scope = ?1 AND (?2 IS NULL OR "table" = ?2)"#;
const NEWEST: &str = "SELECT id FROM sync_operation WHERE +scope = ? ORDER BY id DESC LIMIT 1";
const ANY: &str = r#"SELECT EXISTS (SELECT 1 FROM sync_operation WHERE scope = ? AND "table" = ?)"#;
const IMAGE: &str = "SELECT image FROM sync_operation WHERE id = ?";
const BASE: &str = "SELECT base FROM sync_operation WHERE id = ?";
const PASSED_OVER: &str = "SELECT passedOver FROM sync_operation WHERE id = ?";
// An operation that is found under way when it is taken up was left so by a crash or a lost answer.
const SEND: &str = "
UPDATE sync_operation SET inDoubt = inDoubt OR sending, sending = 1, image = ?, attempts = attempts + 1 WHERE id = ?";
const RELEASE: &str = "UPDATE sync_operation SET sending = 0, image = NULL, inDoubt = inDoubt OR ? WHERE id = ?";
const NOTE_ERROR: &str = "UPDATE sync_operation SET lastError = ? WHERE id = ?";
const BECOME: &str = "UPDATE sync_operation SET action = ?, version = ? WHERE id = ?";
const CARRY: &str = r#"
UPDATE sync_operation SET version = ifnull(?, version), base = ifnull(?, base)
WHERE scope = ? AND "table" = ? AND itemId = ?"#;
const RENAME: &str = r#"UPDATE sync_operation SET itemId = ? WHERE scope = ? AND "table" = ? AND itemId = ?"#;
const PASS_OVER: &str = r#"
UPDATE sync_operation SET passedOver = 1 WHERE scope = ? AND "table" = ? AND itemId = ?"#;
const TALLY: &str = "SELECT count(*) - ifnull(sum(dead), 0), ifnull(sum(dead), 0) FROM sync_operation WHERE scope = ?";
const STRIKE: &str = "UPDATE sync_operation SET failures = failures + 1 WHERE id = ?";
const BURY: &str = "UPDATE sync_operation SET dead = 1 WHERE id = ?";
const REVIVE: &str = "UPDATE sync_operation SET dead = 0, failures = 0 WHERE id = ?";
const REMOVE: &str = "DELETE FROM sync_operation WHERE id = ?";
const REMOVE_RECORD: &str = r#"DELETE FROM sync_operation WHERE scope = ? AND "table" = ? AND itemId = ?"#;
const REMOVE_TABLE: &str = r#"DELETE FROM sync_operation WHERE scope = ? AND "table" = ?"#;

/// Makes the table of operations, if it is not there.
///
/// # Errors
/// Those of the store.
pub fn prepare(transaction: &Connection) -> Result<(), Error> {
    transaction.execute_batch(TABLE)?;
    if transaction.prepare("SELECT dead FROM sync_operation").is_err() {
        // A store of a version that set nothing aside.
        transaction.execute_batch(ADD_COLUMNS)?;
    }
    Ok(())
}

/// A local change, to be queued in the transaction that makes it.
#[derive(Debug, Clone, Copy)]
pub struct Change<'c> {
    /// The record.
    pub key: &'c RecordKey,
    /// What was done to it.
    pub action: Action,
    /// The version of the backend's that the change is based on.
    pub version: Option<&'c str>,
    /// The entry as it was before, so that the change can be undone; nothing if there was none.
    pub base: Option<&'c str>,
}

/// How much is queued.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Operations to send.
    pub pending: u64,
    /// Operations that are set aside: they are sent again only when someone says so, or changes their record.
    pub dead: u64,
}

/// The operations of one backend.
#[derive(Debug, Clone)]
pub struct Queue {
    scope: String,
}

impl Queue {
    /// The queue of the backend with this scope.
    pub fn new(scope: impl Into<String>) -> Self {
        Self { scope: scope.into() }
    }

    /// The backend's scope.
    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// Queues a local change, joined with what is pending for its record as [`collapse`] says.
    ///
    /// ```
    /// use tureen::database::{Database, OpenOptions, Transaction};
    /// use tureen::soup::{IndexSpec, IndexType, registry};
    /// use tureen::sync::queue::{self, Change, Queue};
    /// use tureen::sync::{Action, Bindings, Error, RecordKey};
    ///
    /// # futures::executor::block_on(async {
    /// let store = Database::open(OpenOptions::default()).await?;
    /// let queue = Queue::new("my cloud");
    /// let added = queue.clone();
    /// store
    ///     .write(move |tx: &Transaction<'_>| {
    ///         registry::prepare(tx)?;
    ///         registry::register(tx, "todo", &[IndexSpec::new("id", IndexType::String)])?;
    ///         queue::prepare(tx)?;
    ///         // The record and its operation: both are there, or neither.
    ///         let key = RecordKey::new("todo", "a");
    ///         added.record(tx, &Change { key: &key, action: Action::Insert, version: None, base: None })?;
    ///         Bindings::by_name("id").open(tx, "todo")?.put(tx, None, r#"{"id":"a","text":"apples"}"#)
    ///     })
    ///     .await?;
    /// assert_eq!(store.read(|conn| queue.count(conn, Some("todo")))?, 1);
    /// # Ok::<(), Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// Those of [`collapse`], for which the local change must not be made either; those of the store.
    pub fn record(&self, transaction: &Transaction<'_>, change: &Change<'_>) -> Result<Decision, Error> {
        let newest = self.of(transaction, change.key)?.pop();
        let pending = newest.as_ref().map(|operation| Pending { action: operation.action, state: operation.state });
        let decision = without_forgetting(newest.as_ref(), collapse(change.key, pending, change.action)?);
        transaction.touch(NAME);
        if let Some(dead) = newest.as_ref().filter(|operation| operation.dead) {
            // What it was refused for may be mended by this very change.
            revive(transaction, dead.id)?;
        }
        match (decision, newest) {
            (Decision::Keep, _) => {}
            (Decision::Become(action), Some(newest)) => {
                become_action(transaction, newest.id, action, change.version)?;
            }
            (Decision::Remove, Some(newest)) => remove(transaction, newest.id)?,
            (Decision::Add | Decision::Become(_) | Decision::Remove, _) => self.add(transaction, change)?,
        }
        Ok(decision)
    }

    fn add(&self, transaction: &Transaction<'_>, change: &Change<'_>) -> Result<(), Error> {
        let Change { key, action, version, base } = change;
        let values = params![self.scope, key.table, key.id, action.as_str(), version, base];
        transaction.prepare_cached(ADD)?.execute(values)?;
        Ok(())
    }

    /// The operations of a record, the oldest first.
    ///
    /// # Errors
    /// Those of the store.
    pub fn of(&self, connection: &Connection, key: &RecordKey) -> Result<Vec<Operation>, Error> {
        operations(connection, OF_RECORD, params![self.scope, key.table, key.id])
    }

    /// At most `limit` operations after the operation `id`, the oldest first.
    ///
    /// # Errors
    /// Those of the store.
    pub fn after(&self, connection: &Connection, id: OperationId, limit: usize) -> Result<Vec<Operation>, Error> {
        operations(connection, AFTER, params![id.0, self.scope, i64::try_from(limit).unwrap_or(i64::MAX)])
    }

    /// All operations, or those of one table, the oldest first.
    ///
    /// # Errors
    /// Those of the store.
    pub fn list(&self, connection: &Connection, table: Option<&str>) -> Result<Vec<Operation>, Error> {
        operations(connection, LIST, params![self.scope, table])
    }

    /// How many operations there are, in all or of one table.
    ///
    /// # Errors
    /// Those of the store.
    pub fn count(&self, connection: &Connection, table: Option<&str>) -> Result<u64, Error> {
        let count: i64 = connection.prepare_cached(COUNT)?.query_row(params![self.scope, table], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// How many operations there are to send, and how many are set aside.
    ///
    /// # Errors
    /// Those of the store.
    pub fn tally(&self, connection: &Connection) -> Result<Tally, Error> {
        let count = |row: &Row<'_>, place| row.get::<_, i64>(place).map(i64::unsigned_abs);
        let read = |row: &Row<'_>| Ok(Tally { pending: count(row, 0)?, dead: count(row, 1)? });
        Ok(connection.prepare_cached(TALLY)?.query_row([&self.scope], read)?)
    }

    /// The number of the newest operation, if there is any.
    ///
    /// # Errors
    /// Those of the store.
    pub fn newest(&self, connection: &Connection) -> Result<Option<OperationId>, Error> {
        let mut statement = connection.prepare_cached(NEWEST)?;
        Ok(statement.query_row([&self.scope], |row| row.get(0)).optional()?.map(OperationId))
    }

    /// Whether there are operations of a table.
    ///
    /// # Errors
    /// Those of the store.
    pub fn any(&self, connection: &Connection, table: &str) -> Result<bool, Error> {
        Ok(connection.prepare_cached(ANY)?.query_row([&self.scope, table], |row| row.get(0))?)
    }

    /// Gives the record's operations the version, and the entry, that the backend now has: what is still to come is
    /// based on those.
    pub(super) fn carry(
        &self,
        transaction: &Transaction<'_>,
        key: &RecordKey,
        version: Option<&str>,
        base: Option<&str>,
    ) -> Result<(), Error> {
        execute(transaction, CARRY, params![version, base, self.scope, key.table, key.id])
    }

    /// Lets the record's operations tell of the id that the backend gave it.
    pub(super) fn rename(&self, transaction: &Transaction<'_>, key: &RecordKey, id: &str) -> Result<(), Error> {
        execute(transaction, RENAME, params![id, self.scope, key.table, key.id])
    }

    /// Notes that a pull left the record alone, although the backend had sent it.
    pub(super) fn pass_over(&self, transaction: &Transaction<'_>, key: &RecordKey) -> Result<(), Error> {
        execute(transaction, PASS_OVER, params![self.scope, key.table, key.id])
    }

    /// Removes the operations of a record.
    pub(super) fn remove_record(&self, transaction: &Transaction<'_>, key: &RecordKey) -> Result<(), Error> {
        execute(transaction, REMOVE_RECORD, params![self.scope, key.table, key.id])
    }

    /// Removes the operations of a table.
    pub(super) fn remove_table(&self, transaction: &Transaction<'_>, table: &str) -> Result<(), Error> {
        execute(transaction, REMOVE_TABLE, params![self.scope, table])
    }

    /// Lets an operation that did not succeed be changed again, and joins with it what was queued while it was under
    /// way.
    pub(super) fn release(&self, transaction: &Transaction<'_>, id: OperationId, fate: Fate) -> Result<(), Error> {
        execute(transaction, RELEASE, params![fate == Fate::Unknown, id.0])?;
        let Some(operation) = get(transaction, id)? else { return Ok(()) };
        let later = self.of(transaction, &operation.key)?.into_iter().find(|later| later.id > id);
        let Some(later) = later.filter(|later| later.state == State::Waiting) else { return Ok(()) };
        let pending = Pending { action: operation.action, state: State::Waiting };
        let joined = collapse(&operation.key, Some(pending), later.action)?;
        match without_forgetting(Some(&operation), joined) {
            Decision::Add => return Ok(()),
            Decision::Keep => {}
            Decision::Become(action) => become_action(transaction, id, action, later.version.as_deref())?,
            Decision::Remove => remove(transaction, id)?,
        }
        remove(transaction, later.id)
    }
}

/// An insert that may have reached the backend is not undone by forgetting it: what may be there must be deleted.
fn without_forgetting(pending: Option<&Operation>, decision: Decision) -> Decision {
    match decision {
        Decision::Remove if pending.is_some_and(|operation| operation.in_doubt) => Decision::Become(Action::Delete),
        other => other,
    }
}

/// The operation `id`, if it is still there.
///
/// # Errors
/// Those of the store.
pub fn get(connection: &Connection, id: OperationId) -> Result<Option<Operation>, Error> {
    Ok(operations(connection, BY_ID, params![id.0])?.pop())
}

/// The entry as it was sent, of an operation that is under way.
pub(super) fn image(connection: &Connection, id: OperationId) -> Result<Option<String>, Error> {
    text(connection, IMAGE, id)
}

/// The entry as it was before the operation, if that is known.
///
/// # Errors
/// Those of the store.
pub fn base(connection: &Connection, id: OperationId) -> Result<Option<String>, Error> {
    text(connection, BASE, id)
}

/// Whether a pull left the operation's record alone, although the backend had sent it.
pub(super) fn passed_over(connection: &Connection, id: OperationId) -> Result<bool, Error> {
    let mut statement = connection.prepare_cached(PASSED_OVER)?;
    Ok(statement.query_row([id.0], |row| row.get(0)).optional()?.unwrap_or_default())
}

/// Marks an operation as under way with this image.
pub(super) fn send(transaction: &Transaction<'_>, id: OperationId, image: Option<&str>) -> Result<(), Error> {
    execute(transaction, SEND, params![image, id.0])
}

/// Notes what went wrong with an operation.
pub(super) fn note_error(transaction: &Transaction<'_>, id: OperationId, error: &str) -> Result<(), Error> {
    execute(transaction, NOTE_ERROR, params![error, id.0])
}

/// Counts a failure that the backend is to blame for, or the operation itself.
pub(super) fn strike(transaction: &Transaction<'_>, id: OperationId) -> Result<(), Error> {
    execute(transaction, STRIKE, params![id.0])
}

/// Sets an operation aside.
pub(super) fn bury(transaction: &Transaction<'_>, id: OperationId) -> Result<(), Error> {
    execute(transaction, BURY, params![id.0])
}

/// Lets an operation that was set aside be sent again.
pub(super) fn revive(transaction: &Transaction<'_>, id: OperationId) -> Result<(), Error> {
    execute(transaction, REVIVE, params![id.0])
}

/// Makes an operation another action, based on another version.
pub(super) fn become_action(
    transaction: &Transaction<'_>,
    id: OperationId,
    action: Action,
    version: Option<&str>,
) -> Result<(), Error> {
    execute(transaction, BECOME, params![action.as_str(), version, id.0])
}

/// Removes an operation.
pub(super) fn remove(transaction: &Transaction<'_>, id: OperationId) -> Result<(), Error> {
    execute(transaction, REMOVE, params![id.0])
}

fn execute(transaction: &Transaction<'_>, sql: &str, values: impl Params) -> Result<(), Error> {
    transaction.prepare_cached(sql)?.execute(values)?;
    transaction.touch(NAME);
    Ok(())
}

fn text(connection: &Connection, sql: &str, id: OperationId) -> Result<Option<String>, Error> {
    Ok(connection.prepare_cached(sql)?.query_row([id.0], |row| row.get(0)).optional()?.flatten())
}

fn operations(connection: &Connection, sql: &str, values: impl Params) -> Result<Vec<Operation>, Error> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    let mut operations = Vec::new();
    while let Some(row) = rows.next()? {
        operations.push(operation(row)?);
    }
    Ok(operations)
}

fn operation(row: &Row<'_>) -> Result<Operation, Error> {
    Ok(Operation {
        id: OperationId(row.get(0)?),
        key: RecordKey { table: row.get(1)?, id: row.get(2)? },
        action: Action::parse(&row.get::<_, String>(3)?)?,
        version: row.get(4)?,
        state: if row.get(5)? { State::Sending } else { State::Waiting },
        attempts: row.get(6)?,
        last_error: row.get(7)?,
        in_doubt: row.get(8)?,
        failures: row.get(9)?,
        dead: row.get(10)?,
    })
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
