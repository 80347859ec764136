//! A store in a file, natively: the same records, in tables of a plain SQLite file.

use super::{Append, Appended, AtRest, Birth, Durability, Error, Fold, LocalBoxFuture, Medium, OneExtent, Swap, Tail};
use crate::pager::key::DeviceKey;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::any::Any;
use std::cell::RefCell;
use std::future::ready;
use std::path::{Path, PathBuf};

const SCHEMA: &str = "
    create table if not exists meta (key text primary key, value) without rowid;
    create table if not exists extent (number integer primary key, value blob not null);
    create table if not exists log (number integer primary key, value blob not null);";

/// A store in a file.
pub struct FileMedium {
    path: PathBuf,
    connection: RefCell<Option<Connection>>,
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            Some(rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::ReadOnly) => Self::Refused(error.to_string()),
            _ => Self::Storage(error.to_string()),
        }
    }
}

impl FileMedium {
    /// The store in the file at `path`, which is made with the store.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self { path: path.as_ref().to_owned(), connection: RefCell::default() }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        let mut slot = self.connection.borrow_mut();
        let connection = match &mut *slot {
            Some(connection) => connection,
            None => {
                let connection = Connection::open(&self.path)?;
                connection.busy_timeout(std::time::Duration::from_secs(10))?;
                connection.execute_batch(SCHEMA)?;
                slot.insert(connection)
            }
        };
        Ok(work(connection)?)
    }

    fn swap(
        &self,
        durability: Durability,
        allowed: impl FnOnce(&Transaction<'_>, Option<&str>) -> rusqlite::Result<bool>,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> Result<(Swap, Option<String>), Error> {
        self.with(|connection| {
            let synchronous = if durability == Durability::Strict { "full" } else { "off" };
            connection.pragma_update(None, "synchronous", synchronous)?;
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let head: Option<String> = meta(&transaction, "head")?;
            if !allowed(&transaction, head.as_deref())? {
                return Ok((Swap::Behind, head));
            }
            work(&transaction)?;
            transaction.commit()?;
            Ok((Swap::Done, head))
        })
    }
}

fn meta<T: rusqlite::types::FromSql>(connection: &Connection, key: &str) -> rusqlite::Result<Option<T>> {
    connection.query_row("select value from meta where key = ?", [key], |row| row.get(0)).optional()
}

fn put_meta(connection: &Connection, key: &str, value: impl rusqlite::ToSql) -> rusqlite::Result<()> {
    connection.execute("insert or replace into meta values (?, ?)", params![key, value]).map(drop)
}

fn put_birth(connection: &Connection, identity: &str, device: Option<&DeviceKey>) -> rusqlite::Result<()> {
    put_meta(connection, "identity", identity)?;
    match device {
        Some(DeviceKey::Bytes(bytes)) => put_meta(connection, "key", bytes),
        None => connection.execute("delete from meta where key = 'key'", []).map(drop),
    }
}

fn has_commit(connection: &Connection, number: u64) -> rusqlite::Result<bool> {
    connection.query_row("select exists (select 1 from log where number = ?)", [number as i64], |row| row.get(0))
}

fn numbered<N: TryFrom<i64> + Default>(
    connection: &Connection,
    table: &str,
    after: i64,
) -> rusqlite::Result<Vec<(N, Vec<u8>)>> {
    let sql = format!("select number, value from {table} where number > ? order by number");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement
        .query_map([after], |row| Ok((N::try_from(row.get::<_, i64>(0)?).unwrap_or_default(), row.get(1)?)))?;
    rows.collect()
}

