//! The surface that JavaScript calls: thin, no rules of its own.

mod azure_client;
mod failure;
mod host;
mod http;
mod signal;
mod task;
