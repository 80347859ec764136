//! Writes entries one after another with statements that are prepared once.

use super::cell::Cell;
use super::document::Document;
use super::entry::EntryId;
use super::projection::Projection;
use super::{Error, Result, Soup};
use crate::database::Transaction;
use crate::platform;
use rusqlite::CachedStatement;

const LAST_ID: &str = "SELECT seq FROM sqlite_sequence WHERE name = ?1";

/// Writes entries of one soup in one transaction.
pub(super) struct Writer<'t> {
    tx: &'t Transaction<'t>,
    soup: &'t Soup,
    insert: Option<CachedStatement<'t>>,
    update: Option<CachedStatement<'t>>,
    search: Option<CachedStatement<'t>>,
    projection: Projection,
    searched: Vec<usize>,
    last_id: Option<i64>,
    now: i64,
}

impl<'t> Writer<'t> {
    pub(super) fn new(tx: &'t Transaction<'t>, soup: &'t Soup) -> Self {
        Self {
            tx,
            soup,
            insert: None,
            update: None,
            search: None,
            projection: soup.projection(),
            searched: soup.searched_positions(),
            last_id: None,
            now: platform::now_ms(),
        }
    }

    /// Makes a new entry and appends its JSON to `out`.
    pub(super) fn create(&mut self, document: &Document<'_>, out: &mut String) -> Result<EntryId> {
        let id = self.next_id()?;
        let start = out.len();
        document.write(out, id, self.now);
        let cells = self.projection.cells(document, id, self.now);
        let insert = ready(&mut self.insert, self.tx, || self.soup.insert_sql())?;
        insert.raw_bind_parameter(1, id)?;
        insert.raw_bind_parameter(2, out.get(start..))?;
        insert.raw_bind_parameter(3, self.now)?;
        for (position, cell) in cells.iter().enumerate() {
            insert.raw_bind_parameter(position + 4, cell)?;
        }
        insert.raw_execute().map_err(|error| not_unique(self.soup, error))?;
        self.make_searchable(id, &cells)?;
        Ok(id)
    }

    /// Replaces the entry `id` wholesale and appends its JSON to `out`; false when there is no such entry.
    pub(super) fn replace(&mut self, id: EntryId, document: &Document<'_>, out: &mut String) -> Result<bool> {
        let start = out.len();
        document.write(out, id, self.now);
        let cells = self.projection.cells(document, id, self.now);
        let update = ready(&mut self.update, self.tx, || self.soup.update_sql())?;
        update.raw_bind_parameter(1, out.get(start..))?;
        update.raw_bind_parameter(2, self.now)?;
        for (position, cell) in cells.iter().enumerate() {
            update.raw_bind_parameter(position + 3, cell)?;
        }
        update.raw_bind_parameter(cells.len() + 3, id)?;
        let found = update.raw_execute().map_err(|error| not_unique(self.soup, error))? > 0;
        if found {
            self.make_searchable(id, &cells)?;
        } else {
            out.truncate(start);
        }
        Ok(found)
    }

    fn make_searchable(&mut self, id: EntryId, cells: &[Cell<'_>]) -> Result<()> {
        if self.searched.is_empty() {
            return Ok(());
        }
        let search = ready(&mut self.search, self.tx, || self.soup.search_sql())?;
        search.raw_bind_parameter(1, id)?;
        for (place, position) in self.searched.iter().enumerate() {
            search.raw_bind_parameter(place + 2, cells.get(*position))?;
        }
        search.raw_execute()?;
        Ok(())
    }

    /// The id after the highest that the soup ever gave (SQLite's AUTOINCREMENT keeps it): the JSON needs it before the
    /// row is there.
    fn next_id(&mut self) -> Result<EntryId> {
        let last = match self.last_id {
            Some(last) => last,
            None => {
                let mut statement = self.tx.prepare_cached(LAST_ID)?;
                let mut rows = statement.query([self.soup.table()])?;
                rows.next()?.map_or(Ok(0), |row| row.get(0))?
            }
        };
        self.last_id = Some(last + 1);
        Ok(EntryId(last + 1))
    }
}

fn ready<'s, 't>(
    slot: &'s mut Option<CachedStatement<'t>>,
    tx: &'t Transaction<'t>,
    sql: impl FnOnce() -> String,
) -> Result<&'s mut CachedStatement<'t>> {
    match slot {
        Some(statement) => Ok(statement),
        None => Ok(slot.insert(tx.prepare_cached(&sql())?)),
    }
}

/// Says which path has to be unique, where that is why SQLite refused.
pub(super) fn not_unique(soup: &Soup, error: rusqlite::Error) -> Error {
    let message = match &error {
        rusqlite::Error::SqliteFailure(failure, Some(message))
            if failure.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE =>
        {
            message
        }
        _ => return error.into(),
    };
    // "UNIQUE constraint failed: TABLE_1.TABLE_1_0", or for an expression "… failed: index 'TABLE_1_0_idx'".
    let number = message.trim_end_matches('\'').trim_end_matches("_idx").rsplit('_').next();
    let index = number.and_then(|number| soup.indexes.get(number.parse::<usize>().ok()?));
    match index {
        Some(index) => Error::NotUnique { soup: soup.name().to_owned(), path: index.spec.path.clone() },
        None => error.into(),
    }
}
