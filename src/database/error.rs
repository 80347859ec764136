//! What can go wrong with a store as a whole.

use crate::foreign::Foreign;
use crate::pager;

/// Why a store could not be opened, read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store's storage or key.
    #[error(transparent)]
    Pager(#[from] pager::Error),
    /// SQLite refused a statement.
    #[error("{0}")]
    Sql(String),
    /// A statement ran longer than it may.
    #[error("the query took longer than its timeout and was broken off: narrow it, or give it more time")]
    Timeout,
    /// The store has been closed.
    #[error("store '{0}' is closed: open it again")]
    Closed(String),
    /// A job inside a transaction called back into the database.
    #[error("a transaction is running: use it instead of the database")]
    Busy,
    /// A store of the application's own making failed.
    #[error("{}", .0.message)]
    Foreign(Foreign),
    /// The task that made a commit durable was dropped half-way.
    #[error("this write was broken off, and may or may not have been kept: read, and write again if it is missing")]
    Interrupted,
}

impl Error {
    /// The short name that JavaScript's `error.code` carries.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Pager(error) => error.code(),
            Self::Sql(_) => "SQL",
            Self::Timeout => "QUERY_TIMEOUT",
            Self::Closed(_) => "STORE_CLOSED",
            Self::Busy => "STORE_BUSY",
            Self::Foreign(_) => "STORE_FAILED",
            Self::Interrupted => "WRITE_INTERRUPTED",
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            // Nothing else interrupts a statement.
            Some(rusqlite::ErrorCode::OperationInterrupted) => Self::Timeout,
            _ => Self::Sql(error.to_string()),
        }
    }
}