impl Medium for FileMedium {
    fn load(&self, most: u32) -> LocalBoxFuture<'_, Result<Option<AtRest>, Error>> {
        Box::pin(ready(self.with(|connection| {
            let transaction = connection.transaction()?;
            let (Some(identity), Some(head)) = (meta(&transaction, "identity")?, meta(&transaction, "head")?) else {
                return Ok(None);
            };
            let count: u32 = transaction.query_row("select count(*) from extent", [], |row| row.get(0))?;
            Ok(Some(AtRest {
                identity,
                head,
                witness: meta::<i64>(&transaction, "witness")?.unwrap_or_default() as u64,
                manifest: meta(&transaction, "manifest")?.unwrap_or_default(),
                device_key: meta(&transaction, "key")?.map(DeviceKey::Bytes),
                extents: (count <= most).then(|| numbered(&transaction, "extent", -1)).transpose()?,
                records: numbered(&transaction, "log", -1)?,
            }))
        })))
    }

    fn extent(&self, index: u32) -> LocalBoxFuture<'_, Result<Option<OneExtent>, Error>> {
        Box::pin(ready(self.with(|connection| {
            let transaction = connection.transaction()?;
            let Some(head) = meta(&transaction, "head")? else { return Ok(None) };
            let sql = "select value from extent where number = ?";
            let extent = transaction.query_row(sql, [index], |row| row.get(0)).optional()?;
            Ok(Some(OneExtent { head, extent }))
        })))
    }

    fn create(&self, birth: Birth) -> LocalBoxFuture<'_, Result<Swap, Error>> {
        let made = self.swap(
            Durability::Strict,
            |_, head| Ok(head.is_none()),
            |transaction| {
                put_meta(transaction, "head", &birth.head)?;
                put_meta(transaction, "manifest", &birth.manifest)?;
                put_birth(transaction, &birth.identity, birth.device_key.as_ref())
            },
        );
        Box::pin(ready(made.map(|(swap, _)| swap)))
    }

    fn since(&self, commit: u64) -> LocalBoxFuture<'_, Result<Option<Tail>, Error>> {
        Box::pin(ready(self.with(|connection| {
            let transaction = connection.transaction()?;
            let Some(head) = meta(&transaction, "head")? else { return Ok(None) };
            Ok(Some(Tail { head, records: numbered(&transaction, "log", commit as i64)? }))
        })))
    }

    fn append<'a>(&'a self, append: Append<'a>) -> LocalBoxFuture<'a, Result<Appended, Error>> {
        let put = self.swap(
            append.durability,
            |transaction, head| Ok(head.is_some() && !has_commit(transaction, append.number)?),
            |transaction| {
                transaction.execute("insert into log values (?, ?)", params![append.number as i64, append.record])?;
                if append.witness { put_meta(transaction, "witness", append.number as i64) } else { Ok(()) }
            },
        );
        Box::pin(ready(put.map(|put| match put {
            (Swap::Done, Some(head)) => Appended::Put(head),
            _ => Appended::Refused,
        })))
    }

    fn fold<'a>(&'a self, fold: Fold<'a>) -> LocalBoxFuture<'a, Result<Swap, Error>> {
        let folded = self.swap(
            Durability::Strict,
            |transaction, head| Ok(head == fold.expected && !has_commit(transaction, fold.newest + 1)?),
            |transaction| {
                put_meta(transaction, "head", fold.head)?;
                put_meta(transaction, "witness", fold.witness as i64)?;
                put_meta(transaction, "manifest", fold.manifest)?;
                if let Some((identity, device)) = fold.birth {
                    put_birth(transaction, identity, device)?;
                }
                for (index, extent) in fold.extents {
                    transaction.execute("insert or replace into extent values (?, ?)", params![index, extent])?;
                }
                transaction.execute("delete from extent where number >= ?", [fold.extent_count])?;
                transaction.execute("delete from log", [])?;
                Ok(())
            },
        );
        Box::pin(ready(folded.map(|(swap, _)| swap)))
    }

    fn destroy(&self) -> LocalBoxFuture<'_, Result<(), Error>> {
        Box::pin(ready(self.with(|connection| {
            connection.execute_batch("delete from meta; delete from extent; delete from log; vacuum")
        })))
    }

    fn close(&self) {
        *self.connection.borrow_mut() = None;
    }

    fn announce(&self) {}

    fn listen(&self, _heard: Box<dyn Fn()>) {}

    fn turn(&self) -> LocalBoxFuture<'_, Option<Box<dyn Any>>> {
        Box::pin(ready(None))
    }
}
