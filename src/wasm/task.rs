//! Runs the module's futures, and turns them into promises.
//!
//! Not `wasm_bindgen_futures::spawn_local`: a trap inside its queue is an uncaught exception that ends a node process
//! and that no promise ever hears of. Here each turn is one call from JavaScript, which catches whatever happens.

use super::failure::Failure;
use super::host;
use futures::future::{FutureExt, LocalBoxFuture};
use futures::stream::{FuturesUnordered, StreamExt};
use futures::task::{ArcWake, waker};
use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use wasm_bindgen::prelude::*;

/// Asks JavaScript for a turn, once until it comes.
#[derive(Default)]
struct Bell {
    rung: AtomicBool,
}

impl ArcWake for Bell {
    fn wake_by_ref(bell: &Arc<Self>) {
        if !bell.rung.swap(true, Ordering::Relaxed) {
            host::schedule();
        }
    }
}

#[derive(Default)]
struct Tasks {
    bell: Arc<Bell>,
    arrived: RefCell<Vec<LocalBoxFuture<'static, ()>>>,
    running: RefCell<FuturesUnordered<LocalBoxFuture<'static, ()>>>,
}

thread_local! {
    static TASKS: Tasks = Tasks::default();
}

impl Tasks {
    fn run(&self) {
        self.bell.rung.store(false, Ordering::Relaxed);
        // A task that calls JavaScript could only get here again by calling `runTasks` in the middle of its own turn.
        let Ok(mut running) = self.running.try_borrow_mut() else { return };
        running.extend(self.arrived.take());
        let waker = waker(Arc::clone(&self.bell));
        let mut context = Context::from_waker(&waker);
        while let Poll::Ready(Some(())) = running.poll_next_unpin(&mut context) {}
    }
}

/// Gives every task that can go on its turn. Called by `www/core.mjs` when the host was asked to.
#[wasm_bindgen(js_name = runTasks)]
pub fn run_tasks() {
    TASKS.with(Tasks::run);
}

/// Runs `future` to its end, whether or not anyone waits for it.
fn spawn(future: impl Future<Output = ()> + 'static) {
    TASKS.with(|tasks| {
        tasks.arrived.borrow_mut().push(future.boxed_local());
        ArcWake::wake_by_ref(&tasks.bell);
    });
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
        spawn(async move {
            // Calling a promise's own functions cannot fail.
            let _ = match future.await {
                Ok(value) => resolve.call1(&JsValue::UNDEFINED, &value),
                Err(failure) => reject.call1(&JsValue::UNDEFINED, &failure.into()),
            };
        });
    })
}
