//! Other indexes for a soup: SmartStore's alterSoup.
//!
//! It is a *long operation* (SmartStore spec, alterSoup): each step is noted in `long_operations_status` by the
//! transaction that takes it, and whoever opens a store in which one was broken off takes the steps that are left.
//! [`alter`] takes all of them in one transaction, so that nobody ever sees a soup half altered.

use super::registry::{forget_indexes, record_indexes};
use super::reindex::project;
use super::savepoint::atomically;
use super::spec::check_specs;
use super::table::extraction;
use super::writer::not_unique;
use super::{IndexSpec, IndexType, Result, Soup};
use crate::database::Transaction;
use crate::platform;
use rusqlite::Row;

/// The kind of operation that the rows of `long_operations_status` tell of.
const TYPE: &str = "alterSoup";
/// The status before the first step is taken.
const STARTING: &str = "STARTING";
const BEGIN: &str = "INSERT INTO long_operations_status (type, status, created, lastModified, details) \
    VALUES (?1, ?2, ?3, ?3, json_object('soupName', ?4, 'soupTableName', ?5, \
        'oldIndexSpecs', json(?6), 'newIndexSpecs', json(?7), 'reIndexData', json(?8)))";
const NOTE: &str = "UPDATE long_operations_status SET status = ?2, lastModified = ?3 WHERE id = ?1";
const END: &str = "DELETE FROM long_operations_status WHERE id = ?1";
const BROKEN_OFF: &str = "SELECT id, status, details ->> 'soupName', details ->> 'soupTableName', \
        details -> 'oldIndexSpecs', details -> 'newIndexSpecs', details ->> 'reIndexData' \
    FROM long_operations_status WHERE type = ?1 AND json_valid(details) ORDER BY id";
/// Ids are never given twice, not even that of the newest entry when it is gone.
const COUNT_ON: &str = "INSERT INTO sqlite_sequence (name, seq) SELECT ?1, seq FROM sqlite_sequence WHERE name = ?2";

/// The steps in their order. A status is the name of the step that was taken last.
const STEPS: [(&str, Step); 6] = [
    ("RENAME_OLD_SOUP_TABLE", Alteration::rename_old_table),
    ("DROP_OLD_INDEXES", Alteration::drop_old_indexes),
    ("REGISTER_SOUP_USING_TABLE_NAME", Alteration::register),
    ("COPY_TABLE", Alteration::copy),
    ("RE_INDEX_SOUP", Alteration::index),
    ("DROP_OLD_TABLE", Alteration::drop_old_table),
];

