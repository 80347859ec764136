//! A query spec, made into SQL by way of Smart SQL (SmartStore spec, Smart SQL and storage).

use super::match_query::qualify;
use super::query_spec::{Order, QuerySpec, QueryType};
use super::smart_sql::Rewriting;
use super::spec::IndexType;
use super::{Error, Result, Soup};
use rusqlite::Connection;

/// What a row of the result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// An entry: the one column is its JSON.
    Entry,
    /// An array of the columns' values.
    Cells,
}

/// The statements of a query. Keys are bound as text, first of all parameters.
#[derive(Debug)]
pub(super) struct Query {
    /// The results; bind offset and limit last.
    pub(super) page_sql: String,
    pub(super) count_sql: String,
    /// The ids of the entries; bind offset and limit last.
    pub(super) ids_sql: String,
    pub(super) keys: Vec<String>,
    pub(super) shape: Shape,
}

const PAGE: &str = " LIMIT ?, ?";

impl Query {
    /// Makes the statements of `spec`, which is about `soup` unless it is Smart SQL.
    pub(super) fn new(conn: &Connection, spec: &QuerySpec, soup: Option<&str>) -> Result<Self> {
        spec.check()?;
        match (spec.query_type, &spec.smart_sql, soup) {
            (QueryType::Smart, Some(sql), _) => Self::smart(conn, sql),
            (_, _, Some(soup)) => Self::simple(conn, spec, Soup::open(conn, soup)?),
            (_, _, None) => Err(Error::BadQuery(format!("{:?} query without a soup", spec.query_type))),
        }
    }

    fn smart(conn: &Connection, smart_sql: &str) -> Result<Self> {
        let sql = Rewriting::new(conn).query(smart_sql)?;
        // On lines of its own, so that a comment at its end ends there.
        Ok(Self {
            page_sql: format!("SELECT * FROM (\n{sql}\n){PAGE}"),
            count_sql: format!("SELECT count(*) FROM (\n{sql}\n)"),
            ids_sql: format!("SELECT id FROM (\n{sql}\n){PAGE}"),
            keys: Vec::new(),
            shape: Shape::Cells,
        })
    }

    fn simple(conn: &Connection, spec: &QuerySpec, soup: Soup) -> Result<Self> {
        check_searchable(spec, &soup)?;
        let smart = SmartQuery::new(spec, soup.name());
        let mut rewriting = Rewriting::knowing(conn, soup);
        let keys = match spec.query_type {
            QueryType::Match => smart.keys.iter().map(|key| rewriting.names(key)).collect::<Result<_>>()?,
            _ => smart.keys,
        };
        Ok(Self {
            page_sql: rewriting.query(&(smart.select + &smart.tail + &smart.order))? + PAGE,
            count_sql: rewriting.query(&(smart.count + &smart.tail))?,
            ids_sql: rewriting.query(&(smart.ids + &smart.tail + &smart.order))? + PAGE,
            keys,
            shape: if selected(spec).is_some() { Shape::Cells } else { Shape::Entry },
        })
    }
}

fn selected(spec: &QuerySpec) -> Option<&[String]> {
    spec.select_paths.as_deref().filter(|paths| !paths.is_empty())
}

fn check_searchable(spec: &QuerySpec, soup: &Soup) -> Result<()> {
    if spec.query_type != QueryType::Match {
        return Ok(());
    }
    let path = spec.index_path.as_deref();
    let mut searched = soup.index_specs().filter(|index| index.kind == IndexType::FullText);
    if searched.any(|index| path.is_none_or(|path| path == index.path)) {
        return Ok(());
    }
    let path = path.unwrap_or("any path").to_owned();
    Err(Error::NotSearchable { soup: soup.name().to_owned(), path })
}

/// The Smart SQL of a spec that is none itself.
struct SmartQuery {
    select: String,
    count: String,
    ids: String,
    tail: String,
    order: String,
    keys: Vec<String>,
}

impl SmartQuery {
    fn new(spec: &QuerySpec, soup: &str) -> Self {
        let (condition, keys) = condition(spec, soup);
        Self {
            select: format!("SELECT {}", columns(spec, soup)),
            count: "SELECT count(*)".to_owned(),
            ids: format!("SELECT {{{soup}:_soupEntryId}}"),
            tail: format!(" FROM {{{soup}}}{condition}"),
            order: order(spec, soup),
            keys,
        }
    }
}

fn columns(spec: &QuerySpec, soup: &str) -> String {
    let Some(paths) = selected(spec) else { return format!("{{{soup}:_soup}}") };
    let columns: Vec<_> = paths.iter().map(|path| format!("{{{soup}:{path}}}")).collect();
    columns.join(", ")
}

fn order(spec: &QuerySpec, soup: &str) -> String {
    let direction = match spec.order {
        Order::Ascending => "ASC",
        Order::Descending => "DESC",
    };
    spec.order_path.as_ref().map_or_else(String::new, |path| format!(" ORDER BY {{{soup}:{path}}} {direction}"))
}

