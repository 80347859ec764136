//! What can go wrong between an app's calls, its tables and a filter.

use crate::platform::number;
use crate::{database, soup, sync};

/// Why a table could not be defined, read or written, or a query not understood.
///
/// The texts that the Azure Mobile Apps SDK shows are kept, since apps show them on.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What crossed from JavaScript is not the JSON that this call takes.
    #[error("{what} is malformed: {reason}")]
    Malformed {
        /// Which argument.
        what: &'static str,
        /// What the parser says.
        reason: String,
    },
    /// The table was not defined since the store was opened.
    #[error("Definition not found for table \"{0}\"")]
    UndefinedTable(String),
    /// A table's definition breaks a rule of definitions.
    #[error("{0}")]
    Definition(String),
    /// A column's type is none of the column types.
    #[error("Column type {0} is not supported")]
    ColumnType(String),
    /// A filter, ordering or selection names a column that the table has not.
    #[error("no such column: {column} in table \"{table}\"; add it to the table's columnDefinitions")]
    UndefinedColumn {
        /// The name that was used.
        column: String,
        /// The table's name.
        table: String,
    },
    /// A value does not fit its column.
    #[error("Converting value {value} of type {from} to type {to} is not supported.")]
    Conversion {
        /// The value's JSON text.
        value: String,
        /// JavaScript's `typeof` of it.
        from: &'static str,
        /// The column's type, as it was defined.
        to: &'static str,
    },
    /// A date lies outside of what a server can hold.
    #[error("The date {} ms is outside of the years 0000 to 9999, which is what a date column holds.", number::text(*.0))]
    DateRange(f64),
    /// A record cannot be stored in its table.
    #[error("Failed to serialize value {value}. Column definitions: {columns}: {cause}")]
    Serialize {
        /// The record's JSON text.
        value: String,
        /// The definitions' JSON text.
        columns: String,
        /// Why.
        cause: Box<Error>,
    },
    /// A stored record does not fit its table's definition, which was changed.
    #[error("Failed to deserialize value {value}. Column definitions: {columns}: {cause}")]
    Deserialize {
        /// The stored record's JSON text.
        value: String,
        /// The definitions' JSON text.
        columns: String,
        /// Why.
        cause: Box<Error>,
    },
    /// An id breaks the rules of ids.
    #[error("{name} \"{value}\" is not valid.")]
    Id {
        /// Where it was found: `id`, `instance.id`, `records[0].id`.
        name: String,
        /// The id as JavaScript would print it.
        value: String,
    },
    /// No record has the id.
    #[error("Item with id \"{0}\" does not exist.")]
    NotFound(String),
    /// OData text breaks the grammar.
    #[error("{reason} (at index {position})")]
    Filter {
        /// What is wrong.
        reason: String,
        /// Where in the text, counted in characters.
        position: usize,
    },
    /// A filter cannot be said in the server's dialect.
    #[error("{0}")]
    Dialect(String),
    /// The soup that holds the table failed.
    #[error(transparent)]
    Soup(#[from] soup::Error),
    /// The queue of changes would not take one.
    #[error(transparent)]
    Sync(Box<sync::Error>),
    /// The store failed.
    #[error(transparent)]
    Database(#[from] database::Error),
}

impl Error {
    /// The short name that JavaScript's `error.code` carries.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "MALFORMED_ARGUMENT",
            Self::UndefinedTable(_) => "UNDEFINED_TABLE",
            Self::Definition(_) => "BAD_DEFINITION",
            Self::ColumnType(_) => "BAD_COLUMN_TYPE",
            Self::UndefinedColumn { .. } => "UNDEFINED_COLUMN",
            Self::Conversion { .. } | Self::DateRange(_) | Self::Serialize { .. } => "BAD_VALUE",
            Self::Deserialize { .. } => "BAD_STORED_VALUE",
            Self::Id { .. } => "INVALID_ID",
            Self::NotFound(_) => "NOT_FOUND",
            Self::Filter { .. } => "BAD_FILTER",
            Self::Dialect(_) => "DIALECT",
            Self::Soup(error) => error.code(),
            Self::Sync(error) => error.code(),
            Self::Database(error) => error.code(),
        }
    }

    /// The error of an argument that is not the JSON it should be.
    pub(super) fn malformed(what: &'static str, error: &crate::json::Error) -> Self {
        Self::Malformed { what, reason: error.to_string() }
    }
}

impl From<sync::Error> for Error {
    fn from(error: sync::Error) -> Self {
        Self::Sync(Box::new(error))
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.into())
    }
}
