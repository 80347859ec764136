//! Where records lie at rest: what the pager asks of IndexedDB, and nothing else.
//!
//! Three kinds stand behind it: IndexedDB in the browser, a file natively, and memory natively, for tests.

use super::error::Error;
use super::key::DeviceKey;
use futures::future::LocalBoxFuture;
use std::any::Any;

#[cfg(not(target_arch = "wasm32"))]
pub mod file;
#[cfg(target_arch = "wasm32")]
pub mod indexed_db;
#[cfg(not(target_arch = "wasm32"))]
pub mod memory;

/// When a transaction counts as complete.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Durability {
    /// Once the disk has it: it outlives a power cut.
    #[default]
    Strict,
    /// Once the operating system has it: it outlives the app's crash.
    Relaxed,
}

/// Everything of a store, read in one transaction.
pub struct AtRest {
    /// The identity's text.
    pub identity: String,
    /// The head's text.
    pub head: String,
    /// A commit number that the log once reached.
    pub witness: u64,
    /// The sealed manifest.
    pub manifest: Vec<u8>,
    /// This device's key, if the store has one.
    pub device_key: Option<DeviceKey>,
    /// The sealed extents, by index; none when there are more than were asked for.
    pub extents: Option<Vec<(u32, Vec<u8>)>>,
    /// The sealed commits, by number.
    pub records: Vec<(u64, Vec<u8>)>,
}

/// One extent, and the head at the same time.
pub struct OneExtent {
    /// The head's text.
    pub head: String,
    /// The sealed extent, if there is one of that index.
    pub extent: Option<Vec<u8>>,
}

/// What a new store begins with.
pub struct Birth {
    /// The identity's text.
    pub identity: String,
    /// The head's text.
    pub head: String,
    /// The sealed manifest.
    pub manifest: Vec<u8>,
    /// This device's key, for a store that is sealed with it.
    pub device_key: Option<DeviceKey>,
}

/// The head, and the commits after one of them.
pub struct Tail {
    /// The head's text.
    pub head: String,
    /// The sealed commits, by number.
    pub records: Vec<(u64, Vec<u8>)>,
}

/// One commit: put only when no other has its number.
#[derive(Clone, Copy)]
pub struct Append<'a> {
    /// The head's text that the commit was built on.
    pub expected: &'a str,
    /// Its number.
    pub number: u64,
    /// Whether to note that the log reached this number, so that a log that ends earlier is found out.
    pub witness: bool,
    /// Its sealed record.
    pub record: &'a [u8],
    /// When it counts as complete.
    pub durability: Durability,
}

/// What became of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// It was put, and the head's text was this. Whether it counts is for the head to tell.
    Put(String),
    /// It was not: another commit has its number, or the head is another one.
    Refused,
}

/// A sealed extent on its way to rest: outside of the module's memory, which never shrinks, where there is such a place.
#[cfg(target_arch = "wasm32")]
pub type Kept = js_sys::Uint8Array;
/// A sealed extent on its way to rest.
#[cfg(not(target_arch = "wasm32"))]
pub type Kept = Vec<u8>;

/// A fold: replaces what it names, and removes every commit from the log.
pub struct Fold<'a> {
    /// The head's text that it was built on; none for a store that does not exist yet.
    pub expected: Option<&'a str>,
    /// The newest commit that it was built on; it is refused when there is a newer one.
    pub newest: u64,
    /// The commit up to which it folds: the newest, or one more for a key change.
    pub witness: u64,
    /// The head's text with it.
    pub head: &'a str,
    /// The sealed manifest.
    pub manifest: &'a [u8],
    /// The sealed extents that changed, by index.
    pub extents: &'a [(u32, Kept)],
    /// How many extents there are with it; those from here on are removed.
    pub extent_count: u32,
    /// A new identity and device key, where the key is changed.
    pub birth: Option<(&'a str, Option<&'a DeviceKey>)>,
}

/// How a compare-and-swap ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swap {
    /// It is complete, with the asked durability.
    Done,
    /// The head was another one; nothing was changed.
    Behind,
}

/// Storage for one store. Every call is one transaction: it happens whole or not at all.
pub trait Medium {
    /// Reads everything, but of extents only as many as `most`: none if there are more. Nothing when the store does not
    /// exist.
    fn load(&self, most: u32) -> LocalBoxFuture<'_, Result<Option<AtRest>, Error>>;
    /// Reads one extent; nothing when the store does not exist any more. It is asked for in the middle of a statement,
    /// so that it must not depend on any other call's end.
    fn extent(&self, index: u32) -> LocalBoxFuture<'_, Result<Option<OneExtent>, Error>>;
    /// Makes the store; `Behind` when it exists already.
    fn create(&self, birth: Birth) -> LocalBoxFuture<'_, Result<Swap, Error>>;
    /// Reads the head and the commits after `commit`; nothing when the store does not exist any more.
    fn since(&self, commit: u64) -> LocalBoxFuture<'_, Result<Option<Tail>, Error>>;
    /// Puts one commit. A commit at or below the fold may be put: nobody reads it.
    fn append<'a>(&'a self, append: Append<'a>) -> LocalBoxFuture<'a, Result<Appended, Error>>;
    /// Folds.
    fn fold<'a>(&'a self, fold: Fold<'a>) -> LocalBoxFuture<'a, Result<Swap, Error>>;
    /// Removes the whole store.
    fn destroy(&self) -> LocalBoxFuture<'_, Result<(), Error>>;
    /// Lets go of the connection; another call opens it again.
    fn close(&self);
    /// Tells the other tabs that there is a new commit.
    fn announce(&self);
    /// Calls `heard` whenever another tab announced one.
    fn listen(&self, heard: Box<dyn Fn()>);
    /// Waits for the sole right to commit, where other tabs are about and the platform can grant it.
    ///
    /// An optimisation only: [`Medium::append`] can never overwrite in any case.
    fn turn(&self) -> LocalBoxFuture<'_, Option<Box<dyn Any>>>;
}
