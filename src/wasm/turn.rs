//! Lets one tab at a time push, pull or purge, by a Web Lock.

use crate::pager::medium::indexed_db::web_lock;
use crate::sync::{Error, Turn};
use futures::future::{FutureExt, LocalBoxFuture};
use std::any::Any;

/// The turn of the contexts of one store.
pub(super) struct SyncTurn {
    lock: String,
}

impl SyncTurn {
    /// The turn at the store `name`.
    pub(super) fn at(name: &str) -> Self {
        Self { lock: format!("tureen-sync/{name}") }
    }
}

impl Turn for SyncTurn {
    fn take(&self) -> LocalBoxFuture<'_, Result<Box<dyn Any>, Error>> {
        async {
            // Where there are no Web Locks the turn is everybody's: two tabs may then send the same change, of which
            // the backend takes one.
            Ok(web_lock(&self.lock).await.unwrap_or_else(|| Box::new(())))
        }
        .boxed_local()
    }
}
