//! What a store says of itself openly: its identity, and its head, which changes with each fold and each key change.
//!
//! A commit is added under the number after the newest one, and numbers are unique in the log: so no two tabs can put
//! the same commit. But a fold frees the numbers that it removes. A tab that slept through one would find its next
//! number free, although it is long past; therefore the head is read in the same transaction, and [`Head::admits`]
//! tells whether the commit counts. If not, what was put lies at or below the fold, where nobody reads.

use super::error::Error;
use super::key::Lock;
use crate::json::{self, Fields};

/// The newest format that this version reads, and the one that it writes.
pub(super) const FORMAT: u32 = 1;

/// Made once with the store, and again with each key change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub format: u32,
    pub store: [u8; 16],
    pub lock: Lock,
    pub check: Vec<u8>,
}

impl Identity {
    pub(super) fn parse(text: &str, store: &str) -> Result<Self, Error> {
        let damaged = |_| Error::Damaged { store: store.into(), what: "its identity cannot be read".into() };
        let fields = json::fields(text).map_err(damaged)?;
        let format = fields.number("format").map_err(damaged)?;
        if format > FORMAT {
            return Err(Error::Newer { store: store.into(), found: format, known: FORMAT });
        }
        Self::read(format, &fields).map_err(damaged)
    }

    fn read(format: u32, fields: &Fields<'_>) -> json::Result<Self> {
        let lock = Lock::read(fields.need("lock")?)?;
        Ok(Self { format, store: fields.bytes("store")?, lock, check: json::bytes(fields.need("check")?)? })
    }

    pub(super) fn text(&self) -> String {
        let Self { format, store, lock, check } = self;
        let (store, lock, check) = (json::listed(store), lock.text(), json::listed(check));
        format!(r#"{{"format":{format},"store":{store},"lock":{lock},"check":{check}}}"#)
    }
}

/// How far the store is folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
        let damaged = |_| Error::Damaged { store: store.into(), what: "its head cannot be read".into() };
        json::fields(text).and_then(|fields| Self::read(&fields)).map_err(damaged)
    }

    fn read(fields: &Fields<'_>) -> json::Result<Self> {
        let fold = json::whole(fields.need("fold")?)?;
        Ok(Self { store: fields.bytes("store")?, generation: fields.number("generation")?, fold })
    }

    pub(super) fn text(&self) -> String {
        let Self { store, generation, fold } = self;
        format!(r#"{{"store":{},"generation":{generation},"fold":{fold}}}"#, json::listed(store))
    }

    /// Whether a commit that was built on this head counts, put when the head was `found`: another fold may have
    /// happened, but only of commits that it had seen.
    pub(super) fn admits(&self, number: u64, found: &Self) -> bool {
        self.store == found.store && self.generation == found.generation && found.fold < number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_store_says_of_itself_stays_the_same_text() {
        let store = "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,255]";
        let head = format!(r#"{{"store":{store},"generation":2,"fold":18446744073709551615}}"#);
        assert_eq!(Head::parse(&head, "s").unwrap().text(), head);
        let passphrase = format!(r#"{{"kind":"passphrase","salt":{store},"iterations":600000}}"#);
        for lock in [r#"{"kind":"device"}"#, r#"{"kind":"bytes"}"#, r#"{"kind":"none"}"#, &passphrase] {
            let identity = format!(r#"{{"format":1,"store":{store},"lock":{lock},"check":[0,9]}}"#);
            assert_eq!(Identity::parse(&identity, "s").unwrap().text(), identity);
        }
        assert_eq!(Identity::parse(r#"{"format":2}"#, "s").unwrap_err().code(), "STORE_NEWER");
        for damaged in ["", "{}", r#"{"format":1,"store":[1],"lock":{"kind":"device"},"check":[]}"#] {
            assert_eq!(Identity::parse(damaged, "s").unwrap_err().code(), "STORE_DAMAGED", "{damaged}");
            assert_eq!(Head::parse(damaged, "s").unwrap_err().code(), "STORE_DAMAGED", "{damaged}");
        }
    }
}
