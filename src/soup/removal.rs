//! Takes entries out of a soup.

use super::entry::EntryId;
use super::savepoint::atomically;
use super::{Result, Soup};
use crate::database::Transaction;

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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soup::testing::{Kitchen, SOUP};

    #[test]
    fn entries_are_removed_by_their_ids_and_the_ids_are_not_given_again() {
        let kitchen = Kitchen::with(r#"[{"path":"name","type":"string"}]"#);
        kitchen.upsert(r#"[{"name":"Ulm"},{"name":"Bonn"},{"name":"Jena"}]"#).unwrap();
        let removed = kitchen.write(|tx| Soup::open(tx, SOUP)?.remove(tx, &[2, 3, 3, 9].map(EntryId))).unwrap();
        assert_eq!(removed, 2);
        assert_eq!(kitchen.upsert(r#"[{"name":"Köln"}]"#).unwrap(), r#"[{"name":"Köln","_soupEntryId":4}]"#);
    }
}
