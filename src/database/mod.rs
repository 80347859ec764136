//! Read and write transactions that resolve when durable, and change notices.

mod budget;
mod commit;
mod error;
pub mod guard;
mod job;
mod notice;
mod options;
mod scratch;
mod transaction;

pub use budget::{Budget, unless};
pub use error::Error;
pub(crate) use job::Job;
pub use notice::{Changes, Subscription};
pub use options::{Durability, Key, OpenOptions, Paging};
pub use scratch::Scratch;
pub use transaction::Transaction;

use crate::pager::{self, Medium, Outcome, Pager};
use commit::Queue;
use futures::future::{FutureExt, LocalBoxFuture};
use futures::lock::Mutex;
use notice::Notices;
use rusqlite::Connection;
use std::cell::{Cell, Ref, RefCell};
use std::rc::{Rc, Weak};

/// One open store. Clones share it.
#[derive(Clone)]
pub struct Database {
    inner: Rc<Inner>,
}

/// A store that may have been let go of. See [`Database::downgrade`].
#[derive(Clone)]
pub struct WeakDatabase(Weak<Inner>);

impl WeakDatabase {
    /// The store, if anyone still has it.
    pub fn upgrade(&self) -> Option<Database> {
        self.0.upgrade().map(|inner| Database { inner })
    }
}

/// A new connection on the pages, whose statements can be guarded.
fn connect(pager: &Pager) -> Result<Connection, Error> {
    let connection = pager.connect();
    // Of a paged store it reads the schema.
    pager.take_failure().map_or(Ok(()), Err)?;
    let connection = connection?;
    guard::install(&connection);
    Ok(connection)
}

struct Inner {
    // Before the pager: a connection must not outlive the pages that it reads.
    connection: RefCell<Option<Connection>>,
    is_closed: Cell<bool>,
    pager: Pager,
    notices: Notices,
    queue: Queue,
    turn: Mutex<()>,
    fold_after: Cell<u64>,
}

impl Database {
    /// Opens the store `options.name` of this origin, making it when it is not there. Natively, where there is no
    /// origin, the store lies in memory; see [`Database::open_on`].
    ///
    /// # Errors
    /// A wrong key, a damaged store, or storage that cannot be had.
    pub async fn open(options: OpenOptions) -> Result<Self, Error> {
        Self::open_on(Self::medium_of(&options.name), options).await
    }

    /// Where the store `name` lies.
    fn medium_of(name: &str) -> Rc<dyn Medium> {
        #[cfg(target_arch = "wasm32")]
        return Rc::new(crate::pager::medium::indexed_db::IndexedDbMedium::new(name));
        #[cfg(not(target_arch = "wasm32"))]
        {
            let _ = name;
            Rc::new(crate::pager::medium::memory::MemoryMedium::new())
        }
    }

