//! Natively: the thread waits.

use futures::task::noop_waker_ref;
use std::pin::pin;
use std::task::{Context, Poll};

/// Whether [`until`] waits.
pub fn is_possible() -> bool {
    true
}

/// What `work` comes to; none where nothing can wait. It must not depend on anything that the caller holds up.
pub fn until<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut context = Context::from_waker(noop_waker_ref());
    loop {
        match work.as_mut().poll(&mut context) {
            Poll::Ready(value) => return Some(value),
            Poll::Pending => std::thread::yield_now(),
        }
    }
}
