//! The queue of changes and the times of pulls as tables of the store, as they are in the original: `__operations` and
//! `__pulltime`. Apps read them to show what waits, and write them to cancel a change or to have a pull begin anew.

use super::cell::{Cell, Record};
use super::column::ColumnType;
use super::definition::same_name;
use super::error::Error;
use super::functions;
use super::id::Id;
use super::query::Query;
use super::records::{limit_of, records_of};
use super::sql::{self, Column};
use super::table::{Source, Table, TableColumn};
use crate::database::Transaction;
use crate::json;
use crate::sync::Action;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

const OPERATIONS: &str = r#"
SELECT id AS key, json_object('id', id, 'tableName', "table", 'action', action, 'itemId', itemId,
    'metadata', json_object('version', version)) AS entry
FROM sync_operation WHERE scope = 'azure'"#;
const PULL_TIMES: &str = r#"
SELECT queryId AS key, json_object('id', queryId, 'tableName', "table", 'value', position) AS entry
FROM sync_token WHERE scope = 'azure'"#;
const WRITE_OPERATION: &str = r#"
INSERT INTO sync_operation (id, scope, "table", action, itemId, version)
SELECT entry ->> 'id', 'azure', entry ->> 'tableName', entry ->> 'action', entry ->> 'itemId',
    entry ->> '$.metadata.version'
FROM (SELECT ? AS entry) WHERE true
ON CONFLICT (id) DO UPDATE SET
    "table" = excluded."table", action = excluded.action, itemId = excluded.itemId, version = excluded.version"#;
// Nothing of that time is known to have been read. It counts as first seen by the pull that goes on from it: what a pull
// remembers as seen later than now, it takes as seen now.
const WRITE_PULL_TIME: &str = r#"
INSERT OR REPLACE INTO sync_token (scope, "table", queryId, position, lastId, ties, seenMs, stage)
SELECT 'azure', entry ->> 'tableName', entry ->> 'id', entry ->> 'value', '', 0, 9223372036854775807, 'reading'
FROM (SELECT ? AS entry)"#;
const DELETE_OPERATION: &str = "DELETE FROM sync_operation WHERE scope = 'azure' AND CAST(id AS TEXT) = ?";
const DELETE_PULL_TIME: &str = "DELETE FROM sync_token WHERE scope = 'azure' AND queryId = ?";
const OF_KEY: &str = " WHERE CAST(key AS TEXT) = ? LIMIT 1";
const IS_THERE: &str = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?";

/// A table of the sync room's under the name, and with the columns, that it has in the original.
#[derive(Clone)]
pub struct Bookkeeping {
    table: Table,
    statements: &'static Statements,
}

/// The SQL of one of these tables.
struct Statements {
    kept_in: &'static str,
    /// All rows: their `key`, and `entry`, their JSON.
    entries: &'static str,
    /// Writes an entry.
    write: &'static str,
    /// Deletes the rows of a key.
    delete: &'static str,
}

const OF_OPERATIONS: Statements =
    Statements { kept_in: "sync_operation", entries: OPERATIONS, write: WRITE_OPERATION, delete: DELETE_OPERATION };
const OF_PULL_TIMES: Statements =
    Statements { kept_in: "sync_token", entries: PULL_TIMES, write: WRITE_PULL_TIME, delete: DELETE_PULL_TIME };

impl Bookkeeping {
    /// The table called `name`, in any case, if it is one of these.
    pub fn named(name: &str) -> Option<Self> {
        use ColumnType::{Date, Integer, Object, String};
        let operations =
            [("id", Integer), ("tableName", String), ("action", String), ("itemId", String), ("metadata", Object)];
        let pull_times = [("id", String), ("tableName", String), ("value", Date)];
        if same_name(name, "__operations") {
            return Some(Self::of("__operations", &operations, &OF_OPERATIONS));
        }
        same_name(name, "__pulltime").then(|| Self::of("__pulltime", &pull_times, &OF_PULL_TIMES))
    }

