//! JSON text, read where it stands and written piece by piece: no values are built, and a part of a text is a text again.
//!
//! By hand rather than by a crate: entries are kept as the text that they came as, of which little is ever looked at; and
//! readers that are made for each type are a great part of a download.

mod fields;
mod reader;
mod same;
mod strings;
mod write;

pub use fields::{Fields, bytes, fields, items, one_of, texts, truth, value, whole};
pub use reader::Reader;
pub use same::{has_all, same};
pub use strings::{lossy_text, text};
pub use write::{array, compact, listed, object, push_string, quoted};

/// Why a text is not the JSON that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

/// What reading comes to.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error that says so.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    /// The error of a value that is of another type than it should be.
    #[cold]
    pub fn type_of(json: &str, expected: &str) -> Self {
        let found = match json.as_bytes().first() {
            Some(b'{') => "map",
            Some(b'[') => "sequence",
            Some(b'"') => "string",
            Some(b't' | b'f') => "boolean",
            Some(b'n') => "null",
            _ => "number",
        };
        Self(format!("invalid type: {found}, expected {expected}"))
    }
}
