//! Soups that are bound to a backend: what an app changes in them by the ordinary calls of a soup is queued in the same
//! transaction.
//!
//! The bindings are kept in the store itself, so that a change counts whoever makes it and whenever: before the backend
//! is connected after a start, in another tab, in a worker. A record carries its version in [`VERSION`], which a replaced
//! entry hands on, for apps write whole entries and know nothing of versions.

use super::operation::{Action, RecordKey};
use super::queue::{self, Change, Queue};
use super::record::Binding;
use super::{Error, token};
use crate::database::Transaction;
use crate::json;
use crate::platform;
use crate::soup::{self, EntryId, IndexSpec, IndexType, QuerySpec, Soup, Stored, UpsertKey, registry};
use rusqlite::{Connection, OptionalExtension, params};

/// The property of an entry that holds the version of the backend's record it is of.
pub const VERSION: &str = "_version";

const ENTRY_ID: &str = "_soupEntryId";

const TABLE: &str = r#"
CREATE TABLE IF NOT EXISTS sync_bound (
    soup TEXT PRIMARY KEY, scope TEXT NOT NULL, "table" TEXT NOT NULL, idPath TEXT NOT NULL
) WITHOUT ROWID"#;
const OF: &str = r#"SELECT scope, "table", idPath FROM sync_bound WHERE soup = ?"#;
const BIND: &str = r#"INSERT OR REPLACE INTO sync_bound (soup, scope, "table", idPath) VALUES (?, ?, ?, ?)"#;
const UNBIND: &str = "DELETE FROM sync_bound WHERE soup = ?";

/// Makes what bindings need in the store, if it is not there.
///
/// # Errors
/// Those of the store.
pub fn prepare(tx: &Transaction<'_>) -> Result<(), Error> {
    queue::prepare(tx)?;
    token::prepare(tx)?;
    Ok(tx.execute_batch(TABLE)?)
}

/// Binds a soup to the backend `scope`. Binding it again, also by another id, changes nothing that is stored.
///
/// # Errors
/// [`Error::Bound`] for a soup of another backend; [`Error::Setting`] for an id path that is not a top-level name, or
/// has no index; those of the store.
pub fn bind(tx: &Transaction<'_>, scope: &str, binding: &Binding) -> Result<(), Error> {
    let Binding { table, soup, id_path } = binding;
    if let Some(other) = Bound::of(tx, soup)?.filter(|other| other.queue.scope() != scope) {
        return Err(Error::Bound { soup: soup.clone(), scope: other.queue.scope().to_owned() });
    }
    let finds = |spec: &IndexSpec| spec.path == *id_path && spec.kind != IndexType::Json1;
    let indexed = registry::index_specs(tx, soup)?.iter().any(finds);
    if !indexed || id_path.contains('.') {
        let hint = format!(
            "register {soup} with an index of the type string on {id_path}, a name without a dot, to find its records by"
        );
        return Err(Error::Setting(hint));
    }
    tx.prepare_cached(BIND)?.execute(params![soup, scope, table, id_path])?;
    Ok(())
}

/// Frees a soup from its backend. Its entries stay, and are the app's alone.
///
/// # Errors
/// [`Error::PendingOperations`]; those of the store. Nothing is changed then.
pub fn unbind(tx: &Transaction<'_>, soup: &str) -> Result<(), Error> {
    let Some(bound) = Bound::of(tx, soup)? else { return Ok(()) };
    bound.forget(tx)?;
    tx.prepare_cached(UNBIND)?.execute([soup])?;
    Ok(())
}

/// Creates or replaces entries as [`Soup::upsert_text`] does. In a bound soup each is queued: one without an id is given
/// a new one, and one whose id is known replaces that record, whether or not it names its entry.
///
/// # Errors
/// Those of [`Soup::upsert_text`]; [`Error::DeletePending`]; [`Error::ChangedRecordId`]; an id that is no string or
/// number. The transaction must not be committed then.
pub fn upsert(tx: &Transaction<'_>, soup: &str, entries: &str, key: UpsertKey<'_>) -> Result<String, Error> {
    let opened = Soup::open(tx, soup)?;
    let Some(bound) = Bound::of(tx, soup)? else { return Ok(opened.upsert_text(tx, entries, key)?) };
    let entries = json::items(entries).map_err(|error| soup::Error::BadEntries(error.to_string()))?;
    let mut stored = Vec::with_capacity(entries.len());
    for entry in entries {
        let put = bound.put(tx, &opened, entry, key)?;
        stored.push(put.map_or_else(|| "null".to_owned(), |stored| stored.json));
    }
    Ok(json::array(&stored))
}

/// Removes entries as [`Soup::remove`] does. In a bound soup each is a deletion at the backend.
///
/// # Errors
/// Those of the store.
pub fn remove(tx: &Transaction<'_>, soup: &str, ids: &[EntryId]) -> Result<(), Error> {
    let opened = Soup::open(tx, soup)?;
    if let Some(bound) = Bound::of(tx, soup)? {
        for id in ids {
            if let Some(stored) = opened.get(tx, *id)? {
                bound.record_removal(tx, &stored)?;
            }
        }
    }
    opened.remove(tx, ids)?;
    Ok(())
}

/// Removes the entries that a query finds, as [`remove`] does.
///
/// # Errors
/// Those of [`Soup::remove_by_query`].
pub fn remove_by_query(tx: &Transaction<'_>, soup: &str, spec: &QuerySpec) -> Result<(), Error> {
    let ids = Soup::open(tx, soup)?.matching(tx, spec)?;
    remove(tx, soup, &ids)
}

