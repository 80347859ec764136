//! How a store is opened.

pub use crate::pager::{Durability, Key, Paging};

/// How to open a store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenOptions {
    /// The store's name, unique on its origin.
    pub name: String,
    /// What seals its records.
    pub key: Key,
    /// When a commit counts as done.
    pub durability: Durability,
    /// Whether its pages are read on demand.
    pub paging: Paging,
}
