//! How a store is opened.

/// What seals a store's records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Key {
    /// A random key of this device, which never leaves it.
    #[default]
    Device,
    /// A key derived from a passphrase of the app's.
    Passphrase(String),
    /// 32 key bytes of the app's, from a keychain for example.
    Bytes(Vec<u8>),
    /// Not encrypted: records carry a checksum only.
    None,
}

/// When a commit counts as done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Durability {
    /// Once the disk has it: it outlives a power cut.
    #[default]
    Strict,
    /// Once the operating system has it: it outlives the app's crash.
    Relaxed,
}

/// How to open a store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenOptions {
    /// The store's name, unique on its origin.
    pub name: String,
    /// What seals its records.
    pub key: Key,
    /// When a commit counts as done.
    pub durability: Durability,
}
