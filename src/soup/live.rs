//! A query that is looked at again whenever what it reads has changed.

use super::{Cursor, QuerySpec, Result};
use crate::database::{Changes, guard};
use rusqlite::Connection;
use std::collections::BTreeSet;

const SOUP_OF_TABLE: &str = "SELECT soupName FROM soup_attrs WHERE id = ?1";

/// Tables that SQLite makes up from what it is given, so that no commit changes them.
const MADE_UP: [&str; 2] = ["json_each", "json_tree"];

/// What a query reads.
#[derive(Debug, Default)]
struct Reads {
    soups: BTreeSet<String>,
    /// Whether it reads more than soups, or nobody knows what.
    more: bool,
}

/// A query and what of its result was seen last, as a digest.
///
/// ```
/// use tureen::database::{Changes, Database, OpenOptions};
/// use tureen::soup::{Error, IndexSpec, IndexType, Live, QuerySpec, registry};
/// # futures::executor::block_on(async {
/// let store = Database::open(OpenOptions::default()).await?;
/// store
///     .write(|tx| {
///         registry::prepare(tx)?;
///         registry::register(tx, "cities", &[IndexSpec::new("name", IndexType::String)])
///     })
///     .await?;
/// let mut live = Live::new(QuerySpec::all(), Some("cities".to_owned()));
/// assert!(store.read(|conn| Ok::<_, Error>(live.look(conn)))?.is_some());
/// assert!(store.read(|conn| Ok::<_, Error>(live.look(conn)))?.is_none());
/// assert!(!live.concerns(&Changes { names: ["rivers".to_owned()].into(), everything: false }));
/// # Ok::<(), Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct Live {
    spec: QuerySpec,
    soup: Option<String>,
    reads: Reads,
    seen: Option<u128>,
}

impl Live {
    /// A query on `soup`, or a smart query, that nobody has looked at yet.
    pub fn new(spec: QuerySpec, soup: Option<String>) -> Self {
        Self { spec, soup, reads: Reads::default(), seen: None }
    }

    /// Whether the result may be another one after `changes`.
    pub fn concerns(&self, changes: &Changes) -> bool {
        changes.everything || self.reads.more || changes.names.iter().any(|name| self.reads.soups.contains(name))
    }

    /// Runs the query: the JSON of its cursor at the first page, without an id, or why there is none; nothing at all
    /// when that is what was seen last.
    pub fn look(&mut self, conn: &Connection) -> Option<Result<String>> {
        let (page, reads) = match self.run(conn) {
            Ok((page, reads)) => (Ok(page), reads),
            // The next change of anything may mend it.
            Err(error) => (Err(error), Reads { more: true, ..Reads::default() }),
        };
        self.reads = reads;
        let seen = match &page {
            Ok(text) => digest(text),
            Err(error) => digest(&error.to_string()),
        };
        (self.seen.replace(seen) != Some(seen)).then_some(page)
    }

    fn run(&self, conn: &Connection) -> Result<(String, Reads)> {
        let cursor = Cursor::open(conn, self.spec.clone(), self.soup.as_deref())?;
        let page = cursor.page(conn, 0, None)?;
        Ok((page, Reads::of(conn, cursor.tables(conn)?)?))
    }
}

impl Reads {
    fn of(conn: &Connection, asked: guard::Asked) -> Result<Self> {
        let mut reads = Self::default();
        let mut soup = conn.prepare_cached(SOUP_OF_TABLE)?;
        for table in asked.tables.iter().filter(|table| !MADE_UP.contains(&table.as_str())) {
            let mut rows = soup.query([number(table)])?;
            match rows.next()? {
                Some(row) => drop(reads.soups.insert(row.get(0)?)),
                None => reads.more = true,
            }
        }
        Ok(reads)
    }
}

/// The number in `TABLE_1`, `TABLE_1_fts` and the like; that of no soup in other names.
fn number(table: &str) -> i64 {
    let number = table.strip_prefix("TABLE_").and_then(|rest| rest.split('_').next());
    number.and_then(|number| number.parse().ok()).unwrap_or_default()
}

