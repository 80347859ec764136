//! What can go wrong with soups.

use crate::database;
use crate::json::quoted;

/// Why a call on soups failed. Nothing of the call remains then.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store itself failed.
    #[error(transparent)]
    Database(#[from] database::Error),
    /// A newer version of this software has laid out the soups.
    #[error("the store's soups are of layout {found}, and this version reads up to {known}: update the app")]
    Newer {
        /// Their layout.
        found: u32,
        /// The newest layout that this version reads.
        known: u32,
    },
    /// No soup has this name.
    #[error("Soup: {0} does not exist; register it first")]
    NoSuchSoup(String),
    /// A soup cannot be called this.
    #[error("Bogus soup name: {}; use a name that is not empty and has no braces or colons", quoted(.0))]
    BadSoupName(String),
    /// A soup without an index.
    #[error("No indexSpecs specified for soup: {0}; give at least one path and type")]
    NoIndexSpecs(String),
    /// An index specification that cannot be understood.
    #[error("Malformed index specs: {0}")]
    BadIndexSpecs(String),
    /// A path that an index cannot have.
    #[error("Bogus index path: {} of soup {soup}; {reason}", quoted(.path))]
    BadIndexPath {
        /// The soup to be.
        soup: String,
        /// The path as given.
        path: String,
        /// Why not.
        reason: &'static str,
    },
    /// A path that is indexed already, otherwise than asked.
    #[error("{soup} already has an index on {path} of another type; alter the soup to change it")]
    IndexDiffers {
        /// The soup.
        soup: String,
        /// The indexed path.
        path: String,
    },
    /// A path that has to be indexed for this.
    #[error("{soup} does not have an index on {path}")]
    NotIndexed {
        /// The soup.
        soup: String,
        /// The path without an index.
        path: String,
    },
    /// An entry without a value for its external id.
    #[error("For upsert with external ID path '{0}', value cannot be empty for any entries.")]
    NoExternalId(String),
    /// Several entries where there must be one.
    #[error("There are more than one soup elements where {path} is {value}")]
    Ambiguous {
        /// The indexed path.
        path: String,
        /// The value that several entries share.
        value: String,
    },
    /// A second entry with the value of a unique index.
    #[error("{soup} already has an entry with this value of {path}, which must be unique")]
    NotUnique {
        /// The soup.
        soup: String,
        /// The unique path.
        path: String,
    },
    /// Smart SQL that speaks of a soup which does not exist.
    #[error("Unknown soup {soup} at character {at}")]
    UnknownSoup {
        /// The name between the braces.
        soup: String,
        /// Where the braces start, counted from 0.
        at: usize,
    },
    /// Braces in Smart SQL with something else than a soup, or a soup and a path.
    #[error("Invalid soup/path reference {{{reference}}} at character {at}")]
    BadReference {
        /// What stands between the braces.
        reference: String,
        /// Where the braces start, counted from 0.
        at: usize,
    },
    /// Smart SQL that is not one SELECT.
    #[error("Only SELECT are supported")]
    NotSelect,
    /// Smart SQL that does something else than read.
    #[error("Smart SQL only reads: {0} is refused")]
    ReadOnly(String),
    /// Smart SQL that reads a soup under several names and does not say which it means.
    #[error(
        "{{{reference}}} at character {at} can be that of several tables; write the alias of one before it: a.{{{reference}}}"
    )]
    AmbiguousReference {
        /// What stands between the braces.
        reference: String,
        /// Where the braces start, counted from 0.
        at: usize,
    },
    /// The words of a match query that SQLite cannot read.
    #[error("Malformed match key ({0}): put what is not a word in double quotes")]
    BadMatch(String),
    /// A result that is too large to be kept.
    #[error(
        "The result is larger than the {0} bytes that a snapshot may take; narrow it, select paths, or leave out snapshot"
    )]
    SnapshotTooLarge(usize),
    /// A query specification that cannot be run.
    #[error("Malformed query spec: {0}")]
    BadQuery(String),
    /// A match query on something that is not searched by words.
    #[error("{soup} does not have a full_text index on {path}, which a match query needs")]
    NotSearchable {
        /// The soup.
        soup: String,
        /// The path, or "any path".
        path: String,
    },
    /// Text that is not the JSON of an entry, or of an array of entries.
    #[error("Malformed entries: {0}; pass JSON objects")]
    BadEntries(String),
}

impl Error {
    /// The short name that JavaScript's `error.code` carries.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Database(error) => error.code(),
            Self::Newer { .. } => "STORE_NEWER",
            Self::NoSuchSoup(_) => "NO_SUCH_SOUP",
            Self::BadSoupName(_) => "BAD_SOUP_NAME",
            Self::NoIndexSpecs(_) => "NO_INDEX_SPECS",
            Self::BadIndexSpecs(_) => "BAD_INDEX_SPECS",
            Self::BadIndexPath { .. } => "BAD_INDEX_PATH",
            Self::IndexDiffers { .. } => "INDEX_DIFFERS",
            Self::NotIndexed { .. } => "NOT_INDEXED",
            Self::NoExternalId(_) => "NO_EXTERNAL_ID",
            Self::Ambiguous { .. } => "AMBIGUOUS",
            Self::NotUnique { .. } => "NOT_UNIQUE",
            Self::UnknownSoup { .. } => "UNKNOWN_SOUP",
            Self::BadReference { .. } => "BAD_REFERENCE",
            Self::NotSelect => "NOT_SELECT",
            Self::ReadOnly(_) => "READ_ONLY",
            Self::AmbiguousReference { .. } => "AMBIGUOUS_REFERENCE",
            Self::BadMatch(_) => "BAD_MATCH",
            Self::SnapshotTooLarge(_) => "SNAPSHOT_TOO_LARGE",
            Self::BadQuery(_) => "BAD_QUERY",
            Self::NotSearchable { .. } => "NOT_SEARCHABLE",
            Self::BadEntries(_) => "BAD_ENTRIES",
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<std::str::Utf8Error> for Error {
    fn from(error: std::str::Utf8Error) -> Self {
        Self::Database(database::Error::Sql(error.to_string()))
    }
}
