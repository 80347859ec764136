//! Values as they cross from JavaScript: JSON, and what JSON cannot say.
//!
//! A top-level property that JSON has no word for crosses as an object whose first key is the character U+0000:
//!
//! | JavaScript | crosses as |
//! |---|---|
//! | `undefined` | `{"\u0000":"undefined"}` |
//! | a function | `{"\u0000":"function"}` |
//! | a symbol | `{"\u0000":"symbol"}` |
//! | a `Date` | `{"\u0000":"date","v":1577836800000}`, an invalid one with `"v":null` |
//! | `NaN`, `Infinity`, `-Infinity` | `{"\u0000":"number","v":"NaN"}` |
//! | a `BigInt` | `{"\u0000":"bigint","v":"123"}` |
//! | an object whose own first key is U+0000 | `{"\u0000":"json","v":{…}}` |
//!
//! Its twin in JavaScript is `www/windows-azure/cells.mjs`.

use super::definition::same_name;
use super::error::Error;
use super::instant::Instant;
use crate::json;
use crate::platform::number;
use std::borrow::Cow;

/// One value of JavaScript's.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'t> {
    /// `null`.
    Null,
    /// `undefined`.
    Undefined,
    /// `true` or `false`.
    Boolean(bool),
    /// A finite number, with its exact text.
    Number(f64, &'t str),
    /// `NaN`, `Infinity` or `-Infinity`.
    NonFinite(String),
    /// A string.
    Text(String),
    /// A `Date` in milliseconds since 1970, or an invalid one.
    Date(Option<f64>),
    /// A `BigInt`'s digits.
    BigInt(String),
    /// A function.
    Function,
    /// A symbol.
    Symbol,
    /// An object's JSON text.
    Object(&'t str),
    /// An array's JSON text.
    Array(&'t str),
}

impl<'t> Cell<'t> {
    /// Reads a value that JavaScript's twin encoded.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is not JSON, or no kind of value.
    pub fn parse(json: &'t str) -> Result<Self, Error> {
        Self::encoded(json::value(json).map_err(|error| Error::malformed("a value", &error))?)
    }

    /// Reads a value in a record that JavaScript's twin encoded.
    fn encoded(text: &'t str) -> Result<Self, Error> {
        if text.starts_with(r#"{"\u0000":"#) { Self::marked(text) } else { Self::plain(text) }
    }

    fn marked(json: &'t str) -> Result<Self, Error> {
        let malformed = |error: json::Error| Error::malformed("a value", &error);
        let fields = json::fields(json).map_err(malformed)?;
        let value = fields.get("v").unwrap_or("null");
        let text = || json::text(value).map(Cow::into_owned).map_err(malformed);
        Ok(match &*fields.text("\0").map_err(malformed)? {
            "undefined" => Self::Undefined,
            "function" => Self::Function,
            "symbol" => Self::Symbol,
            "date" => Self::Date(if value == "null" { None } else { number::parse(value) }),
            "number" => Self::NonFinite(text()?),
            "bigint" => Self::BigInt(text()?),
            "json" => Self::Object(value),
            kind => {
                return Err(Error::Malformed { what: "a value", reason: format!("\"{kind}\" is no kind of value") });
            }
        })
    }

    /// Reads a value of plain JSON, as a server sends it.
    ///
    /// # Errors
    /// [`Error::Malformed`] when a number or a string is none.
    pub fn plain(text: &'t str) -> Result<Self, Error> {
        Ok(match text.as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b't') => Self::Boolean(true),
            Some(b'f') => Self::Boolean(false),
            Some(b'"') => {
                let text = json::text(text).map_err(|error| Error::malformed("a value", &error))?;
                Self::Text(text.into_owned())
            }
            Some(b'{') => Self::Object(text),
            Some(b'[') => Self::Array(text),
            _ => match number::parse(text) {
                Some(number) if number.is_finite() => Self::Number(number, text),
                _ => Self::NonFinite(if text.starts_with('-') { "-Infinity" } else { "Infinity" }.to_owned()),
            },
        })
    }

    /// JavaScript's `typeof` of it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Boolean(_) => "boolean",
            Self::Number(..) | Self::NonFinite(_) => "number",
            Self::Text(_) => "string",
            Self::BigInt(_) => "bigint",
            Self::Function => "function",
            Self::Symbol => "symbol",
            Self::Null | Self::Date(_) | Self::Object(_) | Self::Array(_) => "object",
        }
    }

    /// JavaScript's `JSON.stringify` of it, which is nothing for what JSON leaves out.
    pub fn json(&self) -> Option<Cow<'t, str>> {
        Some(match self {
            Self::Undefined | Self::Function | Self::Symbol => return None,
            Self::Null | Self::NonFinite(_) => "null".into(),
            Self::Boolean(true) => "true".into(),
            Self::Boolean(false) => "false".into(),
            Self::Number(_, text) | Self::Object(text) | Self::Array(text) => (*text).into(),
            Self::Text(text) => json::quoted(text).into(),
            Self::BigInt(digits) => digits.clone().into(),
            Self::Date(milliseconds) => match instant(*milliseconds) {
                Some(instant) => json::quoted(&instant.to_millisecond_text()).into(),
                None => "null".into(),
            },
        })
    }

    /// What JavaScript prints for it in a message.
    pub fn printed(&self) -> Cow<'_, str> {
        match self {
            Self::Undefined => "undefined".into(),
            Self::Text(text) => text.into(),
            Self::NonFinite(name) => name.into(),
            Self::Object(_) => "[object Object]".into(),
            Self::Function => "function".into(),
            Self::Symbol => "symbol".into(),
            _ => self.json().unwrap_or_default(),
        }
    }
}

