//! What can go wrong with a store as a whole.

/// Why a store could not be opened, read or written.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// SQLite refused a statement.
    #[error("{0}")]
    Sql(String),
}

impl Error {
    /// The short name that JavaScript's `error.code` carries.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Sql(_) => "SQL",
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error.to_string())
    }
}
