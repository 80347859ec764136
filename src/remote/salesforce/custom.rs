//! Targets of the app's own making: called by their names, since the state of a sync outlives the page.

use super::Result;
use futures::future::LocalBoxFuture;

/// The app's own targets.
pub trait Customs {
    /// What the app's targets are called.
    fn names(&self) -> LocalBoxFuture<'static, Result<Vec<String>>>;

    /// Calls a method of a target: `arguments` is a JSON array, the answer JSON, `null` where there is no such method.
    fn call(&self, name: &str, method: &str, arguments: String) -> LocalBoxFuture<'static, Result<String>>;
}

/// Of an app that has none.
pub struct NoCustoms;

impl Customs for NoCustoms {
    fn names(&self) -> LocalBoxFuture<'static, Result<Vec<String>>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn call(&self, _: &str, _: &str, _: String) -> LocalBoxFuture<'static, Result<String>> {
        Box::pin(async { Ok("null".to_owned()) })
    }
}
