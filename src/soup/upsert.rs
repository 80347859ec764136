//! Puts entries into a soup: creates the new ones, replaces the known ones.

use super::cell::Cell;
use super::document::{Document, ENTRY_ID, for_each};
use super::entry::{EntryId, Stored};
use super::projection::Path;
use super::savepoint::atomically;
use super::spec::IndexType;
use super::writer::Writer;
use super::{Error, Result, Soup};
use crate::database::Transaction;
use crate::json;
use rusqlite::CachedStatement;

/// What tells whether an entry is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpsertKey<'k> {
    /// Its `_soupEntryId`; an entry without one is new.
    EntryId,
    /// The value of this indexed path, which every entry must have.
    External(&'k str),
}

impl Soup {
    /// Creates or replaces the entries of a JSON array, strictly in order, and returns the array of what is stored now.
    ///
    /// An entry whose `_soupEntryId` no entry has becomes `null` in the result, and nothing is created for it. Replacing
    /// is wholesale: nothing of the old entry is kept (SmartStore spec, Upsert).
    ///
    /// # Errors
    /// Text that is no array of objects; for an external id, a path without an index, an entry without a value, or a
    /// value that several entries share; a unique index's value that another entry has. Nothing is changed then.
    pub fn upsert_text(&self, tx: &Transaction<'_>, entries: &str, key: UpsertKey<'_>) -> Result<String> {
        let mut known = match key {
            UpsertKey::EntryId | UpsertKey::External(ENTRY_ID) => None,
            UpsertKey::External(path) => Some(ExternalId::new(tx, self, path)?),
        };
        let mut stored = String::with_capacity(entries.len() + entries.len() / 8 + 2);
        stored.push('[');
        atomically(tx, || {
            let mut writer = Writer::new(tx, self);
            for_each(entries, |document| {
                let id = match &mut known {
                    Some(external) => external.entry_of(document)?,
                    None => document.entry_id()?,
                };
                if stored.len() > 1 {
                    stored.push(',');
                }
                match id {
                    None => drop(writer.create(document, &mut stored)?),
                    Some(id) if writer.replace(id, document, &mut stored)? => {}
                    Some(_) => stored.push_str("null"),
                }
                Ok(())
            })
        })?;
        tx.touch(self.name());
        stored.push(']');
        Ok(stored)
    }

    /// Creates one entry, or replaces the entry `id` wholesale: then none when there is no such entry.
    ///
    /// The `_soupEntryId` in `json` is not looked at.
    ///
    /// # Errors
    /// Text that is no JSON object, or a unique index's value that another entry has. Nothing is changed then.
    pub fn put(&self, tx: &Transaction<'_>, id: Option<EntryId>, json: &str) -> Result<Option<Stored>> {
        let document = Document::parse(json)?;
        let mut stored = String::with_capacity(json.len() + 64);
        let id = atomically(tx, || {
            let mut writer = Writer::new(tx, self);
            match id {
                None => writer.create(&document, &mut stored).map(Some),
                Some(id) => Ok(writer.replace(id, &document, &mut stored)?.then_some(id)),
            }
        })?;
        Ok(id.map(|id| {
            tx.touch(self.name());
            Stored { id, json: stored }
        }))
    }
}

/// Finds entries by the value of an indexed path, one lookup each.
struct ExternalId<'t> {
    path: &'t str,
    kind: IndexType,
    parts: Path,
    find: CachedStatement<'t>,
}

impl<'t> ExternalId<'t> {
    fn new(tx: &'t Transaction<'_>, soup: &Soup, path: &'t str) -> Result<Self> {
        let index = soup.indexed(path)?;
        let find = tx.prepare_cached(&soup.find_id_sql(index))?;
        Ok(Self { path, kind: index.spec.kind, parts: Path::new(path), find })
    }

