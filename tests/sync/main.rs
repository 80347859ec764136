//! Push, pull, purge and conflicts, of whole clients against a backend in memory.
#![cfg(not(target_arch = "wasm32"))]

mod away;
mod backend;
mod client;
mod converge;
mod drain;

mod handler;
mod order;
mod pull;
mod purge;
mod push;
mod resolve;
mod restart;
mod winner;