    /// Opens the store that lies in `medium`, making it when it is not there.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub async fn open_on(medium: Rc<dyn Medium>, options: OpenOptions) -> Result<Self, Error> {
        let OpenOptions { name, key, durability, paging } = options;
        let pager = Pager::open(medium, &name, key, durability, paging).await?;
        let connection = loop {
            match connect(&pager) {
                Err(Error::Pager(pager::Error::Stale(_))) => drop(pager.adopt(pager.fetch().await?)),
                connection => break connection?,
            }
        };
        let inner = Rc::new(Inner {
            connection: RefCell::new(Some(connection)),
            is_closed: Cell::default(),
            pager,
            notices: Notices::default(),
            queue: Queue::default(),
            turn: Mutex::default(),
            fold_after: Cell::default(),
        });
        Self::listen(&inner);
        Ok(Self { inner })
    }

    /// The store for those who must not keep it open.
    pub fn downgrade(&self) -> WeakDatabase {
        WeakDatabase(Rc::downgrade(&self.inner))
    }

    /// Everything durable as one file, sealed with `key`, which must not be the device's own.
    ///
    /// # Errors
    /// A store that is closed, or a cipher that fails.
    pub async fn export(&self, key: Key) -> Result<Vec<u8>, Error> {
        self.inner.flush().await;
        loop {
            let turn = self.inner.turn.lock().await;
            if self.inner.is_closed.get() {
                return Err(self.inner.closed());
            }
            match self.inner.pager.export(&key).await {
                Err(pager::Error::Stale(_)) => drop(turn),
                file => return Ok(file?),
            }
            self.refresh().await?;
        }
    }

    /// Opens the store `options.name` with what `file`, an export that `file_key` opens, holds: that takes the place of
    /// whatever store there was, in one transaction.
    ///
    /// # Errors
    /// A file that is none, not whole or of another key, and storage that fails: then everything is as it was.
    pub async fn import(options: OpenOptions, file: &[u8], file_key: Key) -> Result<Self, Error> {
        let medium = Self::medium_of(&options.name);
        Pager::import(&*medium, &options.name, file, &file_key, &options.key).await?;
        // It says hello, upon which other tabs look for what is new.
        Self::open_on(medium, options).await
    }

    fn listen(inner: &Rc<Inner>) {
        let weak = Rc::downgrade(inner);
        inner.pager.medium().listen(Box::new(move || {
            #[cfg(target_arch = "wasm32")]
            if let Some(inner) = weak.upgrade() {
                crate::platform::tasks::spawn(async move {
                    // What goes wrong here is met again by the next read or write, which can tell someone.
                    let _ = inner.refresh().await;
                });
            }
            // Natively there is no event loop to run it on: whoever wants the news calls `refresh`.
            #[cfg(not(target_arch = "wasm32"))]
            let _ = &weak;
        }));
    }

    /// Whether opening has made the store, because there was none of its name.
    pub fn is_new(&self) -> bool {
        self.inner.pager.is_new()
    }

    /// Runs `job` at once on the newest state, which includes writes of this tab that are not durable yet.
    ///
    /// # Errors
    /// What `job` returns; a store that is closed; of one that [`Database::is_paged`], a page that cannot be read.
    pub fn read<T, E: From<Error>>(&self, job: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        let result = job(&*self.connection()?);
        self.proven()?;
        result
    }

    /// Runs `job` as [`Database::read`] does, and again if another tab rewrote meanwhile what it was reading.
    ///
    /// # Errors
    /// As of [`Database::read`].
    pub async fn read_newest<T, E: From<Error>>(
        &self,
        mut job: impl FnMut(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        loop {
            let result = match self.connection() {
                Ok(connection) => Ok(job(&connection)),
                Err(error) => Err(error),
            };
            match self.proven().and(result) {
                Ok(result) => return result,
                Err(Error::Pager(pager::Error::Stale(_))) => self.refresh().await?,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Whether a statement may have to wait for pages, so that [`Database::read`] may only be called from a task.
    pub fn is_paged(&self) -> bool {
        self.inner.pager.is_paged()
    }

    /// Why what was just read does not count, if so.
    pub(crate) fn proven(&self) -> Result<(), Error> {
        self.inner.pager.take_failure().map_or(Ok(()), |error| Err(error.into()))
    }

    pub(crate) fn connection(&self) -> Result<Ref<'_, Connection>, Error> {
        self.inner.connected()?;
        let slot = self.inner.connection.try_borrow().map_err(|_| Error::Busy)?;
        Ref::filter_map(slot, Option::as_ref).map_err(|_| self.inner.closed())
    }

    /// Runs `job` in a transaction and resolves when its commit is durable.
    ///
    /// `job` runs at once, in the order of the calls, and must be repeatable: when another tab committed first, its
    /// effects are undone and it runs again on the newer state. When it fails, nothing of it remains.
    ///
    /// # Errors
    /// What `job` returns, or why the commit could not be made durable: then nothing of it remains either.
    pub async fn write<T, E>(&self, job: impl FnMut(&Transaction<'_>) -> Result<T, E> + 'static) -> Result<T, E>
    where
        T: 'static,
        E: From<Error> + 'static,
    {
        let (job, answer) = Job::new(job);
        self.commit(job).await;
        answer.await.unwrap_or_else(|_| Err(Error::Interrupted.into()))
    }

    /// Runs `job` now, and makes it durable unless it fails. Boxed, so that no write has a copy of what follows.
    pub(crate) fn commit(&self, job: Job) -> LocalBoxFuture<'_, ()> {
        let ran = self.inner.run(job);
        async move {
            if ran {
                self.inner.flush().await;
            }
        }
        .boxed_local()
    }

    /// Takes over at once what other tabs committed. In a browser this happens by itself soon after each commit.
    ///
    /// # Errors
    /// A damaged or vanished store, or storage that fails.
    pub async fn refresh(&self) -> Result<(), Error> {
        self.inner.clone().refresh().await
    }

    /// Calls `listener` after each durable commit, of this tab or another, and when writes of this tab that could be read
    /// already are undone, until the subscription is dropped.
    pub fn subscribe(&self, listener: impl Fn(&Changes) + 'static) -> Subscription {
        self.inner.notices.subscribe(listener)
    }

    /// Seals the store with another key. A crash leaves one of the two keys and all data.
    ///
    /// # Errors
    /// Storage that fails: then the old key holds, and all data. When the connection is lost, either key may.
    pub async fn change_key(&self, key: Key) -> Result<(), Error> {
        loop {
            self.refresh().await?;
            let _turn = self.inner.turn.lock().await;
            if self.inner.pager.change_key(key.clone()).await? == Outcome::Durable {
                self.inner.pager.medium().announce();
                return Ok(());
            }
        }
    }

    /// Waits for the writes that are under way, then lets go of the storage. Later calls are refused.
    pub async fn close(&self) {
        self.inner.flush().await;
        self.inner.clone().fold().await;
        let _turn = self.inner.turn.lock().await;
        self.inner.is_closed.set(true);
        self.inner.connection.borrow_mut().take();
        self.inner.pager.medium().close();
    }

    /// Closes the store and removes it for good.
    ///
    /// # Errors
    /// Storage that fails.
    pub async fn destroy(&self) -> Result<(), Error> {
        self.close().await;
        Ok(self.inner.pager.destroy().await?)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod paging_tests;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
