//! Soups: JSON documents with indexes.
//!
//! A soup keeps each entry's JSON whole, as text, in a table of its own, with one column for each indexed path. The
//! room is plain SQLite: reading calls take a connection, writing calls a transaction of the store, and neither waits.
//!
//! * [`registry`]: which soups there are, and their tables.
//! * [`Soup`]: one soup, opened; writes, finds and removes its entries.
//! * [`QuerySpec`] and [`Cursor`]: what is asked of a soup, and its answer page by page.
//! * [`smart_sql`]: SELECT statements over soups.

pub mod registry;
pub mod smart_sql;

mod cell;
mod cursor;
mod document;
mod entry;
mod error;
mod growth;
mod json_text;
mod lookup;
mod loose;
mod match_query;
mod page;
mod projection;
mod query;
mod query_spec;
mod removal;
mod savepoint;
mod spec;
mod table;
#[cfg(test)]
mod testing;
mod upsert;
mod writer;

pub use cursor::Cursor;
pub use entry::{EntryId, Stored};
pub use error::Error;
pub use query_spec::{Order, QuerySpec, QueryType};
pub use spec::{IndexSpec, IndexType};
pub use table::Soup;
pub use upsert::UpsertKey;

/// What a call of this room returns.
pub type Result<T> = std::result::Result<T, Error>;
