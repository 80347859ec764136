//! SQLite in memory with nothing behind it: where a transaction can run whose truth lies somewhere else.

use super::{Error, Transaction};
use crate::pager::Unkept;
use rusqlite::Connection;
use std::cell::{Ref, RefCell};

/// A store that is lost when it is dropped.
pub struct Scratch {
    // Before what it needs.
    connection: RefCell<Connection>,
    _surroundings: Unkept,
}

impl Scratch {
    /// An empty one.
    ///
    /// # Errors
    /// No memory.
    pub fn open() -> Result<Self, Error> {
        let surroundings = Unkept::new()?;
        Ok(Self { connection: RefCell::new(surroundings.connect()?), _surroundings: surroundings })
    }

    /// What is there, to be read.
    ///
    /// # Errors
    /// [`Error::Busy`] inside of a transaction.
    pub fn connection(&self) -> Result<Ref<'_, Connection>, Error> {
        self.connection.try_borrow().map_err(|_| Error::Busy)
    }

    /// Runs `job` in a transaction, of which nothing remains unless `job` says so.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn write(&self, job: &mut dyn FnMut(&Transaction<'_>) -> bool) -> Result<(), Error> {
        let mut connection = self.connection.try_borrow_mut().map_err(|_| Error::Busy)?;
        let inner = connection.transaction()?;
        if job(&Transaction::new(&inner)) {
            inner.commit()?;
        }
        Ok(())
    }
}
