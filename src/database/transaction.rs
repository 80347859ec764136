//! A write transaction: a connection that remembers what it touched.

use super::notice::Changes;
use rusqlite::Connection;
use std::cell::RefCell;
use std::ops::Deref;

/// What a write job works on: SQLite's connection inside a transaction.
pub struct Transaction<'c> {
    connection: &'c Connection,
    changes: RefCell<Changes>,
}

impl<'c> Transaction<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self { connection, changes: RefCell::default() }
    }

    /// Notes that `name`, a soup mostly, is changed by this transaction, for the change notice after its commit.
    pub fn touch(&self, name: &str) {
        let mut changes = self.changes.borrow_mut();
        if !changes.names.contains(name) {
            changes.names.insert(name.to_owned());
        }
    }

    pub(super) fn into_changes(self) -> Changes {
        self.changes.into_inner()
    }
}

impl Deref for Transaction<'_> {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        self.connection
    }
}
