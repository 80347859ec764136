//! Sets the columns of entries that are there already from their JSON. The entries stay as they are, their dates too.

use super::document::Document;
use super::entry::EntryId;
use super::projection::Projection;
use super::savepoint::atomically;
use super::spec::IndexSpec;
use super::{IndexType, Result, Soup};
use crate::database::Transaction;

/// How many entries are read before their columns are written.
const STRIDE: i64 = 256;

/// Fills the columns of the indexes on `paths` anew. Paths without an index are ignored, and so are json1 indexes,
/// which have no column (SmartStore spec, reIndexSoup).
///
/// # Errors
/// When there is no such soup.
pub fn re_index(tx: &Transaction<'_>, name: &str, paths: &[String]) -> Result<()> {
    let soup = Soup::open(tx, name)?;
    atomically(tx, || {
        let meant = |spec: &IndexSpec| paths.contains(&spec.path);
        project(tx, &soup, meant)?;
        if soup.index_specs().any(|spec| spec.kind == IndexType::FullText && meant(spec)) {
            tx.execute_batch(&soup.fill_search_sql())?;
        }
        tx.touch(name);
        Ok(())
    })
}

/// Sets the columns of those indexes that are `meant`, of every entry. The full-text table is not looked at.
pub(super) fn project(tx: &Transaction<'_>, soup: &Soup, meant: impl Fn(&IndexSpec) -> bool) -> Result<()> {
    let columns: Vec<_> = soup.columns().filter(|index| meant(&index.spec)).collect();
    if columns.is_empty() {
        return Ok(());
    }
    let projection = Projection::new(columns.iter().map(|index| &index.spec));
    let mut walk = tx.prepare_cached(&soup.walk_sql())?;
    let mut project = tx.prepare_cached(&soup.project_sql(&columns))?;
    let mut last = EntryId(0);
    loop {
        let rows = walk.query_map((last, STRIDE), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let entries: Vec<(EntryId, String, i64)> = rows.collect::<rusqlite::Result<_>>()?;
        let Some((end, ..)) = entries.last() else { return Ok(()) };
        last = *end;
        for (id, json, modified) in &entries {
            let cells = projection.cells(&Document::parse(json)?, *id, *modified);
            for (position, cell) in cells.iter().enumerate() {
                project.raw_bind_parameter(position + 1, cell)?;
            }
            project.raw_bind_parameter(cells.len() + 1, id)?;
            project.raw_execute().map_err(|error| super::writer::not_unique(soup, error))?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soup::testing::{Kitchen, SOUP};

    const SPECS: &str = r#"[{"path":"name","type":"string"},{"path":"about","type":"full_text"},
        {"path":"size","type":"integer"},{"path":"k","type":"json1"}]"#;

    fn stale() -> Kitchen {
        let kitchen = Kitchen::with(SPECS);
        kitchen.upsert(r#"[{"name":"Ulm","about":"old town","size":12,"k":1},{"name":"Bonn"}]"#).unwrap();
        kitchen
            .write(|tx| {
                let spoil =
                    "UPDATE TABLE_1 SET TABLE_1_0 = 'x', TABLE_1_1 = 'x', TABLE_1_2 = 99; DELETE FROM TABLE_1_fts";
                Ok(tx.execute_batch(spoil)?)
            })
            .unwrap();
        kitchen
    }

    fn re_index_paths(kitchen: &Kitchen, paths: &[&str]) -> Result<()> {
        let paths: Vec<_> = paths.iter().map(|&path| path.to_owned()).collect();
        kitchen.write(move |tx| re_index(tx, SOUP, &paths))
    }

    #[test]
    fn only_the_paths_that_are_named_are_filled_anew() {
        let kitchen = stale();
        let before = kitchen.value::<String>("SELECT json_group_array(soup || lastModified) FROM TABLE_1");
        re_index_paths(&kitchen, &["name", "k", "no such path", "size"]).unwrap();
        let columns = "SELECT json_group_array(json_array(TABLE_1_0, TABLE_1_1, TABLE_1_2) ORDER BY id) FROM TABLE_1";
        assert_eq!(kitchen.value::<String>(columns), r#"[["Ulm","x",12],["Bonn","x",null]]"#);
        assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM TABLE_1_fts"), 0);
        assert_eq!(kitchen.value::<String>("SELECT json_group_array(soup || lastModified) FROM TABLE_1"), before);
    }

    #[test]
    fn a_full_text_path_is_searched_again() {
        let kitchen = stale();
        re_index_paths(&kitchen, &["about"]).unwrap();
        assert_eq!(kitchen.value::<i64>("SELECT rowid FROM TABLE_1_fts WHERE TABLE_1_fts MATCH 'town'"), 1);
    }

    #[test]
    fn nothing_to_do_is_no_error_but_a_missing_soup_is() {
        let kitchen = stale();
        re_index_paths(&kitchen, &[]).unwrap();
        re_index_paths(&kitchen, &["k"]).unwrap();
        assert_eq!(kitchen.write(|tx| re_index(tx, "none", &[])).unwrap_err().code(), "NO_SUCH_SOUP");
    }
}
