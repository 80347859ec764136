//! Soups: JSON documents with indexes.
//!
//! A soup keeps each entry's JSON whole, as text, in a table of its own, with one column for each indexed path. The
//! room is plain SQLite: reading calls take a connection, writing calls a transaction of the store, and neither waits.
//!
//! * [`registry`]: which soups there are, and their tables.
//! * [`Soup`]: one soup, opened; writes, finds and removes its entries.
//! * [`QuerySpec`] and [`Cursor`]: what is asked of a soup, and its answer page by page.
//! * [`smart_sql`]: SELECT statements over soups.
//! * [`Live`]: a query that is run again when what it reads has changed.
//!
//! The rules are SmartStore's. On purpose, these differ:
//!
//! | SmartStore | here |
//! |---|---|
//! | a path without a column is ambiguous in a join | it knows its table, or the table's alias |
//! | the key of a match query is written into the SQL | it is bound; phrases, `NEAR(…)` and `a + b` count as one word |
//! | an external id on a json1 index compares as text, so that numbers are never found again | it compares as the value |
//! | an exact, like or match query without a key fails inside SQLite, or finds nothing | the spec is refused |
//! | only a leading INSERT, UPDATE or DELETE is refused in Smart SQL | everything that does not only read, by SQLite itself |
//! | a cursor's pages run the query again | with `snapshot` they are those of the moment when it was opened |
//! | strings in an index escape `/` when they are the text of an object | they are the JSON as it came, without white space |

pub mod registry;
pub mod smart_sql;

mod alter;
mod cell;
mod cursor;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod differential_tests;
mod document;
mod entry;
mod error;
#[cfg(test)]
mod full_text_tests;
mod growth;
mod keyed;
mod live;
mod lookup;
mod loose;
mod match_query;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod model_tests;
#[cfg(test)]
mod odd_names_tests;
mod page;
mod projection;
mod query;
mod query_spec;
mod reindex;
mod removal;
mod savepoint;
mod spec;
mod table;
#[cfg(test)]
mod testing;
mod upsert;
mod writer;

pub use cursor::Cursor;
pub use entry::{EntryId, Stored, content};
pub use error::Error;
pub use keyed::Keyed;
pub use live::Live;
pub use query_spec::{Order, QuerySpec, QueryType};
pub use spec::{IndexSpec, IndexType};
pub use table::Soup;
pub use upsert::UpsertKey;

/// What a call of this room returns.
pub type Result<T> = std::result::Result<T, Error>;
