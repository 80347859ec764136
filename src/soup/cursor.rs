//! The answer to a query, page by page.

use super::page::RowWriter;
use super::query::{Query, Wanted};
use super::query_spec::{QuerySpec, QueryType};
use super::{Error, Result};
use crate::database::{self, Budget, guard};
use crate::json::push_string;
use rusqlite::{CachedStatement, Connection};
use std::cell::RefCell;
use std::fmt::Write as _;

/// A query with the number of its results, which is fixed when the cursor is opened.
///
/// It holds no rows: each page runs the query again, and shows the entries as they are then (SmartStore spec, Cursor).
/// One that is opened with `snapshot` holds the JSON of all its rows instead, up to [`LARGEST_SNAPSHOT`] bytes.
///
/// ```
/// use tureen::database::{Database, OpenOptions};
/// use tureen::soup::{Cursor, Error, IndexSpec, IndexType, QuerySpec, Soup, UpsertKey, registry};
/// # futures::executor::block_on(async {
/// let store = Database::open(OpenOptions::default()).await?;
/// store
///     .write(|tx| {
///         registry::prepare(tx)?;
///         registry::register(tx, "cities", &[IndexSpec::new("name", IndexType::String)])?;
///         Soup::open(tx, "cities")?.upsert_text(tx, r#"[{"name": "Ulm"}, {"name": "Jena"}]"#, UpsertKey::EntryId)
///     })
///     .await?;
/// let spec = QuerySpec::smart("SELECT {cities:name} FROM {cities} ORDER BY 1").paged_by(1);
/// let page = store.read(|conn| Cursor::open(conn, spec, None)?.page(conn, 1, Some("c7")))?;
/// assert!(page.starts_with(r#"{"cursorId":"c7","currentPageIndex":1,"pageSize":1,"totalEntries":2,"totalPages":2"#));
/// assert!(page.ends_with(r#""currentPageOrderedEntries":[["Ulm"]]}"#));
/// # Ok::<(), Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct Cursor {
    spec: QuerySpec,
    soup: Option<String>,
    total: u64,
    held: Held,
}

/// The rows, as JSON, that need not be read again.
#[derive(Debug)]
enum Held {
    /// Those of the first page, read when the total was found, until any page is asked for.
    First(RefCell<Option<String>>),
    /// Those of every page.
    Pages(Vec<String>),
}

/// How many bytes of JSON a snapshot may take.
pub const LARGEST_SNAPSHOT: usize = 16 << 20;

impl Cursor {
    /// Runs a query on `soup`, or a smart query, which names its soups itself.
    ///
    /// # Errors
    /// A malformed spec, a soup that does not exist, and what SQLite says to the query.
    pub fn open(conn: &Connection, spec: QuerySpec, soup: Option<&str>) -> Result<Self> {
        let _budget = Budget::start(conn, spec.timeout);
        let held =
            if spec.snapshot { Self::open_snapshot(conn, &spec, soup) } else { Self::open_first(conn, &spec, soup) };
        let (total, held) = held.map_err(|error| in_words_of(&spec, error))?;
        Ok(Self { spec, soup: soup.map(str::to_owned), total, held })
    }

    fn open_first(conn: &Connection, spec: &QuerySpec, soup: Option<&str>) -> Result<(u64, Held)> {
        let mut first = String::new();
        // One row more than the page has tells whether counting is needed at all.
        let read = write_page(conn, spec, soup, (0, spec.page_size.saturating_add(1)), &mut first)?;
        let total = match read {
            Read::All(count) => count,
            Read::Some => count(conn, spec, soup)?,
        };
        Ok((total, Held::First(RefCell::new(Some(first)))))
    }

    fn open_snapshot(conn: &Connection, spec: &QuerySpec, soup: Option<&str>) -> Result<(u64, Held)> {
        let query = Query::new(conn, spec, soup, Wanted::Page)?;
        let mut statement = prepare(conn, &query, Some((0, u64::MAX)))?;
        let writer = RowWriter::new(&statement, query.shape);
        let mut rows = statement.raw_query();
        let (mut pages, mut total, mut bytes) = (Vec::new(), 0, 0);
        loop {
            let mut page = String::new();
            let count = writer.write(&mut rows, spec.page_size, &mut page)?;
            total += count;
            bytes += page.len();
            if bytes > LARGEST_SNAPSHOT {
                return Err(Error::SnapshotTooLarge(LARGEST_SNAPSHOT));
            }
            if count > 0 {
                pages.push(page);
            }
            // SQLite runs a statement again when it is asked for a row after the last one.
            if count < spec.page_size {
                return Ok((total, Held::Pages(pages)));
            }
        }
    }

