//! The local half of a push and a pull: records and queue, changed together in one transaction each.

use super::Error;
use super::away::Touched;
use super::backend::{Content, Fate, Form, Row};
use super::home::Home;
use super::operation::{Action, Operation, OperationId, RecordKey, State};
use super::queue::{self, Queue};
use super::record::{Bindings, Records};
use super::token;
use crate::database::Transaction;
use crate::soup::{self, Stored};
use std::rc::Rc;

/// The store's records and queue, as one backend's changes go through them.
pub(super) struct Ledger {
    pub(super) home: Home,
    pub(super) queue: Queue,
    pub(super) bindings: Bindings,
    pub(super) form: Rc<dyn Form>,
}

/// An operation that has been taken up, to be sent.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    /// As it is now: its `attempts` tell this claim from any other one.
    pub(super) operation: Operation,
    /// The entry to send, nothing for a delete.
    pub(super) entry: Option<String>,
}

/// What became of an operation whose answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Completion {
    /// It is out of the queue; its answer may not fit into the store.
    Done(Option<Unstored>),
    /// Somebody else has taken it up since, another tab perhaps, and will see it through.
    Elsewhere,
    /// It was not there any more: cancelled, or seen through by another tab.
    Gone,
}

/// What became of an operation that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Setback {
    /// It stays in the queue: as it now is, with the entry that it is now about.
    Stays(Operation, Option<String>),
    /// As [`Completion::Elsewhere`].
    Elsewhere,
    /// As [`Completion::Gone`]; or undone by what was changed meanwhile.
    Gone,
}

/// A record that the backend took but whose answer could not be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unstored {
    /// The record.
    pub key: RecordKey,
    /// Why the answer could not be stored.
    pub reason: String,
}

impl Ledger {
    /// Takes operations up to send them. What is gone meanwhile, or has no record any more, is none in the answer.
    pub(super) async fn claim(self: &Rc<Self>, ids: Vec<OperationId>) -> Result<Vec<Option<Claim>>, Error> {
        let (this, wanted) = (self.clone(), ids.clone());
        let job = move |tx: &Transaction<'_>| ids.iter().map(|id| this.claim_one(tx, *id)).collect();
        self.home.write(&|| self.touched_by(&wanted), job).await
    }

    /// The records of operations, as far as these are there.
    pub(super) fn touched_by(&self, ids: &[OperationId]) -> Touched {
        let key_of = |id: &OperationId| self.home.read(|connection| queue::get(connection, *id)).ok().flatten();
        Touched::records(ids.iter().filter_map(key_of).map(|operation| operation.key).collect())
    }

    fn claim_one(&self, tx: &Transaction<'_>, id: OperationId) -> Result<Option<Claim>, Error> {
        let Some(operation) = queue::get(tx, id)?.filter(|operation| !operation.dead) else { return Ok(None) };
        let entry = match (operation.action, operation.state) {
            (Action::Delete, _) => None,
            (_, State::Sending) => queue::image(tx, id)?,
            (_, State::Waiting) => self.find(tx, &operation.key)?.map(|stored| stored.json),
        };
        if entry.is_none() && operation.action != Action::Delete {
            queue::remove(tx, id)?;
            return Ok(None);
        }
        queue::send(tx, id, entry.as_deref())?;
        let operation = queue::get(tx, id)?.unwrap_or(operation);
        Ok(Some(Claim { operation, entry }))
    }

    /// The local record, if it is there.
    pub(super) fn find(&self, tx: &Transaction<'_>, key: &RecordKey) -> Result<Option<Stored>, Error> {
        self.bindings.open(tx, &key.table)?.find(tx, &key.id)
    }

