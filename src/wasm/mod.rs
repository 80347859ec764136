//! The surface that JavaScript calls: thin, no rules of its own.

mod azure_client;
mod azure_context;
mod azure_push_error;
mod azure_store;
mod cursors;
mod failure;
mod fields;
mod host;
mod http;
mod observers;
mod options;
mod provider_connection;
mod provider_world;
mod salesforce_syncs;
mod signal;
mod store;
mod task;
mod turn;
