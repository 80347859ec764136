//! A store with one soup to try things on.

use super::{IndexSpec, Result, Soup, UpsertKey, registry};
use crate::database::{Database, OpenOptions, Transaction};
use futures::executor::block_on;
use rusqlite::Connection;

/// The soup's name.
pub(super) const SOUP: &str = "cities";

pub(super) struct Kitchen {
    pub(super) store: Database,
}

impl Kitchen {
    /// A store with the soup [`SOUP`], whose specs are JSON.
    pub(super) fn with(specs: &str) -> Self {
        let kitchen = Self { store: block_on(Database::open(OpenOptions::default())).unwrap() };
        let specs = IndexSpec::parse_list(specs).unwrap();
        kitchen
            .write(move |tx| {
                registry::prepare(tx)?;
                registry::register(tx, SOUP, &specs)
            })
            .unwrap();
        kitchen
    }

    pub(super) fn write<T: 'static>(&self, job: impl FnMut(&Transaction<'_>) -> Result<T> + 'static) -> Result<T> {
        block_on(self.store.write(job))
    }

    pub(super) fn read<T>(&self, job: impl FnOnce(&Connection, &Soup) -> Result<T>) -> Result<T> {
        self.store.read(|conn| job(conn, &Soup::open(conn, SOUP)?))
    }

    /// Upserts by entry id into the soup, and gives what is stored without the date.
    pub(super) fn upsert(&self, entries: &str) -> Result<String> {
        self.upsert_into(SOUP, entries, None)
    }

    /// Upserts by the external id `path`.
    pub(super) fn upsert_by(&self, path: &str, entries: &str) -> Result<String> {
        self.upsert_into(SOUP, entries, Some(path.to_owned()))
    }

    pub(super) fn upsert_into(&self, soup: &'static str, entries: &str, path: Option<String>) -> Result<String> {
        let entries = entries.to_owned();
        let stored = self.write(move |tx| {
            let key = path.as_deref().map_or(UpsertKey::EntryId, UpsertKey::External);
            Soup::open(tx, soup)?.upsert_text(tx, &entries, key)
        })?;
        Ok(undated(&stored))
    }

    /// All entries, without their dates.
    pub(super) fn all(&self) -> String {
        let sql = "SELECT json_group_array(json(soup) ORDER BY id) FROM TABLE_1";
        undated(&self.value::<String>(sql))
    }

    /// The first column of the first row of `sql`.
    pub(super) fn value<T: rusqlite::types::FromSql>(&self, sql: &str) -> T {
        self.read(|conn, _| Ok(conn.query_row(sql, [], |row| row.get(0))?)).unwrap()
    }
}

/// `json` without the dates, which no test can know.
pub(super) fn undated(json: &str) -> String {
    let mut parts = json.split(r#","_soupLastModifiedDate":"#);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(part.trim_start_matches(|digit: char| digit.is_ascii_digit()));
    }
    out
}
