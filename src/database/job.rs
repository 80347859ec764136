//! A write that is asked for: it runs once or, when another tab was first, again, and is answered when durable.

use super::{Error, Transaction};
use futures::channel::oneshot;
use rusqlite::Connection;
use std::collections::BTreeSet;

/// A write without its types.
pub(super) trait Job {
    /// Runs it in a transaction of its own. When it fails, it is answered at once and leaves nothing.
    fn run(&mut self, connection: Result<&mut Connection, Error>) -> Ran;
    /// What its last run touched.
    fn names(&self) -> &BTreeSet<String>;
    /// Answers it: it is durable, or why it is not.
    fn settle(self: Box<Self>, outcome: Result<(), Error>);
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ran {
    /// Its effects are in memory.
    Applied,
    /// It failed and has been answered.
    Failed,
}

pub(super) struct Write<T, E, F> {
    work: F,
    value: Option<T>,
    names: BTreeSet<String>,
    answer: Option<oneshot::Sender<Result<T, E>>>,
}

impl<T, E, F> Write<T, E, F> {
    /// A job that runs `work`, and where its answer arrives.
    pub(super) fn new(work: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (sender, receiver) = oneshot::channel();
        (Self { work, value: None, names: BTreeSet::new(), answer: Some(sender) }, receiver)
    }

    fn reply(&mut self, result: Result<T, E>) {
        if let Some(answer) = self.answer.take() {
            // Nobody waits any more: the caller dropped its future.
            let _ = answer.send(result);
        }
    }
}

impl<T, E, F> Job for Write<T, E, F>
where
    E: From<Error>,
    F: FnMut(&Transaction<'_>) -> Result<T, E>,
{
    fn run(&mut self, connection: Result<&mut Connection, Error>) -> Ran {
        self.value = None;
        match connection.map_err(E::from).and_then(|connection| attempt(connection, &mut self.work)) {
            Ok((value, names)) => {
                (self.value, self.names) = (Some(value), names);
                Ran::Applied
            }
            Err(error) => {
                self.reply(Err(error));
                Ran::Failed
            }
        }
    }

    fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    fn settle(mut self: Box<Self>, outcome: Result<(), Error>) {
        match (outcome, self.value.take()) {
            (Ok(()), Some(value)) => self.reply(Ok(value)),
            (Ok(()), None) => self.reply(Err(Error::Interrupted.into())),
            (Err(error), _) => self.reply(Err(error.into())),
        }
    }
}

fn attempt<T, E: From<Error>>(
    connection: &mut Connection,
    work: &mut impl FnMut(&Transaction<'_>) -> Result<T, E>,
) -> Result<(T, BTreeSet<String>), E> {
    let inner = connection.transaction().map_err(Error::from)?;
    let transaction = Transaction::new(&inner);
    let value = work(&transaction)?;
    let names = transaction.into_names();
    inner.commit().map_err(Error::from)?;
    Ok((value, names))
}
