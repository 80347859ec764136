//! What JavaScript callers write into query specs, and the original takes: nulls for defaults, numbers for texts.

use super::query_spec::PAGE_SIZE;
use crate::json::{self, Error, Result};
use crate::platform::number;

/// A text, or the text of a number or boolean; none for null.
pub(super) fn text(json: Option<&str>) -> Result<Option<String>> {
    let Some(json) = json else { return Ok(None) };
    Ok(match json.as_bytes().first() {
        Some(b'n') => None,
        Some(b'"') => Some(json::text(json)?.into_owned()),
        Some(b'{' | b'[') => return Err(Error::type_of(json, "a string, a number or a boolean")),
        // JavaScript has no other numbers: 3.0 is 3 there.
        _ if json.contains(['.', 'e', 'E']) => Some(number::parse(json).map_or_else(|| json.to_owned(), number::text)),
        _ => Some(json.to_owned()),
    })
}

/// A page size, by default for null.
pub(super) fn page_size(json: Option<&str>) -> Result<u64> {
    let Some(number) = text(json)? else { return Ok(PAGE_SIZE) };
    number.parse().map_err(|_| Error::new(format!("page size {number} is not a whole number")))
}
