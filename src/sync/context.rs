//! The sync context: one backend's queue, pushes, pulls and purges over one store.

use super::backend::{Backend, Content, Form, Refusal, Row};
use super::conflict::{Failure, PushError, PushHandler};
use super::home::Home;
use super::ledger::{AtBackend, Ledger};
use super::operation::{Operation, OperationId};
use super::pull::{self, PullOptions, PullProgress};
use super::purge::{self, PurgeOptions};
use super::push::{self, PushOptions, PushReport};
use super::queue::{self, Queue, Tally};
use super::record::Bindings;
use super::{AbortFlag, Error, token};
use crate::database::Transaction;
use crate::platform;
use futures::future::LocalBoxFuture;
use futures::lock::{Mutex, MutexGuard};
use std::any::Any;
use std::rc::Rc;

/// Lets one context at a time push, pull or purge, of all that work on a store: in the browser a Web Lock, so that only
/// one tab does. Without one, two tabs may send the same operation, which is harmless but wasteful.
pub trait Turn {
    /// Waits for the turn, which ends when what this gives is dropped.
    fn take(&self) -> LocalBoxFuture<'_, Result<Box<dyn Any>, Error>>;
}

/// What a context works with besides its store and backend.
#[derive(Clone)]
pub struct ContextOptions {
    /// Where the records of each table are.
    pub bindings: Bindings,
    /// What keeps contexts from working at the same time.
    pub turn: Option<Rc<dyn Turn>>,
    /// This device's clock, in milliseconds.
    pub now: fn() -> i64,
}

impl ContextOptions {
    /// The usual clock, and no other context to wait for.
    pub fn new(bindings: Bindings) -> Self {
        Self { bindings, turn: None, now: platform::now_ms }
    }
}

/// Whether a pull pushes first.
pub enum PushFirst {
    /// It does if operations of its table are pending: they would keep it from storing their records.
    IfPending(Rc<dyn PushHandler>, PushOptions),
    /// It does not.
    Never,
}

/// What a pull has come to.
#[derive(Debug, Default)]
pub struct PullReport {
    /// The records.
    pub counts: PullProgress,
    /// The push before it, if there was one.
    pub pushed: Option<PushReport>,
}

/// Which side of a conflict wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Winner {
    /// The backend's record becomes the local one.
    Server,
    /// The local change is sent, based on the backend's record.
    Client,
}

/// What becomes of a record whose operation is cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelledRecord {
    /// It stays as it is.
    Keep,
    /// It becomes what it was before; it goes, if it was not there or nobody knows. Whatever else is pending for it is
    /// cancelled too.
    Restore,
    /// It goes, and whatever else is pending for it. The next pull brings it again if the backend has it.
    Discard,
}

/// One backend's queue, pushes, pulls and purges over one store. Clones share it.
///
/// Local changes are not made here: whoever makes one calls [`Queue::record`] in the same transaction.
#[derive(Clone)]
pub struct SyncContext {
    inner: Rc<Inner>,
}

struct Inner {
    ledger: Rc<Ledger>,
    backend: Rc<dyn Backend>,
    gate: Mutex<()>,
    turn: Option<Rc<dyn Turn>>,
    now: fn() -> i64,
}

/// The right to push, pull or purge.
struct Entered<'g> {
    _turn: Option<Box<dyn Any>>,
    _gate: MutexGuard<'g, ()>,
}

