use super::*;
use crate::remote::azure::parse_filter;

/// A table with a column of each type, named by it.
fn columns(name: &str) -> Result<Column, Error> {
    let column_type =
        name.parse().map_err(|_| Error::UndefinedColumn { column: name.to_owned(), table: "t".to_owned() })?;
    Ok(Column { sql: format!("[{name}]"), column_type })
}

fn sql(filter: &str) -> Sql {
    condition(&parse_filter(filter).unwrap(), &columns).unwrap()
}

fn check(filter: &str, text: &str, parameters: &[Value]) {
    let sql = sql(filter);
    assert_eq!((sql.text.as_str(), sql.parameters.as_slice()), (text, parameters), "{filter}");
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn constants_are_bound_in_the_order_of_their_question_marks() {
    check(
        "((integer gt 12) and (text eq 'it''s')) or not (boolean eq false)",
        "((([integer] > ?) AND ([text] = ?)) OR (NOT (([boolean] <> 0) = ?)))",
        &[Value::Integer(12), text("it's"), Value::Integer(0)],
    );
}

#[test]
fn null_is_asked_for_from_either_side() {
    check("text eq null", "([text] IS NULL)", &[]);
    check("null ne text", "([text] IS NOT NULL)", &[]);
    check("text gt null", "([text] = NULL)", &[]);
    check("null eq null", "(? IS NULL)", &[Value::Null]);
}

#[test]
fn what_is_no_condition_is_compared_with_true() {
    check("boolean", "([boolean] <> 0)", &[]);
    check("not boolean", "(NOT ([boolean] <> 0))", &[]);
    check("integer and text", "(([integer] = 1) AND ([text] = 1))", &[]);
    check("false", "?", &[Value::Integer(0)]);
    check("null", "(? = 1)", &[Value::Null]);
    check("true eq false", "(? = ?)", &[Value::Integer(1), Value::Integer(0)]);
}

#[test]
fn a_list_of_one_columns_values_is_one_in() {
    check(
        "((text eq 'a') or (integer eq 1)) or (text eq 'b')",
        "(([text] IN (?,?)) OR ([integer] = ?))",
        &[text("a"), text("b"), Value::Integer(1)],
    );
    check("text eq 'a' or text eq null", "(([text] = ?) OR ([text] IS NULL))", &[text("a")]);
}

#[test]
fn constants_become_of_the_columns_kind() {
    check("text eq 5", "([text] = ?)", &[text("5")]);
    check("integer eq '5'", "([integer] = ?)", &[Value::Integer(5)]);
    check("real lt '2.5'", "(CAST([real] AS REAL) < ?)", &[Value::Real(2.5)]);
    check("integer eq 'five'", "(azure_text([integer]) = ?)", &[text("five")]);
    check("date gt 1500", "([date] > ?)", &[text("1970-01-01T00:00:01.5000000Z")]);
    check("date lt '2024-05-06'", "([date] < ?)", &[text("2024-05-06T00:00:00.0000000Z")]);
    check(
        "text eq datetime'2024-05-06T00:00:00Z'",
        "(azure_time([text]) = ?)",
        &[text("2024-05-06T00:00:00.0000000Z")],
    );
    check("date ge 'soon'", "([date] >= ?)", &[Value::Null]);
    check(
        "boolean eq 'true'",
        "(CASE ([boolean] <> 0) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END = ?)",
        &[text("true")],
    );
}

#[test]
fn arithmetic_of_integers_is_whole_but_for_division_and_of_texts_is_a_text() {
    check("integer div 2 eq 2", "((CAST([integer] AS REAL) / ?) = ?)", &[Value::Integer(2), Value::Integer(2)]);
    check("real mod 2 eq 1.5", "(azure_modulo(CAST([real] AS REAL), ?) = ?)", &[Value::Integer(2), Value::Real(1.5)]);
    check("integer mod 2 eq 1", "(([integer] % ?) = ?)", &[Value::Integer(2), Value::Integer(1)]);
    check("text add 'x' eq 'yx'", "(([text] || ?) = ?)", &[text("x"), text("yx")]);
    check("date sub 1 gt 0", "((azure_milliseconds([date]) - ?) > ?)", &[Value::Integer(1), Value::Integer(0)]);
    check("-integer lt 0", "((- [integer]) < ?)", &[Value::Integer(0)]);
}

#[test]
fn functions_take_their_arguments_as_their_kind() {
    check("year(date) eq 2024", "(CAST(substr([date], 1, 4) AS INTEGER) = ?)", &[Value::Integer(2024)]);
    check("month(text) eq 5", "(CAST(substr(azure_time([text]), 6, 2) AS INTEGER) = ?)", &[Value::Integer(5)]);
    check("length(integer) eq 2", "(azure_length(azure_text([integer])) = ?)", &[Value::Integer(2)]);
    check("floor(integer) eq 2", "([integer] = ?)", &[Value::Integer(2)]);
    check("substringof('x', text) eq false", "(azure_contains([text], ?) = ?)", &[text("x"), Value::Integer(0)]);
    check("substring(text, '1') eq 'x'", "(azure_substring([text], ?) = ?)", &[Value::Integer(1), text("x")]);
    check("length(object) gt 2", "(azure_length([object]) > ?)", &[Value::Integer(2)]);
}

#[test]
fn orderings_are_lists_of_columns() {
    let orderings =
        [("text", true), ("date", false)].map(|(name, ascending)| Ordering { name: name.to_owned(), ascending });
    assert_eq!(order(&orderings, &columns).unwrap(), "[text] ASC, [date] DESC");
    assert_eq!(order(&[], &columns).unwrap(), "");
}

#[test]
fn unknown_columns_are_named() {
    let refused = condition(&parse_filter("a gt 1").unwrap(), &columns).unwrap_err();
    assert_eq!(refused.to_string(), "no such column: a in table \"t\"; add it to the table's columnDefinitions");
    assert!(order(&[Ordering { name: "a".to_owned(), ascending: true }], &columns).is_err());
}

#[test]
fn long_lists_and_chains_are_within_sqlites_limits() {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    connection.execute_batch("CREATE TABLE t([text], [integer]); INSERT INTO t VALUES ('x', 7)").unwrap();
    let same = (0..20_000).map(|number| format!("integer eq {number}")).collect::<Vec<_>>().join(" or ");
    let other = (0..5_000).map(|number| format!("integer ne -{number}")).collect::<Vec<_>>().join(" and ");
    for filter in [same, other] {
        let Sql { text, parameters } = sql(&filter);
        let query = format!("SELECT count(*) FROM t WHERE {text}");
        let bound = rusqlite::params_from_iter(parameters);
        let count: i64 = connection.query_row(&query, bound, |row| row.get(0)).unwrap();
        assert_eq!(count, 1);
    }
}

#[path = "sql_conformance.rs"]
mod conformance;

#[cfg(not(target_arch = "wasm32"))]
#[path = "sql_properties.rs"]
mod properties;