fn digest(text: &str) -> u128 {
    let mut hasher = twox_hash::XxHash3_128::new();
    hasher.write(text.as_bytes());
    hasher.finish_128()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soup::testing::{Kitchen, SOUP};
    use crate::soup::{EntryId, IndexSpec, IndexType, Soup, registry};

    fn kitchen() -> Kitchen {
        let kitchen = Kitchen::with(r#"[{"path":"name","type":"string"},{"path":"about","type":"full_text"}]"#);
        let specs = [IndexSpec::new("name", IndexType::String)];
        kitchen.write(move |tx| registry::register(tx, "rivers", &specs)).unwrap();
        kitchen.upsert(r#"[{"name":"Ulm","about":"old"},{"name":"Bonn"}]"#).unwrap();
        kitchen
    }

    fn look(kitchen: &Kitchen, live: &mut Live) -> Option<String> {
        let seen = kitchen.store.read(|conn| Result::Ok(live.look(conn))).unwrap()?;
        Some(match seen {
            Ok(page) => page.split_once("OrderedEntries\":").unwrap().1.trim_end_matches('}').to_owned(),
            Err(error) => error.code().to_owned(),
        })
    }

    fn of_soup() -> Live {
        Live::new(QuerySpec::exact("name", "Ulm").selecting(["about"]), Some(SOUP.to_owned()))
    }

    fn changes(name: &str) -> Changes {
        Changes { names: [name.to_owned()].into(), everything: false }
    }

    #[test]
    fn only_another_result_is_told() {
        let kitchen = kitchen();
        let mut live = of_soup();
        assert_eq!(look(&kitchen, &mut live).unwrap(), r#"[["old"]]"#);
        kitchen.upsert(r#"[{"name":"Jena"}]"#).unwrap();
        assert_eq!(look(&kitchen, &mut live), None);
        kitchen.upsert(r#"[{"_soupEntryId":1,"name":"Ulm","about":"new"}]"#).unwrap();
        assert_eq!(look(&kitchen, &mut live).unwrap(), r#"[["new"]]"#);
        kitchen.write(|tx| Soup::open(tx, SOUP)?.remove(tx, &[EntryId(1)])).unwrap();
        assert_eq!(look(&kitchen, &mut live).unwrap(), "[]");
    }

    #[test]
    fn more_results_behind_the_first_page_are_another_result() {
        let kitchen = kitchen();
        let spec = QuerySpec::all().ordered_by("_soupEntryId", crate::soup::Order::Ascending).paged_by(1);
        let mut live = Live::new(spec.selecting(["name"]), Some(SOUP.to_owned()));
        assert!(look(&kitchen, &mut live).is_some());
        kitchen.upsert(r#"[{"name":"Jena"}]"#).unwrap();
        assert_eq!(look(&kitchen, &mut live).unwrap(), r#"[["Ulm"]]"#);
    }

    #[test]
    fn a_query_is_concerned_by_the_soups_that_it_reads() {
        let smart = |sql: &str| Live::new(QuerySpec::smart(sql), None);
        let cases = [
            (of_soup(), "cities"),
            (Live::new(QuerySpec::matching(None, "old"), Some(SOUP.to_owned())), "cities"),
            (smart("SELECT count(*) FROM {cities}"), "cities"),
            (
                smart("SELECT {cities:name} FROM {cities} JOIN {rivers} ON {rivers:name} = {cities:name}"),
                "cities rivers",
            ),
            (smart("SELECT 1 WHERE EXISTS (SELECT 1 FROM {rivers})"), "rivers"),
            (smart("SELECT TABLE_2.id FROM TABLE_2, json_each('[1]')"), "rivers"),
            (smart("WITH a AS (SELECT {cities:name} AS n FROM {cities}) SELECT n FROM a"), "cities"),
            (smart("SELECT soupName FROM soup_attrs"), "cities rivers other"),
            (smart("SELECT 1"), ""),
            (smart("SELECT 1 FROM {none}"), "cities rivers other"),
        ];
        let kitchen = kitchen();
        for (mut live, expected) in cases {
            look(&kitchen, &mut live).unwrap();
            let concerned: Vec<_> =
                ["cities", "rivers", "other"].into_iter().filter(|name| live.concerns(&changes(name))).collect();
            assert_eq!(concerned.join(" "), expected, "{live:?}");
            assert!(live.concerns(&Changes { everything: true, ..Changes::default() }));
        }
    }

    #[test]
    fn an_error_is_told_once_and_mended_when_its_reason_is_gone() {
        let kitchen = kitchen();
        let mut live = of_soup();
        look(&kitchen, &mut live).unwrap();
        kitchen.write(|tx| registry::drop_soup(tx, SOUP)).unwrap();
        assert!(live.concerns(&changes(SOUP)));
        assert_eq!(look(&kitchen, &mut live).unwrap(), "NO_SUCH_SOUP");
        assert_eq!(look(&kitchen, &mut live), None);
        let specs = [IndexSpec::new("name", IndexType::String)];
        kitchen.write(move |tx| registry::register(tx, SOUP, &specs)).unwrap();
        assert!(live.concerns(&changes(SOUP)));
        assert_eq!(look(&kitchen, &mut live).unwrap(), "[]");
        kitchen.upsert(r#"[{"name":"Ulm","about":"again"}]"#).unwrap();
        assert!(live.concerns(&changes(SOUP)));
        assert_eq!(look(&kitchen, &mut live).unwrap(), r#"[["again"]]"#);
    }
}
