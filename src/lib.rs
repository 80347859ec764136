//! Tureen: soups on IndexedDB, in step with a cloud.
//!
//! The rooms, and who may call whom (always downward):
//!
//! ```text
//! wasm ── remote ── sync ── soup ── database ── pager
//! ```
//!
//! * [`pager`]: SQLite's pages, committed as sealed records of one IndexedDB transaction each.
//! * [`database`]: read and write transactions that resolve when durable, and change notices.
//! * [`soup`]: JSON documents with indexes: specs, entries, queries, cursors, Smart SQL.
//! * [`sync`]: the operation queue, push, pull, purge and conflicts; knows no backend.
//! * [`remote`]: one module a backend, which speaks its protocol and its types; knows no table layout.
//! * `wasm`: the surface that JavaScript calls; thin, no rules of its own.
//! * [`foreign`]: errors of the app's own code, which pass through every room.
//! * [`json`]: JSON text, read where it stands; every room reads it so.
//! * [`platform`]: the clock, randomness, event loop and text, the only things that differ between builds for every
//!   room.

pub mod database;
pub mod foreign;
pub mod json;
pub mod pager;
pub mod platform;
pub mod remote;
pub mod soup;
pub mod sync;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
