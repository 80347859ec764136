//! A change that the backend would not take, and what an application may do about it.
//!
//! The resolvers and their texts are those of Azure's `pushError` (Azure spec, pushError), apart from what its list of
//! defects mends. They work as well after the push, on the conflicts that it returned. None of them undoes what its
//! caller has not seen: a record that was changed again since the [`PushError`] was made is left alone.

mod winner;

use super::Error;
use super::away::Touched;
use super::backend::{BackendError, Content, Fate, PayloadId, Refusal, Row};
use super::ledger::{AtBackend, Ledger};
use super::operation::{Action, Operation, RecordKey, State};
use super::queue;
use crate::database::Transaction;
use crate::soup;
use futures::future::LocalBoxFuture;
use std::cell::Cell;
use std::rc::Rc;

/// How a change failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The record is not as the change expects it.
    Conflict(Refusal),
    /// The record is not there.
    Gone(Refusal),
    /// Anything else.
    Failed(BackendError),
}

impl Failure {
    /// Whether the change may have been applied all the same.
    pub fn fate(&self) -> Fate {
        match self {
            Self::Conflict(_) | Self::Gone(_) => Fate::NotApplied,
            Self::Failed(error) => error.fate(),
        }
    }

    /// The status of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Conflict(refusal) | Self::Gone(refusal) => Some(refusal.status),
            Self::Failed(error) => error.status(),
        }
    }

    /// What the backend said.
    pub fn message(&self) -> &str {
        match self {
            Self::Conflict(refusal) | Self::Gone(refusal) => &refusal.message,
            Self::Failed(error) => &error.message,
        }
    }

    /// The original answer or error.
    pub fn payload(&self) -> Option<PayloadId> {
        match self {
            Self::Conflict(refusal) | Self::Gone(refusal) => refusal.payload,
            Self::Failed(error) => error.payload,
        }
    }

    /// The record as the backend has it, if it told.
    pub fn server(&self) -> Option<&Row> {
        match self {
            Self::Conflict(refusal) | Self::Gone(refusal) => refusal.server.as_ref(),
            Self::Failed(_) => None,
        }
    }

    /// The failure as an error that ends a push.
    pub(super) fn into_cause(self) -> BackendError {
        match self {
            Self::Failed(error) => error,
            Self::Conflict(refusal) | Self::Gone(refusal) => {
                let Refusal { status, message, payload, .. } = refusal;
                BackendError { payload, ..BackendError::new(super::backend::Fault::Status(status), message) }
            }
        }
    }
}

/// A change that the backend would not take. Once a handler has called one of the resolvers, the push goes on: it sends
/// the operation again as it then is, if it is still there.
pub struct PushError {
    ledger: Rc<Ledger>,
    operation: Operation,
    record: Option<String>,
    failure: Failure,
    handled: Cell<bool>,
}

impl std::fmt::Debug for PushError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { operation, record, failure, handled, .. } = self;
        formatter
            .debug_struct("PushError")
            .field("operation", operation)
            .field("record", record)
            .field("failure", failure)
            .field("handled", handled)
            .finish_non_exhaustive()
    }
}

impl PushError {
    pub(super) fn new(ledger: Rc<Ledger>, operation: Operation, record: Option<String>, failure: Failure) -> Self {
        Self { ledger, operation, record, failure, handled: Cell::new(false) }
    }

    /// The operation, joined with what was changed while it was under way.
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    /// The record it is about.
    pub fn key(&self) -> &RecordKey {
        &self.operation.key
    }

    /// How it failed.
    pub fn failure(&self) -> &Failure {
        &self.failure
    }

    /// Whether it is a conflict, which a push leaves aside, and not an error, which ends it.
    pub fn is_conflict(&self) -> bool {
        matches!(self.failure, Failure::Conflict(_))
    }

    /// The local entry, with what was changed while it was under way; nothing for a delete.
    pub fn client_record(&self) -> Option<&str> {
        self.record.as_deref()
    }

    /// The backend's record as the text of an entry, where it told.
    pub fn server_record(&self) -> Option<&str> {
        match self.failure.server().map(|row| &row.content) {
            Some(Content::Entry(entry)) => Some(entry),
            _ => None,
        }
    }

    /// The entry as it was before the first change that is not pushed yet, if that is known.
    ///
    /// # Errors
    /// Those of the store.
    pub fn base_record(&self) -> Result<Option<String>, Error> {
        self.ledger.home.read(|connection| queue::base(connection, self.operation.id))
    }

