//! What a store says of itself openly: its identity, and its head, which changes with each fold and each key change.
//!
//! A commit is added under the number after the newest one, and numbers are unique in the log: so no two tabs can put
//! the same commit. But a fold frees the numbers that it removes. A tab that slept through one would find its next
//! number free, although it is long past; therefore the head is read in the same transaction, and [`Head::admits`]
//! tells whether the commit counts. If not, what was put lies at or below the fold, where nobody reads.

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

/// How far the store is folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// Whose head it is: another store under the same name, made after this one was deleted, is another.
    pub store: [u8; 16],
    /// Counts key changes. Each uses up a commit number, so that no commit under the old key can follow it.
    pub generation: u32,
    /// The commit up to which everything lies in extents.
    pub fold: u64,
}

impl Head {
    /// The head of a new store.
    pub(super) fn birth(store: [u8; 16]) -> Self {
        Self { store, generation: 0, fold: 0 }
    }

    pub(super) fn parse(text: &str, store: &str) -> Result<Self, Error> {
        serde_json::from_str(text)
            .map_err(|_| Error::Damaged { store: store.into(), what: "its head cannot be read".into() })
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether a commit that was built on this head counts, put when the head was `found`: another fold may have
    /// happened, but only of commits that it had seen.
    pub(super) fn admits(&self, number: u64, found: &Self) -> bool {
        self.store == found.store && self.generation == found.generation && found.fold < number
    }
}
