//! Ids of records: which are valid, and the text under which a table finds them.
//!
//! Source: Azure Mobile Apps' client, `isValidId`.

use super::cell::Cell;
use super::error::Error;
use crate::json;
use crate::platform::number;

/// The longest id, in UTF-16 units.
const LONGEST: usize = 255;

/// A valid id: a positive number, or a string of 1 to 255 characters that is not blank, neither `.` nor `..`, and has
/// none of ``+ " / ? \ ` `` and no control character.
///
/// ```
/// use tureen::remote::azure::{Cell, Id};
/// assert_eq!(Id::of("id", &Cell::Text("a-1".into())).unwrap().key(), "a-1");
/// let refused = Id::of("id", &Cell::Text("a/1".into())).unwrap_err();
/// assert_eq!(refused.to_string(), "id \"a/1\" is not valid.");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id {
    key: String,
}

impl Id {
    /// The id that `cell` is. `name` says in the error where it was found.
    ///
    /// # Errors
    /// [`Error::Id`] when it is not valid.
    pub fn of(name: &str, cell: &Cell<'_>) -> Result<Self, Error> {
        let key = match cell {
            Cell::Text(text) if is_valid(text) => Some(text.clone()),
            Cell::Number(value, _) if *value > 0.0 => Some(number::text(*value)),
            _ => None,
        };
        let key = key.ok_or_else(|| Error::Id { name: name.to_owned(), value: cell.printed().into_owned() })?;
        Ok(Self { key })
    }

    /// The ids of an app: one, or an array of them, in which `null` and `undefined` are left out.
    ///
    /// # Errors
    /// [`Error::Id`] for the first that is not valid, [`Error::Malformed`] for what is no JSON.
    pub fn parse_list(json: &str) -> Result<Vec<Self>, Error> {
        let cell = Cell::parse(json)?;
        let Cell::Array(list) = cell else { return Self::listed(&cell).map(|id| id.into_iter().collect()) };
        let items = json::items(list).map_err(|error| Error::malformed("the ids", &error))?;
        let ids = items.into_iter().filter_map(|raw| Cell::parse(raw).and_then(|cell| Self::listed(&cell)).transpose());
        ids.collect()
    }

    fn listed(cell: &Cell<'_>) -> Result<Option<Self>, Error> {
        match cell {
            Cell::Null | Cell::Undefined => Ok(None),
            _ => Self::of("id", cell).map(Some),
        }
    }

    /// The text under which the table's index finds the record.
    pub fn key(&self) -> &str {
        &self.key
    }
}

fn is_valid(text: &str) -> bool {
    let blank = text.chars().all(|c| c.is_whitespace() || c == '\u{feff}');
    let forbidden = |c: char| matches!(c, '+' | '"' | '/' | '?' | '`' | '\\') || c.is_control();
    let length = text.encode_utf16().count();
    !blank && length <= LONGEST && !text.contains(forbidden) && text != "." && text != ".."
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(json: &str) -> Result<String, String> {
        let cell = Cell::parse(json).unwrap();
        Id::of("instance.id", &cell).map(|id| id.key).map_err(|error| error.to_string())
    }

    #[test]
    fn valid_ids() {
        let longest = format!("\"{}\"", "x".repeat(255));
        for (json, expected) in [
            (r#""abc""#, "abc"),
            (r#"" a b ""#, " a b "),
            (r#""...""#, "..."),
            (r#""ünïcödé-'&%#<>:;=@[]{}|~""#, "ünïcödé-'&%#<>:;=@[]{}|~"),
            ("7", "7"),
            ("1.1", "1.1"),
            ("5.0", "5"),
            (longest.as_str(), longest.trim_matches('"')),
        ] {
            assert_eq!(key(json).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn invalid_ids() {
        let too_long = format!("\"{}\"", "x".repeat(256));
        for json in [
            r#""""#,
            r#""  ""#,
            r#"".""#,
            r#""..""#,
            r#""a+b""#,
            r#""a\"b""#,
            r#""a/b""#,
            r#""a?b""#,
            r#""a\\b""#,
            r#""a`b""#,
            r#""a\u0001""#,
            r#""a\u007f""#,
            r#""a\u0085""#,
            "0",
            "-1",
            "null",
            "true",
            "{}",
            "[]",
            r#"{"\u0000":"undefined"}"#,
            r#"{"\u0000":"number","v":"NaN"}"#,
            r#"{"\u0000":"date","v":1}"#,
            &too_long,
        ] {
            assert!(key(json).is_err(), "{json}");
        }
    }

    #[test]
    fn lists_leave_out_what_is_missing() {
        let keys = |json| Id::parse_list(json).map(|ids| ids.into_iter().map(|id| id.key).collect::<Vec<_>>());
        assert_eq!(keys(r#""a""#).unwrap(), ["a"]);
        assert_eq!(keys(r#"["a",null,2,{"\u0000":"undefined"}]"#).unwrap(), ["a", "2"]);
        assert!(keys("null").unwrap().is_empty() && keys("[]").unwrap().is_empty());
        assert_eq!(keys(r#"["a",{"id":"x"}]"#).unwrap_err().to_string(), "id \"[object Object]\" is not valid.");
        assert_eq!(keys("[").unwrap_err().code(), "MALFORMED_ARGUMENT");
    }

    #[test]
    fn the_message_prints_the_id_as_javascript_does() {
        assert_eq!(key(r#"{"\u0000":"undefined"}"#).unwrap_err(), "instance.id \"undefined\" is not valid.");
        assert_eq!(key("null").unwrap_err(), "instance.id \"null\" is not valid.");
        assert_eq!(key(r#"{"id":"x"}"#).unwrap_err(), "instance.id \"[object Object]\" is not valid.");
        assert_eq!(key("0").unwrap_err(), "instance.id \"0\" is not valid.");
    }
}
