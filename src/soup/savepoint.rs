//! A call inside a transaction that is done whole or not at all.

use super::Result;
use rusqlite::Connection;

/// Runs `job`, and undoes what it did when it fails, so that the transaction around it may go on.
pub(super) fn atomically<T>(conn: &Connection, job: impl FnOnce() -> Result<T>) -> Result<T> {
    conn.prepare_cached("SAVEPOINT soup_call")?.execute([])?;
    let result = job();
    if result.is_err() {
        // After an error such as a full disk SQLite has rolled back everything already, and this finds no savepoint.
        let _ = conn.execute_batch("ROLLBACK TO soup_call");
    }
    let released = conn.prepare_cached("RELEASE soup_call").and_then(|mut release| release.execute([]));
    match result {
        Ok(value) => released.map(|_| value).map_err(Into::into),
        Err(error) => Err(error),
    }
}
