//! Which fields of a record are the app's to send, and which only the backend sets.

use super::cell::Cell;
use super::error::Error;
use crate::json::{self, Fields};

/// Set by the backend; an update that carried them would be refused.
pub(super) const SYSTEM_FIELDS: [&str; 4] = ["version", "updatedAt", "createdAt", "deleted"];

/// The JSON text of a record without the fields that only the backend sets.
///
/// # Errors
/// [`Error::Malformed`] for text that is no JSON object.
pub fn own_fields(record: &str) -> Result<String, Error> {
    let fields = parse(record)?;
    let own = fields.0.iter().filter(|(name, _)| !SYSTEM_FIELDS.contains(&&**name));
    Ok(json::object(own.map(|(name, value)| (&**name, *value))))
}

/// The text of one field of a record, if it is there, neither null nor empty.
///
/// # Errors
/// [`Error::Malformed`] for text that is no JSON object.
pub fn field_text(record: &str, name: &str) -> Result<Option<String>, Error> {
    let Some(value) = parse(record)?.get(name) else { return Ok(None) };
    let text = match Cell::plain(value)? {
        Cell::Null => return Ok(None),
        cell => cell.printed().into_owned(),
    };
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn parse(record: &str) -> Result<Fields<'_>, Error> {
    json::fields(record).map_err(|error| Error::malformed("a record", &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_app_s_fields_keep_their_order_and_exact_text() {
        let record = r#"{"z":1.50,"version":"v","id":"a","updatedAt":1,"createdAt":1,"deleted":false,"Version":2,"big":12345678901234567890}"#;
        assert_eq!(own_fields(record).unwrap(), r#"{"z":1.50,"id":"a","Version":2,"big":12345678901234567890}"#);
        assert_eq!(own_fields("{}").unwrap(), "{}");
        assert_eq!(own_fields("[]").unwrap_err().code(), "MALFORMED_ARGUMENT");
    }

    #[test]
    fn a_field_is_read_as_text() {
        let text = |name| field_text(r#"{"version":"MQ==","none":null,"empty":"","n":5}"#, name).unwrap();
        assert_eq!(text("version").as_deref(), Some("MQ=="));
        assert_eq!(text("n").as_deref(), Some("5"));
        for name in ["none", "empty", "missing"] {
            assert_eq!(text(name), None, "{name}");
        }
    }
}
