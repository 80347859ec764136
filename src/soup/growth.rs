//! Further indexes for a soup that has entries already.

use super::registry::record_indexes;
use super::reindex::project;
use super::savepoint::atomically;
use super::spec::check_specs;
use super::writer::not_unique;
use super::{Error, IndexSpec, Result, Soup};
use crate::database::Transaction;

/// Gives a soup the indexes of `specs` that it does not have yet, and fills them from its entries.
///
/// The entries themselves stay as they are, their dates too.
///
/// # Errors
/// When there is no such soup, when specs are malformed or ask another type for a path that is indexed, and when
/// entries share a value that shall be unique.
pub fn add_indexes(tx: &Transaction<'_>, name: &str, specs: &[IndexSpec]) -> Result<()> {
    let mut soup = Soup::open(tx, name)?;
    if specs.is_empty() {
        return Ok(());
    }
    check_specs(name, specs)?;
    let mut new = Vec::new();
    for spec in specs {
        match soup.index(&spec.path) {
            None => new.push(spec.clone()),
            Some(index) if index.spec == *spec => {}
            Some(_) => return Err(Error::IndexDiffers { soup: name.to_owned(), path: spec.path.clone() }),
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    let first = soup.indexes.len();
    soup.plan(&new);
    atomically(tx, || {
        record_indexes(tx, &soup, first)?;
        tx.execute_batch(&soup.add_columns_sql(first))?;
        project(tx, &soup, |spec| new.contains(spec))?;
        tx.execute_batch(&soup.create_indexes_sql(first)).map_err(|error| not_unique(&soup, error))?;
        tx.execute_batch(&soup.fill_search_sql())?;
        tx.touch(name);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soup::IndexType;
    use crate::soup::testing::{Kitchen, SOUP};

    const SPECS: &str = r#"[{"path":"name","type":"string"},{"path":"about","type":"full_text"}]"#;

    fn kitchen() -> Kitchen {
        let kitchen = Kitchen::with(SPECS);
        let entries: Vec<_> = (0..600)
            .map(|n| format!(r#"{{"name":"n{n}","about":"a{n}","size":{n},"tag":"t{n} x","k":{{"i":{n}}}}}"#))
            .collect();
        kitchen.upsert(&format!("[{}]", entries.join(","))).unwrap();
        kitchen
    }

    #[test]
    fn a_new_index_knows_the_entries_that_are_there_and_those_to_come() {
        let kitchen = kitchen();
        let before = kitchen.all();
        let specs = [
            IndexSpec::new("name", IndexType::String),
            IndexSpec::unique("size", IndexType::Integer),
            IndexSpec::new("tag", IndexType::FullText),
            IndexSpec::unique("k.i", IndexType::Json1),
        ];
        kitchen.write(move |tx| add_indexes(tx, SOUP, &specs)).unwrap();
        assert_eq!(kitchen.all(), before);
        kitchen.upsert(r#"[{"name":"new","about":"a7","size":1000,"tag":"t7"}]"#).unwrap();
        let paths = kitchen.read(|_, soup| Ok(soup.index_specs().map(|spec| spec.path.clone()).collect::<Vec<_>>()));
        assert_eq!(paths.unwrap(), ["name", "about", "size", "tag", "k.i"]);
        assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM TABLE_1 WHERE TABLE_1_2 = id - 1"), 600);
        let found = "SELECT group_concat(rowid) FROM TABLE_1_fts WHERE TABLE_1_fts MATCH 'TABLE_1_3:t7 TABLE_1_1:a7'";
        assert_eq!(kitchen.value::<String>(found), "8,601");
        assert_eq!(kitchen.upsert(r#"[{"size":5}]"#).unwrap_err().code(), "NOT_UNIQUE");
        assert!(kitchen.upsert(r#"[{"k":{"i":5}}]"#).unwrap_err().to_string().contains("value of k.i"));
        assert_eq!(kitchen.value::<String>("PRAGMA integrity_check"), "ok");
    }

    #[test]
    fn an_index_that_cannot_be_had_leaves_the_soup_as_it_was() {
        let kitchen = kitchen();
        kitchen.upsert(r#"[{"size":5}]"#).unwrap();
        let add = |spec: IndexSpec| kitchen.write(move |tx| add_indexes(tx, SOUP, std::slice::from_ref(&spec)));
        assert_eq!(add(IndexSpec::unique("size", IndexType::Integer)).unwrap_err().code(), "NOT_UNIQUE");
        assert_eq!(add(IndexSpec::new("name", IndexType::Integer)).unwrap_err().code(), "INDEX_DIFFERS");
        assert_eq!(add(IndexSpec::new("", IndexType::Integer)).unwrap_err().code(), "BAD_INDEX_PATH");
        assert_eq!(kitchen.read(|_, soup| Ok(soup.index_specs().count())).unwrap(), 2);
        assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM pragma_table_info('TABLE_1')"), 6);
        assert_eq!(kitchen.write(|tx| add_indexes(tx, "none", &[])).unwrap_err().code(), "NO_SUCH_SOUP");
    }
}