    /// The tables that the query reads, SQLite's own among them.
    ///
    /// # Errors
    /// As [`Cursor::open`].
    pub(super) fn tables(&self, conn: &Connection) -> Result<guard::Asked> {
        let query = Query::new(conn, &self.spec, self.soup.as_deref(), Wanted::Page)?;
        // Not from the cache: only a compilation asks.
        let (compiled, asked) = guard::reading(|| conn.prepare(&query.sql).map(drop));
        compiled?;
        Ok(asked)
    }

    /// The query.
    pub fn spec(&self) -> &QuerySpec {
        &self.spec
    }

    /// How many results there were when the cursor was opened.
    pub fn total_entries(&self) -> u64 {
        self.total
    }

    /// How many pages they fill.
    pub fn total_pages(&self) -> u64 {
        self.total.div_ceil(self.spec.page_size)
    }

    /// How many bytes of rows it holds for as long as it is open.
    pub fn held_bytes(&self) -> usize {
        match &self.held {
            Held::Pages(pages) => pages.iter().map(String::len).sum(),
            Held::First(_) => 0,
        }
    }

    /// The JSON of the cursor at page `index`, or at the nearest page that there is: `{cursorId, currentPageIndex,
    /// pageSize, totalEntries, totalPages, currentPageOrderedEntries}`, without `cursorId` when that is none.
    ///
    /// The results are entries, or arrays of values for a smart query or one with `selectPaths`.
    ///
    /// # Errors
    /// What SQLite says, for example when the soup has been dropped.
    pub fn page(&self, conn: &Connection, index: i64, cursor_id: Option<&str>) -> Result<String> {
        let index = u64::try_from(index).unwrap_or(0).min(self.total_pages().saturating_sub(1));
        let mut out = String::from("{");
        if let Some(id) = cursor_id {
            out.push_str("\"cursorId\":");
            push_string(&mut out, id);
            out.push(',');
        }
        let _ = write!(
            out,
            "\"currentPageIndex\":{index},\"pageSize\":{},\"totalEntries\":{},\"totalPages\":{},\
             \"currentPageOrderedEntries\":",
            self.spec.page_size,
            self.total,
            self.total_pages()
        );
        self.write_rows(conn, index, &mut out).map_err(|error| in_words_of(&self.spec, error))?;
        out.push('}');
        Ok(out)
    }

    fn write_rows(&self, conn: &Connection, index: u64, out: &mut String) -> Result<()> {
        match &self.held {
            Held::Pages(pages) => {
                let page = usize::try_from(index).ok().and_then(|index| pages.get(index));
                out.push_str(page.map_or("[]", String::as_str));
            }
            Held::First(first) => match first.take() {
                Some(first) if index == 0 => out.push_str(&first),
                _ => {
                    let _budget = Budget::start(conn, self.spec.timeout);
                    let page = (index.saturating_mul(self.spec.page_size), self.spec.page_size);
                    write_page(conn, &self.spec, self.soup.as_deref(), page, out)?;
                }
            },
        }
        Ok(())
    }
}

/// Whether a page was the last.
enum Read {
    /// No rows follow; so many came.
    All(u64),
    Some,
}

/// Appends the JSON of the rows from an offset on, at most a page of them, to `out`.
fn write_page(
    conn: &Connection,
    spec: &QuerySpec,
    soup: Option<&str>,
    (offset, limit): (u64, u64),
    out: &mut String,
) -> Result<Read> {
    let query = Query::new(conn, spec, soup, Wanted::Page)?;
    let mut statement = prepare(conn, &query, Some((offset, limit)))?;
    let writer = RowWriter::new(&statement, query.shape);
    let mut rows = statement.raw_query();
    let count = writer.write(&mut rows, spec.page_size, out)?;
    let more = count == spec.page_size && rows.next()?.is_some();
    Ok(if more { Read::Some } else { Read::All(count) })
}

