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

/// What is asked about the results of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Some of them.
    Page,
    /// Their number.
    Count,
    /// The ids of some of them.
    Ids,
}

/// A statement for a query spec. Its keys are bound as text; offset and limit, unless it counts, come after them.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) sql: String,
    pub(super) keys: Vec<String>,
    pub(super) shape: Shape,
}

impl Query {
    /// Makes a statement for `spec`, which is about `soup` unless it is Smart SQL.
    pub(super) fn new(conn: &Connection, spec: &QuerySpec, soup: Option<&str>, wanted: Wanted) -> Result<Self> {
        spec.check()?;
        let mut query = match (spec.query_type, &spec.smart_sql, soup) {
            (QueryType::Smart, Some(sql), _) => Self::smart(conn, sql, wanted)?,
            (_, _, Some(soup)) => Self::simple(conn, spec, Soup::open(conn, soup)?, wanted)?,
            (_, _, None) => return Err(Error::BadQuery(format!("{} query without a soup", spec.query_type.title()))),
        };
        if wanted != Wanted::Count {
            query.sql.push_str(" LIMIT ?, ?");
        }
        Ok(query)
    }

    fn smart(conn: &Connection, smart_sql: &str, wanted: Wanted) -> Result<Self> {
        let columns = match wanted {
            Wanted::Page => "*",
            Wanted::Count => "count(*)",
            Wanted::Ids => "id",
        };
        // On lines of its own, so that a comment at its end ends there.
        let sql = format!("SELECT {columns} FROM (\n{}\n)", Rewriting::new(conn).query(smart_sql)?);
        Ok(Self { sql, keys: Vec::new(), shape: Shape::Cells })
    }

    fn simple(conn: &Connection, spec: &QuerySpec, soup: Soup, wanted: Wanted) -> Result<Self> {
        check_searchable(spec, &soup)?;
        let (sql, keys) = smart_sql(spec, soup.name(), wanted);
        let mut rewriting = Rewriting::knowing(conn, soup);
        let keys = match spec.query_type {
            QueryType::Match => keys.iter().map(|key| rewriting.names(key)).collect::<Result<_>>()?,
            _ => keys,
        };
        let shape = if selected(spec).is_some() { Shape::Cells } else { Shape::Entry };
        Ok(Self { sql: rewriting.query(&sql)?, keys, shape })
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

/// The Smart SQL of a spec that is none itself, and its keys.
fn smart_sql(spec: &QuerySpec, soup: &str, wanted: Wanted) -> (String, Vec<String>) {
    let (condition, keys) = condition(spec, soup);
    if (spec.query_type, wanted) == (QueryType::Match, Wanted::Count) {
        // What is found is an entry each: the entries themselves, most of the work, need not be looked at.
        return (format!("SELECT count(*) FROM {{{soup}}}_fts WHERE {{{soup}}}_fts MATCH ?"), keys);
    }
    let (columns, order) = match wanted {
        Wanted::Page => (columns(spec, soup), order(spec, soup)),
        Wanted::Count => ("count(*)".to_owned(), String::new()),
        Wanted::Ids => (format!("{{{soup}:_soupEntryId}}"), order(spec, soup)),
    };
    (format!("SELECT {columns} FROM {{{soup}}}{condition}{order}"), keys)
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

    fn made(spec: &QuerySpec, wanted: Wanted) -> Result<Query> {
        Kitchen::with(SPECS).read(|conn, _| Query::new(conn, spec, Some(SOUP), wanted))
    }

    fn smart(spec: &QuerySpec) -> String {
        smart_sql(spec, "s", Wanted::Page).0
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
        let spec = QuerySpec::exact("name", "Ulm").ordered_by("a.b", Order::Ascending);
        let sql = |wanted| made(&spec, wanted).unwrap().sql;
        let order = "ORDER BY json_extract(soup, '$.a.b') ASC LIMIT ?, ?";
        assert_eq!(sql(Wanted::Page), format!("SELECT TABLE_1.soup FROM TABLE_1 WHERE TABLE_1_0 = ? {order}"));
        assert_eq!(sql(Wanted::Count), "SELECT count(*) FROM TABLE_1 WHERE TABLE_1_0 = ?");
        assert_eq!(sql(Wanted::Ids), format!("SELECT TABLE_1.id FROM TABLE_1 WHERE TABLE_1_0 = ? {order}"));
        let query = made(&spec, Wanted::Page).unwrap();
        assert_eq!((query.keys, query.shape), (vec!["Ulm".to_owned()], Shape::Entry));
    }

    #[test]
    fn smart_sql_is_wrapped() {
        let spec = QuerySpec::smart("SELECT {cities:_soupEntryId} FROM {cities}");
        let sql = |wanted| made(&spec, wanted).unwrap().sql;
        let inner = "(\nSELECT TABLE_1.id FROM TABLE_1\n)";
        assert_eq!(sql(Wanted::Page), format!("SELECT * FROM {inner} LIMIT ?, ?"));
        assert_eq!(sql(Wanted::Count), format!("SELECT count(*) FROM {inner}"));
        assert_eq!(sql(Wanted::Ids), format!("SELECT id FROM {inner} LIMIT ?, ?"));
    }

    #[test]
    fn the_words_of_a_match_query_are_bound_and_limited_to_their_column() {
        let words = |path, key: &str| made(&QuerySpec::matching(path, key), Wanted::Count).unwrap();
        let query = words(Some("about"), "old OR it's {cities:name}:x");
        assert_eq!(query.sql, "SELECT count(*) FROM TABLE_1_fts WHERE TABLE_1_fts MATCH ?");
        let page = made(&QuerySpec::matching(None, "x"), Wanted::Page).unwrap();
        let found = "(SELECT rowid FROM TABLE_1_fts WHERE TABLE_1_fts MATCH ?)";
        assert_eq!(page.sql, format!("SELECT TABLE_1.soup FROM TABLE_1 WHERE TABLE_1.id IN {found} LIMIT ?, ?"));
        assert_eq!(query.keys, ["TABLE_1_1:old OR TABLE_1_1:it's TABLE_1_0:x"]);
        assert_eq!(words(None, "old town").keys, ["old town"]);
    }

    #[test]
    fn queries_that_cannot_be_run_are_refused() {
        assert_eq!(made(&QuerySpec::matching(Some("name"), "x"), Wanted::Page).unwrap_err().code(), "NOT_SEARCHABLE");
        assert_eq!(made(&QuerySpec::all().paged_by(0), Wanted::Page).unwrap_err().code(), "BAD_QUERY");
        let kitchen = Kitchen::with(r#"[{"path":"name","type":"string"}]"#);
        let refused = |spec: &QuerySpec, soup| {
            kitchen.read(|conn, _| Query::new(conn, spec, soup, Wanted::Page)).unwrap_err().code()
        };
        assert_eq!(refused(&QuerySpec::matching(None, "x"), Some(SOUP)), "NOT_SEARCHABLE");
        assert_eq!(refused(&QuerySpec::all(), None), "BAD_QUERY");
        assert_eq!(refused(&QuerySpec::all(), Some("none")), "NO_SUCH_SOUP");
        assert_eq!(refused(&QuerySpec::smart("DELETE FROM {cities}"), None), "NOT_SELECT");
    }
}
