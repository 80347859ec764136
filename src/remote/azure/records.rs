//! The records of a table in the store: written, found, read and deleted.

use super::cell::Record;
use super::column::Kind;
use super::error::Error;
use super::functions;
use super::id::Id;
use super::query::Query;
use super::sql::{self, Column};
use super::table::{Source, Table, TableColumn};
use crate::database::Transaction;
use crate::json;
use crate::soup::{EntryId, IndexType, Soup, Stored, smart_sql};
use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, OptionalExtension, params_from_iter};

impl Table {
    /// Writes records, an array of them or one, in their order; `null` among them is left out.
    ///
    /// A record whose id is known is changed where it has properties: [`Table::merge`] says how.
    ///
    /// # Errors
    /// An id that is not valid, or a value that does not fit its column.
    pub fn upsert(&self, tx: &Transaction<'_>, json: &str) -> Result<(), Error> {
        let soup = Soup::open(tx, &self.soup)?;
        for (at, raw) in records_of(json)?.into_iter().enumerate().filter(|(_, raw)| *raw != "null") {
            let record = Record::parse(raw)?;
            let id = self.id_of(&format!("records[{at}].id"), &record)?;
            self.write(tx, &soup, &id, &record, Source::App)?;
        }
        Ok(())
    }

    /// Writes a record of the server, given as its plain JSON.
    ///
    /// # Errors
    /// An id that is not valid, or a value that does not fit its column.
    pub fn upsert_from_server(&self, tx: &Transaction<'_>, json: &str) -> Result<(), Error> {
        let record = Record::plain(json)?;
        let id = self.id_of("id", &record)?;
        self.write(tx, &Soup::open(tx, &self.soup)?, &id, &record, Source::Server)
    }

    fn write(
        &self,
        tx: &Transaction<'_>,
        soup: &Soup,
        id: &Id,
        record: &Record<'_>,
        source: Source,
    ) -> Result<(), Error> {
        let old = soup.find(tx, self.id_path(), id.key())?;
        let entry = self.merge(old.as_ref().map(|old| old.json.as_str()), record, source)?;
        soup.put(tx, old.map(|old| old.id), &entry)?;
        Ok(())
    }

    /// The stored entry of exactly that id.
    ///
    /// # Errors
    /// What the store refuses.
    pub fn entry(&self, connection: &Connection, id: &Id) -> Result<Option<Stored>, Error> {
        Ok(Soup::open(connection, &self.soup)?.find(connection, self.id_path(), id.key())?)
    }

    /// The row of an id, or of one that differs in case only.
    ///
    /// # Errors
    /// A stored value that does not fit its column, whose type was changed.
    pub fn lookup(&self, connection: &Connection, id: &Id) -> Result<Option<String>, Error> {
        let entry = match self.entry(connection, id)? {
            Some(stored) => Some(stored.json),
            None => self.entry_in_any_case(connection, id)?,
        };
        entry.map(|entry| self.row(&entry, &[])).transpose()
    }

    fn entry_in_any_case(&self, connection: &Connection, id: &Id) -> Result<Option<String>, Error> {
        // The plus keeps SQLite from reading the soup in its order instead of asking the index.
        let starts = starts_in_any_case(id.key());
        let (soup, path) = (&self.soup, self.id_path());
        let ranges = vec![format!("{{{soup}:{path}}} BETWEEN ? AND ? || char(1114111)"); starts.len()];
        let found = format!(
            "SELECT {{{soup}:_soup}} FROM {{{soup}}} WHERE ({}) AND {{{soup}:{path}}} = ? COLLATE NOCASE \
             ORDER BY +{{{soup}:_soupEntryId}} LIMIT 1",
            ranges.join(" OR ")
        );
        let mut statement = connection.prepare_cached(&smart_sql::to_sql(connection, &found)?)?;
        let bound = starts.iter().flat_map(|start| [start.as_str(), start]).chain([id.key()]);
        Ok(statement.query_row(params_from_iter(bound), |row| row.get(0)).optional()?)
    }

