//! The engine against storage that fails: what was acknowledged is kept, what was refused is not, and no tab ever
//! sees anything in between.
//!
//! `PROPTEST_CASES=100000 cargo test --test faults histories` runs more histories than the usual 256.
#![cfg(not(target_arch = "wasm32"))]

mod every_step;
mod histories;
mod medium;
mod model;
mod tampering;
mod world;
