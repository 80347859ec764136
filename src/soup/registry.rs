//! Which soups there are: their registration, their tables, and the size of them all.

use super::savepoint::atomically;
use super::spec::{check_name, check_specs};
use super::table::table_name;
use super::{Error, IndexSpec, Result, Soup};
use crate::database::Transaction;
use rusqlite::Connection;

pub use super::alter::alter;
pub use super::growth::add_indexes;
pub use super::reindex::re_index;

/// The version of the tables here and of the soups' own, which SQLite keeps in the store. A step from each earlier one
/// belongs into [`prepare`], for as long as stores of it may be about.
const LAYOUT: u32 = 1;
const SYSTEM_TABLES: &str = "
CREATE TABLE IF NOT EXISTS soup_attrs (id INTEGER PRIMARY KEY AUTOINCREMENT, soupName TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS soup_attrs_0 ON soup_attrs (soupName);
CREATE TABLE IF NOT EXISTS soup_index_map (
    soupName TEXT NOT NULL, path TEXT NOT NULL, columnName TEXT NOT NULL, columnType TEXT NOT NULL,
    isUnique INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS soup_index_map_0 ON soup_index_map (soupName);
CREATE TABLE IF NOT EXISTS long_operations_status (
    id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT, details TEXT, status TEXT, created INTEGER, lastModified INTEGER);
";
const ADD_SOUP: &str = "INSERT INTO soup_attrs (soupName) VALUES (?1)";
const ADD_INDEX: &str =
    "INSERT INTO soup_index_map (soupName, path, columnName, columnType, isUnique) VALUES (?1, ?2, ?3, ?4, ?5)";
const FORGET_SOUP: &str = "DELETE FROM soup_attrs WHERE soupName = ?1";
const FORGET_INDEXES: &str = "DELETE FROM soup_index_map WHERE soupName = ?1";
const EXISTS: &str = "SELECT EXISTS (SELECT 1 FROM soup_attrs WHERE soupName = ?1)";
const NAMES: &str = "SELECT soupName FROM soup_attrs ORDER BY id";
const SIZE: &str = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";

/// Makes the tables that say which soups there are, in a store that has none yet, and finishes what was broken off.
///
/// # Errors
/// A store that a newer version has laid out, which is left as it is; what SQLite says.
pub fn prepare(tx: &Transaction<'_>) -> Result<()> {
    let found = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > LAYOUT {
        return Err(Error::Newer { found, known: LAYOUT });
    }
    tx.execute_batch(SYSTEM_TABLES)?;
    if found < LAYOUT {
        tx.pragma_update(None, "user_version", LAYOUT)?;
    }
    super::alter::finish_broken_off(tx)
}

/// Registers a soup. One that is there already is left as it is.
///
/// # Errors
/// A name or specs that no soup can have.
pub fn register(tx: &Transaction<'_>, name: &str, specs: &[IndexSpec]) -> Result<()> {
    check_name(name)?;
    check_specs(name, specs)?;
    if exists(tx, name)? {
        return Ok(());
    }
    atomically(tx, || {
        tx.prepare_cached(ADD_SOUP)?.execute([name])?;
        let soup = Soup::planned(name, table_name(tx.last_insert_rowid()), specs);
        record_indexes(tx, &soup, 0)?;
        tx.execute_batch(&soup.create_sql())?;
        tx.execute_batch(&soup.create_indexes_sql(0))?;
        tx.execute_batch(&soup.create_date_indexes_sql())?;
        tx.execute_batch(&soup.fill_search_sql())?;
        tx.touch(name);
        Ok(())
    })
}

/// Notes the indexes of a soup from number `first` on.
pub(super) fn record_indexes(tx: &Transaction<'_>, soup: &Soup, first: usize) -> Result<()> {
    let mut add = tx.prepare_cached(ADD_INDEX)?;
    for index in soup.indexes.iter().skip(first) {
        let spec = &index.spec;
        add.execute((soup.name(), &spec.path, &index.column, spec.kind.name(), spec.unique))?;
    }
    Ok(())
}

/// Forgets which indexes a soup has.
pub(super) fn forget_indexes(tx: &Transaction<'_>, name: &str) -> Result<()> {
    tx.prepare_cached(FORGET_INDEXES)?.execute([name])?;
    Ok(())
}

/// Removes a soup with all its entries. One that is not there needs nothing done.
///
/// # Errors
/// What SQLite says.
pub fn drop_soup(tx: &Transaction<'_>, name: &str) -> Result<()> {
    let Some(soup) = Soup::find_soup(tx, name)? else { return Ok(()) };
    atomically(tx, || {
        tx.execute_batch(&soup.drop_sql())?;
        forget_indexes(tx, name)?;
        tx.prepare_cached(FORGET_SOUP)?.execute([name])?;
        tx.touch(name);
        Ok(())
    })
}

/// Removes all entries of a soup. The ids of further ones count on.
///
/// # Errors
/// When there is no such soup.
pub fn clear(tx: &Transaction<'_>, name: &str) -> Result<()> {
    let soup = Soup::open(tx, name)?;
    atomically(tx, || {
        tx.execute_batch(&soup.clear_sql())?;
        tx.touch(name);
        Ok(())
    })
}

/// Whether there is a soup called `name`.
///
/// # Errors
/// What SQLite says.
pub fn exists(conn: &Connection, name: &str) -> Result<bool> {
    Ok(conn.prepare_cached(EXISTS)?.query_row([name], |row| row.get(0))?)
}

/// What the indexes of a soup are on, in the order of their registration.
///
/// # Errors
/// When there is no such soup.
pub fn index_specs(conn: &Connection, name: &str) -> Result<Vec<IndexSpec>> {
    Ok(Soup::open(conn, name)?.index_specs().cloned().collect())
}

/// The names of all soups, the oldest first.
///
/// # Errors
/// What SQLite says.
pub fn names(conn: &Connection) -> Result<Vec<String>> {
    let mut statement = conn.prepare_cached(NAMES)?;
    let names = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(names)
}

/// How many bytes the whole store takes, as SQLite counts them.
///
/// # Errors
/// What SQLite says.
pub fn size(conn: &Connection) -> Result<u64> {
    let bytes: i64 = conn.prepare_cached(SIZE)?.query_row([], |row| row.get(0))?;
    Ok(bytes.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soup::testing::{Kitchen, SOUP};
    use crate::soup::{IndexType, UpsertKey};

    const SPECS: &str = r#"[{"path":"name","type":"string"},{"path":"about","type":"full_text"},
        {"path":"a.b","type":"json1"},{"path":"size","type":"integer"}]"#;

    #[test]
    fn the_layout_is_the_originals() {
        let kitchen = Kitchen::with(SPECS);
        let columns = "SELECT group_concat(name || ' ' || type, ', ') FROM pragma_table_info('TABLE_1')";
        let expected = "id INTEGER, soup TEXT, created INTEGER, lastModified INTEGER, TABLE_1_0 TEXT, TABLE_1_1 TEXT, TABLE_1_3 INTEGER";
        assert_eq!(kitchen.value::<String>(columns), expected);
        let indexes = "SELECT group_concat(name, ' ' ORDER BY name) FROM pragma_index_list('TABLE_1')";
        let expected =
            "TABLE_1_0_idx TABLE_1_1_idx TABLE_1_2_idx TABLE_1_3_idx TABLE_1_created_idx TABLE_1_lastModified_idx";
        assert_eq!(kitchen.value::<String>(indexes), expected);
        let map = "SELECT group_concat(path || ' ' || columnName || ' ' || columnType, '; ') FROM soup_index_map";
        let expected = "name TABLE_1_0 string; about TABLE_1_1 full_text; a.b json_extract(soup, '$.a.b') json1; size TABLE_1_3 integer";
        assert_eq!(kitchen.value::<String>(map), expected);
        assert_eq!(kitchen.value::<String>("SELECT name FROM pragma_table_info('TABLE_1_fts')"), "TABLE_1_1");
    }

    #[test]
    fn a_newer_layout_is_refused_and_left_as_it_is() {
        let kitchen = Kitchen::with(SPECS);
        assert_eq!(kitchen.value::<u32>("PRAGMA user_version"), LAYOUT);
        kitchen.write(|tx| Ok(tx.pragma_update(None, "user_version", LAYOUT + 1)?)).unwrap();
        assert_eq!(kitchen.write(prepare).unwrap_err().code(), "STORE_NEWER");
        assert_eq!(kitchen.value::<u32>("PRAGMA user_version"), LAYOUT + 1);
    }

    #[test]
    fn specs_come_back_in_order_and_registering_again_changes_nothing() {
        let kitchen = Kitchen::with(SPECS);
        kitchen
            .write(|tx| {
                prepare(tx)?;
                register(tx, SOUP, &[IndexSpec::new("other", IndexType::String)])
            })
            .unwrap();
        let specs = kitchen.read(|conn, _| index_specs(conn, SOUP)).unwrap();
        assert_eq!(specs, IndexSpec::parse_list(SPECS).unwrap());
        assert_eq!(kitchen.read(|conn, _| index_specs(conn, "none")).unwrap_err().code(), "NO_SUCH_SOUP");
    }

    #[test]
    fn soups_come_and_go() {
        let kitchen = Kitchen::with(SPECS);
        let specs = [IndexSpec::new("x", IndexType::FullText)];
        kitchen.write(move |tx| register(tx, "it's", &specs)).unwrap();
        assert_eq!(kitchen.read(|conn, _| names(conn)).unwrap(), [SOUP, "it's"]);
        kitchen.write(|tx| drop_soup(tx, "it's").and_then(|()| drop_soup(tx, "never"))).unwrap();
        assert_eq!(kitchen.read(|conn, _| Ok((exists(conn, "it's")?, exists(conn, SOUP)?))).unwrap(), (false, true));
        assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'TABLE_2%'"), 0);
        assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM soup_index_map WHERE soupName <> 'cities'"), 0);
    }

    #[test]
    fn a_soup_made_again_counts_from_one_and_a_cleared_one_counts_on() {
        let kitchen = Kitchen::with(SPECS);
        kitchen.upsert(r#"[{"name":"Ulm","about":"old"}]"#).unwrap();
        kitchen.write(|tx| clear(tx, SOUP)).unwrap();
        assert_eq!(
            kitchen.value::<i64>("SELECT (SELECT count(*) FROM TABLE_1) + (SELECT count(*) FROM TABLE_1_fts)"),
            0
        );
        assert!(kitchen.upsert(r#"[{"about":"new"}]"#).unwrap().contains(r#""_soupEntryId":2"#));
        let stored = kitchen.write(|tx| {
            drop_soup(tx, SOUP)?;
            register(tx, SOUP, &[IndexSpec::new("x", IndexType::String)])?;
            Soup::open(tx, SOUP)?.upsert_text(tx, "[{}]", UpsertKey::EntryId)
        });
        assert!(stored.unwrap().contains(r#""_soupEntryId":1,"#));
        assert_eq!(kitchen.write(|tx| clear(tx, "none")).unwrap_err().code(), "NO_SUCH_SOUP");
    }

    #[test]
    fn malformed_registrations_are_refused_and_leave_nothing() {
        let kitchen = Kitchen::with(SPECS);
        assert_eq!(kitchen.write(|tx| register(tx, "", &[])).unwrap_err().code(), "BAD_SOUP_NAME");
        assert_eq!(kitchen.write(|tx| register(tx, "x", &[])).unwrap_err().code(), "NO_INDEX_SPECS");
        let unreadable = [IndexSpec::new("x", IndexType::String), IndexSpec::new("a[", IndexType::Json1)];
        assert_eq!(kitchen.write(move |tx| register(tx, "x", &unreadable)).unwrap_err().code(), "BAD_INDEX_PATH");
        assert_eq!(kitchen.read(|conn, _| names(conn)).unwrap(), [SOUP]);
    }

    #[test]
    fn the_size_is_that_of_all_pages() {
        let kitchen = Kitchen::with(SPECS);
        let before = kitchen.read(|conn, _| size(conn)).unwrap();
        assert!(before >= 4096 && before.is_multiple_of(512), "{before}");
        kitchen.upsert(&format!(r#"[{{"name":"{}"}}]"#, "x".repeat(100_000))).unwrap();
        assert!(kitchen.read(|conn, _| size(conn)).unwrap() >= before + 200_000);
    }
}
