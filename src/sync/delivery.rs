//! How one operation is sent, and what its answer means.

use super::Error;
use super::abort::AbortFlag;
use super::backend::{Answer, Backend, BackendError, Content, Fault, Outcome, Outgoing, Refusal, Row};
use super::conflict::{Failure, PushError, PushHandler};
use super::ledger::{Claim, Completion, Ledger, Setback, Unstored};
use super::operation::{Action, Operation, OperationId, RecordKey};
use futures::future::join_all;
use futures::lock::Mutex;
use std::rc::Rc;

/// How often a handler is asked about one operation in one push (Azure spec, Push).
const HANDLER_CALLS: u32 = 5;

/// What became of an operation.
#[derive(Debug)]
pub(super) enum Delivered {
    /// The backend has it; its answer may not fit into the store.
    Done(Option<Unstored>),
    /// It was not there any more, or has no record any more, or its handler cancelled it.
    Dropped,
    /// Another tab has taken it up, and sees to it and to what else is queued for its record.
    Elsewhere,
    /// A conflict that nobody handled: it stays in the queue.
    Conflict(Rc<PushError>),
}

/// An operation and what became of it.
pub(super) struct Receipt {
    pub(super) id: OperationId,
    pub(super) key: RecordKey,
    pub(super) delivered: Result<Delivered, Error>,
}

/// What the operations of one push have in common.
pub(super) struct Delivery {
    pub(super) ledger: Rc<Ledger>,
    pub(super) backend: Rc<dyn Backend>,
    pub(super) handler: Rc<dyn PushHandler>,
    pub(super) handling: Mutex<()>,
    pub(super) abort: AbortFlag,
}

enum Meaning {
    Applied(Option<Row>),
    Failed(Failure),
}

impl Delivery {
    /// Sends operations of different records, in one request if there is more than one.
    pub(super) async fn deliver(&self, operations: Vec<Operation>) -> Vec<Receipt> {
        let ids = operations.iter().map(|operation| operation.id).collect();
        let outcomes: Vec<_> = match self.attempt(ids).await {
            Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
            Err(error) => operations.iter().map(|_| Err(error.clone())).collect(),
        };
        join_all(operations.into_iter().zip(outcomes).map(async |(operation, outcome)| {
            let delivered = match outcome {
                Ok(Some((claim, answer))) => self.settle(claim, answer).await,
                Ok(None) => Ok(Delivered::Dropped),
                Err(error) => Err(error),
            };
            Receipt { id: operation.id, key: operation.key, delivered }
        }))
        .await
    }

    /// Takes the operations up and sends those that are still there.
    async fn attempt(&self, ids: Vec<OperationId>) -> Result<Vec<Option<(Rc<Claim>, Answer)>>, Error> {
        if self.abort.is_raised() {
            return Err(Error::Aborted);
        }
        let claims: Vec<_> = self.ledger.claim(ids).await?.into_iter().map(|claim| claim.map(Rc::new)).collect();
        let outgoing: Vec<_> = claims.iter().flatten().map(|claim| self.outgoing(claim)).collect();
        let mut answers = if outgoing.is_empty() {
            Vec::new().into_iter()
        } else {
            self.abort.or_abort(self.backend.send(&outgoing)).await?.into_iter()
        };
        let mut answer_for = |claim: Rc<Claim>| {
            let missing =
                || Err(BackendError::new(Fault::Malformed, "the backend left a change of a batch unanswered"));
            (claim, answers.next().unwrap_or_else(missing))
        };
        let mut answered: Vec<_> = claims.into_iter().map(|claim| claim.map(&mut answer_for)).collect();
        for (claim, answer) in answered.iter_mut().flatten() {
            match answer {
                Ok(Outcome::Conflict(refusal)) => self.look_up(claim, refusal).await?,
                Err(error) if error.status() == Some(500) && claim.repeats_an_insert() => {
                    self.find_repeated(claim, answer).await?;
                }
                _ => {}
            }
        }
        Ok(answered)
    }

    /// Asks for the record of a refusal that does not carry it. If it cannot be had, the conflict is told of without.
    async fn look_up(&self, claim: &Claim, refusal: &mut Refusal) -> Result<(), Error> {
        if refusal.server.is_none() && !refusal.complete {
            refusal.server = self.abort.or_abort(self.backend.fetch(&claim.operation.key)).await?.ok().flatten();
        }
        Ok(())
    }

    /// Not every backend says of a repeated insert that it is one: some fail (500). The record that is there tells.
    async fn find_repeated(&self, claim: &Claim, answer: &mut Answer) -> Result<(), Error> {
        let server = self.abort.or_abort(self.backend.fetch(&claim.operation.key)).await?.ok().flatten();
        if self.is_as_sent(claim, server.as_ref()) {
            *answer = Ok(Outcome::Done(server));
        }
        Ok(())
    }

