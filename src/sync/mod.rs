//! The operation queue, push, pull, purge and conflicts. Knows no backend.
//!
//! A local change is an [`Operation`] in the [`queue`], written in the transaction of the change itself. A
//! [`SyncContext`] sends the queue to a [`backend`] and brings back what changed there, from where the [`cursor`] of the
//! last pull stood. A [`Drain`] sends the queue by itself. What the backend would not take, the application resolves through a [`PushError`].

pub mod backend;
pub mod bound;
pub mod cursor;
pub mod queue;
pub mod token;

mod abort;
mod away;
mod conflict;
mod context;
mod delivery;
mod drain;
mod error;
mod home;
mod ledger;
mod line;
mod operation;
mod pace;
mod pull;
mod purge;
mod push;
mod record;

pub use abort::AbortFlag;
pub use away::{Away, Outside, Touched};
pub use conflict::{Failure, PushError, PushHandler, Unhandled};
pub use context::{CancelledRecord, ContextOptions, PullReport, PushFirst, SyncContext, Turn, Winner};
pub use drain::{Drain, DrainOptions, Phase, Status};
pub use error::Error;
pub use home::Home;
pub use ledger::Unstored;
pub use line::Order;
pub use operation::{Action, Decision, Operation, OperationId, Pending, RecordKey, State, collapse};
pub use pace::{Backoff, Pace};
pub use pull::{PullOptions, PullProgress};
pub use purge::{FindIds, Force, Forget, Matching, PurgeOptions};
pub use push::{PushOptions, PushProgress, PushReport};
pub use record::{Binding, Bindings, Records};
