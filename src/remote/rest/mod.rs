//! Any REST service: what an app says of its addresses and rows, made a wire of the sync room.
//!
//! * `config`: what the app says, checked when it connects.
//! * `paging`: how a listing goes on from page to page, and where the next one begins.
//! * `wire`: the requests.

mod config;
mod paging;
mod wire;

pub use config::RestConfig;
pub use wire::connect;

#[cfg(test)]
mod tests;
