//! SQLite in memory with nothing behind it: where a transaction can run whose truth lies somewhere else.

use super::{Error, Transaction};
use crate::pager::Unkept;
use rusqlite::Connection;
use std::cell::RefCell;

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

    /// Runs `job` on what is there.
    ///
    /// # Errors
    /// What `job` returns.
    pub fn read<T, E: From<Error>>(&self, job: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        job(&*self.connection.try_borrow().map_err(|_| Error::Busy)?)
    }

    /// Runs `job` in a transaction. When it fails, nothing of it remains.
    ///
    /// # Errors
    /// What `job` returns.
    pub fn write<T, E: From<Error>>(&self, job: impl FnOnce(&Transaction<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut connection = self.connection.try_borrow_mut().map_err(|_| Error::Busy)?;
        let inner = connection.transaction().map_err(Error::from)?;
        let value = job(&Transaction::new(&inner))?;
        inner.commit().map_err(Error::from)?;
        Ok(value)
    }
}
