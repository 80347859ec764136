//! Reads entries by their ids, or one by the value of an index.

use super::document::ENTRY_ID;
use super::entry::{EntryId, Stored};
use super::{Error, Result, Soup};
use rusqlite::{Connection, OptionalExtension, Statement};

impl Soup {
    /// The entry `id`, if there is one.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn get(&self, conn: &Connection, id: EntryId) -> Result<Option<Stored>> {
        let json = conn.prepare_cached(&self.get_sql())?.query_row([id], |row| row.get(0)).optional()?;
        Ok(json.map(|json| Stored { id, json }))
    }

    /// The one entry whose value of the indexed `path` is `key`, if there is one.
    ///
    /// # Errors
    /// A path without an index, or several such entries.
    pub fn find(&self, conn: &Connection, path: &str, key: &str) -> Result<Option<Stored>> {
        if path == ENTRY_ID {
            return key.parse().map_or(Ok(None), |id| self.get(conn, EntryId(id)));
        }
        only(&mut *conn.prepare_cached(&self.find_sql(self.indexed(path)?))?, path, key)
    }

    /// The values of the indexed `path` as texts, of all entries that have one.
    ///
    /// # Errors
    /// A path without an index.
    pub fn values(&self, conn: &Connection, path: &str) -> Result<Vec<String>> {
        let mut statement = conn.prepare_cached(&self.values_sql(self.indexed(path)?))?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// A JSON array of those of the entries `ids` that are there, in the order of their ids, each once.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn retrieve_text(&self, conn: &Connection, ids: &[EntryId]) -> Result<String> {
        let mut statement = conn.prepare_cached(&self.get_sql())?;
        let mut found = String::from("[");
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            let mut rows = statement.query([id])?;
            if let Some(row) = rows.next()? {
                if found.len() > 1 {
                    found.push(',');
                }
                found.push_str(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?);
            }
        }
        found.push(']');
        Ok(found)
    }
}

/// The one entry that a statement of [`Soup::find_sql`] finds by `key`, if there is one.
pub(super) fn only(statement: &mut Statement<'_>, path: &str, key: &str) -> Result<Option<Stored>> {
    let mut rows = statement.query([key])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let found = Stored { id: row.get(0)?, json: row.get(1)? };
    match rows.next()? {
        None => Ok(Some(found)),
        Some(_) => Err(Error::Ambiguous { path: path.to_owned(), value: key.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soup::testing::{Kitchen, undated};

    const SPECS: &str = r#"[{"path":"name","type":"string"},{"path":"size","type":"integer"}]"#;

    #[test]
    fn entries_are_retrieved_once_each_in_the_order_of_their_ids() {
        let kitchen = Kitchen::with(SPECS);
        kitchen.upsert(r#"[{"name":"Ulm"},{"name":"Bonn"},{"name":"Jena"}]"#).unwrap();
        let ids = [3, 1, 9, 3, -4].map(EntryId);
        let found = kitchen.read(|conn, soup| soup.retrieve_text(conn, &ids)).unwrap();
        assert_eq!(undated(&found), r#"[{"name":"Ulm","_soupEntryId":1},{"name":"Jena","_soupEntryId":3}]"#);
        assert_eq!(kitchen.read(|conn, soup| soup.retrieve_text(conn, &[])).unwrap(), "[]");
    }

    #[test]
    fn one_entry_is_found_by_an_index() {
        let kitchen = Kitchen::with(SPECS);
        kitchen.upsert(r#"[{"name":"Ulm","size":12},{"name":"Bonn"},{"name":"Bonn"}]"#).unwrap();
        let find = |path, key| kitchen.read(|conn, soup| soup.find(conn, path, key));
        assert_eq!(find("name", "Ulm").unwrap().unwrap().id, EntryId(1));
        assert_eq!(find("size", "12").unwrap().unwrap().id, EntryId(1));
        assert_eq!(find("_soupEntryId", "2").unwrap().unwrap().id, EntryId(2));
        assert_eq!(find("name", "Jena").unwrap(), None);
        assert_eq!(find("_soupEntryId", "x").unwrap(), None);
        assert_eq!(find("name", "Bonn").unwrap_err().code(), "AMBIGUOUS");
        assert_eq!(find("mayor", "x").unwrap_err().code(), "NOT_INDEXED");
    }
}
