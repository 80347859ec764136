//! One module a backend, which speaks its protocol and its types. Knows no table layout.

pub mod azure;
#[cfg(target_arch = "wasm32")]
pub mod fetch;
pub mod odata;
pub mod provider;
pub mod rest;
pub mod salesforce;
pub mod transport;
