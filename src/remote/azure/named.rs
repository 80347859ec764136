//! A table of the store under the name that an app says: one that it has defined, or one of the sync room's.

use super::bookkeeping::Bookkeeping;
use super::cell::Cell;
use super::error::Error;
use super::id::Id;
use super::query::Query;
use super::table::Table;
use super::tables::Tables;
use crate::database::Transaction;
use rusqlite::Connection;
use std::rc::Rc;

/// A table that an app has named.
#[derive(Clone)]
pub enum Named {
    /// It has defined the table itself.
    Defined(Rc<Table>),
    /// `__operations` or `__pulltime`.
    Kept(Box<Bookkeeping>),
}

impl Tables {
    /// The table called `name`, in any case. One of the sync room's that was defined all the same is none of its: the
    /// app hands this store to a sync context as one of its own making.
    ///
    /// # Errors
    /// [`Error::UndefinedTable`] when the app has not defined it.
    pub fn named(&self, name: &str) -> Result<Named, Error> {
        match (self.get(name), Bookkeeping::named(name)) {
            (Err(_), Some(kept)) => Ok(Named::Kept(Box::new(kept))),
            (defined, _) => defined.map(Named::Defined),
        }
    }
}

impl Named {
    /// Its columns.
    pub fn table(&self) -> &Table {
        match self {
            Self::Defined(table) => table,
            Self::Kept(kept) => kept.table(),
        }
    }

    /// Reads what a query asks.
    ///
    /// # Errors
    /// Those of [`Table::read`] and [`Bookkeeping::read`].
    pub fn read(&self, connection: &Connection, query: &Query) -> Result<String, Error> {
        match self {
            Self::Defined(table) => table.read(connection, query),
            Self::Kept(kept) => kept.read(connection, query),
        }
    }

    /// The row of the id that `cell` is.
    ///
    /// # Errors
    /// Those of [`Table::lookup`] and [`Bookkeeping::lookup`].
    pub fn lookup(&self, connection: &Connection, cell: &Cell<'_>) -> Result<Option<String>, Error> {
        match self {
            Self::Defined(table) => table.lookup(connection, &Id::of("id", cell)?),
            Self::Kept(kept) => kept.lookup(connection, cell),
        }
    }

    /// Writes records, an array of them or one.
    ///
    /// # Errors
    /// Those of [`Table::upsert`] and [`Bookkeeping::upsert`].
    pub fn upsert(&self, tx: &Transaction<'_>, json: &str) -> Result<(), Error> {
        match self {
            Self::Defined(table) => table.upsert(tx, json),
            Self::Kept(kept) => kept.upsert(tx, json),
        }
    }

    /// Deletes the records of exactly those ids.
    ///
    /// # Errors
    /// What the store refuses.
    pub fn delete(&self, tx: &Transaction<'_>, ids: &[Id]) -> Result<(), Error> {
        match self {
            Self::Defined(table) => table.delete(tx, ids).map(drop),
            Self::Kept(kept) => kept.delete(tx, ids),
        }
    }

    /// Deletes the records that a query would read.
    ///
    /// # Errors
    /// Those of [`Table::delete_matching`] and [`Bookkeeping::delete_matching`].
    pub fn delete_matching(&self, tx: &Transaction<'_>, query: &Query) -> Result<(), Error> {
        match self {
            Self::Defined(table) => table.delete_matching(tx, query).map(drop),
            Self::Kept(kept) => kept.delete_matching(tx, query),
        }
    }
}
