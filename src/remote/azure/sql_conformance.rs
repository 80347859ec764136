//! The table of filters that JavaScript and the backend are asked too: here SQLite finds the same rows.

use super::*;
use crate::remote::azure::{Dialect, Query, Record, functions};
use rusqlite::Connection;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashMap;

#[derive(Deserialize)]
struct Table {
    columns: HashMap<String, String>,
    rows: Vec<Box<RawValue>>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    odata: String,
    ids: Vec<String>,
}

/// The rows as entries of a soup, as a pull would store them.
fn store(table: &Table) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch("CREATE TABLE t(id INTEGER PRIMARY KEY, soup TEXT)").unwrap();
    for row in &table.rows {
        let record = Record::plain(row.get()).unwrap();
        let entry = record.properties.iter().map(|(name, cell)| {
            let column_type: ColumnType = table.columns[name].parse().unwrap();
            (name.as_str(), column_type.store_from_server(cell).unwrap())
        });
        let entry = crate::json::object(entry);
        connection.execute("INSERT INTO t(soup) VALUES (?)", [entry]).unwrap();
    }
    connection
}

/// The ids of the rows that meet a filter.
fn found(connection: &Connection, table: &Table, filter: &str) -> Vec<String> {
    let columns = |name: &str| {
        let column_type = table.columns[name].parse()?;
        Ok(Column { sql: format!("json_extract(soup, '$.{name}')"), column_type })
    };
    let Sql { text, parameters } = condition(&parse_filter(filter).unwrap(), &columns).unwrap();
    let query = format!("SELECT json_extract(soup, '$.id') FROM t WHERE {text} ORDER BY id");
    functions::provide(connection, &query).unwrap();
    let mut statement = connection.prepare(&query).unwrap();
    let found = statement.query_map(rusqlite::params_from_iter(parameters), |row| row.get(0)).unwrap();
    found.collect::<Result<Vec<String>, _>>().unwrap()
}

#[test]
fn sqlite_finds_the_rows_of_the_table() {
    let table: Table = serde_json::from_str(include_str!("../../../tests/conformance/predicates.json")).unwrap();
    let connection = store(&table);
    for Case { odata, ids } in &table.cases {
        assert_eq!(&found(&connection, &table, odata), ids, "{odata}");
    }
    assert!(table.cases.len() > 100);
}

/// What is written in OData v4 is understood here, too, and means the same.
#[test]
fn sqlite_finds_the_same_rows_by_version_4() {
    let table: Table = serde_json::from_str(include_str!("../../../tests/conformance/predicates.json")).unwrap();
    let connection = store(&table);
    for Case { odata, ids } in table.cases.iter().filter(|case| !case.odata.contains("replace(")) {
        let query = Query { filter: Some(odata.clone()), ..Query::of("t") };
        let written = Dialect::Datasync.filter(&query).unwrap().unwrap();
        assert_eq!(&found(&connection, &table, &written), ids, "{odata}: {written}");
    }
}
