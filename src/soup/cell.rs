//! The value of an index: what an indexed JSON value becomes in its column.

use super::spec::IndexType;
use crate::json;
use crate::json::compact;
use crate::platform::number;
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};
use std::borrow::Cow;

/// One indexed value of one entry.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(Cow<'a, str>),
}

impl<'a> Cell<'a> {
    /// What the JSON value `json` is in an index of type `kind` (SmartStore spec, Index types).
    pub(super) fn of(kind: IndexType, json: Cow<'a, str>) -> Self {
        match kind {
            _ if json == "null" => Self::Null,
            IndexType::String | IndexType::FullText => Self::Text(text(json)),
            IndexType::Integer => real(&json).map_or(Self::Null, |_| Self::Integer(truncated(&json))),
            IndexType::Floating => real(&json).map_or(Self::Null, Self::Real),
            IndexType::Json1 => Self::extracted(json),
        }
    }

    /// What SQLite's `json_extract` gives for the JSON value `json`.
    fn extracted(json: Cow<'a, str>) -> Self {
        match &*json {
            "true" => return Self::Integer(1),
            "false" => return Self::Integer(0),
            _ => {}
        }
        match (json.parse(), real(&json)) {
            (Ok(integer), Some(_)) => Self::Integer(integer),
            (_, Some(real)) => Self::Real(real),
            (_, None) => Self::Text(text(json)),
        }
    }
}

/// The string that `json` is, or else its own text without white space.
fn text(json: Cow<'_, str>) -> Cow<'_, str> {
    match json {
        Cow::Borrowed(json) => json::lossy_text(json).unwrap_or_else(|| compact(json)),
        Cow::Owned(json) => Cow::Owned(json::lossy_text(&json).unwrap_or_else(|| compact(&json)).into_owned()),
    }
}

/// The number that `json` is, if it is one; a string that reads like one is none.
fn real(json: &str) -> Option<f64> {
    json.starts_with(|first: char| first == '-' || first.is_ascii_digit()).then(|| number::parse(json)).flatten()
}

/// The whole part of a number; the nearest 64-bit integer when it is larger than those.
fn truncated(json: &str) -> i64 {
    json.parse().unwrap_or_else(|_| number::parse(json).map_or(0, |real| real as i64))
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(integer) => ValueRef::Integer(*integer),
            Self::Real(real) => ValueRef::Real(*real),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(kind: IndexType, json: &str) -> Cell<'_> {
        Cell::of(kind, Cow::Borrowed(json))
    }

    fn text(text: &str) -> Cell<'_> {
        Cell::Text(Cow::Borrowed(text))
    }

    #[test]
    fn a_string_index_keeps_the_text_of_every_value() {
        for kind in [IndexType::String, IndexType::FullText] {
            assert_eq!(cell(kind, r#""a\"b""#), text("a\"b"));
            assert_eq!(cell(kind, "true"), text("true"));
            assert_eq!(cell(kind, "12345678901234567890.10"), text("12345678901234567890.10"));
            assert_eq!(cell(kind, r#"[ "grey" ]"#), text(r#"["grey"]"#));
            assert_eq!(cell(kind, "\"\""), text(""));
            assert_eq!(cell(kind, "\"null\""), text("null"));
            assert_eq!(cell(kind, "null"), Cell::Null);
        }
    }

    #[test]
    fn an_integer_index_truncates_numbers_and_knows_nothing_else() {
        let integers =
            [("12", 12), ("-3.9", -3), ("1e3", 1000), ("1e300", i64::MAX), ("9223372036854775807", i64::MAX)];
        for (json, integer) in integers {
            assert_eq!(cell(IndexType::Integer, json), Cell::Integer(integer), "{json}");
        }
        for json in ["\"12\"", "true", "[1]", "null"] {
            assert_eq!(cell(IndexType::Integer, json), Cell::Null, "{json}");
        }
    }

    #[test]
    fn a_floating_index_knows_numbers_only() {
        assert_eq!(cell(IndexType::Floating, "2.5"), Cell::Real(2.5));
        assert_eq!(cell(IndexType::Floating, "7"), Cell::Real(7.0));
        assert_eq!(cell(IndexType::Floating, "\"2.5\""), Cell::Null);
    }

    #[test]
    fn a_json1_index_compares_with_what_json_extract_finds() {
        assert_eq!(cell(IndexType::Json1, "true"), Cell::Integer(1));
        assert_eq!(cell(IndexType::Json1, "3"), Cell::Integer(3));
        assert_eq!(cell(IndexType::Json1, "3.0"), Cell::Real(3.0));
        assert_eq!(cell(IndexType::Json1, "\"3\""), text("3"));
        assert_eq!(cell(IndexType::Json1, "[1, 2]"), text("[1,2]"));
    }
}