/// The WHERE clause and its keys.
fn condition(spec: &QuerySpec, soup: &str) -> (String, Vec<String>) {
    let path = spec.index_path.as_deref().unwrap_or_default();
    let place = format!("{{{soup}:{path}}}");
    let key = |key: &Option<String>| key.iter().cloned().collect();
    match spec.query_type {
        QueryType::Exact => (format!(" WHERE {place} = ?"), key(&spec.match_key)),
        QueryType::Like => (format!(" WHERE {place} LIKE ?"), key(&spec.like_key)),
        QueryType::Range => {
            let bounds = [(&spec.begin_key, ">="), (&spec.end_key, "<=")];
            let bounds = bounds.into_iter().filter_map(|(key, than)| Some((key.clone()?, than)));
            let (keys, parts): (Vec<_>, Vec<_>) = bounds.map(|(key, than)| (key, format!("{place} {than} ?"))).unzip();
            (if keys.is_empty() { String::new() } else { format!(" WHERE {}", parts.join(" AND ")) }, keys)
        }
        QueryType::Match => {
            let words = spec.match_key.as_deref().unwrap_or_default();
            let words = if path.is_empty() { words.to_owned() } else { qualify(&place, words) };
            let found = format!("(SELECT rowid FROM {{{soup}}}_fts WHERE {{{soup}}}_fts MATCH ?)");
            (format!(" WHERE {{{soup}:_soupEntryId}} IN {found}"), vec![words])
        }
        QueryType::Smart => (String::new(), Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soup::testing::{Kitchen, SOUP};

    const SPECS: &str = r#"[{"path":"name","type":"string"},{"path":"about","type":"full_text"},
        {"path":"a.b","type":"json1"}]"#;

    fn made(spec: &QuerySpec) -> Result<Query> {
        Kitchen::with(SPECS).read(|conn, _| Query::new(conn, spec, Some(SOUP)))
    }

    fn smart(spec: &QuerySpec) -> String {
        let query = SmartQuery::new(spec, "s");
        query.select + &query.tail + &query.order
    }

    #[test]
    fn a_spec_is_this_smart_sql() {
        let pairs = [
            (QuerySpec::exact("p", "k").ordered_by("o", Order::Ascending), "WHERE {s:p} = ? ORDER BY {s:o} ASC"),
            (QuerySpec::exact("p", "k"), "WHERE {s:p} = ?"),
            (QuerySpec::like("p", "k").ordered_by("p", Order::Descending), "WHERE {s:p} LIKE ? ORDER BY {s:p} DESC"),
            (QuerySpec::range("p", Some("a"), Some("b")), "WHERE {s:p} >= ? AND {s:p} <= ?"),
            (QuerySpec::range("p", Some("a"), None), "WHERE {s:p} >= ?"),
            (QuerySpec::range("p", None, Some("b")), "WHERE {s:p} <= ?"),
            (
                QuerySpec::matching(Some("p"), "k"),
                "WHERE {s:_soupEntryId} IN (SELECT rowid FROM {s}_fts WHERE {s}_fts MATCH ?)",
            ),
        ];
        for (spec, tail) in pairs {
            assert_eq!(smart(&spec), format!("SELECT {{s:_soup}} FROM {{s}} {tail}"));
        }
        assert_eq!(smart(&QuerySpec::range("p", None, None)), "SELECT {s:_soup} FROM {s}");
        assert_eq!(
            smart(&QuerySpec::all().selecting(["p", "_soupEntryId"])),
            "SELECT {s:p}, {s:_soupEntryId} FROM {s}"
        );
    }

    #[test]
    fn the_smart_sql_becomes_sql_on_the_soups_table() {
        let query = made(&QuerySpec::exact("name", "Ulm").ordered_by("a.b", Order::Ascending)).unwrap();
        let order = "ORDER BY json_extract(soup, '$.a.b') ASC LIMIT ?, ?";
        assert_eq!(query.page_sql, format!("SELECT TABLE_1.soup FROM TABLE_1 WHERE TABLE_1_0 = ? {order}"));
        assert_eq!(query.count_sql, "SELECT count(*) FROM TABLE_1 WHERE TABLE_1_0 = ?");
        assert_eq!(query.ids_sql, format!("SELECT TABLE_1.id FROM TABLE_1 WHERE TABLE_1_0 = ? {order}"));
        assert_eq!((query.keys, query.shape), (vec!["Ulm".to_owned()], Shape::Entry));
    }

    #[test]
    fn the_words_of_a_match_query_are_bound_and_limited_to_their_column() {
        let query = made(&QuerySpec::matching(Some("about"), "old OR it's {cities:name}:x")).unwrap();
        let found = "(SELECT rowid FROM TABLE_1_fts WHERE TABLE_1_fts MATCH ?)";
        assert_eq!(query.count_sql, format!("SELECT count(*) FROM TABLE_1 WHERE TABLE_1.id IN {found}"));
        assert_eq!(query.keys, ["TABLE_1_1:old OR TABLE_1_1:it's TABLE_1_0:x"]);
        assert_eq!(made(&QuerySpec::matching(None, "old town")).unwrap().keys, ["old town"]);
    }

    #[test]
    fn queries_that_cannot_be_run_are_refused() {
        assert_eq!(made(&QuerySpec::matching(Some("name"), "x")).unwrap_err().code(), "NOT_SEARCHABLE");
        assert_eq!(made(&QuerySpec::all().paged_by(0)).unwrap_err().code(), "BAD_QUERY");
        let kitchen = Kitchen::with(r#"[{"path":"name","type":"string"}]"#);
        let refused = |spec: &QuerySpec, soup| kitchen.read(|conn, _| Query::new(conn, spec, soup)).unwrap_err().code();
        assert_eq!(refused(&QuerySpec::matching(None, "x"), Some(SOUP)), "NOT_SEARCHABLE");
        assert_eq!(refused(&QuerySpec::all(), None), "BAD_QUERY");
        assert_eq!(refused(&QuerySpec::all(), Some("none")), "NO_SUCH_SOUP");
        assert_eq!(refused(&QuerySpec::smart("SELECT 1; SELECT 2"), None), "NOT_SELECT");
    }
}
