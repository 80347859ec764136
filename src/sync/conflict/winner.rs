//! A conflict settled by saying which side wins, whatever the change was.

use super::{PushError, put_change};
use crate::database::Transaction;
use crate::sync::Error;
use crate::sync::backend::{Content, Row};
use crate::sync::ledger::{AtBackend, Ledger};
use crate::sync::operation::{Action, Operation, RecordKey};
use crate::sync::queue;

impl PushError {
    /// The backend's record wins: the local one becomes it, and whatever is pending for it is given up. Where the
    /// backend did not tell, the next pull brings it.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`]; [`Error::Record`] when the backend's record cannot be stored; those of the store.
    pub async fn take_server(&self) -> Result<(), Error> {
        let server = self.failure.server().map(|row| row.content.clone());
        self.resolve(move |ledger, tx, operation| match &server {
            Some(Content::Entry(entry)) => take_entry(ledger, tx, &operation.key, entry),
            Some(Content::Deleted) => ledger.discard(tx, &operation.key, AtBackend::Unknown),
            Some(Content::Unreadable(_)) | None => ledger.discard(tx, &operation.key, AtBackend::Exists),
        })
        .await
    }

    /// The client's record wins: the change is based on the backend's record as that is now, so that it passes when it
    /// is pushed again. `new`, the JSON text of a record, is laid over the local one before; it brings a deleted one
    /// back. Without it, what was changed meanwhile wins too.
    ///
    /// # Errors
    /// [`Error::NoServerRecord`] where the backend did not tell. When `new` is not this record, or the record was
    /// changed since its writer has seen it ([`Error::ChangedMeanwhile`]); those of the store.
    pub async fn keep_client(&self, new: Option<&str>) -> Result<(), Error> {
        let row = self.failure.server().cloned().ok_or_else(|| Error::NoServerRecord(self.key().clone()))?;
        let Some(new) = new else {
            return self.resolve_as_it_is(move |ledger, tx, operation| rebase(ledger, tx, operation, &row)).await;
        };
        let new = self.valid_replacement(new)?;
        self.resolve(move |ledger, tx, operation| {
            put_change(ledger, tx, &operation.key, &new)?;
            let action = if operation.action == Action::Delete { Action::Update } else { operation.action };
            rebase(ledger, tx, &Operation { action, ..operation.clone() }, &row)
        })
        .await
    }
}

fn take_entry(ledger: &Ledger, tx: &Transaction<'_>, key: &RecordKey, entry: &str) -> Result<(), Error> {
    let records = ledger.bindings.open(tx, &key.table)?;
    let local = records.find(tx, &key.id)?;
    let before = local.as_ref().map(|stored| stored.json.as_str());
    let json = ledger.form.store(&key.table, before, entry).map_err(Error::Record)?;
    records.put(tx, local.as_ref(), &json)?;
    ledger.queue.remove_record(tx, key)
}

/// Makes `operation` a change of the backend's `row`.
fn rebase(ledger: &Ledger, tx: &Transaction<'_>, operation: &Operation, row: &Row) -> Result<(), Error> {
    let version = row.version.as_deref();
    match (operation.action, row.content == Content::Deleted) {
        (Action::Delete, true) => queue::remove(tx, operation.id),
        (Action::Delete, false) => queue::become_action(tx, operation.id, Action::Delete, version),
        (Action::Insert | Action::Update, true) => queue::become_action(tx, operation.id, Action::Insert, version),
        (Action::Insert | Action::Update, false) => {
            adopt(ledger, tx, &operation.key, row)?;
            queue::become_action(tx, operation.id, Action::Update, version)
        }
    }
}

/// Gives the local record the version of `row`.
fn adopt(ledger: &Ledger, tx: &Transaction<'_>, key: &RecordKey, row: &Row) -> Result<(), Error> {
    let records = ledger.bindings.open(tx, &key.table)?;
    let Some(local) = records.find(tx, &key.id)? else { return Ok(()) };
    let json = ledger.form.adopt(&key.table, &local.json, row).map_err(Error::Record)?;
    records.put(tx, Some(&local), &json)
}
