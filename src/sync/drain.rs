//! Sends the queue by itself: at once when there is a network, else later; again and again, ever more seldom, while the
//! backend cannot be reached; and around what it refuses, which is set aside for a person to look at.
//!
//! A drain is a loop that sleeps until something happens: a command was queued, the network came or went, the app
//! resumed, the time to try again has come. One tab drains at a time, for each push waits for the context's turn. What
//! another tab has sent meanwhile is gone from the queue when the turn comes.

use super::conflict::{PushError, PushHandler};
use super::context::SyncContext;
use super::line::Order;
use super::pace::{Backoff, Blame, Pace, blame};
use super::push::{PushOptions, PushProgress, PushReport};
use super::queue::Tally;
use super::{AbortFlag, Error};
use futures::future::{LocalBoxFuture, select};
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// How a queue is drained.
#[derive(Debug, Clone, Copy)]
pub struct DrainOptions {
    /// How the waiting between tries grows.
    pub backoff: Backoff,
    /// After how many failures that are not the network's a change is set aside.
    pub attempts: u32,
    /// How many requests may be under way at once, where the backend allows for more than one.
    pub parallelism: usize,
    /// Between which changes the order of the queue is kept.
    pub order: Order,
}

impl Default for DrainOptions {
    fn default() -> Self {
        Self { backoff: Backoff::default(), attempts: 8, parallelism: 4, order: Order::default() }
    }
}

/// What a drain is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// There is nothing to send.
    Idle,
    /// Changes are under way.
    Sending,
    /// It failed, and is tried again at this time of the device's clock.
    Waiting(i64),
    /// There is no network.
    Offline,
    /// The app wants it so.
    Paused,
}

/// How a drain stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// What it is doing.
    pub phase: Phase,
    /// Changes to send.
    pub pending: u64,
    /// Changes that are set aside.
    pub dead: u64,
    /// Changes that the backend has taken since the drain began.
    pub sent: u64,
    /// What went wrong the last time, until something goes well.
    pub error: Option<String>,
}

type Listener = Box<dyn Fn(&Status)>;

struct Inner {
    context: SyncContext,
    handler: Rc<Keeper>,
    pace: Rc<dyn Pace>,
    options: DrainOptions,
    listener: Listener,
    bell: Bell,
    closed: Cell<bool>,
    paused: Cell<bool>,
    tries: Cell<u32>,
    retry_at: Cell<i64>,
    doubtful: Cell<bool>,
    abort: RefCell<AbortFlag>,
    status: RefCell<Status>,
}

/// Drains the queue of one context. Clones are the same drain.
#[derive(Clone)]
pub struct Drain {
    inner: Rc<Inner>,
}

enum Step {
    End,
    Wait(Phase),
    Sleep(i64),
    Send,
}

impl Drain {
    /// A drain of the queue of `context`, which works while [`Drain::run`] is polled. `handler` is asked about what the
    /// backend does not take; `listener` is told whenever something about the [`Status`] is new.
    pub fn new(
        context: SyncContext,
        handler: Rc<dyn PushHandler>,
        pace: Rc<dyn Pace>,
        options: DrainOptions,
        listener: impl Fn(&Status) + 'static,
    ) -> Self {
        let status = Status { phase: Phase::Idle, pending: 0, dead: 0, sent: 0, error: None };
        let inner = Inner {
            context,
            handler: Rc::new(Keeper { app: handler, attempts: options.attempts }),
            pace,
            options,
            listener: Box::new(listener),
            bell: Bell::default(),
            closed: Cell::default(),
            paused: Cell::default(),
            tries: Cell::default(),
            retry_at: Cell::default(),
            doubtful: Cell::default(),
            abort: RefCell::default(),
            status: RefCell::new(status),
        };
        Self { inner: Rc::new(inner) }
    }

    /// Works until [`Drain::close`].
    pub async fn run(&self) {
        loop {
            match self.step() {
                Step::End => return,
                Step::Wait(phase) => {
                    self.note(phase, None);
                    self.inner.bell.heard().await;
                }
                Step::Sleep(until) => {
                    self.note(Phase::Waiting(until), None);
                    let sleep = self.inner.pace.sleep(until.abs_diff(self.inner.pace.now()));
                    select(pin!(self.inner.bell.heard()), sleep).await;
                }
                Step::Send => {
                    // What went wrong is in the status.
                    let _ = self.attempt().await;
                }
            }
        }
    }

    fn step(&self) -> Step {
        let Inner { closed, paused, pace, retry_at, context, .. } = &*self.inner;
        let now = pace.now();
        if closed.get() {
            return Step::End;
        }
        if paused.get() {
            return Step::Wait(Phase::Paused);
        }
        match context.tally() {
            Ok(Tally { pending: 0, .. }) => Step::Wait(Phase::Idle),
            _ if !pace.online() => Step::Wait(Phase::Offline),
            _ if retry_at.get() > now => Step::Sleep(retry_at.get()),
            Ok(_) => Step::Send,
            // Another tab rewrote the store just now: what is sent is read anew.
            Err(error) if error.code() == "STORE_STALE" => Step::Send,
            // A store that is closed will not open by waiting.
            Err(_) => Step::End,
        }
    }

    /// Sends what is queued now, whatever the drain waits for.
    ///
    /// # Errors
    /// As [`SyncContext::push`]: the first change that could not be sent, which stays queued.
    pub async fn drain(&self) -> Result<Status, Error> {
        self.attempt().await?;
        Ok(self.status())
    }

