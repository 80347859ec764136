//! Purge: takes records out of the store without deleting them at the backend.

use super::Error;
use super::away::Touched;
use super::ledger::Ledger;
use super::operation::RecordKey;
use super::token::{self, TokenKey};
use crate::database::Transaction;
use crate::soup::registry;
use rusqlite::Connection;
use std::rc::Rc;

/// Finds the ids of records in the store.
pub type FindIds = dyn Fn(&Connection) -> Result<Vec<String>, Error>;

/// Which records are purged.
#[derive(Clone)]
pub enum Matching {
    /// All of the table.
    All,
    /// Those whose ids this finds in the store: the sync room knows no query language. It may run more than once. A
    /// record whose deletion is pending is in the store no more, so it is not among them.
    Ids(Rc<FindIds>),
}

/// What becomes of changes that wait to be pushed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Force {
    /// They forbid the purge of their records.
    #[default]
    Respect,
    /// They are given up with their records. Those of other records stay.
    GiveUp,
}

/// Which queries are pulled from their beginning the next time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Forget {
    /// All of the table.
    #[default]
    All,
    /// This one.
    Query(String),
}

/// What to purge.
#[derive(Clone)]
pub struct PurgeOptions {
    /// The table.
    pub table: String,
    /// Which of its records.
    pub matching: Matching,
    /// What becomes of their pending changes.
    pub force: Force,
    /// Which tokens are forgotten.
    pub forget: Forget,
    /// The ids of the matching records in a store of the application's own making, which only that can find.
    pub away: Vec<String>,
}

/// Removes the records, their operations and the tokens in one transaction.
pub(super) async fn purge(ledger: Rc<Ledger>, options: PurgeOptions) -> Result<(), Error> {
    let (home, table, away) = (ledger.home.clone(), options.table.clone(), options.away.clone());
    home.write(&|| Touched::table(&table, away.iter()), move |tx| purge_in(&ledger, tx, &options)).await
}

fn purge_in(ledger: &Ledger, tx: &Transaction<'_>, options: &PurgeOptions) -> Result<(), Error> {
    let PurgeOptions { table, matching, force, forget, .. } = options;
    match matching {
        Matching::All => purge_table(ledger, tx, table, *force)?,
        Matching::Ids(find) => purge_records(ledger, tx, table, &find(tx)?, *force)?,
    }
    let scope = ledger.queue.scope();
    match forget {
        Forget::All => token::forget_table(tx, scope, table),
        Forget::Query(query_id) => {
            let (scope, query_id) = (scope.to_owned(), query_id.clone());
            token::forget(tx, &TokenKey { scope, table: table.clone(), query_id })
        }
    }
}

fn purge_table(ledger: &Ledger, tx: &Transaction<'_>, table: &str, force: Force) -> Result<(), Error> {
    if force == Force::Respect && ledger.queue.any(tx, table)? {
        return Err(Error::PendingOperations);
    }
    ledger.queue.remove_table(tx, table)?;
    Ok(registry::clear(tx, &ledger.bindings.of(table).soup)?)
}

fn purge_records(
    ledger: &Ledger,
    tx: &Transaction<'_>,
    table: &str,
    ids: &[String],
    force: Force,
) -> Result<(), Error> {
    let records = ledger.bindings.open(tx, table)?;
    let some_wait = ledger.queue.any(tx, table)?;
    for id in ids {
        let key = RecordKey::new(table, &**id);
        if some_wait && !ledger.queue.of(tx, &key)?.is_empty() {
            match force {
                Force::Respect => return Err(Error::PendingOperations),
                Force::GiveUp => ledger.queue.remove_record(tx, &key)?,
            }
        }
        records.remove(tx, id)?;
    }
    Ok(())
}
