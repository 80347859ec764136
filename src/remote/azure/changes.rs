//! Local changes of a table, each queued for its backend in the transaction that makes it.

use super::cell::{Cell, Record};
use super::definition::ID;
use super::error::Error;
use super::id::Id;
use super::table::{Source, Table};
use crate::database::Transaction;
use crate::platform;
use crate::soup::Soup;
use crate::sync::queue::{Change, Queue};
use crate::sync::{self, Action, Home, RecordKey, Touched};
use std::rc::Rc;

/// Makes changes in the tables of one store.
#[derive(Clone)]
pub struct Changes {
    home: Home,
    queue: Queue,
}

impl Changes {
    /// Changes of the tables in `home`, to be queued in `queue`.
    pub fn new(home: Home, queue: Queue) -> Self {
        Self { home, queue }
    }

    /// Adds a record, and gives its id: a new one, when it has none.
    ///
    /// # Errors
    /// A record that is there already, an id that is not valid, or a value that does not fit its column.
    pub async fn insert(&self, table: Rc<Table>, record: String) -> Result<String, Error> {
        let fresh = platform::uuid().map_err(|error| Error::Definition(error.to_string()))?;
        let (queue, record) = (self.queue.clone(), Rc::new(record));
        let touched = touched(&table, &record, Some(fresh.clone()));
        let job = move |tx: &Transaction<'_>| {
            let mut record = Record::parse(&record)?;
            if matches!(record.get(ID), Cell::Undefined | Cell::Null) {
                record.properties.retain(|(name, _)| !name.eq_ignore_ascii_case(ID));
                record.properties.insert(0, (ID.to_owned(), Cell::Text(fresh.clone())));
            }
            let id = table.id_of("instance.id", &record)?;
            let local = Local::find(tx, &table, &id)?;
            if local.entry.is_some() {
                return Err(sync::Error::RecordExists(local.key).into());
            }
            local.put(tx, &queue, &table, &record, Action::Insert)?;
            Ok(id.key().to_owned())
        };
        self.home.write(&touched, job).await
    }

    /// Changes the fields of a record that `record` has; one that is not there is made.
    ///
    /// # Errors
    /// An id that is not valid, a value that does not fit its column, or a record whose deletion is pending.
    pub async fn update(&self, table: Rc<Table>, record: String) -> Result<(), Error> {
        let (queue, record) = (self.queue.clone(), Rc::new(record));
        let touched = touched(&table, &record, None);
        let job = move |tx: &Transaction<'_>| {
            let record = Record::parse(&record)?;
            let id = table.id_of("instance.id", &record)?;
            Local::find(tx, &table, &id)?.put(tx, &queue, &table, &record, Action::Update)
        };
        self.home.write(&touched, job).await
    }

    /// Deletes a record; the deletion of one that is not there is queued all the same.
    ///
    /// # Errors
    /// An id that is not valid.
    pub async fn delete(&self, table: Rc<Table>, record: String) -> Result<(), Error> {
        let (queue, record) = (self.queue.clone(), Rc::new(record));
        let touched = touched(&table, &record, None);
        let job = move |tx: &Transaction<'_>| {
            let id = table.id_of("id", &Record::parse(&record)?)?;
            Local::find(tx, &table, &id)?.delete(tx, &queue, &table)
        };
        self.home.write(&touched, job).await
    }
}

/// The record that `record` changes, which is `fresh` if it has no id.
fn touched(table: &Rc<Table>, record: &Rc<String>, fresh: Option<String>) -> impl Fn() -> Touched + 'static {
    let (table, record) = (Rc::clone(table), Rc::clone(record));
    move || {
        let id = Record::parse(&record).and_then(|record| table.id_of(ID, &record));
        let id = id.map(|id| id.key().to_owned()).ok().or_else(|| fresh.clone());
        Touched::records(id.into_iter().map(|id| RecordKey::new(&*table.name, id)).collect())
    }
}

/// A record as the store has it.
struct Local {
    key: RecordKey,
    soup: Soup,
    entry: Option<crate::soup::Stored>,
}

impl Local {
    fn find(tx: &Transaction<'_>, table: &Table, id: &Id) -> Result<Self, Error> {
        let soup = Soup::open(tx, &table.soup)?;
        let entry = soup.find(tx, table.id_path(), id.key())?;
        Ok(Self { key: RecordKey::new(&*table.name, id.key()), soup, entry })
    }

    fn json(&self) -> Option<&str> {
        self.entry.as_ref().map(|entry| entry.json.as_str())
    }

    fn put(
        self,
        tx: &Transaction<'_>,
        queue: &Queue,
        table: &Table,
        record: &Record<'_>,
        action: Action,
    ) -> Result<(), Error> {
        let json = table.merge(self.json(), record, Source::App)?;
        self.record(tx, queue, action, table.version_of(&json).as_deref())?;
        self.soup.put(tx, self.entry.map(|entry| entry.id), &json)?;
        Ok(())
    }

    fn delete(self, tx: &Transaction<'_>, queue: &Queue, table: &Table) -> Result<(), Error> {
        let version = self.json().and_then(|json| table.version_of(json));
        self.record(tx, queue, Action::Delete, version.as_deref())?;
        let ids: Vec<_> = self.entry.into_iter().map(|entry| entry.id).collect();
        self.soup.remove(tx, &ids)?;
        Ok(())
    }

    fn record(&self, tx: &Transaction<'_>, queue: &Queue, action: Action, version: Option<&str>) -> Result<(), Error> {
        queue.record(tx, &Change { key: &self.key, action, version, base: self.json() })?;
        Ok(())
    }
}