fn count(conn: &Connection, spec: &QuerySpec, soup: Option<&str>) -> Result<u64> {
    let query = Query::new(conn, spec, soup, Wanted::Count)?;
    let mut statement = prepare(conn, &query, None)?;
    let mut rows = statement.raw_query();
    let count: i64 = rows.next()?.map_or(Ok(0), |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// Says which words of the query are meant where SQLite speaks of its full-text search.
pub(super) fn in_words_of(spec: &QuerySpec, error: Error) -> Error {
    match error {
        Error::Database(database::Error::Sql(reason))
            if spec.query_type == QueryType::Match || reason.starts_with("fts5: ") =>
        {
            Error::BadMatch(reason)
        }
        error => error,
    }
}

/// Prepares the statement of `query` and binds its keys, then offset and limit.
pub(super) fn prepare<'c>(
    conn: &'c Connection,
    query: &Query,
    page: Option<(u64, u64)>,
) -> Result<CachedStatement<'c>> {
    let (compiled, asked) = guard::reading(|| conn.prepare_cached(&query.sql));
    if let Some(what) = asked.refused {
        return Err(Error::ReadOnly(what));
    }
    let mut statement = compiled?;
    let page = page.map(|(offset, limit)| [offset, limit].map(|number| i64::try_from(number).unwrap_or(i64::MAX)));
    let page = page.as_ref().map_or(&[][..], |page| &page[..]);
    if statement.parameter_count() != query.keys.len() + page.len() {
        return Err(Error::BadQuery("smartSql has a parameter that nothing is bound to; write the value".to_owned()));
    }
    for (number, key) in query.keys.iter().enumerate() {
        statement.raw_bind_parameter(number + 1, key)?;
    }
    for (number, bound) in page.iter().enumerate() {
        statement.raw_bind_parameter(query.keys.len() + number + 1, bound)?;
    }
    Ok(statement)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soup::testing::{Kitchen, SOUP, undated};
    use crate::soup::{EntryId, Order, Soup};

    const SPECS: &str = r#"[{"path":"name","type":"string"},{"path":"size","type":"integer"},
        {"path":"about","type":"full_text"},{"path":"k.v","type":"json1"}]"#;

    fn kitchen() -> Kitchen {
        let kitchen = Kitchen::with(SPECS);
        let entries = r#"[{"name":"Ulm","size":12,"about":"old Gréy town","k":{"v":1}},
            {"name":"bonn","size":30,"about":"new town","x":[1,{"y":true}]},
            {"name":"Jena","size":9,"about":"grey \"b","k":{"v":"1"}},{"name":"Ulm","size":2.5}]"#;
        kitchen.upsert(entries).unwrap();
        kitchen
    }

    fn page(kitchen: &Kitchen, spec: QuerySpec) -> Result<String> {
        let soup = spec.smart_sql.is_none().then_some(SOUP);
        let page = kitchen.read(|conn, _| Cursor::open(conn, spec, soup)?.page(conn, 0, None))?;
        Ok(undated(&page))
    }

    /// The results of a query, as JSON text.
    fn results(kitchen: &Kitchen, spec: QuerySpec) -> String {
        let page = page(kitchen, spec).unwrap();
        page.split_once("\"currentPageOrderedEntries\":").unwrap().1.trim_end_matches('}').to_owned()
    }

    /// The ids of the entries that a query finds, in its order.
    fn ids(kitchen: &Kitchen, spec: QuerySpec) -> String {
        results(kitchen, spec.selecting(["_soupEntryId"])).replace(['[', ']'], "")
    }

    #[test]
    fn each_type_of_query_finds_its_entries() {
        let kitchen = kitchen();
        assert_eq!(ids(&kitchen, QuerySpec::exact("name", "Ulm")), "1,4");
        assert_eq!(ids(&kitchen, QuerySpec::exact("size", "2")), "4");
        assert_eq!(ids(&kitchen, QuerySpec::exact("k.v", "1")), "3");
        assert_eq!(ids(&kitchen, QuerySpec::exact("x", r#"[1,{"y":true}]"#)), "2");
        assert_eq!(ids(&kitchen, QuerySpec::exact("_soupEntryId", "2")), "2");
        assert_eq!(ids(&kitchen, QuerySpec::like("name", "B%")), "2");
        assert_eq!(ids(&kitchen, QuerySpec::range("size", Some("9"), Some("12"))), "3,1");
        assert_eq!(ids(&kitchen, QuerySpec::range("name", None, Some("K"))), "3");
        assert_eq!(ids(&kitchen, QuerySpec::matching(None, "grey")), "1,3");
        assert_eq!(ids(&kitchen, QuerySpec::matching(Some("about"), "gr* NOT town")), "3");
        assert_eq!(ids(&kitchen, QuerySpec::matching(Some("about"), "(old AND town) OR new")), "1,2");
        assert_eq!(ids(&kitchen, QuerySpec::all().ordered_by("name", Order::Ascending)), "3,1,4,2");
        assert_eq!(ids(&kitchen, QuerySpec::all().ordered_by("size", Order::Descending)), "2,1,3,4");
    }

    #[test]
    fn quotes_in_keys_are_only_text() {
        let kitchen = kitchen();
        assert_eq!(ids(&kitchen, QuerySpec::exact("name", "' OR 1=1 --")), "");
        assert_eq!(ids(&kitchen, QuerySpec::matching(Some("about"), "\"b'); DROP\"")), "");
        let error = page(&kitchen, QuerySpec::matching(Some("about"), "b')")).unwrap_err();
        assert_eq!(error.code(), "BAD_MATCH");
        assert_eq!(ids(&kitchen, QuerySpec::all()), "1,2,3,4");
    }

    #[test]
    fn entries_come_whole_and_selected_paths_as_arrays() {
        let kitchen = kitchen();
        let entry = r#"[{"name":"bonn","size":30,"about":"new town","x":[1,{"y":true}],"_soupEntryId":2}]"#;
        assert_eq!(results(&kitchen, QuerySpec::exact("name", "bonn")), entry);
        let spec = QuerySpec::exact("name", "bonn").selecting(["name", "x", "k", "_soup", "size"]);
        let entry = entry.trim_matches(['[', ']']);
        assert_eq!(results(&kitchen, spec), format!(r#"[["bonn","[1,{{\"y\":true}}]",null,{entry},30]]"#));
        let none: [&str; 0] = [];
        assert_eq!(results(&kitchen, QuerySpec::exact("name", "none").selecting(none)), "[]");
    }

    #[test]
    fn cells_are_what_sqlite_gives() {
        let kitchen = kitchen();
        let cells = |sql: &str| results(&kitchen, QuerySpec::smart(sql));
        assert_eq!(
            cells("SELECT NULL, 1, 2.5, 1e300, 9e999, 'a\"b', x'0aff', true"),
            r#"[[null,1,2.5,1e+300,null,"a\"b","0aff",1]]"#
        );
        assert_eq!(
            cells("SELECT {cities:_soupEntryId}, {cities:x} FROM {cities} WHERE {cities:size} = 30"),
            r#"[[2,"[1,{\"y\":true}]"]]"#
        );
        let entry = r#"{"name":"Ulm","size":2.5,"_soupEntryId":4}"#;
        let soup = "{cities:_soup} FROM {cities} WHERE {cities:_soupEntryId} = 4";
        assert_eq!(cells(&format!("SELECT {soup}")), format!("[[{entry}]]"));
        assert_eq!(
            undated(&cells(
                "SELECT a.{cities:_soup}, b.{cities:_soup} FROM {cities} a, {cities} b \
            WHERE a.{cities:_soupEntryId} = 4 AND b.{cities:_soupEntryId} = 4"
            )),
            format!("[[{entry},{entry}]]")
        );
        assert!(
            cells(&format!("SELECT {}", soup.replace("_soup} FROM", "_soup} AS e FROM"))).starts_with(r#"[["{\"name"#)
        );
        assert_eq!(
            cells("SELECT 'no object' AS soup, '{x' AS 'soup:1', '{}' AS 'soup:x', NULL AS 'soup:2'"),
            r#"[["no object","{x","{}",null]]"#
        );
    }

    #[test]
    fn the_cursor_tells_where_it_is_and_stays_within_its_pages() {
        let kitchen = kitchen();
        let spec = QuerySpec::all().ordered_by("size", Order::Ascending).paged_by(3).selecting(["size"]);
        let pages = |index| {
            kitchen.read(|conn, _| Cursor::open(conn, spec.clone(), Some(SOUP))?.page(conn, index, None)).unwrap()
        };
        let first = r#"{"currentPageIndex":0,"pageSize":3,"totalEntries":4,"totalPages":2,"currentPageOrderedEntries":[[2],[9],[12]]}"#;
        let second =
            r#"{"currentPageIndex":1,"pageSize":3,"totalEntries":4,"totalPages":2,"currentPageOrderedEntries":[[30]]}"#;
        assert_eq!([pages(0), pages(-5)], [first, first]);
        assert_eq!([pages(1), pages(2), pages(i64::MAX)], [second, second, second]);
        let none = page(&kitchen, QuerySpec::exact("name", "none")).unwrap();
        assert_eq!(
            none,
            r#"{"currentPageIndex":0,"pageSize":10,"totalEntries":0,"totalPages":0,"currentPageOrderedEntries":[]}"#
        );
    }

    #[test]
    fn the_count_is_fixed_and_the_rows_are_not() {
        let kitchen = kitchen();
        let spec = QuerySpec::all().ordered_by("size", Order::Ascending).paged_by(2).selecting(["size"]);
        let cursor = kitchen.read(|conn, _| Cursor::open(conn, spec, Some(SOUP))).unwrap();
        let rows = |index| {
            let page = kitchen.read(|conn, _| cursor.page(conn, index, Some("\"c"))).unwrap();
            assert!(page.starts_with(r#"{"cursorId":"\"c","currentPageIndex":"#), "{page}");
            page.split_once("Entries\":[").unwrap().1.to_owned()
        };
        assert_eq!(rows(1), "[12],[30]]}");
        kitchen.write(|tx| Soup::open(tx, SOUP)?.remove(tx, &[EntryId(1), EntryId(4)])).unwrap();
        assert_eq!(rows(0), "[9],[30]]}");
        assert_eq!(rows(1), "]}");
        assert_eq!((cursor.total_entries(), cursor.total_pages(), cursor.spec().page_size), (4, 2, 2));
        kitchen.write(|tx| crate::soup::registry::drop_soup(tx, SOUP)).unwrap();
        let gone = kitchen.store.read(|conn| cursor.page(conn, 0, None)).unwrap_err();
        assert_eq!(gone.code(), "NO_SUCH_SOUP");
    }

    #[test]
    fn a_snapshot_stays_as_it_was_opened() {
        let kitchen = kitchen();
        let by_size = QuerySpec::all().ordered_by("size", Order::Ascending).paged_by(2).as_snapshot();
        let smart =
            QuerySpec::smart("SELECT {cities:size}, {cities:_soupEntryId} FROM {cities} ORDER BY 1").paged_by(3);
        let cases =
            [(by_size.clone().selecting(["size"]), Some(SOUP)), (by_size, Some(SOUP)), (smart.as_snapshot(), None)];
        for (spec, soup) in cases {
            let open = || kitchen.read(|conn, _| Cursor::open(conn, spec.clone(), soup)).unwrap();
            let pages = |cursor: &Cursor| -> Vec<String> {
                (0..3).map(|index| kitchen.read(|conn, _| cursor.page(conn, index, None)).unwrap()).collect()
            };
            let plain = QuerySpec { snapshot: false, ..spec.clone() };
            let cursor = open();
            let before = pages(&cursor);
            assert_eq!(before, pages(&kitchen.read(|conn, _| Cursor::open(conn, plain, soup)).unwrap()));
            assert_eq!((cursor.total_entries(), cursor.total_pages()), (4, 2));
            let added = kitchen.upsert(r#"[{"name":"first","size":-1},{"_soupEntryId":2,"name":"bonn","size":1}]"#);
            kitchen.write(|tx| Soup::open(tx, SOUP)?.remove(tx, &[EntryId(1)])).unwrap();
            assert_eq!(pages(&cursor), before);
            assert_ne!(pages(&open()), before);
            drop((added, cursor));
            kitchen.write(|tx| crate::soup::registry::clear(tx, SOUP)).unwrap();
            kitchen.write(|tx| Ok(tx.execute_batch("DELETE FROM sqlite_sequence WHERE name = 'TABLE_1'")?)).unwrap();
            kitchen.upsert(r#"[{"size":12},{"size":30},{"size":9},{"size":2.5}]"#).unwrap();
        }
    }

    #[test]
    fn a_snapshot_of_nothing_and_of_full_pages_only() {
        let kitchen = kitchen();
        let none = page(&kitchen, QuerySpec::exact("name", "none").as_snapshot()).unwrap();
        assert_eq!(none, page(&kitchen, QuerySpec::exact("name", "none")).unwrap());
        for size in [1, 2, 4] {
            let cursor =
                kitchen.read(|conn, _| Cursor::open(conn, QuerySpec::all().paged_by(size).as_snapshot(), Some(SOUP)));
            assert_eq!((cursor.as_ref().unwrap().total_entries(), cursor.unwrap().total_pages()), (4, 4 / size));
        }
    }

    #[test]
    fn a_snapshot_that_would_fill_the_memory_is_refused() {
        let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20) \
            SELECT printf('%.*c', 1000000, 'x') FROM n";
        let spec = QuerySpec::smart(sql).paged_by(1);
        assert_eq!(page(&kitchen(), spec.clone().as_snapshot()).unwrap_err().code(), "SNAPSHOT_TOO_LARGE");
        assert!(page(&kitchen(), spec).is_ok());
    }

    #[test]
    fn a_query_is_given_up_after_its_timeout_and_others_go_on() {
        let kitchen = kitchen();
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
        for spec in [QuerySpec::smart(endless), QuerySpec::smart(endless).as_snapshot()] {
            let error = page(&kitchen, spec.within(5)).unwrap_err();
            assert_eq!(error.code(), "QUERY_TIMEOUT");
        }
        let long =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT count(*) FROM n";
        assert!(page(&kitchen, QuerySpec::smart(long)).unwrap().ends_with("[[200000]]}"));
        assert_eq!(ids(&kitchen, QuerySpec::all().within(60_000)), "1,2,3,4");
    }

    #[test]
    fn a_smart_query_with_parameters_is_refused() {
        for sql in ["SELECT ?", "SELECT ?1, :a", "SELECT 1 LIMIT ?"] {
            assert_eq!(page(&kitchen(), QuerySpec::smart(sql)).unwrap_err().code(), "BAD_QUERY", "{sql}");
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties {
    use super::*;
    use crate::soup::Order;
    use crate::soup::testing::{Kitchen, SOUP};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn pages_put_together_are_the_sorted_entries(
            sizes in proptest::collection::vec(-50_i64..50, 0..40),
            page_size in 1_u64..50,
            bounds in (proptest::option::of(-50_i64..50), proptest::option::of(-50_i64..50)),
            descending in any::<bool>(),
        ) {
            let kitchen = Kitchen::with(r#"[{"path":"size","type":"integer"}]"#);
            let entries: Vec<_> = sizes.iter().map(|size| serde_json::json!({ "size": size })).collect();
            kitchen.upsert(&serde_json::Value::from(entries).to_string()).unwrap();

            let inside = |size: &i64| bounds.0.is_none_or(|low| *size >= low) && bounds.1.is_none_or(|high| *size <= high);
            let mut expected: Vec<i64> = sizes.iter().copied().filter(inside).collect();
            expected.sort_unstable();
            if descending {
                expected.reverse();
            }
            let order = if descending { Order::Descending } else { Order::Ascending };
            let (begin, end) = (bounds.0.map(|key| key.to_string()), bounds.1.map(|key| key.to_string()));
            let spec = QuerySpec::range("size", begin.as_deref(), end.as_deref()).ordered_by("size", order);
            let spec = spec.paged_by(page_size).selecting(["size"]);

            let cursor = kitchen.read(|conn, _| Cursor::open(conn, spec, Some(SOUP))).unwrap();
            prop_assert_eq!(cursor.total_entries(), expected.len() as u64);
            prop_assert_eq!(cursor.total_pages(), (expected.len() as u64).div_ceil(page_size));
            let mut found = Vec::new();
            for index in 0..cursor.total_pages() {
                let page = kitchen.read(|conn, _| cursor.page(conn, index as i64, None)).unwrap();
                let page: serde_json::Value = serde_json::from_str(&page).unwrap();
                prop_assert_eq!(&page["currentPageIndex"], index);
                let rows = page["currentPageOrderedEntries"].as_array().unwrap();
                prop_assert!(rows.len() as u64 <= page_size);
                found.extend(rows.iter().map(|row| row[0].as_i64().unwrap()));
            }
            prop_assert_eq!(found, expected);
        }
    }
}
