//! The application's wish to stop, which a push or pull waits for beside its answer.

use super::Error;
use futures::future::{Either, select};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

#[derive(Debug, Default)]
struct Inner {
    raised: Cell<bool>,
    next: Cell<u64>,
    waiting: RefCell<BTreeMap<u64, Waker>>,
}

/// A flag that is raised once and for all. Clones are the same flag.
///
/// ```
/// use tureen::sync::AbortFlag;
///
/// let flag = AbortFlag::default();
/// let held_by_the_pull = flag.clone();
/// flag.raise();
/// assert!(held_by_the_pull.is_raised());
/// ```
#[derive(Debug, Clone, Default)]
pub struct AbortFlag {
    inner: Rc<Inner>,
}

impl AbortFlag {
    /// Asks whatever holds the flag to stop.
    pub fn raise(&self) {
        self.inner.raised.set(true);
        let waiting = self.inner.waiting.take();
        for waker in waiting.into_values() {
            waker.wake();
        }
    }

    /// Whether it has been raised.
    pub fn is_raised(&self) -> bool {
        self.inner.raised.get()
    }

    fn raised(&self) -> Raised<'_> {
        let ticket = self.inner.next.get();
        self.inner.next.set(ticket + 1);
        Raised { flag: &self.inner, ticket }
    }

    /// What `job` gives, unless the flag is raised first: then `job` is dropped where it stands.
    ///
    /// # Errors
    /// [`Error::Aborted`].
    pub async fn or_abort<T>(&self, job: impl Future<Output = T>) -> Result<T, Error> {
        match select(pin!(self.raised()), pin!(job)).await {
            Either::Left(_) => Err(Error::Aborted),
            Either::Right((value, _)) => Ok(value),
        }
    }
}

/// Waits until the flag is raised, and leaves nothing behind when it is dropped: a push waits once for every record.
struct Raised<'f> {
    flag: &'f Inner,
    ticket: u64,
}

impl Future for Raised<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.flag.raised.get() {
            return Poll::Ready(());
        }
        self.flag.waiting.borrow_mut().insert(self.ticket, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Raised<'_> {
    fn drop(&mut self) {
        self.flag.waiting.borrow_mut().remove(&self.ticket);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use futures::executor::block_on;
    use futures::future::{join, pending, ready};

    #[test]
    fn a_raised_flag_ends_the_wait_of_everyone() {
        let flag = AbortFlag::default();
        let raise = async { flag.raise() };
        let (first, (second, ())) =
            block_on(join(flag.or_abort(pending::<()>()), join(flag.or_abort(pending::<()>()), raise)));
        assert!(matches!((first, second), (Err(Error::Aborted), Err(Error::Aborted))));
        assert!(matches!(block_on(flag.or_abort(ready(1))), Err(Error::Aborted)), "nothing is begun after it");
    }

    #[test]
    fn a_job_that_ends_first_is_not_disturbed() {
        let flag = AbortFlag::default();
        let wait_once = async {
            let mut polled = false;
            std::future::poll_fn(|context| {
                context.waker().wake_by_ref();
                if std::mem::replace(&mut polled, true) { Poll::Ready(1) } else { Poll::Pending }
            })
            .await
        };
        assert_eq!(block_on(flag.or_abort(wait_once)).unwrap(), 1);
        assert!(flag.inner.waiting.borrow().is_empty(), "nothing is left waiting");
    }
}
