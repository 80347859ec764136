//! The queue of changes and the times of pulls as tables that an app may read, as it can in the original: `__operations`
//! and `__pulltime`.

use super::cell::Cell;
use super::column::ColumnType;
use super::definition::same_name;
use super::error::Error;
use super::functions;
use super::query::Query;
use super::records::limit_of;
use super::sql::{self, Column};
use super::table::{Table, TableColumn};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

const OPERATIONS: &str = r#"
SELECT id AS key, json_object('id', id, 'tableName', "table", 'action', action, 'itemId', itemId,
    'metadata', json_object('version', version)) AS entry
FROM sync_operation WHERE scope = 'azure'"#;
const PULL_TIMES: &str = r#"
SELECT queryId AS key, json_object('id', queryId, 'tableName', "table", 'value', position) AS entry
FROM sync_token WHERE scope = 'azure'"#;
const IS_THERE: &str = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?";

/// A table of the sync room's, for reading.
pub struct Bookkeeping {
    table: Table,
    kept_in: &'static str,
    entries: &'static str,
}

impl Bookkeeping {
    /// The table called `name`, in any case, if it is one of these.
    pub fn named(name: &str) -> Option<Self> {
        use ColumnType::{Date, Integer, Object, String};
        let operations =
            [("id", Integer), ("tableName", String), ("action", String), ("itemId", String), ("metadata", Object)];
        let pull_times = [("id", String), ("tableName", String), ("value", Date)];
        if same_name(name, "__operations") {
            return Some(Self::of("__operations", &operations, "sync_operation", OPERATIONS));
        }
        same_name(name, "__pulltime").then(|| Self::of("__pulltime", &pull_times, "sync_token", PULL_TIMES))
    }

    fn of(name: &str, columns: &[(&str, ColumnType)], kept_in: &'static str, entries: &'static str) -> Self {
        let column = |(name, column_type): &(&str, ColumnType)| TableColumn {
            name: (*name).to_owned(),
            key: (*name).to_owned(),
            column_type: *column_type,
        };
        let columns = columns.iter().map(column).collect();
        Self { table: Table { name: name.to_owned(), soup: String::new(), columns }, kept_in, entries }
    }

    /// Its columns.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Reads what a query asks: the JSON array of rows, or with a total count `{"result": [...], "count": n}`.
    ///
    /// # Errors
    /// A query that names no column, a filter that is none; a store that no sync context was made for.
    pub fn read(&self, connection: &Connection, query: &Query) -> Result<String, Error> {
        let wanted = self.table.selected(&query.selections)?;
        let place = |name: &str| self.place(name);
        let (condition, parameters) = match query.expression()? {
            Some(filter) => {
                let condition = sql::condition(&filter, &place)?;
                (format!(" WHERE {}", condition.text), condition.parameters)
            }
            None => Default::default(),
        };
        let asked = sql::order(&query.orderings, &place)?;
        let order = if asked.is_empty() { "key".to_owned() } else { format!("{asked}, key") };
        let text = format!("{condition} ORDER BY {order}{}", limit_of(query));
        let rows = self.entries(connection, &text, &parameters)?;
        let rows: Result<Vec<_>, Error> = rows.iter().map(|entry| self.table.row(entry, &wanted)).collect();
        let rows = format!("[{}]", rows?.join(","));
        if !query.include_total_count {
            return Ok(rows);
        }
        let count = self.entries(connection, &condition, &parameters)?.len();
        Ok(format!(r#"{{"result":{rows},"count":{count}}}"#))
    }

    /// The row of an id.
    ///
    /// # Errors
    /// As [`Bookkeeping::read`].
    pub fn lookup(&self, connection: &Connection, id: &Cell<'_>) -> Result<Option<String>, Error> {
        let id = Value::Text(id.printed().into_owned());
        let found = self.entries(connection, " WHERE CAST(key AS TEXT) = ? LIMIT 1", &[id])?;
        found.first().map(|entry| self.table.row(entry, &[])).transpose()
    }

    fn entries(&self, connection: &Connection, rest: &str, parameters: &[Value]) -> Result<Vec<String>, Error> {
        let is_there = connection.query_row(IS_THERE, [self.kept_in], |_| Ok(())).optional()?;
        is_there.ok_or_else(|| Error::UndefinedTable(self.table.name.clone()))?;
        let sql = format!("SELECT entry FROM ({}){rest}", self.entries);
        functions::provide(connection, &sql)?;
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(parameters), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn place(&self, name: &str) -> Result<Column, Error> {
        let TableColumn { key, column_type, .. } = self.table.column(name)?;
        Ok(Column { sql: format!(r#"json_extract(entry, '$."{key}"')"#), column_type: *column_type })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::queue;
    use crate::sync::token::{self, Stage, Token, TokenKey};

    fn store() -> Connection {
        let store = Connection::open_in_memory().unwrap();
        queue::prepare(&store).unwrap();
        token::prepare(&store).unwrap();
        let add = r#"INSERT INTO sync_operation (scope, "table", itemId, action, version) VALUES (?, 't', ?, ?, ?)"#;
        for (scope, item, action, version) in
            [("azure", "a", "insert", None), ("azure", "b", "update", Some("MQ==")), ("other", "c", "insert", None)]
        {
            store.execute(add, (scope, item, action, version)).unwrap();
        }
        let key = TokenKey { scope: "azure".into(), table: "t".into(), query_id: "all".into() };
        let position = "2024-01-01T00:00:00.123Z".to_owned();
        let token = Token { position, last_id: "a".into(), ties: 1, seen_ms: 0, stage: Stage::Open };
        token::save(&store, &key, &token).unwrap();
        store
    }

    fn read(store: &Connection, query: &str) -> String {
        let query = Query::parse(query).unwrap();
        Bookkeeping::named(&query.table).unwrap().read(store, &query).unwrap()
    }

    #[test]
    fn the_queue_is_read_like_any_table() {
        let store = store();
        let first = r#"{"id":1,"tableName":"t","action":"insert","itemId":"a","metadata":{"version":null}}"#;
        let second = r#"{"id":2,"tableName":"t","action":"update","itemId":"b","metadata":{"version":"MQ=="}}"#;
        assert_eq!(read(&store, r#"{"table":"__operations"}"#), format!("[{first},{second}]"));
        let turned = r#"{"table":"__OPERATIONS","orderings":[{"name":"id","ascending":false}],"take":1}"#;
        assert_eq!(read(&store, turned), format!("[{second}]"));
        let filtered =
            r#"{"table":"__operations","filter":"itemId eq 'a'","selections":["action"],"includeTotalCount":true}"#;
        assert_eq!(read(&store, filtered), r#"{"result":[{"action":"insert"}],"count":1}"#);
        let found = Bookkeeping::named("__operations").unwrap().lookup(&store, &Cell::Number(2.0, "2")).unwrap();
        assert_eq!(found.as_deref(), Some(second));
    }

    #[test]
    fn the_times_of_pulls_are_read_too() {
        let row = r#"[{"id":"all","tableName":"t","value":"2024-01-01T00:00:00.1230000Z"}]"#;
        assert_eq!(read(&store(), r#"{"table":"__pulltime"}"#), row);
    }

    #[test]
    fn before_a_context_is_made_there_are_none() {
        let store = Connection::open_in_memory().unwrap();
        let refused = Bookkeeping::named("__operations").unwrap().read(&store, &Query::of("__operations"));
        assert_eq!(refused.unwrap_err().code(), "UNDEFINED_TABLE");
        assert!(Bookkeeping::named("todoitem").is_none());
    }
}
