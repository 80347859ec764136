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
    /// It failed and has been answered.
    Failed,
}

/// A write without its types.
pub(crate) struct Job {
    /// Runs it, and keeps its value; or answers it with its error.
    work: Box<dyn FnMut(&Transaction<'_>) -> Ran>,
    /// Answers it: it is durable, or why it is not.
    settle: Box<dyn FnOnce(Result<(), Error>)>,
    names: BTreeSet<String>,
}

/// What a run came to, until it is durable, and who waits for it.
struct Reply<T, E> {
    value: Option<T>,
    answer: Option<oneshot::Sender<Result<T, E>>>,
}

impl<T, E> Reply<T, E> {
    fn send(&mut self, result: Result<T, E>) {
        if let Some(answer) = self.answer.take() {
            // Nobody waits any more: the caller dropped its future.
            let _ = answer.send(result);
        }
    }
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
        let reply = Rc::new(RefCell::new(Reply { value: None, answer: Some(sender) }));
        let kept = Rc::clone(&reply);
        let work = move |transaction: &Transaction<'_>| match work(transaction) {
            Ok(value) => {
                kept.borrow_mut().value = Some(value);
                Ran::Applied
            }
            Err(error) => {
                kept.borrow_mut().send(Err(error));
                Ran::Failed
            }
        };
        let settle = move |outcome: Result<(), Error>| {
            let mut reply = reply.borrow_mut();
            let value = reply.value.take().ok_or(Error::Interrupted);
            reply.send(outcome.and(value).map_err(E::from));
        };
        (Self { work: Box::new(work), settle: Box::new(settle), names: BTreeSet::new() }, receiver)
    }

    /// Runs it in a transaction of somebody else's, and tells whether it did not fail; if it did, it has been answered.
    pub(crate) fn run_in(&mut self, transaction: &Transaction<'_>) -> bool {
        (self.work)(transaction) == Ran::Applied
    }

    /// Runs it in a transaction of its own. When it fails, it is answered at once and leaves nothing: none is returned.
    pub(super) fn run(mut self, connection: Result<&mut Connection, Error>) -> Option<Self> {
        match connection.and_then(|connection| self.attempt(connection)) {
            Ok(Ran::Applied) => Some(self),
            Ok(Ran::Failed) => None,
            Err(error) => {
                self.settle(Err(error));
                None
            }
        }
    }

    fn attempt(&mut self, connection: &mut Connection) -> Result<Ran, Error> {
        let inner = connection.transaction()?;
        let transaction = Transaction::new(&inner);
        if self.run_in(&transaction) {
            self.names = transaction.into_names();
            inner.commit()?;
            return Ok(Ran::Applied);
        }
        Ok(Ran::Failed)
    }

    /// What its last run touched.
    pub(super) fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    /// Answers it: it is durable, or why it is not.
    pub(crate) fn settle(self, outcome: Result<(), Error>) {
        (self.settle)(outcome);
    }
}
