//! Turns the module's futures into promises.

use super::failure::Failure;
use crate::platform::tasks;
use futures::future::{FutureExt, LocalBoxFuture};
use std::future::Future;
use wasm_bindgen::prelude::*;

/// Gives every task that can go on its turn. Called by `www/core.mjs` when the host was asked to.
#[wasm_bindgen(js_name = runTasks)]
pub fn run_tasks() {
    tasks::run();
}

/// A promise of what `future` comes to.
pub(super) fn promise<T: Into<JsValue> + 'static>(
    future: impl Future<Output = Result<T, Failure>> + 'static,
) -> js_sys::Promise {
    promise_of(async move { future.await.map(Into::into) }.boxed_local())
}

/// The part of [`promise`] that is the same for every future, and so is compiled once.
fn promise_of(future: LocalBoxFuture<'static, Result<JsValue, Failure>>) -> js_sys::Promise {
    let mut future = Some(future);
    js_sys::Promise::new(&mut |resolve, reject| {
        let Some(future) = future.take() else { return };
        tasks::spawn(async move {
            // Calling a promise's own functions cannot fail.
            let _ = match future.await {
                Ok(value) => resolve.call1(&JsValue::UNDEFINED, &value),
                Err(failure) => reject.call1(&JsValue::UNDEFINED, &failure.into()),
            };
        });
    })
}