    fn of(name: &str, columns: &[(&str, ColumnType)], statements: &'static Statements) -> Self {
        let column = |(name, column_type): &(&str, ColumnType)| TableColumn {
            name: (*name).to_owned(),
            key: (*name).to_owned(),
            column_type: *column_type,
        };
        let columns = columns.iter().map(column).collect();
        Self { table: Table { name: name.to_owned(), soup: String::new(), columns }, statements }
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
        let (condition, parameters) = self.condition(query)?;
        let rest = format!("{condition} ORDER BY {}{}", self.order(query)?, limit_of(query));
        let rows = self.entries(connection, &rest, &parameters)?;
        let rows: Result<Vec<_>, Error> = rows.iter().map(|entry| self.table.row(entry, &wanted)).collect();
        let rows = json::array(&rows?);
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
        let found = self.entries(connection, OF_KEY, &[id])?;
        found.first().map(|entry| self.table.row(entry, &[])).transpose()
    }

    /// Writes rows, an array of them or one: those that are there are changed where the given ones have properties.
    ///
    /// # Errors
    /// As [`Bookkeeping::read`]; a row without an id, or whose values would be none of an operation or a pull's time.
    pub fn upsert(&self, tx: &Transaction<'_>, json: &str) -> Result<(), Error> {
        for raw in records_of(json)?.into_iter().filter(|raw| *raw != "null") {
            let record = Record::parse(raw)?;
            let id = self.table.id_of("id", &record)?;
            let old = self.entries(tx, OF_KEY, &[Value::Text(id.key().to_owned())])?;
            let entry = self.table.merge(old.first().map(String::as_str), &record, Source::App)?;
            if let Cell::Text(action) = Record::plain(&entry)?.get("action") {
                Action::parse(action)?;
            }
            tx.prepare_cached(self.statements.write)?.execute([&entry])?;
            tx.touch(self.statements.kept_in);
        }
        Ok(())
    }

    /// Deletes the rows of exactly those ids.
    ///
    /// # Errors
    /// What the store refuses.
    pub fn delete(&self, tx: &Transaction<'_>, ids: &[Id]) -> Result<(), Error> {
        ids.iter().try_for_each(|id| self.delete_key(tx, id.key()))
    }

    /// Deletes the rows that a query would read.
    ///
    /// # Errors
    /// As [`Bookkeeping::read`].
    pub fn delete_matching(&self, tx: &Transaction<'_>, query: &Query) -> Result<(), Error> {
        let (condition, parameters) = self.condition(query)?;
        let rest = format!("{condition} ORDER BY {}{}", self.order(query)?, limit_of(query));
        for key in self.select("CAST(key AS TEXT)", tx, &rest, &parameters)? {
            self.delete_key(tx, &key)?;
        }
        Ok(())
    }

    fn delete_key(&self, tx: &Transaction<'_>, key: &str) -> Result<(), Error> {
        tx.prepare_cached(self.statements.delete)?.execute([key])?;
        tx.touch(self.statements.kept_in);
        Ok(())
    }

    fn entries(&self, connection: &Connection, rest: &str, parameters: &[Value]) -> Result<Vec<String>, Error> {
        self.select("entry", connection, rest, parameters)
    }

    /// `what` of the rows that the `rest` of the statement leaves.
    fn select(
        &self,
        what: &str,
        connection: &Connection,
        rest: &str,
        parameters: &[Value],
    ) -> Result<Vec<String>, Error> {
        let is_there = connection.query_row(IS_THERE, [self.statements.kept_in], |_| Ok(())).optional()?;
        is_there.ok_or_else(|| Error::UndefinedTable(self.table.name.clone()))?;
        let sql = format!("SELECT {what} FROM ({}){rest}", self.statements.entries);
        functions::provide(connection, &sql)?;
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(parameters), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// ` WHERE …` for a query's filter, or nothing.
    fn condition(&self, query: &Query) -> Result<(String, Vec<Value>), Error> {
        let Some(filter) = query.expression()? else { return Ok(Default::default()) };
        let condition = sql::condition(&filter, &|name| self.place(name))?;
        Ok((format!(" WHERE {}", condition.text), condition.parameters))
    }

    /// As asked, and last by the key.
    fn order(&self, query: &Query) -> Result<String, Error> {
        let asked = sql::order(&query.orderings, &|name| self.place(name))?;
        Ok(if asked.is_empty() { "key".to_owned() } else { format!("{asked}, key") })
    }

    fn place(&self, name: &str) -> Result<Column, Error> {
        let TableColumn { key, column_type, .. } = self.table.column(name)?;
        Ok(Column { sql: format!(r#"json_extract(entry, '$."{key}"')"#), column_type: *column_type })
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
#[path = "bookkeeping_tests.rs"]
mod tests;
