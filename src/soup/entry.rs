//! An entry of a soup, as it is kept.

use super::Result;
use super::document::Document;
use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};

/// The number of an entry in its soup: from 1 on, and never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub i64);

impl std::fmt::Display for EntryId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

impl ToSql for EntryId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for EntryId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(Self)
    }
}

/// An entry as a soup keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its number.
    pub id: EntryId,
    /// Its JSON object, `_soupEntryId` and `_soupLastModifiedDate` included.
    pub json: String,
}

impl Stored {
    /// Its JSON object as it was put.
    ///
    /// # Errors
    /// None in practice: what is kept is a JSON object.
    pub fn content(&self) -> Result<String> {
        content(&self.json)
    }
}

/// An entry's JSON object without `_soupEntryId` and `_soupLastModifiedDate`.
///
/// # Errors
/// Text that is no JSON object.
pub fn content(json: &str) -> Result<String> {
    Ok(Document::parse(json)?.content())
}
