//! A write transaction: a connection that remembers what it touched.

use rusqlite::Connection;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Deref;

/// What a write job works on: SQLite's connection inside a transaction.
pub struct Transaction<'c> {
    connection: &'c Connection,
    names: RefCell<BTreeSet<String>>,
}

impl<'c> Transaction<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self { connection, names: RefCell::default() }
    }

    /// Notes that `name`, a soup mostly, is changed by this transaction, for the change notice after its commit.
    pub fn touch(&self, name: &str) {
        let mut names = self.names.borrow_mut();
        if !names.contains(name) {
            names.insert(name.to_owned());
        }
    }

    pub(super) fn into_names(self) -> BTreeSet<String> {
        self.names.into_inner()
    }
}

impl Deref for Transaction<'_> {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        self.connection
    }
}
