//! Salesforce Mobile Sync: the records of an org in soups, and what was changed of them back.
//!
//! A sync has a [`State`], which is kept in a soup of its own. [`Syncs`] runs them one after another. Where records
//! come from is a strategy of `down`, how they go a strategy of `up`; both speak through [`Rest`] and know no page of
//! an app. The rules are those of Mobile Sync (spec, Mobile Sync); what differs on purpose is in `docs/mobile-sync.md`.

mod custom;
mod down;
mod error;
mod ghosts;
mod record;
mod rest;
mod run_down;
mod run_up;
mod soql;
mod state;
mod store;
mod syncs;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod testing;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod up;

pub use custom::{Customs, NoCustoms};
pub use error::{Error, Result};
pub use rest::{Org, Rest, Session};
pub use state::{Kind, MergeMode, SYNCS_SOUP, State, Status, Which};
pub use syncs::{Begun, Syncs, Tell};
