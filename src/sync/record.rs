//! The records of a table, which are entries of a soup, found by their id.

use super::Error;
use crate::database::Transaction;
use crate::soup::{Keyed, Soup, Stored};
use rusqlite::Connection;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// In which soup the records of a table are, and where in an entry its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The table, as the backend calls it.
    pub table: String,
    /// The soup.
    pub soup: String,
    /// The path of the id in an entry. The soup must have an index on it.
    pub id_path: String,
}

/// The bindings of all tables of a backend. A table for which nothing else is said has the soup of its own name. Clones
/// share them: tables may come to be while a context works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bindings {
    id_path: String,
    special: Rc<RefCell<BTreeMap<String, Binding>>>,
}

impl Bindings {
    /// Every table in the soup of its own name, its ids at `id_path`.
    pub fn by_name(id_path: impl Into<String>) -> Self {
        Self { id_path: id_path.into(), special: Rc::default() }
    }

    /// The same, with one table elsewhere.
    #[must_use]
    pub fn with(self, binding: Binding) -> Self {
        self.bind(binding);
        self
    }

    /// Says where one table is.
    pub fn bind(&self, binding: Binding) {
        self.special.borrow_mut().insert(binding.table.clone(), binding);
    }

    /// The binding of a table.
    pub fn of(&self, table: &str) -> Binding {
        let by_name = || Binding { table: table.to_owned(), soup: table.to_owned(), id_path: self.id_path.clone() };
        self.special.borrow().get(table).cloned().unwrap_or_else(by_name)
    }

    /// The records of a table.
    ///
    /// # Errors
    /// When its soup is not there.
    pub fn open(&self, connection: &Connection, table: &str) -> Result<Records, Error> {
        let Binding { soup, id_path, .. } = self.of(table);
        Ok(Records { soup: Soup::open(connection, &soup)?, id_path })
    }
}

/// The records of one table, in their soup.
#[derive(Debug)]
pub struct Records {
    soup: Soup,
    id_path: String,
}

impl Records {
    /// The record `id`, if it is there.
    ///
    /// # Errors
    /// Those of the soup.
    pub fn find(&self, connection: &Connection, id: &str) -> Result<Option<Stored>, Error> {
        Ok(self.soup.find(connection, &self.id_path, id)?)
    }

    /// The ids of all of them.
    ///
    /// # Errors
    /// Those of the soup.
    pub fn ids(&self, connection: &Connection) -> Result<Vec<String>, Error> {
        Ok(self.soup.values(connection, &self.id_path)?)
    }

    /// All of them, for a transaction that finds and puts many.
    ///
    /// # Errors
    /// Those of the soup.
    pub fn keyed<'t>(&'t self, transaction: &'t Transaction<'t>) -> Result<Keyed<'t>, Error> {
        Ok(self.soup.keyed(transaction, &self.id_path)?)
    }

    /// Puts `json` in the place of `old`, or makes an entry of it if there was none.
    ///
    /// # Errors
    /// Those of the soup; nothing is changed then.
    pub fn put(&self, transaction: &Transaction<'_>, old: Option<&Stored>, json: &str) -> Result<(), Error> {
        self.soup.put(transaction, old.map(|stored| stored.id), json)?;
        Ok(())
    }

    /// Removes the record `id`, and tells whether it was there.
    ///
    /// # Errors
    /// Those of the soup.
    pub fn remove(&self, transaction: &Transaction<'_>, id: &str) -> Result<bool, Error> {
        match self.find(transaction, id)? {
            Some(stored) => Ok(self.soup.remove(transaction, &[stored.id])? > 0),
            None => Ok(false),
        }
    }
}