    fn entry_of(&mut self, document: &Document<'_>) -> Result<Option<EntryId>> {
        let value = self.parts.of(document).filter(|json| json != "null");
        let value = value.ok_or_else(|| Error::NoExternalId(self.path.to_owned()))?;
        let mut rows = self.find.query([Cell::of(self.kind, value.clone())])?;
        let first = rows.next()?.map(|row| row.get(0)).transpose()?;
        if first.is_some() && rows.next()?.is_some() {
            let value = json::lossy_text(&value).unwrap_or_else(|| value.clone()).into_owned();
            return Err(Error::Ambiguous { path: self.path.to_owned(), value });
        }
        Ok(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soup::testing::{Kitchen, SOUP, undated};

    const SPECS: &str = r#"[{"path":"name","type":"string"},{"path":"size","type":"integer"},
        {"path":"height","type":"floating"},{"path":"about","type":"full_text"},{"path":"tags.word","type":"json1"}]"#;

    #[test]
    fn new_entries_are_numbered_from_one_and_known_ones_replaced_wholesale() {
        let kitchen = Kitchen::with(SPECS);
        let stored = kitchen.upsert(r#"[{"name":"Ulm","size":1},{"name":"Köln"}]"#).unwrap();
        assert_eq!(stored, r#"[{"name":"Ulm","size":1,"_soupEntryId":1},{"name":"Köln","_soupEntryId":2}]"#);
        let stored = kitchen.upsert(r#"[{"_soupEntryId":1,"name":"Ulm an der Donau"},{"name":"Bonn"}]"#).unwrap();
        assert_eq!(stored, r#"[{"_soupEntryId":1,"name":"Ulm an der Donau"},{"name":"Bonn","_soupEntryId":3}]"#);
        assert_eq!(kitchen.value::<Option<i64>>("SELECT TABLE_1_1 FROM TABLE_1 WHERE id = 1"), None);
        assert_eq!(kitchen.upsert("[]").unwrap(), "[]");
    }

    #[test]
    fn an_entry_that_is_gone_becomes_null_and_is_not_created() {
        let kitchen = Kitchen::with(SPECS);
        let stored = kitchen.upsert(r#"[{"_soupEntryId":9,"name":"Ulm"},{"name":"Bonn"}]"#).unwrap();
        assert_eq!(stored, r#"[null,{"name":"Bonn","_soupEntryId":1}]"#);
        assert_eq!(kitchen.all(), r#"[{"name":"Bonn","_soupEntryId":1}]"#);
    }

    #[test]
    fn the_dates_are_in_the_json_and_in_the_columns() {
        let kitchen = Kitchen::with(SPECS);
        kitchen.upsert(r#"[{"name":"Ulm"}]"#).unwrap();
        let same = "SELECT json_extract(soup, '$._soupLastModifiedDate') = lastModified AND created = lastModified \
            AND created > 1600000000000 FROM TABLE_1";
        assert!(kitchen.value::<bool>(same));
        kitchen.write(|tx| Ok(tx.execute_batch("UPDATE TABLE_1 SET created = 5")?)).unwrap();
        kitchen.upsert(r#"[{"_soupEntryId":1,"name":"Ulm"}]"#).unwrap();
        assert!(kitchen.value::<bool>("SELECT created = 5 AND lastModified > 5 FROM TABLE_1"));
    }

    #[test]
    fn index_values_are_projected_by_their_types() {
        let kitchen = Kitchen::with(SPECS);
        kitchen.upsert(r#"[{"name":true,"size":3.9,"height":2,"about":["a", 1],"tags":{"word":7}}]"#).unwrap();
        let row = "SELECT json_array(TABLE_1_0, TABLE_1_1, TABLE_1_2, TABLE_1_3) FROM TABLE_1";
        assert_eq!(kitchen.value::<String>(row), r#"["true",3,2.0,"[\"a\",1]"]"#);
        assert_eq!(kitchen.value::<i64>("SELECT id FROM TABLE_1 WHERE json_extract(soup, '$.tags.word') = 7"), 1);
    }

    #[test]
    fn full_text_follows_every_write() {
        let kitchen = Kitchen::with(SPECS);
        let found = |word: &str| {
            let sql = format!("SELECT group_concat(rowid) FROM TABLE_1_fts WHERE TABLE_1_fts MATCH '{word}'");
            kitchen.value::<Option<String>>(&sql)
        };
        kitchen.upsert(r#"[{"about":"Old Gréy town"},{"about":"new town"}]"#).unwrap();
        assert_eq!(found("grey").unwrap(), "1");
        kitchen.upsert(r#"[{"_soupEntryId":1,"about":"green"}]"#).unwrap();
        assert_eq!(found("grey"), None);
        assert_eq!(found("gr*").unwrap(), "1");
        kitchen.write(|tx| Soup::open(tx, SOUP)?.remove(tx, &[EntryId(1)])).unwrap();
        assert_eq!(found("green"), None);
        assert_eq!(found("town").unwrap(), "2");
    }

    #[test]
    fn an_external_id_finds_the_entry_to_replace_even_within_the_batch() {
        let kitchen = Kitchen::with(SPECS);
        kitchen.upsert(r#"[{"name":"Bonn"},{"name":"Ulm"}]"#).unwrap();
        let entries = r#"[{"name":"Ulm","size":1,"_soupEntryId":77},{"name":"Jena"},{"name":"Jena","size":2}]"#;
        let stored = kitchen.upsert_by("name", entries).unwrap();
        let expected = r#"[{"name":"Ulm","size":1,"_soupEntryId":2},{"name":"Jena","_soupEntryId":3},{"name":"Jena","size":2,"_soupEntryId":3}]"#;
        assert_eq!(stored, expected);
    }

    #[test]
    fn external_ids_of_every_type_are_found_again() {
        for (path, value) in [("name", "true"), ("size", "3.7"), ("height", "2"), ("about", "\"x\""), ("code", "3")] {
            let kitchen = Kitchen::with(&SPECS.replace("tags.word", "code"));
            let entries = format!("[{{\"{path}\":{value}}}]");
            let first = kitchen.upsert_by(path, &entries).unwrap();
            assert_eq!(kitchen.upsert_by(path, &entries).unwrap(), first, "{path}");
            assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM TABLE_1"), 1, "{path}");
        }
    }

    #[test]
    fn the_entry_id_serves_as_an_external_id() {
        let kitchen = Kitchen::with(SPECS);
        kitchen.upsert(r#"[{"name":"Bonn"}]"#).unwrap();
        let stored = kitchen.upsert_by("_soupEntryId", r#"[{"name":"Ulm","_soupEntryId":1}]"#).unwrap();
        assert_eq!(stored, r#"[{"name":"Ulm","_soupEntryId":1}]"#);
    }

    #[test]
    fn a_batch_that_fails_changes_nothing() {
        let kitchen = Kitchen::with(SPECS);
        kitchen.upsert(r#"[{"name":"Ulm"},{"name":"Ulm"}]"#).unwrap();
        let before = kitchen.all();
        let failures = [
            (r#"[{"name":"Bonn"},{"name":"Ulm"}]"#, "There are more than one soup elements where name is Ulm"),
            (
                r#"[{"name":"Bonn"},{"size":1}]"#,
                "For upsert with external ID path 'name', value cannot be empty for any entries.",
            ),
            (
                r#"[{"name":"Bonn"},{"name":null}]"#,
                "For upsert with external ID path 'name', value cannot be empty for any entries.",
            ),
        ];
        for (entries, message) in failures {
            assert_eq!(kitchen.upsert_by("name", entries).unwrap_err().to_string(), message);
            assert_eq!(kitchen.all(), before);
        }
        let error = kitchen.upsert_by("mayor", r#"[{"mayor":"x"}]"#).unwrap_err();
        assert_eq!(error.to_string(), "cities does not have an index on mayor");
        assert_eq!(kitchen.upsert(r#"[{"name":"Bonn"},3]"#).unwrap_err().code(), "BAD_ENTRIES");
        assert_eq!(kitchen.all(), before);
    }

    #[test]
    fn a_failed_batch_leaves_the_transaction_around_it_as_it_was() {
        let kitchen = Kitchen::with(SPECS);
        let stored = kitchen.write(|tx| {
            let soup = Soup::open(tx, SOUP)?;
            soup.upsert_text(tx, r#"[{"name":"Ulm"}]"#, UpsertKey::EntryId)?;
            assert!(soup.upsert_text(tx, r#"[{"name":"Bonn"},[]]"#, UpsertKey::EntryId).is_err());
            soup.upsert_text(tx, r#"[{"name":"Jena"}]"#, UpsertKey::EntryId)
        });
        assert_eq!(undated(&stored.unwrap()), r#"[{"name":"Jena","_soupEntryId":2}]"#);
        assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM TABLE_1"), 2);
    }

    #[test]
    fn a_unique_index_refuses_a_second_entry_by_its_path() {
        for kind in ["string", "json1"] {
            let kitchen = Kitchen::with(&format!(
                r#"[{{"path":"x","type":"integer"}},{{"path":"id","type":"{kind}","unique":true}}]"#
            ));
            kitchen.upsert(r#"[{"id":"a"},{"id":null},{"id":null}]"#).unwrap();
            let error = kitchen.upsert(r#"[{"id":"b"},{"id":"a"}]"#).unwrap_err();
            assert_eq!(error.code(), "NOT_UNIQUE");
            assert!(error.to_string().contains("value of id"), "{error}");
            assert_eq!(kitchen.upsert(r#"[{"_soupEntryId":2,"id":"a"}]"#).unwrap_err().code(), "NOT_UNIQUE");
            assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM TABLE_1"), 3);
        }
    }

    #[test]
    fn one_entry_is_put_and_a_missing_one_is_none() {
        let kitchen = Kitchen::with(SPECS);
        let put = |id: Option<EntryId>, json: &'static str| {
            kitchen.write(move |tx| Soup::open(tx, SOUP)?.put(tx, id, json)).unwrap()
        };
        let created = put(None, r#"{"name":"Ulm","_soupEntryId":44}"#).unwrap();
        assert_eq!((created.id, &*undated(&created.json)), (EntryId(1), r#"{"name":"Ulm","_soupEntryId":1}"#));
        let replaced = put(Some(EntryId(1)), r#"{"name":"Bonn"}"#).unwrap();
        assert_eq!(undated(&replaced.json), r#"{"name":"Bonn","_soupEntryId":1}"#);
        assert_eq!(put(Some(EntryId(2)), r#"{"name":"Jena"}"#), None);
        assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM TABLE_1"), 1);
        let error = kitchen.write(|tx| Soup::open(tx, SOUP)?.put(tx, None, "[]"));
        assert_eq!(error.unwrap_err().code(), "BAD_ENTRIES");
    }

    #[test]
    fn a_write_tells_which_soup_it_changed() {
        let kitchen = Kitchen::with(SPECS);
        let told = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
        let heard = told.clone();
        let subscription = kitchen.store.subscribe(move |changes| heard.borrow_mut().extend(changes.names.clone()));
        kitchen.upsert(r#"[{"name":"Ulm"}]"#).unwrap();
        assert_eq!(*told.borrow(), [SOUP]);
        drop(subscription);
    }
}
