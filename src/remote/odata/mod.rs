//! OData v4 services: Dynamics, SAP, and, by a preset, Data API builder in front of a database.
//!
//! * `config`: what the app says, checked when it connects.
//! * `wire`: the requests: system query options, server-driven paging, delta links, entity tags.
//! * `batch`: several changes in one request of JSON.

mod batch;
mod config;
mod wire;

pub use config::OdataConfig;
pub use wire::connect;

#[cfg(test)]
mod tests;
