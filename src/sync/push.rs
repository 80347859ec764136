//! Push: sends what is queued, the oldest first, independent records side by side.
//!
//! An operation is marked in the store before it goes out, with the entry as it is sent. What is changed locally from
//! then on, by any tab, is an operation of its own, and is sent in the same push. The answer is stored and the operation
//! removed in one transaction; if the record has changed again meanwhile, only the version is taken over, so that no
//! change is lost and the next one does not conflict with the first. An operation whose answer never came stays marked,
//! and the next push sends it once more to the letter.

use super::Error;
use super::abort::AbortFlag;
use super::backend::Backend;
use super::conflict::{PushError, PushHandler};
use super::delivery::{Delivered, Delivery, Receipt};
use super::ledger::{Ledger, Unstored};
use super::line::{Line, Order};
use super::operation::{Operation, OperationId};
use futures::lock::Mutex;
use futures::stream::{FuturesUnordered, StreamExt};
use std::rc::Rc;

/// How many operations are looked at to find some that may go.
const WINDOW: usize = 256;

/// How far a push has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PushProgress {
    /// Operations that the backend has taken.
    pub pushed: u64,
    /// Conflicts that nobody handled.
    pub conflicts: u64,
    /// Operations still to come, those under way included.
    pub pending: u64,
}

/// How to push.
#[derive(Clone)]
pub struct PushOptions {
    /// How many requests may be under way at once: 1 to 8.
    pub parallelism: usize,
    /// Between which operations the order of the queue is kept.
    pub order: Order,
    /// Told after each operation.
    pub progress: Option<Rc<dyn Fn(PushProgress)>>,
    /// Ends the push when it is raised.
    pub abort: AbortFlag,
}

impl Default for PushOptions {
    fn default() -> Self {
        Self { parallelism: 4, order: Order::default(), progress: None, abort: AbortFlag::default() }
    }
}

/// What a push has come to.
#[derive(Debug, Default)]
pub struct PushReport {
    /// How many operations the backend has taken.
    pub pushed: u64,
    /// The conflicts that nobody handled, in the order of the queue. Their operations are still in it.
    pub conflicts: Vec<Rc<PushError>>,
    /// The records that the backend took, but whose answers could not be stored: they keep their local values.
    pub unstored: Vec<Unstored>,
}

/// Pushes all operations of the queue, and those that are added meanwhile.
pub(super) async fn push(
    ledger: Rc<Ledger>,
    backend: Rc<dyn Backend>,
    handler: Rc<dyn PushHandler>,
    options: PushOptions,
) -> Result<PushReport, Error> {
    let PushOptions { parallelism, order, progress, abort } = options;
    if !(1..=8).contains(&parallelism) {
        return Err(Error::Setting(format!("push parallelism must be from 1 to 8; it is {parallelism}")));
    }
    let pending = ledger.home.read_newest(|connection| ledger.queue.tally(connection)).await?.pending;
    let capabilities = backend.capabilities();
    let batch = capabilities.batch.max(1);
    let (parallelism, order) = if capabilities.parallel { (parallelism, order) } else { (1, Order::Queue) };
    let mut run =
        Run::new(ledger.clone(), order, PushProgress { pending, ..PushProgress::default() }, progress).await?;
    let delivery = Delivery { ledger, backend, handler, handling: Mutex::new(()), abort };
    let mut under_way = FuturesUnordered::new();
    loop {
        while under_way.len() < parallelism {
            let operations = run.next(batch).await;
            if operations.is_empty() {
                break;
            }
            under_way.push(delivery.deliver(operations));
        }
        match under_way.next().await {
            Some(receipts) => receipts.into_iter().for_each(|receipt| run.note(receipt)),
            None => return run.end(),
        }
    }
}

/// A push under way.
struct Run {
    ledger: Rc<Ledger>,
    line: Line,
    read_up_to: OperationId,
    counted_up_to: OperationId,
    report: PushReport,
    /// Of several operations that fail side by side, the oldest one's.
    failure: Option<(OperationId, Error)>,
    counts: PushProgress,
    progress: Option<Rc<dyn Fn(PushProgress)>>,
}

impl Run {
    async fn new(
        ledger: Rc<Ledger>,
        order: Order,
        counts: PushProgress,
        progress: Option<Rc<dyn Fn(PushProgress)>>,
    ) -> Result<Self, Error> {
        let newest = ledger.home.read_newest(|connection| ledger.queue.newest(connection)).await?;
        Ok(Self {
            ledger,
            line: Line::new(order),
            read_up_to: OperationId(0),
            counted_up_to: newest.unwrap_or(OperationId(0)),
            report: PushReport::default(),
            failure: None,
            counts,
            progress,
        })
    }

    /// The next operations to send in one request; none when all must wait, or nothing more is to be sent.
    async fn next(&mut self, most: usize) -> Vec<Operation> {
        self.refill().await;
        if self.failure.is_some() { Vec::new() } else { self.line.take(most) }
    }

    async fn refill(&mut self) {
        let room = WINDOW.saturating_sub(self.line.waiting());
        if room == 0 {
            return;
        }
        let after = |connection: &_| self.ledger.queue.after(connection, self.read_up_to, room);
        match self.ledger.home.read_newest(after).await {
            Ok(operations) => {
                if let Some(last) = operations.last() {
                    self.read_up_to = last.id;
                }
                let new = operations.iter().filter(|operation| operation.id > self.counted_up_to).count();
                self.counts.pending += new as u64;
                let (dead, alive): (Vec<_>, Vec<_>) = operations.into_iter().partition(|operation| operation.dead);
                dead.into_iter().for_each(|operation| self.line.hold(operation.key));
                self.line.add(alive);
            }
            Err(error) => self.fail(OperationId(0), error),
        }
    }

    fn fail(&mut self, id: OperationId, error: Error) {
        if self.failure.as_ref().is_none_or(|(first, _)| id < *first) {
            self.failure = Some((id, error));
        }
    }

    fn note(&mut self, receipt: Receipt) {
        let Receipt { id, key, delivered } = receipt;
        self.line.done(id);
        self.counts.pending = self.counts.pending.saturating_sub(1);
        match delivered {
            Ok(Delivered::Dropped) => {}
            Ok(Delivered::Elsewhere) => self.line.hold(key),
            Ok(Delivered::Done(unstored)) => {
                self.report.pushed += 1;
                self.report.unstored.extend(unstored);
            }
            Ok(Delivered::Conflict(error)) => {
                self.line.hold(key);
                self.report.conflicts.push(error);
            }
            Err(error) => self.fail(id, error),
        }
        self.counts.pushed = self.report.pushed;
        self.counts.conflicts = self.report.conflicts.len() as u64;
        if let Some(progress) = &self.progress {
            progress(self.counts);
        }
    }

    fn end(mut self) -> Result<PushReport, Error> {
        if let Some((_, failure)) = self.failure {
            return Err(failure);
        }
        self.report.conflicts.sort_unstable_by_key(|error| error.operation().id);
        Ok(self.report)
    }
}
