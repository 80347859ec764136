//! Runs the module's futures.
//!
//! Not `wasm_bindgen_futures::spawn_local`: a trap inside its queue is an uncaught exception that ends a node process
//! and that no promise ever hears of. Here each turn is one call from JavaScript, which catches whatever happens.

use futures::future::{FutureExt, LocalBoxFuture};
use futures::stream::{FuturesUnordered, StreamExt};
use futures::task::{ArcWake, waker};
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

thread_local! {
    static TASKS: Tasks = Tasks::default();
    static SCHEDULE: Cell<fn()> = const { Cell::new(unattended) };
}

/// Asks for a turn, once until it comes.
#[derive(Default)]
struct Bell {
    rung: AtomicBool,
}

impl ArcWake for Bell {
    fn wake_by_ref(bell: &Arc<Self>) {
        if !bell.rung.swap(true, Ordering::Relaxed) {
            SCHEDULE.get()();
        }
    }
}

#[derive(Default)]
struct Tasks {
    bell: Arc<Bell>,
    arrived: RefCell<Vec<LocalBoxFuture<'static, ()>>>,
    running: RefCell<FuturesUnordered<LocalBoxFuture<'static, ()>>>,
}

impl Tasks {
    fn run(&self) {
        self.bell.rung.store(false, Ordering::Relaxed);
        // A task that calls JavaScript could only get here again by asking for a turn in the middle of its own.
        let Ok(mut running) = self.running.try_borrow_mut() else { return };
        running.extend(self.arrived.take());
        let waker = waker(Arc::clone(&self.bell));
        let mut context = Context::from_waker(&waker);
        while let Poll::Ready(Some(())) = running.poll_next_unpin(&mut context) {}
    }
}

/// The turns of a module without a page, as in the tests of a browser.
fn unattended() {
    wasm_bindgen_futures::spawn_local(async { run() });
}

/// From now on, `schedule` asks for a call of [`run`] after the running JavaScript.
pub fn attend(schedule: fn()) {
    SCHEDULE.set(schedule);
}

/// Gives every task that can go on its turn.
pub fn run() {
    TASKS.with(Tasks::run);
}

/// Runs `task` to its end, whether or not anyone waits for it.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    TASKS.with(|tasks| {
        tasks.arrived.borrow_mut().push(task.boxed_local());
        ArcWake::wake_by_ref(&tasks.bell);
    });
}