    fn outgoing(&self, claim: &Claim) -> Outgoing {
        let Operation { key, action, version, in_doubt, .. } = &claim.operation;
        let version = match &claim.entry {
            Some(entry) if *action == Action::Update => self.backend.version_of(&key.table, entry),
            Some(_) => None,
            None => version.clone(),
        };
        Outgoing { key: key.clone(), action: *action, entry: claim.entry.clone(), version, in_doubt: *in_doubt }
    }

    /// Brings an operation to its end: success, or a failure that nobody handles.
    async fn settle(&self, mut claim: Rc<Claim>, mut answer: Answer) -> Result<Delivered, Error> {
        for calls in 0.. {
            let failure = match self.meaning(&claim, answer) {
                Meaning::Applied(row) => return Ok(self.ledger.complete(claim, row).await?.into()),
                Meaning::Failed(failure) => failure,
            };
            let setback = self.ledger.fail(claim, failure.fate(), failure.message().to_owned()).await?;
            let error = match setback {
                Setback::Stays(operation, record) => {
                    Rc::new(PushError::new(self.ledger.clone(), operation, record, failure))
                }
                Setback::Elsewhere => return Ok(Delivered::Elsewhere),
                Setback::Gone => return Ok(Delivered::Dropped),
            };
            if calls < HANDLER_CALLS {
                self.handle(&error).await;
            }
            if !error.is_handled() {
                return unhandled(error);
            }
            error.take_back().await?;
            match self.attempt(vec![error.operation().id]).await?.pop().flatten() {
                Some(again) => (claim, answer) = again,
                None => break,
            }
        }
        Ok(Delivered::Dropped)
    }

    /// Lets the application's handler see to a failure, one at a time.
    async fn handle(&self, error: &Rc<PushError>) {
        let _one_at_a_time = self.handling.lock().await;
        if error.is_conflict() {
            self.handler.on_conflict(error.clone()).await;
        } else {
            self.handler.on_error(error.clone()).await;
        }
    }

    /// What an answer comes to. A change that the backend has already, and a deletion of what is gone, are successes:
    /// the answer to an earlier attempt was lost, or someone else did the same.
    fn meaning(&self, claim: &Claim, answer: Answer) -> Meaning {
        let deletes = claim.operation.action == Action::Delete;
        match answer {
            Ok(Outcome::Done(row)) => Meaning::Applied(row),
            Ok(Outcome::Gone(_)) if deletes => Meaning::Applied(None),
            Ok(Outcome::Gone(_)) if self.backend.capabilities().server_decides => {
                Meaning::Applied(Some(deleted(&claim.operation.key)))
            }
            Ok(Outcome::Gone(refusal)) => Meaning::Failed(Failure::Gone(refusal)),
            Ok(Outcome::Conflict(refusal)) if self.ends_well(claim, refusal.server.as_ref()) => {
                Meaning::Applied(refusal.server)
            }
            Ok(Outcome::Conflict(refusal)) => Meaning::Failed(Failure::Conflict(refusal)),
            Err(error) => Meaning::Failed(Failure::Failed(error)),
        }
    }

    /// Whether a conflict is none, or the backend's record is to win it anyhow.
    fn ends_well(&self, claim: &Claim, server: Option<&Row>) -> bool {
        server.is_some() && self.backend.capabilities().server_decides || self.is_as_sent(claim, server)
    }

    fn is_as_sent(&self, claim: &Claim, server: Option<&Row>) -> bool {
        match (server.map(|row| &row.content), &claim.entry) {
            (Some(Content::Deleted), None) => true,
            (Some(Content::Entry(entry)), Some(sent)) => self.backend.same(&claim.operation.key.table, sent, entry),
            _ => false,
        }
    }
}

fn deleted(key: &RecordKey) -> Row {
    Row { id: key.id.clone(), version: None, position: None, content: Content::Deleted }
}

impl From<Completion> for Delivered {
    fn from(completion: Completion) -> Self {
        match completion {
            Completion::Done(unstored) => Self::Done(unstored),
            Completion::Elsewhere => Self::Elsewhere,
            Completion::Gone => Self::Dropped,
        }
    }
}

fn unhandled(error: Rc<PushError>) -> Result<Delivered, Error> {
    if error.is_conflict() {
        return Ok(Delivered::Conflict(error));
    }
    let Operation { key, action, .. } = error.operation().clone();
    Err(Error::PushAborted { key, action, cause: Box::new(error.failure().clone().into_cause()) })
}