    /// The operation of a claim is done: removes it, and takes over what the backend answered, in one transaction.
    ///
    /// A record that changed again while it was under way keeps its values and takes over the version only. An answer
    /// to a claim that another tab has taken over touches nothing: the store may be further on than it.
    pub(super) async fn complete(self: &Rc<Self>, claim: Rc<Claim>, row: Option<Row>) -> Result<Completion, Error> {
        let this = self.clone();
        let (key, renamed) = (claim.operation.key.clone(), row.as_ref().map(|row| row.id.clone()));
        let touched = move || {
            let renamed = renamed.iter().filter(|id| **id != key.id).map(|id| RecordKey::new(&*key.table, &**id));
            Touched::records([key.clone()].into_iter().chain(renamed).collect())
        };
        let job = move |tx: &Transaction<'_>| match queue::get(tx, claim.operation.id)? {
            None => Ok(Completion::Gone),
            Some(now) if !claim.holds(&now) => Ok(Completion::Elsewhere),
            Some(_) => this.complete_in(tx, &claim, row.as_ref()).map(Completion::Done),
        };
        self.home.write(&touched, job).await
    }

    fn complete_in(&self, tx: &Transaction<'_>, claim: &Claim, row: Option<&Row>) -> Result<Option<Unstored>, Error> {
        let Operation { id, ref key, .. } = claim.operation;
        queue::remove(tx, id)?;
        let Some(row) = row else { return Ok(None) };
        let unstored = match claim.operation.action {
            Action::Delete => None,
            Action::Insert | Action::Update => self.take_over(tx, claim, row)?,
        };
        self.queue.carry(tx, key, row.version.as_deref(), self.base_of(claim, row).as_deref())?;
        if row.id != key.id {
            self.queue.rename(tx, key, &row.id)?;
        }
        Ok(unstored.map(|reason| Unstored { key: key.clone(), reason }))
    }

    /// Stores the answer to an insert or update; says why, where it cannot be.
    fn take_over(&self, tx: &Transaction<'_>, claim: &Claim, row: &Row) -> Result<Option<String>, Error> {
        let key = &claim.operation.key;
        let records = self.bindings.open(tx, &key.table)?;
        let local = records.find(tx, &key.id)?;
        let changed_since = !self.queue.of(tx, key)?.is_empty();
        match local {
            Some(local) if changed_since => self.adopt(tx, &records, key, &local, row),
            Some(local) => self.replace(tx, &records, key, &local, row),
            // Deleted since.
            None if changed_since => Ok(None),
            // Removed from the store behind the queue's back: the answer brings it back.
            None => self.store_row(tx, &records, key, None, row),
        }
    }

    fn replace(
        &self,
        tx: &Transaction<'_>,
        records: &Records,
        key: &RecordKey,
        local: &Stored,
        row: &Row,
    ) -> Result<Option<String>, Error> {
        let unstored = self.store_row(tx, records, key, Some(local), row)?;
        if unstored.is_some() {
            self.adopt(tx, records, key, local, row)?;
        }
        Ok(unstored)
    }

    /// Puts the backend's row in the place of `local`.
    fn store_row(
        &self,
        tx: &Transaction<'_>,
        records: &Records,
        key: &RecordKey,
        local: Option<&Stored>,
        row: &Row,
    ) -> Result<Option<String>, Error> {
        match &row.content {
            Content::Deleted => records.remove(tx, &key.id).map(|_| None),
            Content::Unreadable(reason) => Ok(Some(reason.clone())),
            Content::Entry(entry) => {
                let json = self.form.store(&key.table, local.map(|stored| stored.json.as_str()), entry);
                put_if_it_can_be(tx, records, local, json)
            }
        }
    }

    /// Leaves `local` its values, and gives it the version of `row`.
    fn adopt(
        &self,
        tx: &Transaction<'_>,
        records: &Records,
        key: &RecordKey,
        local: &Stored,
        row: &Row,
    ) -> Result<Option<String>, Error> {
        put_if_it_can_be(tx, records, Some(local), self.form.adopt(&key.table, &local.json, row))
    }

    fn base_of(&self, claim: &Claim, row: &Row) -> Option<String> {
        match &row.content {
            Content::Entry(entry) => self.form.store(&claim.operation.key.table, claim.entry.as_deref(), entry).ok(),
            Content::Deleted | Content::Unreadable(_) => None,
        }
    }

    /// Notes that the operation of a claim failed. One that surely was not applied may be changed again from here on.
    pub(super) async fn fail(self: &Rc<Self>, claim: Rc<Claim>, fate: Fate, error: String) -> Result<Setback, Error> {
        let (this, key) = (self.clone(), claim.operation.key.clone());
        let job = move |tx: &Transaction<'_>| {
            let id = claim.operation.id;
            match queue::get(tx, id)? {
                None => return Ok(Setback::Gone),
                Some(now) if !claim.holds(&now) => return Ok(Setback::Elsewhere),
                Some(_) => {}
            }
            queue::note_error(tx, id, &error)?;
            if fate == Fate::NotApplied {
                this.queue.release(tx, id, fate)?;
            }
            match queue::get(tx, id)? {
                None => Ok(Setback::Gone),
                Some(operation) => {
                    let record = this.find(tx, &operation.key)?.map(|stored| stored.json);
                    Ok(Setback::Stays(operation, record))
                }
            }
        };
        self.home.write(&|| Touched::records(vec![key.clone()]), job).await
    }

    /// Removes the record of an operation and whatever is queued for it. Where the backend has the record, the next
    /// pull brings it again: the tokens of its table are forgotten.
    pub(super) fn discard(&self, tx: &Transaction<'_>, key: &RecordKey, at_backend: AtBackend) -> Result<(), Error> {
        self.bindings.open(tx, &key.table)?.remove(tx, &key.id)?;
        self.queue.remove_record(tx, key)?;
        match at_backend {
            AtBackend::Unknown => Ok(()),
            AtBackend::Exists => token::forget_table(tx, self.queue.scope(), &key.table),
        }
    }

    /// Removes an operation and leaves its record. If a pull passed the record over, the next one is to see it again.
    pub(super) fn cancel(&self, tx: &Transaction<'_>, operation: &Operation) -> Result<(), Error> {
        if queue::passed_over(tx, operation.id)? {
            token::forget_table(tx, self.queue.scope(), &operation.key.table)?;
        }
        queue::remove(tx, operation.id)
    }

    /// Removes whatever is queued for the record of an operation, and puts the record back as it was before.
    pub(super) fn undo(&self, tx: &Transaction<'_>, operation: &Operation) -> Result<(), Error> {
        let key = &operation.key;
        let Some(base) = queue::base(tx, operation.id)? else {
            return self.discard(tx, key, AtBackend::of(operation));
        };
        let records = self.bindings.open(tx, &key.table)?;
        let local = records.find(tx, &key.id)?;
        records.put(tx, local.as_ref(), &base)?;
        if queue::passed_over(tx, operation.id)? || operation.in_doubt || operation.state == State::Sending {
            token::forget_table(tx, self.queue.scope(), &key.table)?;
        }
        self.queue.remove_record(tx, key)
    }
}

