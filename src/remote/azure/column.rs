//! Column types: which values a column takes, how they are stored, and what is read back.
//!
//! | column | accepts | stored in the entry | reads back |
//! |---|---|---|---|
//! | string, text | anything | its text; what is no string, its JSON text | string |
//! | boolean, bool | booleans, integers | `true` or `false` | boolean |
//! | integer, int | integers, booleans | number | number |
//! | real, float | numbers | number; NaN and infinities `null` | number |
//! | date | `Date` only | `YYYY-MM-DDTHH:MM:SS.fffffffZ` | `Date` |
//! | object | objects, arrays | as it is | object |
//! | array | arrays | as it is | array |
//!
//! `null` and `undefined` are stored as `null` in any column. Source: Azure Mobile Apps' store, its value rules.

use super::cell::{Cell, instant};
use super::error::Error;
use super::instant::Instant;
use crate::json;
use crate::platform::number;
use std::borrow::Cow;
use std::str::FromStr;

/// A column's type, under the name that the app gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the column types themselves; the module's table says what they hold")]
pub enum ColumnType {
    Object,
    Array,
    Integer,
    Int,
    Float,
    Real,
    String,
    Text,
    Boolean,
    Bool,
    Date,
}

/// What a value in a column, or of an expression, is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A boolean.
    Truth,
    /// An integer.
    Whole,
    /// A number.
    Real,
    /// A point in time.
    Time,
    /// An object or an array, as JSON text.
    Json,
}

const NAMES: [(&str, ColumnType); 11] = [
    ("object", ColumnType::Object),
    ("array", ColumnType::Array),
    ("integer", ColumnType::Integer),
    ("int", ColumnType::Int),
    ("float", ColumnType::Float),
    ("real", ColumnType::Real),
    ("string", ColumnType::String),
    ("text", ColumnType::Text),
    ("boolean", ColumnType::Boolean),
    ("bool", ColumnType::Bool),
    ("date", ColumnType::Date),
];

impl FromStr for ColumnType {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let found = NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, column_type)| *column_type).ok_or_else(|| Error::ColumnType(name.to_owned()))
    }
}

