//! What JavaScript callers write into query specs, and the original takes: nulls for defaults, numbers for texts.

use super::query_spec::PAGE_SIZE;
use crate::platform::number;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::fmt;

/// A value, or its default where there is null.
pub(super) fn or_default<'de, T: Deserialize<'de> + Default, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    Option::deserialize(from).map(Option::unwrap_or_default)
}

/// A text, or the text of a number or boolean; none for null.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    from.deserialize_any(Text)
}

/// A whole number from 0 on, or its text.
pub(super) fn page_size<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let Some(number) = text(from)? else { return Ok(PAGE_SIZE) };
    number.parse().map_err(|_| D::Error::custom(format!("page size {number} is not a whole number")))
}

struct Text;

impl<'de> Visitor<'de> for Text {
    type Value = Option<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string, a number or a boolean")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(text))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        // JavaScript has no other numbers: 3.0 is 3 there.
        Ok(Some(number::text(number)))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}
