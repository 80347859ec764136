//! A write that is asked for: it runs once or, when another tab was first, again, and is answered when durable.
//!
//! What is generic in it are two small closures; the rest is compiled once for all the writes there are.

use super::{Error, Transaction};
use futures::channel::oneshot;
use rusqlite::Connection;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ran {
    /// Its effects are in memory.
    Applied,
    /// It failed, which it has not been answered yet.
    Failed,
}

/// A write without its types.
pub(crate) struct Job {
    /// Runs it, and keeps what it came to.
    work: Box<dyn FnMut(&Transaction<'_>) -> Ran>,
    /// Answers it with what it came to, or with why that does not count.
    settle: Box<dyn FnOnce(Result<(), Error>)>,
    names: BTreeSet<String>,
}

impl Job {
    /// A job that runs `work`, and where its answer arrives.
    pub(crate) fn new<T, E>(
        mut work: impl FnMut(&Transaction<'_>) -> Result<T, E> + 'static,
    ) -> (Self, oneshot::Receiver<Result<T, E>>)
    where
        T: 'static,
        E: From<Error> + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let result: Rc<RefCell<Option<Result<T, E>>>> = Rc::default();
        let kept = Rc::clone(&result);
        let work = move |transaction: &Transaction<'_>| {
            let result = work(transaction);
            let ran = if result.is_ok() { Ran::Applied } else { Ran::Failed };
            *kept.borrow_mut() = Some(result);
            ran
        };
        let settle = move |outcome: Result<(), Error>| {
            let result = outcome.map_err(E::from).and_then(|()| {
                let result = result.borrow_mut().take();
                result.unwrap_or_else(|| Err(Error::Interrupted.into()))
            });
            // Nobody waits any more if the caller dropped its future.
            let _ = sender.send(result);
        };
        (Self { work: Box::new(work), settle: Box::new(settle), names: BTreeSet::new() }, receiver)
    }

    /// Runs it in a transaction of somebody else's, and tells whether it did not fail.
    pub(crate) fn run_in(&mut self, transaction: &Transaction<'_>) -> bool {
        (self.work)(transaction) == Ran::Applied
    }

    /// Runs it in a transaction of its own, and tells whether it did not fail. If it did, it leaves nothing; neither
    /// does it when `has_failed` then tells so of what it worked on.
    pub(super) fn run(&mut self, connection: &mut Connection, has_failed: &dyn Fn() -> bool) -> Result<bool, Error> {
        let inner = connection.transaction()?;
        let transaction = Transaction::new(&inner);
        let ran = self.run_in(&transaction) && !has_failed();
        if ran {
            self.names = transaction.into_names();
            inner.commit()?;
        }
        Ok(ran)
    }

    /// What its last run touched.
    pub(super) fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    /// Answers it with what it came to, or with why that does not count.
    pub(crate) fn settle(self, outcome: Result<(), Error>) {
        (self.settle)(outcome);
    }
}