impl ColumnType {
    /// The name it was defined by.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, column_type)| *column_type == self).map_or("", |(name, _)| name)
    }

    /// What its values are.
    pub fn kind(self) -> Kind {
        match self {
            Self::Object | Self::Array => Kind::Json,
            Self::Integer | Self::Int => Kind::Whole,
            Self::Float | Self::Real => Kind::Real,
            Self::String | Self::Text => Kind::Text,
            Self::Boolean | Self::Bool => Kind::Truth,
            Self::Date => Kind::Time,
        }
    }

    /// The JSON text under which an app's value is stored.
    ///
    /// # Errors
    /// [`Error::Conversion`] when the column does not accept it.
    pub fn store<'c>(self, cell: &'c Cell<'_>) -> Result<Cow<'c, str>, Error> {
        let stored: Option<Cow<'c, str>> = match (self.kind(), cell) {
            (_, Cell::Null | Cell::Undefined) => Some("null".into()),
            (Kind::Text, _) => Some(as_text(self, cell)?),
            (Kind::Truth, Cell::Boolean(truth)) => Some(truth_json(*truth)),
            (Kind::Truth, Cell::Number(value, _)) if is_whole(*value) => Some(truth_json(*value != 0.0)),
            (Kind::Whole, Cell::Boolean(truth)) => Some(if *truth { "1" } else { "0" }.into()),
            (Kind::Whole, Cell::Number(value, text)) if is_whole(*value) => Some(whole_json(*value, text)),
            (Kind::Real, Cell::Number(_, text)) => Some((*text).into()),
            (Kind::Real, Cell::NonFinite(_)) => Some("null".into()),
            (Kind::Time, Cell::Date(milliseconds)) => Some(time_json(*milliseconds)?),
            (Kind::Json, Cell::Array(json)) => Some((*json).into()),
            (Kind::Json, Cell::Object(json)) if self == Self::Object => Some((*json).into()),
            _ => None,
        };
        stored.ok_or_else(|| self.refusal(cell))
    }

    /// The JSON text under which a server's value is stored: as an app's, but that times are ISO 8601 text.
    ///
    /// # Errors
    /// [`Error::Conversion`] when the column does not accept it.
    pub fn store_from_server<'c>(self, cell: &'c Cell<'_>) -> Result<Cow<'c, str>, Error> {
        match (self.kind(), cell) {
            (Kind::Time, Cell::Text(text)) => {
                let instant = Instant::parse(text).ok_or_else(|| self.refusal(cell))?;
                Ok(json::quoted(&instant.to_string()).into())
            }
            _ => self.store(cell),
        }
    }

    /// The JSON text that is handed back for a stored value. A date is handed back in its stored form.
    ///
    /// A stored value of another type, left by an older definition, is converted where the original could read it too.
    ///
    /// # Errors
    /// [`Error::Conversion`] when the stored value is of a type that this column cannot read.
    pub fn restore<'c>(self, cell: &'c Cell<'_>) -> Result<Cow<'c, str>, Error> {
        let restored: Option<Cow<'c, str>> = match (self.kind(), cell) {
            (_, Cell::Null | Cell::Undefined) => Some("null".into()),
            (Kind::Text, Cell::Text(_)) => cell.json(),
            (Kind::Text, Cell::Object(json) | Cell::Array(json)) => Some(json::quoted(json).into()),
            (Kind::Truth, Cell::Boolean(truth)) => Some(truth_json(*truth)),
            (Kind::Truth, Cell::Number(value, _)) if is_whole(*value) => Some(truth_json(*value != 0.0)),
            (Kind::Whole | Kind::Real, Cell::Boolean(truth)) => Some(if *truth { "1" } else { "0" }.into()),
            (Kind::Whole, Cell::Number(value, text)) if is_whole(*value) => Some(whole_json(*value, text)),
            (Kind::Real, Cell::Number(_, text)) => Some((*text).into()),
            (Kind::Time, Cell::Number(value, _)) if is_whole(*value) => Some(time_json(Some(*value))?),
            (Kind::Time, Cell::Text(text)) => {
                Instant::parse(text).map(|instant| json::quoted(&instant.to_string()).into())
            }
            (Kind::Json, Cell::Array(json)) => Some((*json).into()),
            (Kind::Json, Cell::Object(json)) if self == Self::Object => Some((*json).into()),
            (Kind::Json, Cell::Text(text)) => self.parsed(text),
            _ => None,
        };
        restored.ok_or_else(|| self.refusal(cell))
    }

    /// The object or array that a string of an older definition says.
    fn parsed<'c>(self, text: &'c str) -> Option<Cow<'c, str>> {
        match Cell::parse(text).ok()? {
            Cell::Array(_) => Some(text.into()),
            Cell::Object(_) if self == Self::Object => Some(text.into()),
            _ => None,
        }
    }

    fn refusal(self, cell: &Cell<'_>) -> Error {
        let value = cell.json().map_or_else(|| "undefined".to_owned(), Cow::into_owned);
        Error::Conversion { value, from: cell.type_name(), to: self.name() }
    }
}

/// A string column takes anything: what is no string, by its JSON text.
fn as_text<'c>(column_type: ColumnType, cell: &'c Cell<'_>) -> Result<Cow<'c, str>, Error> {
    match cell {
        Cell::Text(text) => Ok(json::quoted(text).into()),
        Cell::BigInt(_) => Err(column_type.refusal(cell)),
        Cell::Date(Some(milliseconds)) if instant(Some(*milliseconds)).is_none() => {
            Err(Error::DateRange(*milliseconds))
        }
        _ => Ok(cell.json().map_or("null".into(), |json| json::quoted(&json).into())),
    }
}

fn truth_json(truth: bool) -> Cow<'static, str> {
    if truth { "true" } else { "false" }.into()
}

/// Whether JavaScript's `parseInt` and `parseFloat` agree on it, which is the original's test of an integer.
fn is_whole(number: f64) -> bool {
    number.fract() == 0.0 && number.abs() < 1e21
}

/// An integer keeps its digits; `5.0` and `1e3` are written out.
fn whole_json<'c>(value: f64, text: &'c str) -> Cow<'c, str> {
    if text.contains(['.', 'e', 'E']) { number::text(value).into() } else { text.into() }
}

fn time_json(milliseconds: Option<f64>) -> Result<Cow<'static, str>, Error> {
    let Some(number) = milliseconds else { return Ok("null".into()) };
    let instant = instant(milliseconds).ok_or(Error::DateRange(number))?;
    Ok(json::quoted(&instant.to_string()).into())
}

#[cfg(test)]
#[path = "column_tests.rs"]
mod tests;
