//! Many entries in one transaction, each found by the value of one index and put in its place: what a page of a pull
//! does. Statements are prepared once.

use super::document::{Document, ENTRY_ID};
use super::entry::{EntryId, Stored};
use super::lookup::only;
use super::writer::Writer;
use super::{Result, Soup};
use crate::database::Transaction;
use rusqlite::CachedStatement;

/// The entries of a soup by the value of one indexed path.
///
/// When a call fails, what it did until then stays in the transaction, which must not be committed.
pub struct Keyed<'t> {
    tx: &'t Transaction<'t>,
    soup: &'t Soup,
    path: &'t str,
    /// None for the entry id, which needs no index.
    find: Option<CachedStatement<'t>>,
    writer: Writer<'t>,
    /// Where entries are written before they are stored, again and again.
    buffer: String,
}

impl Soup {
    /// Its entries by the value of the indexed `path`.
    ///
    /// # Errors
    /// A path without an index.
    pub fn keyed<'t>(&'t self, tx: &'t Transaction<'t>, path: &'t str) -> Result<Keyed<'t>> {
        let find = match path {
            ENTRY_ID => None,
            _ => Some(tx.prepare_cached(&self.find_sql(self.indexed(path)?))?),
        };
        Ok(Keyed { tx, soup: self, path, find, writer: Writer::new(tx, self), buffer: String::new() })
    }
}

impl Keyed<'_> {
    /// The entry whose value is `key`, if there is one.
    ///
    /// # Errors
    /// Several such entries.
    pub fn find(&mut self, key: &str) -> Result<Option<Stored>> {
        match &mut self.find {
            Some(statement) => only(statement, self.path, key),
            None => self.soup.find(self.tx, self.path, key),
        }
    }

    /// Replaces the entry `id` wholesale, or creates one when there is none to replace.
    ///
    /// # Errors
    /// Text that is no JSON object, or a unique index's value that another entry has.
    pub fn put(&mut self, id: Option<EntryId>, json: &str) -> Result<()> {
        let document = Document::parse(json)?;
        self.buffer.clear();
        match id {
            Some(id) => drop(self.writer.replace(id, &document, &mut self.buffer)?),
            None => drop(self.writer.create(&document, &mut self.buffer)?),
        }
        self.tx.touch(self.soup.name());
        Ok(())
    }

    /// Removes the entry `id`, and tells whether it was there.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn remove(&mut self, id: EntryId) -> Result<bool> {
        Ok(self.soup.remove(self.tx, &[id])? > 0)
    }
}
