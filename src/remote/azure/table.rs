//! A table: its columns, and what they make of records. Pure: no store is asked here.

use super::away;
use super::cell::{Cell, Record};
use super::column::{ColumnType, Kind};
use super::definition::{ID, same_name};
use super::error::Error;
use super::fields::SYSTEM_FIELDS;
use super::id::Id;
use super::instant::Instant;
use crate::json::{self, Fields};
use crate::soup::content;
use std::borrow::Cow;

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableColumn {
    /// Its name in the definition, which rows that are read have.
    pub name: String,
    /// Its name in the stored entries: the one of its first definition.
    pub key: String,
    /// Its type.
    pub column_type: ColumnType,
}

/// A defined table, which is a soup whose entries keep to its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name in the definition.
    pub name: String,
    /// The soup that holds its records.
    pub soup: String,
    /// Its columns; one of them is the id. None for a table of a store of the app's own making: its records have any
    /// properties, kept as they crossed from JavaScript.
    pub columns: Vec<TableColumn>,
}

/// Who says a record, which tells how dates are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The app: dates are `Date`s.
    App,
    /// The server: dates are ISO 8601 text.
    Server,
}

impl Table {
    /// The table `name` of a store of the app's own making.
    pub fn away(name: &str) -> Self {
        Self { name: name.to_owned(), soup: name.to_owned(), columns: Vec::new() }
    }

    pub(super) fn is_away(&self) -> bool {
        self.columns.is_empty()
    }

    /// The column of that name, in any case.
    ///
    /// # Errors
    /// [`Error::UndefinedColumn`] when there is none.
    pub fn column(&self, name: &str) -> Result<&TableColumn, Error> {
        let undefined = || Error::UndefinedColumn { column: name.to_owned(), table: self.name.clone() };
        self.find(name).ok_or_else(undefined)
    }

    fn find(&self, name: &str) -> Option<&TableColumn> {
        self.columns.iter().find(|column| same_name(&column.name, name))
    }

    /// The path of the id in an entry.
    pub fn id_path(&self) -> &str {
        self.find(ID).map_or(ID, |column| &column.key)
    }

    /// The names of the columns that hold dates, which JavaScript makes `Date`s of.
    pub fn date_columns(&self) -> Vec<&str> {
        let dates = self.columns.iter().filter(|column| column.column_type.kind() == Kind::Time);
        dates.map(|column| column.name.as_str()).collect()
    }

    /// The JSON text of the columns and their types, as messages show it.
    pub fn columns_json(&self) -> String {
        let types = self.columns.iter().map(|column| (column.name.as_str(), json::quoted(column.column_type.name())));
        json::object(types)
    }