/// The point in time of a `Date`, when it is one that a date column holds.
pub(super) fn instant(milliseconds: Option<f64>) -> Option<Instant> {
    milliseconds.filter(|number| number.is_finite()).and_then(|number| Instant::from_milliseconds(number as i64))
}

/// A record of JavaScript's: its own properties in their order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record<'t> {
    /// Names and values.
    pub properties: Vec<(String, Cell<'t>)>,
}

impl<'t> Record<'t> {
    /// Reads a record that JavaScript's twin encoded.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is not an object of encoded values.
    pub fn parse(json: &'t str) -> Result<Self, Error> {
        Self::read(json, Cell::encoded)
    }

    /// Reads a record of plain JSON, as a server sends it.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is not an object.
    pub fn plain(json: &'t str) -> Result<Self, Error> {
        Self::read(json, Cell::plain)
    }

    fn read(json: &'t str, cell: fn(&'t str) -> Result<Cell<'t>, Error>) -> Result<Self, Error> {
        let fields = json::fields(json).map_err(|error| Error::malformed("a record", &error))?;
        let mut properties = Vec::with_capacity(fields.0.len());
        for (name, value) in fields.0 {
            properties.push((name.into_owned(), cell(value)?));
        }
        Ok(Self { properties })
    }

    /// The value of the property `name` in any case, or `undefined`.
    pub fn get(&self, name: &str) -> &Cell<'t> {
        let found = self.properties.iter().find(|(property, _)| same_name(property, name));
        found.map_or(&Cell::Undefined, |(_, cell)| cell)
    }

    /// JavaScript's `JSON.stringify` of it.
    pub fn json(&self) -> String {
        let known = self.properties.iter().filter_map(|(name, cell)| Some((name.as_str(), cell.json()?)));
        json::object(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_value() -> Vec<(&'static str, Cell<'static>)> {
        vec![
            ("null", Cell::Null),
            (r#"{"\u0000":"undefined"}"#, Cell::Undefined),
            (r#"{"\u0000":"function"}"#, Cell::Function),
            (r#"{"\u0000":"symbol"}"#, Cell::Symbol),
            ("true", Cell::Boolean(true)),
            ("1.50", Cell::Number(1.5, "1.50")),
            (r#"{"\u0000":"number","v":"NaN"}"#, Cell::NonFinite("NaN".into())),
            (r#""a\"b""#, Cell::Text("a\"b".into())),
            (r#"{"\u0000":"date","v":1577836800000}"#, Cell::Date(Some(1_577_836_800_000.0))),
            (r#"{"\u0000":"date","v":null}"#, Cell::Date(None)),
            (r#"{"\u0000":"bigint","v":"12"}"#, Cell::BigInt("12".into())),
            (r#"{"a":[1]}"#, Cell::Object(r#"{"a":[1]}"#)),
            (r#"{"\u0000":"json","v":{"\u0000":1}}"#, Cell::Object(r#"{"\u0000":1}"#)),
            ("[1,null]", Cell::Array("[1,null]")),
        ]
    }

    #[test]
    fn each_kind_of_value_crosses() {
        for (json, cell) in every_value() {
            assert_eq!(Cell::parse(json).ok(), Some(cell), "{json}");
        }
    }

    #[test]
    fn an_unknown_kind_is_refused() {
        assert_eq!(Cell::parse(r#"{"\u0000":"map"}"#).unwrap_err().code(), "MALFORMED_ARGUMENT");
        assert_eq!(Cell::parse("{").unwrap_err().code(), "MALFORMED_ARGUMENT");
        assert_eq!(Record::parse("[]").unwrap_err().code(), "MALFORMED_ARGUMENT");
    }

    #[test]
    fn a_record_keeps_its_order_and_shows_itself_as_json_stringify_does() {
        let json =
            r#"{"z":{"\u0000":"undefined"},"b":1.0,"a":{"\u0000":"date","v":0},"n":{"\u0000":"number","v":"NaN"}}"#;
        let record = Record::parse(json).unwrap();
        assert_eq!(record.json(), r#"{"b":1.0,"a":"1970-01-01T00:00:00.000Z","n":null}"#);
        assert_eq!(record.get("B"), &Cell::Number(1.0, "1.0"));
        assert_eq!(record.get("missing"), &Cell::Undefined);
    }

    #[test]
    fn plain_json_has_no_marks() {
        let record = Record::plain(r#"{"a":{"\u0000":"undefined"},"big":1e999}"#).unwrap();
        assert_eq!(record.get("a"), &Cell::Object(r#"{"\u0000":"undefined"}"#));
        assert_eq!(record.get("big"), &Cell::NonFinite("Infinity".into()));
    }
}