/// Whether the backend has the record of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AtBackend {
    /// Surely.
    Exists,
    /// As far as is known it does not.
    Unknown,
}

impl AtBackend {
    pub(super) fn of(operation: &Operation) -> Self {
        let never_arrived = operation.state == State::Waiting && !operation.in_doubt;
        if operation.action == Action::Insert && never_arrived { Self::Unknown } else { Self::Exists }
    }
}

impl Claim {
    /// Whether it is an insert that may have been applied before.
    pub(super) fn repeats_an_insert(&self) -> bool {
        self.operation.in_doubt && self.operation.action == Action::Insert
    }

    /// Whether the operation is still under way by this claim.
    fn holds(&self, now: &Operation) -> bool {
        now.state == State::Sending && now.attempts == self.operation.attempts
    }
}

/// A record that breaks a rule of its table or soup is not stored, and that is no reason to undo what the backend did.
fn put_if_it_can_be(
    tx: &Transaction<'_>,
    records: &Records,
    local: Option<&Stored>,
    json: Result<String, super::backend::BackendError>,
) -> Result<Option<String>, Error> {
    let put = match json {
        Ok(json) => records.put(tx, local, &json),
        Err(refused) => return Ok(Some(refused.message)),
    };
    match put {
        Ok(()) => Ok(None),
        Err(Error::Soup(refused)) if !matches!(refused, soup::Error::Database(_)) => Ok(Some(refused.to_string())),
        Err(error) => Err(error),
    }
}
