//! Takes entries out of a soup.

use super::cursor::{in_words_of, prepare};
use super::entry::EntryId;
use super::query::{Query, Wanted};
use super::query_spec::QuerySpec;
use super::savepoint::atomically;
use super::{Result, Soup};
use crate::database::{Budget, Transaction};

impl Soup {
    /// Removes those of the entries `ids` that are there, and returns how many they were.
    ///
    /// # Errors
    /// What SQLite says. Nothing is changed then.
    pub fn remove(&self, tx: &Transaction<'_>, ids: &[EntryId]) -> Result<usize> {
        let removed = atomically(tx, || {
            let mut delete = tx.prepare_cached(&self.delete_sql())?;
            let mut removed = 0;
            for id in ids {
                removed += delete.execute([id])?;
            }
            if !self.searched_positions().is_empty() {
                let mut delete = tx.prepare_cached(&self.delete_search_sql())?;
                for id in ids {
                    delete.execute([id])?;
                }
            }
            Ok(removed)
        })?;
        if removed > 0 {
            tx.touch(self.name());
        }
        Ok(removed)
    }

    /// Removes the first `pageSize` of the entries that `spec` asks for, and returns how many they were.
    ///
    /// A smart query must select `_soupEntryId` (SmartStore spec, Smart SQL and storage).
    ///
    /// # Errors
    /// A malformed spec, or what SQLite says to the query. Nothing is changed then.
    pub fn remove_by_query(&self, tx: &Transaction<'_>, spec: &QuerySpec) -> Result<usize> {
        let ids = self.matching(tx, spec)?;
        self.remove(tx, &ids)
    }

    /// The entries that [`Soup::remove_by_query`] would remove.
    ///
    /// # Errors
    /// As there.
    pub fn matching(&self, tx: &Transaction<'_>, spec: &QuerySpec) -> Result<Vec<EntryId>> {
        let query = Query::new(tx, spec, Some(self.name()), Wanted::Ids)?;
        let _budget = Budget::start(tx, spec.timeout);
        let mut statement = prepare(tx, &query, Some((0, spec.page_size)))?;
        let found: rusqlite::Result<_> = statement.raw_query().mapped(|row| row.get(0)).collect();
        found.map_err(|error| in_words_of(spec, error.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soup::Order;
    use crate::soup::testing::{Kitchen, SOUP};

    #[test]
    fn entries_are_removed_by_their_ids_and_the_ids_are_not_given_again() {
        let kitchen = Kitchen::with(r#"[{"path":"name","type":"string"}]"#);
        kitchen.upsert(r#"[{"name":"Ulm"},{"name":"Bonn"},{"name":"Jena"}]"#).unwrap();
        let removed = kitchen.write(|tx| Soup::open(tx, SOUP)?.remove(tx, &[2, 3, 3, 9].map(EntryId))).unwrap();
        assert_eq!(removed, 2);
        assert_eq!(kitchen.upsert(r#"[{"name":"Köln"}]"#).unwrap(), r#"[{"name":"Köln","_soupEntryId":4}]"#);
    }

    #[test]
    fn a_query_removes_at_most_a_page_in_its_order() {
        let kitchen = Kitchen::with(r#"[{"path":"size","type":"integer"},{"path":"about","type":"full_text"}]"#);
        kitchen.upsert(r#"[{"size":4},{"size":2,"about":"x"},{"size":3},{"size":1}]"#).unwrap();
        let remove = |spec: QuerySpec| kitchen.write(move |tx| Soup::open(tx, SOUP)?.remove_by_query(tx, &spec));
        let spec = QuerySpec::range("size", Some("2"), None).ordered_by("size", Order::Ascending).paged_by(2);
        assert_eq!(remove(spec).unwrap(), 2);
        assert_eq!(kitchen.value::<String>("SELECT group_concat(id) FROM TABLE_1"), "1,4");
        assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM TABLE_1_fts"), 2);
        let smart = "SELECT {cities:_soupEntryId} FROM {cities} WHERE {cities:size} = 4";
        assert_eq!(remove(QuerySpec::smart(smart)).unwrap(), 1);
        assert_eq!(remove(QuerySpec::smart("SELECT {cities:size} FROM {cities}")).unwrap_err().code(), "SQL");
        assert_eq!(kitchen.value::<String>("SELECT group_concat(id) FROM TABLE_1"), "4");
    }

    #[test]
    fn a_removal_is_given_up_after_its_timeout() {
        let kitchen = Kitchen::with(r#"[{"path":"size","type":"integer"}]"#);
        kitchen.upsert(r#"[{"size":1}]"#).unwrap();
        let endless = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id FROM n WHERE id < 0";
        let spec = QuerySpec::smart(endless).within(5);
        let removed = kitchen.write(move |tx| Soup::open(tx, SOUP)?.remove_by_query(tx, &spec));
        assert_eq!(removed.unwrap_err().code(), "QUERY_TIMEOUT");
        assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM TABLE_1"), 1);
    }
}