    /// The entry that `record` makes of `local`, or of nothing: the properties it has replace those there, `undefined`
    /// and `null` with null; what is no column is dropped; all else stays.
    ///
    /// A `Date` that is the stored one to the millisecond leaves the digits that it cannot carry.
    ///
    /// # Errors
    /// [`Error::Serialize`] when a value does not fit its column.
    pub fn merge(&self, local: Option<&str>, record: &Record<'_>, source: Source) -> Result<String, Error> {
        if self.is_away() {
            return away::merge(local, record, source);
        }
        let Fields(old) = parse_entry(local.unwrap_or("{}"))?;
        let mut merged: Vec<(&str, Cow<'_, str>)> = old.iter().map(|(key, value)| (&**key, (*value).into())).collect();
        for (name, cell) in &record.properties {
            let Some(column) = self.find(name) else { continue };
            let stored = match source {
                Source::App => column.column_type.store(cell),
                Source::Server => column.column_type.store_from_server(cell),
            };
            let stored = stored.map_err(|cause| self.serialize_error(record, cause))?;
            match merged.iter_mut().find(|(key, _)| same_name(key, &column.key)) {
                Some((_, value)) if is_same_date(column, cell, value) => {}
                Some((_, value)) => *value = stored,
                None => merged.push((&column.key, stored)),
            }
        }
        Ok(json::object(merged.into_iter()))
    }

    fn serialize_error(&self, record: &Record<'_>, cause: Error) -> Error {
        Error::Serialize { value: record.json(), columns: self.columns_json(), cause: Box::new(cause) }
    }

    /// The row that an entry is for the app: the wanted columns, all when none are named, null where nothing was ever
    /// written. Dates are in their stored form.
    ///
    /// # Errors
    /// [`Error::Deserialize`] when a stored value does not fit its column, whose type was changed.
    pub fn row(&self, entry: &str, wanted: &[&TableColumn]) -> Result<String, Error> {
        if self.is_away() {
            return Ok(content(entry)?);
        }
        let all: Vec<&TableColumn>;
        let wanted = if wanted.is_empty() {
            all = self.columns.iter().collect();
            &all
        } else {
            wanted
        };
        let Fields(stored) = parse_entry(entry)?;
        let mut row = Vec::with_capacity(wanted.len());
        for column in wanted {
            let value = restored(column.column_type, raw_of(&stored, &column.key));
            let value = value.map_err(|cause| self.deserialize_error(entry, cause))?;
            row.push((column.name.as_str(), value));
        }
        Ok(json::object(row.into_iter()))
    }

    fn deserialize_error(&self, entry: &str, cause: Error) -> Error {
        Error::Deserialize { value: entry.to_owned(), columns: self.columns_json(), cause: Box::new(cause) }
    }

    /// What a server is sent of an entry: all columns, those that the server keeps by itself apart.
    ///
    /// # Errors
    /// [`Error::Deserialize`] when a stored value does not fit its column.
    pub fn outgoing(&self, entry: &str) -> Result<String, Error> {
        if self.is_away() {
            return away::outgoing(entry);
        }
        let Fields(stored) = parse_entry(entry)?;
        let mut body = Vec::with_capacity(self.columns.len());
        let own = |column: &&TableColumn| !SYSTEM_FIELDS.iter().any(|name| same_name(name, &column.name));
        for column in self.columns.iter().filter(own) {
            let value = restored(column.column_type, raw_of(&stored, &column.key));
            let value = value.map_err(|cause| self.deserialize_error(entry, cause))?;
            let name = if same_name(&column.name, ID) { ID } else { &column.name };
            body.push((name, if column.column_type.kind() == Kind::Time { wire_time(&value) } else { value }));
        }
        Ok(json::object(body.into_iter()))
    }

    /// The version that an entry carries, when the table has a column for it.
    pub fn version_of(&self, entry: &str) -> Option<String> {
        self.text_of(entry, "version")
    }

    /// The id of an entry, as its index has it.
    pub fn key_of(&self, entry: &str) -> Option<String> {
        self.text_of(entry, ID)
    }

    fn text_of(&self, entry: &str, name: &str) -> Option<String> {
        let key = if self.is_away() { name } else { &self.find(name)?.key };
        let Fields(stored) = parse_entry(entry).ok()?;
        match Cell::plain(raw_of(&stored, key)?).ok()? {
            Cell::Text(text) => Some(text),
            Cell::Number(_, text) => Some(text.to_owned()),
            _ => None,
        }
    }

    /// The id of an app's record. `name` says in the error where it was found.
    ///
    /// # Errors
    /// [`Error::Id`] when it is missing or not valid.
    pub fn id_of(&self, name: &str, record: &Record<'_>) -> Result<Id, Error> {
        Id::of(name, record.get(ID))
    }
}

pub(super) fn parse_entry(entry: &str) -> Result<Fields<'_>, Error> {
    json::fields(entry).map_err(|error| Error::malformed("a stored record", &error))
}

/// The value of a key: an app that writes entries itself may write the key in another case.
fn raw_of<'t>(stored: &[(Cow<'t, str>, &'t str)], key: &str) -> Option<&'t str> {
    let exact = stored.iter().find(|(name, _)| name == key);
    exact.or_else(|| stored.iter().find(|(name, _)| same_name(name, key))).map(|(_, raw)| *raw)
}

/// What is read back; most stored values are, just as they stand.
fn restored(column_type: ColumnType, stored: Option<&str>) -> Result<Cow<'_, str>, Error> {
    let Some(text) = stored else { return Ok("null".into()) };
    let unchanged = match (column_type.kind(), text.as_bytes().first()) {
        (Kind::Text, Some(b'"')) => true,
        (Kind::Truth, Some(b't' | b'f')) => true,
        (Kind::Real, Some(b'0'..=b'9' | b'-')) => true,
        (Kind::Json, Some(b'[')) => true,
        _ => text == "null",
    };
    if unchanged {
        return Ok(text.into());
    }
    let cell = Cell::plain(text)?;
    column_type.restore(&cell).map(|value| Cow::Owned(value.into_owned()))
}

/// Whether an app writes back the `Date` it read, which has milliseconds only.
fn is_same_date(column: &TableColumn, cell: &Cell<'_>, stored: &str) -> bool {
    let (Kind::Time, Cell::Date(Some(milliseconds))) = (column.column_type.kind(), cell) else { return false };
    let instant = Instant::parse(stored.trim_matches('"'));
    instant.is_some_and(|instant| instant.milliseconds() as f64 == *milliseconds)
}

/// A restored time with as many digits as a server needs.
fn wire_time(json: &str) -> Cow<'static, str> {
    let instant = Instant::parse(json.trim_matches('"'));
    instant.map_or("null".into(), |instant| json::quoted(&instant.to_wire_text()).into())
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
