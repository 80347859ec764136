//! Where records and queue lie: in a store of Tureen's, or in one of the application's own making.

use super::Error;
use super::away::{Away, Touched};
use crate::database::{self, Database, Job, Transaction};
use futures::future::LocalBoxFuture;
use rusqlite::Connection;
use std::rc::Rc;

/// Where records and queue lie. Clones share it.
#[derive(Clone)]
pub enum Home {
    /// In a store of Tureen's.
    Own(Database),
    /// In one of the application's own making.
    Away(Rc<Away>),
}

impl From<Database> for Home {
    fn from(database: Database) -> Self {
        Self::Own(database)
    }
}

impl Home {
    /// Runs `job` at once on what is known: of a store of the application's own only the queue and the tokens, as they
    /// were when they were last read.
    ///
    /// # Errors
    /// What `job` returns; a store that is closed.
    pub fn read<T, E: From<database::Error>>(&self, job: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        match self {
            Self::Own(database) => database.read(job),
            Self::Away(away) => job(&*away.connection()?),
        }
    }

    /// Runs `job` as [`Home::read`] does, and again if another tab rewrote meanwhile what it was reading.
    ///
    /// # Errors
    /// As of [`Home::read`].
    pub async fn read_newest<T, E: From<database::Error>>(
        &self,
        mut job: impl FnMut(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        match self {
            Self::Own(database) => database.read_newest(job).await,
            Self::Away(away) => job(&*away.connection()?),
        }
    }

    /// Whether a read may have to wait for pages.
    pub fn is_paged(&self) -> bool {
        matches!(self, Self::Own(database) if database.is_paged())
    }

    /// Runs `job` in a transaction and resolves when the store has what it changed: as [`Database::write`] does, or as
    /// well as the application's own store can. That one is asked before for what is `touched`, and for nothing else.
    ///
    /// # Errors
    /// What `job` returns; those of the store.
    pub async fn write<T, E>(
        &self,
        touched: &dyn Fn() -> Touched,
        job: impl FnMut(&Transaction<'_>) -> Result<T, E> + 'static,
    ) -> Result<T, E>
    where
        T: 'static,
        E: From<database::Error> + 'static,
    {
        let (job, answer) = Job::new(job);
        self.run(touched, job).await;
        answer.await.unwrap_or_else(|_| Err(database::Error::Interrupted.into()))
    }

    fn run(&self, touched: &dyn Fn() -> Touched, job: Job) -> LocalBoxFuture<'_, ()> {
        match self {
            Self::Own(database) => database.commit(job),
            Self::Away(away) => away.write(touched(), job),
        }
    }

    /// Reads the queue and the tokens anew, where somebody else may have changed them.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn refresh(&self) -> Result<(), Error> {
        match self {
            Self::Own(_) => Ok(()),
            Self::Away(away) => away.refresh().await,
        }
    }
}