type Step = fn(&Alteration, &Transaction<'_>) -> Result<()>;

/// Gives a soup the indexes of `specs` instead of those that it has.
///
/// Entries keep their ids and dates. The values of a path whose column stays of the same type are kept as they are;
/// with `re_index`, those of a path or type that is new are taken from the entries; without it, they are null until an
/// entry is written again.
///
/// # Errors
/// When there is no such soup, when specs are malformed, and when entries share a value that shall be unique.
pub fn alter(tx: &Transaction<'_>, name: &str, specs: &[IndexSpec], re_index: bool) -> Result<()> {
    take_steps(tx, name, specs, re_index, STEPS.len())
}

/// Takes the first steps of an alteration only.
fn take_steps(tx: &Transaction<'_>, name: &str, specs: &[IndexSpec], re_index: bool, until: usize) -> Result<()> {
    let soup = Soup::open(tx, name)?;
    check_specs(name, specs)?;
    atomically(tx, || {
        let old = soup.index_specs().cloned().collect::<Vec<_>>();
        let texts = (IndexSpec::list_text(&old), IndexSpec::list_text(specs));
        let now = platform::now_ms();
        tx.prepare_cached(BEGIN)?.execute((
            TYPE,
            STARTING,
            now,
            name,
            soup.table(),
            texts.0,
            texts.1,
            if re_index { "true" } else { "false" },
        ))?;
        let new = Soup::planned(name, soup.table().to_owned(), specs);
        Alteration::new(tx.last_insert_rowid(), soup, new, re_index).take_steps(tx, 0, until)
    })
}

/// Finishes the alterations that were broken off. One that cannot be finished stays noted, for the next time: it must
/// not keep the store from being opened.
pub(super) fn finish_broken_off(tx: &Transaction<'_>) -> Result<()> {
    let mut statement = tx.prepare_cached(BROKEN_OFF)?;
    let mut rows = statement.query([TYPE])?;
    let mut broken_off = Vec::new();
    while let Some(row) = rows.next()? {
        broken_off.push(Alteration::read(row));
    }
    // One that nothing can be read of is left alone, too.
    for (alteration, taken) in broken_off.into_iter().flatten() {
        let _ = atomically(tx, || alteration.take_steps(tx, taken, STEPS.len()));
    }
    Ok(())
}

/// An alteration under way.
struct Alteration {
    /// Its row in `long_operations_status`.
    id: i64,
    /// The soup as it was.
    old: Soup,
    /// The same under the name that its table has until it is dropped.
    aside: Soup,
    /// The soup as it shall be.
    new: Soup,
    re_index: bool,
}

impl Alteration {
    fn new(id: i64, old: Soup, new: Soup, re_index: bool) -> Self {
        let aside = old.clone().in_table(format!("{}_old", old.table()));
        Self { id, old, aside, new, re_index }
    }

    /// One of the rows of [`BROKEN_OFF`], and how many steps of it were taken.
    fn read(row: &Row<'_>) -> Result<(Self, usize)> {
        let (status, name, table): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
        let plan = |column| -> Result<_> {
            let specs = IndexSpec::parse_list(row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?)?;
            Ok(Soup::planned(&name, table.clone(), &specs))
        };
        let taken = STEPS.iter().position(|(name, _)| *name == status).map_or(0, |last| last + 1);
        Ok((Self::new(row.get(0)?, plan(4)?, plan(5)?, row.get(6)?), taken))
    }

    fn take_steps(&self, tx: &Transaction<'_>, from: usize, until: usize) -> Result<()> {
        for (name, step) in STEPS.iter().take(until).skip(from) {
            step(self, tx)?;
            tx.prepare_cached(NOTE)?.execute((self.id, name, platform::now_ms()))?;
        }
        if until == STEPS.len() {
            tx.prepare_cached(END)?.execute([self.id])?;
        }
        tx.touch(self.new.name());
        Ok(())
    }

    fn rename_old_table(&self, tx: &Transaction<'_>) -> Result<()> {
        Ok(tx.execute_batch(&format!("ALTER TABLE {} RENAME TO {}", self.old.table(), self.aside.table()))?)
    }

    fn drop_old_indexes(&self, tx: &Transaction<'_>) -> Result<()> {
        // What was searched is made anew from the columns.
        let search = format!("DROP TABLE IF EXISTS {}_fts;", self.old.table());
        Ok(tx.execute_batch(&(search + &self.old.drop_indexes_sql()))?)
    }

    fn register(&self, tx: &Transaction<'_>) -> Result<()> {
        forget_indexes(tx, self.new.name())?;
        record_indexes(tx, &self.new, 0)?;
        tx.execute_batch(&self.new.create_sql())?;
        tx.prepare_cached(COUNT_ON)?.execute((self.new.table(), self.aside.table()))?;
        Ok(())
    }

    fn copy(&self, tx: &Transaction<'_>) -> Result<()> {
        let (mut to, mut from) = (String::new(), String::new());
        for index in self.new.columns() {
            let Some(old) = self.old.index(&index.spec.path) else { continue };
            let expression = match old.spec.kind {
                IndexType::Json1 => extraction("soup", &old.spec.path),
                kind if kind.column_type() == index.spec.kind.column_type() => old.column.clone(),
                _ => continue,
            };
            to = to + ", " + &index.column;
            from = from + ", " + &expression;
        }
        let own = "id, soup, created, lastModified";
        let (table, aside) = (self.new.table(), self.aside.table());
        Ok(tx.execute_batch(&format!("INSERT INTO {table} ({own}{to}) SELECT {own}{from} FROM {aside}"))?)
    }

    /// The indexes are made when the table is full: that is faster, and no step before it can find a value twice.
    fn index(&self, tx: &Transaction<'_>) -> Result<()> {
        if self.re_index {
            let was_there = |spec: &IndexSpec| self.old.index(&spec.path).is_some_and(|old| old.spec.kind == spec.kind);
            project(tx, &self.new, |spec| !was_there(spec))?;
        }
        let indexes = self.new.create_indexes_sql(0) + &self.new.create_date_indexes_sql();
        tx.execute_batch(&indexes).map_err(|error| not_unique(&self.new, error))?;
        Ok(tx.execute_batch(&self.new.fill_search_sql())?)
    }

    fn drop_old_table(&self, tx: &Transaction<'_>) -> Result<()> {
        Ok(tx.execute_batch(&format!("DROP TABLE {}", self.aside.table()))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soup::registry::prepare;
    use crate::soup::testing::{Kitchen, SOUP};
    use crate::soup::{Cursor, EntryId, QuerySpec};

    const OLD: &str = r#"[{"path":"name","type":"string"},{"path":"about","type":"full_text"},
        {"path":"size","type":"integer"},{"path":"k.v","type":"json1"},{"path":"tag","type":"string"}]"#;
    /// Kept, turned from words to text, text to words, number to text, json1 to a column, and a new one; one is gone.
    const NEW: &str = r#"[{"path":"k.v","type":"string"},{"path":"name","type":"string"},
        {"path":"about","type":"string"},{"path":"tag","type":"full_text"},{"path":"size","type":"string"},
        {"path":"more","type":"floating"},{"path":"x","type":"json1"}]"#;

    fn kitchen() -> Kitchen {
        let kitchen = Kitchen::with(OLD);
        let entries = r#"[{"name":"Ulm","about":"old town","size":12,"k":{"v":true},"tag":"red sea","more":1.5,"x":7},
            {"name":"Bonn","about":"capital","tag":"blue"},{"name":"gone"},{"name":"Jena","more":2},{"name":"last"}]"#;
        kitchen.upsert(entries).unwrap();
        kitchen.write(|tx| Soup::open(tx, SOUP)?.remove(tx, &[EntryId(3), EntryId(5)])).unwrap();
        kitchen.write(|tx| Ok(tx.execute_batch("UPDATE TABLE_1 SET created = id, lastModified = id * 10")?)).unwrap();
        kitchen
    }

    fn alter_to(kitchen: &Kitchen, specs: &str, re_index: bool) -> Result<()> {
        let specs = IndexSpec::parse_list(specs).unwrap();
        kitchen.write(move |tx| alter(tx, SOUP, &specs, re_index))
    }

    fn break_off_after(kitchen: &Kitchen, steps: usize) {
        let specs = IndexSpec::parse_list(NEW).unwrap();
        kitchen.write(move |tx| take_steps(tx, SOUP, &specs, true, steps)).unwrap();
    }

    fn columns(kitchen: &Kitchen) -> String {
        let columns: Vec<_> = kitchen.read(|_, soup| Ok(soup.columns().map(|i| i.column.clone()).collect())).unwrap();
        let row = format!("json_array(id, created, lastModified, {})", columns.join(", "));
        kitchen.value(&format!("SELECT json_group_array({row} ORDER BY id) FROM TABLE_1"))
    }

    fn found(kitchen: &Kitchen, path: Option<&str>, words: &str) -> String {
        let spec = QuerySpec::matching(path, words).selecting(["_soupEntryId"]);
        let page = kitchen.read(|conn, _| Cursor::open(conn, spec, Some(SOUP))?.page(conn, 0, None)).unwrap();
        page.split_once("OrderedEntries\":").unwrap().1.to_owned()
    }

    fn assert_altered(kitchen: &Kitchen) {
        let expected = r#"[[1,1,10,"true","Ulm","old town","red sea","12",1.5],[2,2,20,null,"Bonn","capital","blue",null,null],[4,4,40,null,"Jena",null,null,null,2.0]]"#;
        assert_eq!(columns(kitchen), expected);
        assert_eq!(kitchen.read(|_, soup| Ok(soup.index_specs().cloned().collect::<Vec<_>>())).unwrap(), {
            IndexSpec::parse_list(NEW).unwrap()
        });
        assert_eq!(found(kitchen, Some("tag"), "sea"), "[[1]]}");
        let left = "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%old%'";
        assert_eq!(kitchen.value::<i64>(left), 0);
        assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM sqlite_sequence WHERE name LIKE 'TABLE%'"), 1);
        assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM long_operations_status"), 0);
        let indexes = "SELECT count(*) FROM pragma_index_list('TABLE_1')";
        assert_eq!(kitchen.value::<i64>(indexes), 9);
        assert!(kitchen.upsert(r#"[{"tag":"sea"}]"#).unwrap().contains(r#""_soupEntryId":6"#), "ids count on");
        assert_eq!(found(kitchen, None, "sea"), "[[1],[6]]}");
        assert_eq!(kitchen.value::<String>("PRAGMA integrity_check"), "ok");
    }

    #[test]
    fn a_soup_has_its_new_indexes_filled_and_its_entries_as_they_were() {
        let kitchen = kitchen();
        let before = kitchen.all();
        alter_to(&kitchen, NEW, true).unwrap();
        assert_eq!(kitchen.all(), before);
        assert_altered(&kitchen);
    }

    #[test]
    fn an_alteration_broken_off_after_any_step_is_finished_when_the_store_is_opened() {
        for steps in 0..STEPS.len() {
            let kitchen = kitchen();
            break_off_after(&kitchen, steps);
            let status = kitchen.store.read(|conn| -> Result<String> {
                Ok(conn.query_row("SELECT status FROM long_operations_status", [], |row| row.get(0))?)
            });
            assert_eq!(status.unwrap(), steps.checked_sub(1).map_or(STARTING, |last| STEPS[last].0));
            kitchen.write(prepare).unwrap();
            kitchen.write(prepare).unwrap();
            assert_altered(&kitchen);
        }
    }

    #[test]
    fn without_the_data_only_what_has_a_column_of_the_same_type_is_kept() {
        let kitchen = kitchen();
        alter_to(&kitchen, NEW, false).unwrap();
        let expected = r#"[[1,1,10,"1","Ulm","old town","red sea",null,null],[2,2,20,null,"Bonn","capital","blue",null,null],[4,4,40,null,"Jena",null,null,null,null]]"#;
        assert_eq!(columns(&kitchen), expected);
        let paths = ["size".to_owned(), "k.v".to_owned(), "more".to_owned()];
        kitchen.write(move |tx| crate::soup::registry::re_index(tx, SOUP, &paths)).unwrap();
        assert_altered(&kitchen);
    }

    #[test]
    fn a_soup_can_be_altered_again_and_back() {
        let kitchen = kitchen();
        let before = columns(&kitchen);
        for specs in [NEW, NEW, OLD, NEW, OLD] {
            alter_to(&kitchen, specs, true).unwrap();
        }
        assert_eq!(columns(&kitchen), before);
        assert_eq!(found(&kitchen, Some("about"), "town"), "[[1]]}");
        assert_eq!(found(&kitchen, None, "sea"), "[]}");
        alter_to(&kitchen, r#"[{"path":"k.v","type":"json1"}]"#, true).unwrap();
        assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%fts%'"), 0);
        assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM TABLE_1"), 3);
    }

    #[test]
    fn an_alteration_that_cannot_be_had_changes_nothing() {
        let kitchen = kitchen();
        let before = columns(&kitchen);
        kitchen.upsert(r#"[{"name":"Ulm"}]"#).unwrap();
        kitchen.write(|tx| Soup::open(tx, SOUP)?.remove(tx, &[]).map(drop)).unwrap();
        let twice = r#"[{"path":"name","type":"string","unique":true}]"#;
        for re_index in [true, false] {
            assert_eq!(alter_to(&kitchen, twice, re_index).unwrap_err().code(), "NOT_UNIQUE");
        }
        assert_eq!(alter_to(&kitchen, "[]", true).unwrap_err().code(), "NO_INDEX_SPECS");
        assert_eq!(kitchen.write(|tx| alter(tx, "none", &[], true)).unwrap_err().code(), "NO_SUCH_SOUP");
        kitchen.write(|tx| Soup::open(tx, SOUP)?.remove(tx, &[EntryId(6)])).unwrap();
        assert_eq!(columns(&kitchen), before);
        assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM long_operations_status"), 0);
    }

    #[test]
    fn one_that_cannot_be_finished_keeps_no_store_from_being_opened_and_loses_nothing() {
        let kitchen = kitchen();
        kitchen.upsert(r#"[{"name":"Ulm"}]"#).unwrap();
        let specs = [IndexSpec::unique("name", IndexType::String)];
        kitchen.write(move |tx| take_steps(tx, SOUP, &specs, true, 4)).unwrap();
        for _ in 0..2 {
            kitchen.write(prepare).unwrap();
            assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM TABLE_1"), 4);
        }
        let specs = [IndexSpec::new("x", IndexType::String)];
        kitchen.write(move |tx| crate::soup::registry::register(tx, "others", &specs)).unwrap();
        kitchen.upsert(r#"[{"_soupEntryId":6,"name":"Köln"}]"#).unwrap();
        kitchen.write(prepare).unwrap();
        assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM long_operations_status"), 0);
    }
}