/// Empties a soup. Of a bound one nothing is deleted at the backend: the next pull brings it all again.
///
/// # Errors
/// [`Error::PendingOperations`]; those of the soup.
pub fn clear(tx: &Transaction<'_>, soup: &str) -> Result<(), Error> {
    if let Some(bound) = Bound::of(tx, soup)? {
        bound.forget(tx)?;
    }
    Ok(registry::clear(tx, soup)?)
}

/// Removes a soup, which is bound no more.
///
/// # Errors
/// [`Error::PendingOperations`]; those of the soup.
pub fn drop_soup(tx: &Transaction<'_>, soup: &str) -> Result<(), Error> {
    unbind(tx, soup)?;
    Ok(registry::drop_soup(tx, soup)?)
}

/// A soup's backend.
struct Bound {
    queue: Queue,
    table: String,
    id_path: String,
}

impl Bound {
    fn of(connection: &Connection, soup: &str) -> Result<Option<Self>, Error> {
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Self { queue: Queue::new(row.get::<_, String>(0)?), table: row.get(1)?, id_path: row.get(2)? })
        };
        Ok(connection.prepare_cached(OF)?.query_row([soup], read).optional()?)
    }

    fn forget(&self, tx: &Transaction<'_>) -> Result<(), Error> {
        if self.queue.any(tx, &self.table)? {
            return Err(Error::PendingOperations);
        }
        token::forget_table(tx, self.queue.scope(), &self.table)
    }

    /// Stores one entry and queues it; none if it names an entry that is not there.
    fn put(&self, tx: &Transaction<'_>, soup: &Soup, entry: &str, key: UpsertKey<'_>) -> Result<Option<Stored>, Error> {
        let bad = |error: json::Error| soup::Error::BadEntries(error.to_string());
        let fields = json::fields(entry).map_err(bad)?;
        let own = fields.given(&self.id_path).map(id_text).transpose()?;
        let old = match (key, fields.given(ENTRY_ID), &own) {
            (UpsertKey::EntryId, Some(id), _) => {
                let Some(old) = id.parse().ok().map(EntryId).map(|id| soup.get(tx, id)).transpose()?.flatten() else {
                    return Ok(None);
                };
                Some(old)
            }
            (UpsertKey::External(path), ..) if path != self.id_path => {
                let value = fields.given(path).ok_or_else(|| soup::Error::NoExternalId(path.to_owned()))?;
                soup.find(tx, path, &json::lossy_text(value).unwrap_or(value.into()))?
            }
            (UpsertKey::External(path), _, None) => return Err(soup::Error::NoExternalId(path.to_owned()).into()),
            (_, _, Some(id)) => soup.find(tx, &self.id_path, id)?,
            (UpsertKey::EntryId, None, None) => None,
        };
        let before = old.as_ref().map(|old| json::fields(&old.json).map_err(bad)).transpose()?;
        let known = before.as_ref().and_then(|before| before.given(&self.id_path));
        let id = match (own, known.map(id_text).transpose()?) {
            (Some(new), Some(original)) if new != original => return Err(Error::ChangedRecordId { original, new }),
            (Some(id), _) | (None, Some(id)) => id,
            (None, None) => platform::uuid().map_err(|error| Error::Setting(error.to_string()))?,
        };
        let mut new: Vec<(&str, String)> = Vec::with_capacity(fields.0.len() + 2);
        new.extend(fields.0.iter().map(|(name, value)| (&**name, (*value).to_owned())));
        if fields.given(&self.id_path).is_none() {
            new.retain(|(name, _)| *name != self.id_path);
            new.push((&self.id_path, known.map_or_else(|| json::quoted(&id), str::to_owned)));
        }
        if let (None, Some(version)) = (fields.get(VERSION), before.as_ref().and_then(|before| before.get(VERSION))) {
            new.push((VERSION, version.to_owned()));
        }
        let entry = json::object(new.iter().map(|(name, value)| (*name, value)));
        let action = if old.is_some() { Action::Update } else { Action::Insert };
        self.record(tx, &id, action, old.as_ref().map(|old| old.json.as_str()), &entry)?;
        Ok(soup.put(tx, old.map(|old| old.id), &entry)?)
    }

    fn record_removal(&self, tx: &Transaction<'_>, stored: &Stored) -> Result<(), Error> {
        let fields = json::fields(&stored.json).map_err(|error| soup::Error::BadEntries(error.to_string()))?;
        match fields.given(&self.id_path).map(id_text).transpose()? {
            Some(id) => self.record(tx, &id, Action::Delete, Some(&stored.json), &stored.json),
            // It was there before the soup was bound, and was never anyone's record.
            None => Ok(()),
        }
    }

    /// Queues a change; `entry` says which version it is based on.
    fn record(
        &self,
        tx: &Transaction<'_>,
        id: &str,
        action: Action,
        base: Option<&str>,
        entry: &str,
    ) -> Result<(), Error> {
        let key = RecordKey::new(&*self.table, id);
        let version = version_of(entry);
        self.queue.record(tx, &Change { key: &key, action, version: version.as_deref(), base })?;
        Ok(())
    }
}

/// The version that an entry of a bound soup carries.
pub fn version_of(entry: &str) -> Option<String> {
    json::fields(entry).ok()?.given_text(VERSION).ok().flatten()
}

/// The id that a JSON value is: a string, or a number as it is written.
///
/// # Errors
/// [`Error::InvalidId`] for anything else, and for an empty string.
pub fn id_text(value: &str) -> Result<String, Error> {
    let invalid = || Error::InvalidId(value.to_owned());
    match value.as_bytes().first() {
        Some(b'"') => json::text(value).ok().map(String::from).filter(|id| !id.is_empty()).ok_or_else(invalid),
        Some(b'-' | b'0'..=b'9') => Ok(value.to_owned()),
        _ => Err(invalid()),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
