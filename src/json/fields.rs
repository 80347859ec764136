//! Objects and arrays taken apart, and the plain values in them.

use super::{Error, Reader, Result, text};
use std::borrow::Cow;

/// The value that a whole text is, without the white space around it.
///
/// # Errors
/// It is none, or more than one.
pub fn value(json: &str) -> Result<&str> {
    let mut reader = Reader::new(json);
    let value = reader.value()?;
    reader.end()?;
    Ok(value)
}

/// The elements of an array.
///
/// # Errors
/// The text is none.
pub fn items(json: &str) -> Result<Vec<&str>> {
    let mut items = Vec::new();
    let mut reader = Reader::new(json);
    reader.array(&mut |reader| {
        items.push(reader.value()?);
        Ok(())
    })?;
    reader.end()?;
    Ok(items)
}

/// The fields of an object.
///
/// # Errors
/// The text is none.
pub fn fields(json: &str) -> Result<Fields<'_>> {
    let mut fields = Vec::new();
    let mut reader = Reader::new(json);
    reader.object(&mut |name, value| fields.push((name, value)))?;
    reader.end()?;
    Ok(Fields(fields))
}

/// The fields of an object, in their order.
#[derive(Debug, Default)]
pub struct Fields<'t>(pub Vec<(Cow<'t, str>, &'t str)>);

impl<'t> Fields<'t> {
    /// The value of a field; of two with one name, the later one's.
    pub fn get(&self, name: &str) -> Option<&'t str> {
        self.0.iter().rev().find(|(own, _)| own == name).map(|(_, value)| *value)
    }

    /// The value of a field that may be left out, or be null.
    pub fn given(&self, name: &str) -> Option<&'t str> {
        self.get(name).filter(|value| *value != "null")
    }

    /// The value of a field that must be there.
    ///
    /// # Errors
    /// It is not.
    pub fn need(&self, name: &str) -> Result<&'t str> {
        self.get(name).ok_or_else(|| Error(format!("missing field `{name}`")))
    }

    /// The text of a field that must be there.
    ///
    /// # Errors
    /// It is not, or is no string.
    pub fn text(&self, name: &str) -> Result<String> {
        text(self.need(name)?).map(Cow::into_owned)
    }

    /// The text of a field that may be left out.
    ///
    /// # Errors
    /// It is no string.
    pub fn given_text(&self, name: &str) -> Result<Option<String>> {
        self.given(name).map(|value| text(value).map(Cow::into_owned)).transpose()
    }

    /// The number of a field that must be there.
    ///
    /// # Errors
    /// It is not, or is no whole number from zero on, or too large.
    pub fn number(&self, name: &str) -> Result<u32> {
        u32::try_from(whole(self.need(name)?)?).map_err(|_| Error(format!("{name} is too large")))
    }

    /// The 16 bytes of a field that must be there.
    ///
    /// # Errors
    /// It is not, or is something else.
    pub fn bytes(&self, name: &str) -> Result<[u8; 16]> {
        bytes(self.need(name)?)?.try_into().map_err(|_| Error(format!("{name} is not 16 bytes")))
    }

    /// Whether a field is there and true.
    ///
    /// # Errors
    /// It is neither true nor false.
    pub fn truth(&self, name: &str) -> Result<bool> {
        self.get(name).map_or(Ok(false), truth)
    }
}

/// Which of `names` the string `json` is.
///
/// # Errors
/// It is none of them.
pub fn one_of(json: &str, names: &[&str]) -> Result<usize> {
    let text = text(json)?;
    names.iter().position(|name| *name == text).ok_or_else(|| {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        Error(format!("unknown variant `{text}`, expected one of {}", names.join(", ")))
    })
}

/// Whether `json` is true.
///
/// # Errors
/// It is neither true nor false.
pub fn truth(json: &str) -> Result<bool> {
    match json {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Error::type_of(json, "a boolean")),
    }
}

/// A whole number from zero on.
///
/// # Errors
/// It is none.
pub fn whole(json: &str) -> Result<u64> {
    json.parse().map_err(|_| Error::type_of(json, "a whole number"))
}

/// The texts of an array of strings.
///
/// # Errors
/// It is none.
pub fn texts(json: &str) -> Result<Vec<String>> {
    items(json)?.into_iter().map(|item| text(item).map(Cow::into_owned)).collect()
}

/// The bytes of an array of numbers.
///
/// # Errors
/// It is none.
pub fn bytes(json: &str) -> Result<Vec<u8>> {
    let byte = |item: &str| item.parse().map_err(|_| Error::type_of(item, "a byte"));
    items(json)?.into_iter().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_by_their_names() {
        let fields = fields(r#" {"a":"x\n","b":null,"c":[1, 2],"yes":true,"a\u0062":7,"b":null} "#).unwrap();
        assert_eq!(fields.text("a").unwrap(), "x\n");
        assert_eq!((fields.get("b"), fields.given("b"), fields.get("z")), (Some("null"), None, None));
        assert_eq!(bytes(fields.need("c").unwrap()).unwrap(), [1, 2]);
        assert_eq!((fields.truth("yes"), fields.truth("no")), (Ok(true), Ok(false)));
        assert_eq!(whole(fields.need("ab").unwrap()), Ok(7));
        assert_eq!(fields.need("z").unwrap_err().to_string(), "missing field `z`");
        assert_eq!(fields.text("c").unwrap_err().to_string(), "invalid type: sequence, expected a string");
        for json in ["-1", "1.5", "\"1\"", "1e3"] {
            assert!(whole(json).is_err(), "{json}");
        }
        assert!(bytes("[256]").is_err() && texts(r#"["a",1]"#).is_err() && items("{}").is_err());
    }
}
