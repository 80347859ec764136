//! What a store says of itself openly: its identity, and its head, the number of its newest commit.
//!
//! Both are JSON texts. A commit compares the head's whole text with the one that it was built on, so that it can
//! never be put after a commit that it has not seen.

use super::error::Error;
use super::key::Lock;
use serde::{Deserialize, Serialize};

/// The newest format that this version reads, and the one that it writes.
pub(super) const FORMAT: u32 = 1;

/// Made once with the store, and again with each key change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity {
    pub format: u32,
    pub store: [u8; 16],
    pub lock: Lock,
    pub check: Vec<u8>,
}

impl Identity {
    pub(super) fn parse(text: &str, store: &str) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let damaged = |_| Error::Damaged { store: store.into(), what: "its identity cannot be read".into() };
        let Format { format } = serde_json::from_str(text).map_err(damaged)?;
        if format > FORMAT {
            return Err(Error::Newer { store: store.into(), found: format, known: FORMAT });
        }
        serde_json::from_str(text).map_err(damaged)
    }

    pub(super) fn text(&self) -> String {
        // A struct of numbers and bytes always has a JSON text.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// How far the store is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// Whose head it is: another store under the same name, made after this one was deleted, is another.
    pub store: [u8; 16],
    /// Counts key changes.
    pub generation: u32,
    /// The newest commit's number; 0 before the first.
    pub commit: u64,
    /// The commit up to which everything lies in extents.
    pub fold: u64,
}

impl Head {
    /// The head of a new store.
    pub(super) fn birth(store: [u8; 16]) -> Self {
        Self { store, generation: 0, commit: 0, fold: 0 }
    }

    pub(super) fn parse(text: &str, store: &str) -> Result<Self, Error> {
        serde_json::from_str(text)
            .map_err(|_| Error::Damaged { store: store.into(), what: "its head cannot be read".into() })
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The head after one more commit.
    pub(super) fn next(self) -> Self {
        Self { commit: self.commit + 1, ..self }
    }
}
