//! The operation queue, push, pull, purge and conflicts. Knows no backend.

mod abort;
pub mod backend;
pub mod cursor;
mod error;
mod operation;
pub mod token;

pub use abort::AbortFlag;
pub use error::Error;
pub use operation::{Action, Decision, Operation, OperationId, Pending, RecordKey, State, collapse};