    /// Deletes the records of exactly those ids, and tells how many there were.
    ///
    /// # Errors
    /// What the store refuses.
    pub fn delete(&self, tx: &Transaction<'_>, ids: &[Id]) -> Result<usize, Error> {
        let soup = Soup::open(tx, &self.soup)?;
        let mut found = Vec::new();
        for id in ids {
            found.extend(soup.find(tx, self.id_path(), id.key())?.map(|stored| stored.id));
        }
        Ok(soup.remove(tx, &found)?)
    }

    /// Deletes the records that a query would read, and tells how many there were.
    ///
    /// # Errors
    /// A query that names no column, or a filter that is none.
    pub fn delete_matching(&self, tx: &Transaction<'_>, query: &Query) -> Result<usize, Error> {
        let ids = self.ids_matching(tx, query)?;
        Ok(Soup::open(tx, &self.soup)?.remove(tx, &ids)?)
    }

    /// The entries that a query would read.
    ///
    /// # Errors
    /// As [`Table::delete_matching`].
    pub fn ids_matching(&self, connection: &Connection, query: &Query) -> Result<Vec<EntryId>, Error> {
        let mut asked = self.ask(connection, "_soupEntryId", query)?;
        let rows = asked.statement.query_map(params_from_iter(asked.parameters), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Reads what a query asks: the JSON array of rows, or with a total count `{"result": [...], "count": n}`.
    ///
    /// # Errors
    /// A query that names no column, a filter that is none, or a stored value that does not fit its column.
    pub fn read(&self, connection: &Connection, query: &Query) -> Result<String, Error> {
        let wanted = self.selected(&query.selections)?;
        let mut asked = self.ask(connection, "_soup", query)?;
        let mut rows = asked.statement.query(params_from_iter(asked.parameters))?;
        let mut result = String::from("[");
        while let Some(row) = rows.next()? {
            if result.len() > 1 {
                result.push(',');
            }
            result.push_str(&self.row(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?, &wanted)?);
        }
        result.push(']');
        if !query.include_total_count {
            return Ok(result);
        }
        let count = self.count(connection, query)?;
        Ok(format!(r#"{{"result":{result},"count":{count}}}"#))
    }

    /// How many rows meet a query's filter, whatever it leaves out and takes.
    ///
    /// # Errors
    /// As [`Table::delete_matching`].
    pub fn count(&self, connection: &Connection, query: &Query) -> Result<u64, Error> {
        let (condition, parameters) = self.condition(connection, query)?;
        let counting = format!("SELECT count(*) FROM {{{}}}{condition}", self.soup);
        let mut asked = Asked::prepare(connection, &counting, parameters)?;
        let count: i64 = asked.statement.query_row(params_from_iter(asked.parameters), |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// The named columns, each once.
    pub(super) fn selected(&self, names: &[String]) -> Result<Vec<&TableColumn>, Error> {
        let mut columns: Vec<&TableColumn> = Vec::new();
        for name in names {
            let column = self.column(name)?;
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        Ok(columns)
    }

    /// The statement that reads `what` of each entry that a query wants.
    fn ask<'c>(&self, connection: &'c Connection, what: &str, query: &Query) -> Result<Asked<'c>, Error> {
        let soup = &self.soup;
        let (condition, parameters) = self.condition(connection, query)?;
        let order = self.order(connection, query)?;
        let limit = limit_of(query);
        let sql = format!("SELECT {{{soup}:{what}}} FROM {{{soup}}}{condition} ORDER BY {order}{limit}");
        Asked::prepare(connection, &sql, parameters)
    }

    /// ` WHERE …` for a query's filter, or nothing.
    fn condition(&self, connection: &Connection, query: &Query) -> Result<(String, Vec<Value>), Error> {
        let Some(filter) = query.expression()? else { return Ok(Default::default()) };
        let soup = Soup::open(connection, &self.soup)?;
        let sql = sql::condition(&filter, &|name| self.place(&soup, name))?;
        Ok((format!(" WHERE {}", sql.text), sql.parameters))
    }

    /// What rows are ordered by: as asked, and last in the order in which they were made, so that pages do not overlap.
    fn order(&self, connection: &Connection, query: &Query) -> Result<String, Error> {
        let soup = Soup::open(connection, &self.soup)?;
        let made = format!("{{{}:_soupEntryId}}", self.soup);
        let asked = sql::order(&query.orderings, &|name| self.place(&soup, name))?;
        let id = self.place(&soup, self.id_path())?;
        // SQLite's tables were in the order of an id that is an integer.
        let whole = id.column_type.kind() == Kind::Whole;
        Ok(match (asked.is_empty(), whole) {
            (false, _) => format!("{asked}, {made}"),
            (true, true) => id.sql,
            (true, false) => made,
        })
    }

    /// Where the column called `name` is found: in an index, where that has values of the column's kind.
    fn place(&self, soup: &Soup, name: &str) -> Result<Column, Error> {
        let TableColumn { key, column_type, .. } = self.column(name)?;
        let index = soup.index_specs().find(|spec| spec.path == *key).map(|spec| spec.kind);
        let projected = matches!(
            (index, column_type.kind()),
            (Some(IndexType::String | IndexType::FullText), Kind::Text | Kind::Time)
                | (Some(IndexType::Integer), Kind::Whole)
                | (Some(IndexType::Floating), Kind::Real)
        );
        let name = soup.name();
        let sql = if projected {
            format!("{{{name}:{key}}}")
        } else {
            format!(r#"json_extract({{{name}:_soup}}, '$."{}"')"#, key.replace('\'', "''"))
        };
        Ok(Column { sql, column_type: *column_type })
    }
}

/// A statement and what is bound to it.
struct Asked<'c> {
    statement: CachedStatement<'c>,
    parameters: Vec<Value>,
}

impl<'c> Asked<'c> {
    fn prepare(connection: &'c Connection, smart: &str, parameters: Vec<Value>) -> Result<Self, Error> {
        let sql = smart_sql::to_sql(connection, smart)?;
        functions::provide(connection, &sql)?;
        Ok(Self { statement: connection.prepare_cached(&sql)?, parameters })
    }
}

/// The ways in which an id that is the same but for its case may start: an index finds these, where it could not find
/// the id itself without being read from end to end.
fn starts_in_any_case(key: &str) -> Vec<String> {
    let start: Vec<char> = key.chars().take(4).collect();
    start.into_iter().fold(vec![String::new()], |starts, next| {
        let mut cases = vec![next.to_ascii_lowercase(), next.to_ascii_uppercase()];
        cases.dedup();
        starts.iter().flat_map(|start| cases.iter().map(move |next| format!("{start}{next}"))).collect()
    })
}

/// SQLite has no OFFSET without a LIMIT, of which a negative one is none.
pub(super) fn limit_of(query: &Query) -> String {
    match (query.take, query.skip.filter(|skip| *skip > 0)) {
        (None, None) => String::new(),
        (Some(take), None) => format!(" LIMIT {take}"),
        (None, Some(skip)) => format!(" LIMIT -1 OFFSET {skip}"),
        (Some(take), Some(skip)) => format!(" LIMIT {take} OFFSET {skip}"),
    }
}

/// The records of an argument: one, or those of an array.
pub(super) fn records_of(json: &str) -> Result<Vec<&str>, Error> {
    let records =
        if json.trim_start().starts_with('[') { json::items(json) } else { json::value(json).map(|one| vec![one]) };
    records.map_err(|error| Error::malformed("the records", &error))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
#[path = "records_tests.rs"]
mod tests;