    async fn attempt(&self) -> Result<(), Error> {
        let inner = &self.inner;
        if inner.doubtful.get() && !inner.pace.probe().await {
            self.fail(None, Error::Portal.to_string());
            return Err(Error::Portal);
        }
        inner.doubtful.set(false);
        self.note(Phase::Sending, None);
        let before = inner.status.borrow().sent;
        let progress = {
            let drain = self.clone();
            move |progress: PushProgress| drain.progress(before, progress)
        };
        let DrainOptions { parallelism, order, .. } = inner.options;
        let abort = inner.abort.borrow().clone();
        let options = PushOptions { parallelism, order, progress: Some(Rc::new(progress)), abort };
        let handler: Rc<dyn PushHandler> = inner.handler.clone();
        match inner.context.push(handler, options).await {
            Ok(report) => self.done(&report),
            Err(Error::Aborted) => return Err(Error::Aborted),
            Err(error) => {
                let cause = error.backend();
                let probable = cause.is_some_and(|cause| cause.status().is_none());
                inner.doubtful.set(probable);
                if inner.status.borrow().sent > before {
                    // It went well for a while: the waiting begins anew.
                    self.forgive();
                }
                self.fail(cause.and_then(|cause| cause.retry_after), error.to_string());
                return Err(error);
            }
        }
        Ok(())
    }

    fn done(&self, report: &PushReport) {
        let left = self.inner.context.tally().is_ok_and(|tally| tally.pending > 0);
        if left && report.pushed == 0 {
            // Another tab sees to what is left, or a conflict could not be set aside: not again at once.
            return self.fail(None, LEFT.to_owned());
        }
        self.forgive();
        self.note(Phase::Idle, Some(None));
    }

    fn fail(&self, asked: Option<u64>, error: String) {
        let Inner { tries, retry_at, pace, options, .. } = &*self.inner;
        tries.set(tries.get().saturating_add(1));
        let wait = options.backoff.after(tries.get(), pace.random(), asked);
        let until = pace.now().saturating_add(i64::try_from(wait).unwrap_or(i64::MAX));
        retry_at.set(until);
        self.note(Phase::Waiting(until), Some(Some(error)));
    }

    fn forgive(&self) {
        self.inner.tries.set(0);
        self.inner.retry_at.set(0);
    }

    fn progress(&self, before: u64, progress: PushProgress) {
        self.inner.status.borrow_mut().sent = before + progress.pushed;
        self.note(Phase::Sending, None);
    }

    /// Takes note of how the drain stands, and tells whoever listens if that is new.
    fn note(&self, phase: Phase, error: Option<Option<String>>) {
        let Tally { pending, dead } = self.inner.context.tally().unwrap_or_default();
        let now = {
            let mut status = self.inner.status.borrow_mut();
            let before = status.clone();
            *status = Status { phase, pending, dead, sent: before.sent, error: error.unwrap_or(before.error.clone()) };
            if *status == before {
                return;
            }
            status.clone()
        };
        (self.inner.listener)(&now);
    }

    /// A command was queued, perhaps.
    pub fn wake(&self) {
        self.inner.bell.ring();
    }

    /// The network came or went, or the app is shown again: what failed before may go well now.
    pub fn look_again(&self) {
        self.forgive();
        self.inner.doubtful.set(true);
        self.inner.bell.ring();
    }

    /// Sends nothing until [`Drain::resume`]. What is under way is given up, and sent again then to the letter.
    pub fn pause(&self) {
        self.inner.paused.set(true);
        self.inner.abort.take().raise();
        self.inner.bell.ring();
    }

    /// Goes on after [`Drain::pause`].
    pub fn resume(&self) {
        self.inner.paused.set(false);
        self.look_again();
    }

    /// Ends [`Drain::run`]. What is queued stays.
    pub fn close(&self) {
        self.inner.closed.set(true);
        self.inner.abort.take().raise();
        self.inner.bell.ring();
    }

    /// How it stands.
    pub fn status(&self) -> Status {
        let Tally { pending, dead } = self.inner.context.tally().unwrap_or_default();
        Status { pending, dead, ..self.inner.status.borrow().clone() }
    }
}

const LEFT: &str = "another tab is about to send what is queued";

/// Rung from anywhere, heard by the one loop; a ring that nobody waits for is heard by the next wait.
#[derive(Default)]
struct Bell {
    rung: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Bell {
    fn ring(&self) {
        self.rung.set(true);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    async fn heard(&self) {
        poll_fn(|context| {
            if self.rung.replace(false) {
                return Poll::Ready(());
            }
            self.waker.replace(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }
}

/// Asks the app first, and then sets aside what would only stand in the way.
struct Keeper {
    app: Rc<dyn PushHandler>,
    attempts: u32,
}

impl Keeper {
    async fn conflict(&self, error: Rc<PushError>) {
        self.app.on_conflict(error.clone()).await;
        if !error.is_handled() {
            // If the store fails, the conflict stays where it is, and is met again.
            let _ = error.set_aside().await;
        }
    }

    async fn failure(&self, error: Rc<PushError>) {
        self.app.on_error(error.clone()).await;
        if error.is_handled() {
            return;
        }
        // As above.
        let _ = match blame(error.failure()) {
            Blame::World => Ok(()),
            Blame::Answer => error.strike(self.attempts).await,
            Blame::Change => error.set_aside().await,
        };
    }
}

impl PushHandler for Keeper {
    fn on_conflict<'h>(&'h self, error: Rc<PushError>) -> LocalBoxFuture<'h, ()> {
        Box::pin(self.conflict(error))
    }

    fn on_error<'h>(&'h self, error: Rc<PushError>) -> LocalBoxFuture<'h, ()> {
        Box::pin(self.failure(error))
    }

    fn on_end(&self, left: &[Rc<PushError>]) {
        self.app.on_end(left);
    }
}