impl SyncContext {
    /// Makes what the room needs in the store, if it is not there.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn initialize(
        home: impl Into<Home>,
        backend: Rc<impl Backend + 'static>,
        options: ContextOptions,
    ) -> Result<Self, Error> {
        let form: Rc<dyn Form> = backend.clone();
        Self::begin(home.into(), form, backend, options).await
    }

    async fn begin(
        home: Home,
        form: Rc<dyn Form>,
        backend: Rc<dyn Backend>,
        options: ContextOptions,
    ) -> Result<Self, Error> {
        match &home {
            Home::Own(database) => database.write(prepare).await?,
            Home::Away(away) => away.refresh().await?,
        }
        let ContextOptions { bindings, turn, now } = options;
        let ledger = Rc::new(Ledger { home, queue: Queue::new(backend.scope()), bindings, form });
        Ok(Self { inner: Rc::new(Inner { ledger, backend, gate: Mutex::new(()), turn, now }) })
    }

    /// The queue, to record local changes in.
    pub fn queue(&self) -> &Queue {
        &self.inner.ledger.queue
    }

    /// Where the records of each table are.
    pub fn bindings(&self) -> &Bindings {
        &self.inner.ledger.bindings
    }

    /// Sends all pending operations, and those that are added meanwhile. Resolves with the conflicts that nobody
    /// handled.
    ///
    /// # Errors
    /// [`Error::PushAborted`] for the first operation that the backend would not take and nobody handled; the rest of
    /// the queue is untouched. [`Error::Aborted`]; those of the store.
    pub async fn push(&self, handler: Rc<dyn PushHandler>, options: PushOptions) -> Result<PushReport, Error> {
        let _entered = self.enter(&options.abort).await?;
        self.push_entered(handler, options).await
    }

    async fn push_entered(&self, handler: Rc<dyn PushHandler>, options: PushOptions) -> Result<PushReport, Error> {
        let (ledger, backend) = (self.inner.ledger.clone(), self.inner.backend.clone());
        let report = push::push(ledger, backend, handler.clone(), options).await?;
        handler.on_end(&report.conflicts);
        Ok(report)
    }

    /// Reads what changed at the backend.
    ///
    /// # Errors
    /// Those of the push before it; [`Error::Pull`] where a page could not be had, [`Error::UnstorableRow`] where one
    /// could not be stored: the pages before it are. [`Error::Aborted`]; those of the store.
    pub async fn pull(&self, options: PullOptions, push_first: PushFirst) -> Result<PullReport, Error> {
        let _entered = self.enter(&options.abort).await?;
        let pushed = match push_first {
            PushFirst::IfPending(handler, push_options) if self.pending_count(Some(&options.table)).await? > 0 => {
                Some(self.push_entered(handler, push_options).await?)
            }
            PushFirst::IfPending(..) | PushFirst::Never => None,
        };
        let (ledger, backend) = (self.inner.ledger.clone(), self.inner.backend.clone());
        let counts = pull::pull(ledger, backend, options, &self.inner.now).await?;
        Ok(PullReport { counts, pushed })
    }

    /// When a pull of the whole `table` came to its end last, in milliseconds of this device's clock.
    ///
    /// # Errors
    /// Those of the store.
    pub fn pulled_at(&self, table: &str) -> Result<Option<i64>, Error> {
        pull::pulled_at(&self.inner.ledger, table)
    }

    /// Takes records out of the store, without deleting them at the backend.
    ///
    /// # Errors
    /// [`Error::PendingOperations`], unless forced; those of the store. Nothing is changed then.
    pub async fn purge(&self, options: PurgeOptions) -> Result<(), Error> {
        let _entered = self.enter(&AbortFlag::default()).await?;
        purge::purge(self.inner.ledger.clone(), options).await
    }

    /// Reads what is pending anew, where the application may have changed it in a store of its own making.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn refresh(&self) -> Result<(), Error> {
        self.inner.ledger.home.refresh().await
    }

    async fn enter(&self, abort: &AbortFlag) -> Result<Entered<'_>, Error> {
        let gate = abort.or_abort(self.inner.gate.lock()).await?;
        let turn = match &self.inner.turn {
            Some(turn) => Some(abort.or_abort(turn.take()).await??),
            None => None,
        };
        self.refresh().await?;
        Ok(Entered { _turn: turn, _gate: gate })
    }

    /// The pending operations, of all tables or of one, the oldest first.
    ///
    /// # Errors
    /// Those of the store.
    pub fn pending(&self, table: Option<&str>) -> Result<Vec<Operation>, Error> {
        self.inner.ledger.home.read(|connection| self.queue().list(connection, table))
    }

    /// How many operations are pending, of all tables or of one.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn pending_count(&self, table: Option<&str>) -> Result<u64, Error> {
        self.inner.ledger.home.read_newest(|connection| self.queue().count(connection, table)).await
    }

    /// How many operations are to be sent, and how many are set aside.
    ///
    /// # Errors
    /// Those of the store.
    pub fn tally(&self) -> Result<Tally, Error> {
        self.inner.ledger.home.read(|connection| self.queue().tally(connection))
    }

    /// Lets operations that were set aside be sent again: these, or all.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn send_again(&self, ids: Option<Vec<OperationId>>) -> Result<(), Error> {
        let dead = |operation: &Operation| operation.dead && ids.as_ref().is_none_or(|ids| ids.contains(&operation.id));
        let dead: Vec<_> = self.pending(None)?.into_iter().filter(dead).map(|operation| operation.id).collect();
        let wanted = dead.clone();
        let job = move |tx: &Transaction<'_>| dead.iter().try_for_each(|id| queue::revive(tx, *id));
        let ledger = &self.inner.ledger;
        ledger.home.write(&|| ledger.touched_by(&wanted), job).await
    }

    /// Settles a conflict that was set aside, by what the backend has of the record now.
    ///
    /// # Errors
    /// [`Error::NoSuchOperation`]; [`Error::Pull`] when the backend cannot be asked; those of
    /// [`PushError::take_server`] and [`PushError::keep_client`].
    pub async fn settle(&self, id: OperationId, winner: Winner) -> Result<(), Error> {
        let _entered = self.enter(&AbortFlag::default()).await?;
        let ledger = &self.inner.ledger;
        let operation = ledger.home.read_newest(|connection| queue::get(connection, id)).await?;
        let operation = operation.ok_or(Error::NoSuchOperation(id.0))?;
        let key = operation.key.clone();
        let row = self.inner.backend.fetch(&key).await.map_err(Error::Pull)?;
        let gone = || Row { id: key.id.clone(), version: None, position: None, content: Content::Deleted };
        let server = Some(row.unwrap_or_else(gone));
        let found = key.clone();
        let read = ledger.clone();
        let find = move |tx: &Transaction<'_>| Ok::<_, Error>(read.find(tx, &found)?.map(|stored| stored.json));
        let local = ledger.home.write(&|| ledger.touched_by(&[id]), find).await?;
        let refusal = Refusal { status: 409, message: String::new(), server, complete: true, payload: None };
        let error = PushError::new(ledger.clone(), operation, local, Failure::Conflict(refusal));
        match winner {
            Winner::Server => error.take_server().await,
            Winner::Client => error.keep_client(None).await,
        }?;
        self.send_again(Some(vec![id])).await
    }

    /// Cancels a pending operation. One that is under way may reach the backend all the same.
    ///
    /// # Errors
    /// [`Error::NoSuchOperation`] if it is not in the queue any more; those of the store.
    pub async fn cancel(&self, id: OperationId, record: CancelledRecord) -> Result<(), Error> {
        self.refresh().await?;
        let ledger = self.inner.ledger.clone();
        let job = move |tx: &Transaction<'_>| {
            let operation = queue::get(tx, id)?.ok_or(Error::NoSuchOperation(id.0))?;
            match record {
                CancelledRecord::Keep => ledger.cancel(tx, &operation),
                CancelledRecord::Restore => ledger.undo(tx, &operation),
                CancelledRecord::Discard => ledger.discard(tx, &operation.key, AtBackend::of(&operation)),
            }
        };
        let ledger = &self.inner.ledger;
        ledger.home.write(&|| ledger.touched_by(&[id]), job).await
    }
}

fn prepare(tx: &Transaction<'_>) -> Result<(), Error> {
    queue::prepare(tx)?;
    token::prepare(tx)
}