    /// Whether it counts as dealt with.
    pub fn is_handled(&self) -> bool {
        self.handled.get()
    }

    /// Says whether it counts as dealt with. The resolvers do so by themselves; of a handler that fails, say `false`.
    pub fn set_handled(&self, handled: bool) {
        self.handled.set(handled);
    }

    /// Sets the change aside: it stays in the queue, and is sent again only when someone says so or changes the record.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn set_aside(&self) -> Result<(), Error> {
        self.resolve_as_it_is(|_, tx, operation| queue::bury(tx, operation.id)).await
    }

    /// Counts a failure, and sets the change aside once there were `bound` of them.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn strike(&self, bound: u32) -> Result<(), Error> {
        if self.operation.failures.saturating_add(1) >= bound {
            return self.set_aside().await;
        }
        let id = self.operation.id;
        self.ledger.home.write(&|| self.touched(), move |tx: &Transaction<'_>| queue::strike(tx, id)).await
    }

    /// Gives the change up and leaves the local record as it is.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`]; those of the store.
    pub async fn cancel(&self) -> Result<(), Error> {
        self.resolve(|ledger, tx, operation| ledger.cancel(tx, operation)).await
    }

    /// Gives the change up and removes the local record. Where the backend has the record, the next pull brings it.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`]; those of the store.
    pub async fn cancel_and_discard(&self) -> Result<(), Error> {
        let clash = self.is_conflict();
        self.resolve(move |ledger, tx, operation| {
            let at_backend = if clash { AtBackend::Exists } else { AtBackend::of(operation) };
            ledger.discard(tx, &operation.key, at_backend)
        })
        .await
    }

    /// Gives the change up and lays `new`, the JSON text of a record, over the local one.
    ///
    /// # Errors
    /// When the operation is a delete, or `new` is not this record; [`Error::ChangedMeanwhile`];
    /// those of the store.
    pub async fn cancel_and_update(&self, new: Option<&str>) -> Result<(), Error> {
        let new = self.valid_update(new)?;
        self.resolve(move |ledger, tx, operation| {
            put_change(ledger, tx, &operation.key, &new)?;
            queue::remove(tx, operation.id)
        })
        .await
    }

    /// Lays `new`, the JSON text of a record, over the local one, to be pushed in its stead.
    ///
    /// # Errors
    /// When the operation is a delete, or `new` is not this record; [`Error::ChangedMeanwhile`];
    /// those of the store.
    pub async fn update(&self, new: Option<&str>) -> Result<(), Error> {
        let new = self.valid_update(new)?;
        self.resolve(move |ledger, tx, operation| {
            put_change(ledger, tx, &operation.key, &new)?;
            let version = ledger.form.version_of(&operation.key.table, &new);
            queue::become_action(tx, operation.id, operation.action, version.as_deref())
        })
        .await
    }

    /// Makes the operation another one, `new` being the record's new value where there is one. A delete removes the
    /// local record; to make a delete something else, `new` is needed.
    ///
    /// # Errors
    /// When `new` is needed, or is not this record; those of the store.
    pub async fn change_action(&self, action: Action, new: Option<&str>) -> Result<(), Error> {
        let new = new.map(|new| self.valid_replacement(new)).transpose()?;
        let from = self.operation.action;
        if new.is_none() && from == Action::Delete && action != Action::Delete {
            return Err(Error::NoValueForAction { from, to: action });
        }
        self.resolve(move |ledger, tx, operation| {
            let key = &operation.key;
            let version = match &new {
                Some(new) => ledger.form.version_of(&key.table, new),
                None => operation.version.clone(),
            };
            match (action, &new) {
                (Action::Delete, _) => {
                    ledger.bindings.open(tx, &key.table)?.remove(tx, &key.id)?;
                }
                (Action::Insert | Action::Update, Some(new)) => put_change(ledger, tx, key, new)?,
                (Action::Insert | Action::Update, None) => {}
            }
            queue::become_action(tx, operation.id, action, version.as_deref())
        })
        .await
    }

    fn valid_update(&self, new: Option<&str>) -> Result<String, Error> {
        if self.operation.action == Action::Delete {
            return Err(Error::UpdateOfDeleted);
        }
        let new = new.ok_or(Error::NoValue)?;
        let id = self.ledger.form.id_of(&self.key().table, new).map_err(|refused| Error::InvalidId(refused.message))?;
        match id {
            None => Err(Error::InvalidId("undefined".to_owned())),
            Some(id) if id != self.key().id => Err(Error::OtherRecord),
            Some(_) => Ok(new.to_owned()),
        }
    }

    fn valid_replacement(&self, new: &str) -> Result<String, Error> {
        let original = &self.key().id;
        match self.ledger.form.id_of(&self.key().table, new).map_err(Error::Record)? {
            None => Err(Error::NoRecordId),
            Some(id) if id != *original => Err(Error::ChangedRecordId { original: original.clone(), new: id }),
            Some(_) => Ok(new.to_owned()),
        }
    }

    /// Runs `job` on the operation, if the record is still as the caller has seen it.
    async fn resolve(
        &self,
        job: impl Fn(&Ledger, &Transaction<'_>, &Operation) -> Result<(), Error> + 'static,
    ) -> Result<(), Error> {
        let seen = self.record.as_deref().map(soup::content).transpose()?;
        self.resolve_as_it_is(move |ledger, tx, operation| {
            let now = ledger.find(tx, &operation.key)?.map(|stored| stored.content()).transpose()?;
            if now != seen {
                return Err(Error::ChangedMeanwhile(operation.key.clone()));
            }
            job(ledger, tx, operation)
        })
        .await
    }

    /// Runs `job` on the operation, once it can be changed. If it is gone, there is nothing left to do.
    async fn resolve_as_it_is(
        &self,
        job: impl Fn(&Ledger, &Transaction<'_>, &Operation) -> Result<(), Error> + 'static,
    ) -> Result<(), Error> {
        let (ledger, id, fate) = (self.ledger.clone(), self.operation.id, self.failure.fate());
        let write = move |tx: &Transaction<'_>| {
            release(&ledger, tx, id, fate)?;
            match queue::get(tx, id)? {
                Some(operation) => job(&ledger, tx, &operation),
                None => Ok(()),
            }
        };
        self.ledger.home.write(&|| self.touched(), write).await?;
        self.set_handled(true);
        Ok(())
    }

    /// What a handler has dealt with is looked at afresh.
    pub(super) async fn take_back(&self) -> Result<(), Error> {
        let (ledger, id, fate) = (self.ledger.clone(), self.operation.id, self.failure.fate());
        let job = move |tx: &Transaction<'_>| release(&ledger, tx, id, fate);
        self.ledger.home.write(&|| self.touched(), job).await
    }

    fn touched(&self) -> Touched {
        Touched::records(vec![self.key().clone()])
    }
}

