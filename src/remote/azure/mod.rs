//! Azure Mobile Apps and its successors.

mod client;
mod refusal;
pub mod wire;

pub use client::{Call, Client, Session};
pub use refusal::{CallError, Refusal};