fn release(ledger: &Ledger, tx: &Transaction<'_>, id: super::OperationId, fate: Fate) -> Result<(), Error> {
    match queue::get(tx, id)? {
        Some(operation) if operation.state == State::Sending => ledger.queue.release(tx, id, fate),
        _ => Ok(()),
    }
}

fn put_change(ledger: &Ledger, tx: &Transaction<'_>, key: &RecordKey, new: &str) -> Result<(), Error> {
    let records = ledger.bindings.open(tx, &key.table)?;
    let local = records.find(tx, &key.id)?;
    let before = local.as_ref().map(|stored| stored.json.as_str());
    let json = ledger.form.change(&key.table, before, new).map_err(Error::Record)?;
    records.put(tx, local.as_ref(), &json)
}

/// What an application does about changes that the backend would not take. Each call is for one operation; there are
/// never two at a time, and at most five for an operation in one push.
pub trait PushHandler {
    /// The backend's record is not as the change expects it. Left unhandled, the operation stays in the queue, and the
    /// push goes on with others.
    fn on_conflict<'h>(&'h self, error: Rc<PushError>) -> LocalBoxFuture<'h, ()>;

    /// Anything else. Left unhandled, the push ends.
    fn on_error<'h>(&'h self, error: Rc<PushError>) -> LocalBoxFuture<'h, ()>;

    /// A push has come to its end, be it one before a pull: these are the conflicts that nobody handled.
    fn on_end(&self, left: &[Rc<PushError>]) {
        let _ = left;
    }
}

/// The handler of an application that has none.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unhandled;

impl PushHandler for Unhandled {
    fn on_conflict<'h>(&'h self, _: Rc<PushError>) -> LocalBoxFuture<'h, ()> {
        Box::pin(std::future::ready(()))
    }

    fn on_error<'h>(&'h self, _: Rc<PushError>) -> LocalBoxFuture<'h, ()> {
        Box::pin(std::future::ready(()))
    }
}
