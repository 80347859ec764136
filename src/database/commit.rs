//! Group commit: writes run in memory at once, in the order they were asked for, and share the next record.
//!
//! One task at a time has the turn. It takes every job that is waiting, makes their pages one commit, and answers them
//! all; jobs that arrive meanwhile wait for the next turn. When another tab was first, all that is not durable is
//! undone, the other's commits are taken over, and the jobs run again, before anyone can see the state in between.

use super::job::Job;
use super::notice::Changes;
use super::{Error, Inner, connect};
use crate::pager::{self, FoldNeed, News, Outcome};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Jobs whose effects are in memory and not durable.
#[derive(Default)]
pub(super) struct Queue {
    waiting: RefCell<Vec<Job>>,
    in_flight: RefCell<Vec<Job>>,
    /// Those that met a page which another tab's fold has rewritten, and all that came after them: they run once its
    /// news are taken over.
    stale: RefCell<Vec<Job>>,
}

impl Queue {
    pub(super) fn push(&self, job: Job) {
        self.waiting.borrow_mut().push(job);
    }

    fn is_idle(&self) -> bool {
        self.waiting.borrow().is_empty() && self.in_flight.borrow().is_empty() && !self.is_stale()
    }

    fn is_stale(&self) -> bool {
        !self.stale.borrow().is_empty()
    }

    /// Moves what waits into flight and tells what it touched.
    fn launch(&self) -> BTreeSet<String> {
        let jobs = std::mem::take(&mut *self.waiting.borrow_mut());
        // Not collected: that sorts, by a sort of its own in the module for every type.
        let mut names = BTreeSet::new();
        names.extend(jobs.iter().flat_map(|job| job.names()).cloned());
        *self.in_flight.borrow_mut() = jobs;
        names
    }

    /// Takes every job, the oldest first.
    fn take_all(&self) -> Vec<Job> {
        let mut jobs = std::mem::take(&mut *self.in_flight.borrow_mut());
        jobs.append(&mut self.waiting.borrow_mut());
        jobs.append(&mut self.stale.borrow_mut());
        jobs
    }

    fn settle_flight(&self, outcome: &Result<(), Error>) {
        for job in std::mem::take(&mut *self.in_flight.borrow_mut()) {
            job.settle(outcome.clone());
        }
    }
}

/// After this many commits, a fold that failed is tried again.
const FOLD_AGAIN_AFTER: u64 = 200;

impl Inner {
    /// Makes everything durable that is waiting when the turn comes.
    pub(super) async fn flush(self: &Rc<Self>) {
        {
            let _turn = self.turn.lock().await;
            self.recover().await;
            self.commit_waiting().await;
        }
        match self.pager.fold_need() {
            _ if self.pager.commit_number() < self.fold_after.get() => {}
            FoldNeed::None => {}
            FoldNeed::Soon => crate::platform::beside(self.clone().fold()).await,
            // Writes have followed each other without a pause, so that the one beside never got its turn.
            FoldNeed::Now => self.clone().fold().await,
        }
    }

    async fn commit_waiting(self: &Rc<Self>) {
        let mut fair = None;
        while !self.queue.is_idle() {
            if self.queue.is_stale() {
                if let Err(error) = self.merge().await {
                    self.fail(error);
                }
                continue;
            }
            let names = self.queue.launch();
            let Some(staged) = self.pager.stage(&names) else {
                self.queue.settle_flight(&Ok(()));
                continue;
            };
            match self.pager.commit(&staged).await {
                Ok(Outcome::Durable) => {
                    self.queue.settle_flight(&Ok(()));
                    self.pager.medium().announce();
                    self.notices.send(&Changes { names, everything: false });
                }
                Ok(Outcome::Behind) => {
                    // Someone else is writing: from here to the commit, take turns with them if the platform can.
                    fair = match fair {
                        None => self.pager.medium().turn().await,
                        held => held,
                    };
                    if let Err(error) = self.merge().await {
                        self.fail(error);
                    }
                }
                Err(error) => self.fail(error.into()),
            }
        }
        drop(fair);
    }

    /// Takes over what other tabs committed, and runs again what of ours is not durable.
    async fn merge(self: &Rc<Self>) -> Result<(), Error> {
        let news = self.pager.fetch().await?;
        if news.is_empty() && self.queue.in_flight.borrow().is_empty() && !self.queue.is_stale() {
            return Ok(());
        }
        let changes = self.take_over(news);
        if changes.everything || !changes.names.is_empty() {
            self.notices.send(&changes);
        }
        Ok(())
    }

    /// Undo, take over, redo: without a pause, so that nobody sees the state in between.
    fn take_over(&self, news: News) -> Changes {
        let jobs = self.queue.take_all();
        if jobs.is_empty() && !self.pager.is_dirty() {
            // Nothing was written: SQLite sees the other tab's commits by the file's change counter.
            self.pager.roll_back();
        } else {
            self.undo();
        }
        let touched = self.pager.adopt(news);
        if touched.everything {
            self.disconnect();
        }
        for job in jobs {
            self.run(job);
        }
        Changes { names: touched.names, everything: touched.everything }
    }

    /// A flush failed: memory goes back to what is durable, and every write that it held is told why.
    fn fail(&self, error: Error) {
        self.undo();
        let mut names = BTreeSet::new();
        for job in self.queue.take_all() {
            names.extend(job.names().iter().cloned());
            job.settle(Err(error.clone()));
        }
        // Whoever has read what is undone must read again.
        self.notices.send(&Changes { names, everything: false });
    }

    /// A flush was dropped half-way (natively, where futures can be): nobody knows whether its commit is at rest.
    async fn recover(self: &Rc<Self>) {
        if self.queue.in_flight.borrow().is_empty() {
            return;
        }
        let news = self.pager.fetch().await;
        // Not before: should this be dropped as well, the next flush recovers.
        self.queue.settle_flight(&Err(Error::Interrupted));
        match news {
            Ok(news) => {
                let jobs = self.queue.take_all();
                self.undo();
                self.pager.adopt(news);
                for job in jobs {
                    self.run(job);
                }
            }
            Err(error) => self.fail(error.into()),
        }
    }

    fn undo(&self) {
        self.disconnect();
        self.pager.roll_back();
    }

    /// SQLite's own cache cannot know that pages were put back or replaced: a new connection reads them anew.
    fn disconnect(&self) {
        self.connection.borrow_mut().take();
    }

    /// Sees to it that there is a connection.
    pub(super) fn connected(&self) -> Result<(), Error> {
        if self.is_closed.get() {
            return Err(self.closed());
        }
        if self.connection.try_borrow().is_ok_and(|slot| slot.is_some()) {
            return Ok(());
        }
        let mut slot = self.connection.try_borrow_mut().map_err(|_| Error::Busy)?;
        *slot = Some(connect(&self.pager)?);
        Ok(())
    }

    /// Runs a job and, unless it fails, queues it for the next commit. Tells whether it waits for one.
    pub(super) fn run(&self, mut job: Job) -> bool {
        if self.queue.is_stale() {
            self.queue.stale.borrow_mut().push(job);
            return true;
        }
        match self.attempt(&mut job) {
            Err(Error::Pager(pager::Error::Stale(_))) => self.queue.stale.borrow_mut().push(job),
            Ok(true) => self.queue.push(job),
            // With its own error, or with why it could not run.
            failed => {
                job.settle(failed.map(drop));
                return false;
            }
        }
        true
    }

    fn attempt(&self, job: &mut Job) -> Result<bool, Error> {
        self.connected()?;
        let mut slot = self.connection.try_borrow_mut().map_err(|_| Error::Busy)?;
        let connection = slot.as_mut().ok_or_else(|| self.closed())?;
        let ran = job.run(connection, &|| self.pager.has_failed());
        // What it came to counts only if every page was there that it asked for.
        self.pager.take_failure().map_or(ran, |error| Err(error.into()))
    }

    pub(super) fn closed(&self) -> Error {
        Error::Closed(self.pager.name().to_owned())
    }

    /// Takes over what other tabs committed.
    pub(super) async fn refresh(self: Rc<Self>) -> Result<(), Error> {
        let _turn = self.turn.lock().await;
        // News that came too late must not open the storage again.
        if self.is_closed.get() {
            return Err(self.closed());
        }
        self.recover().await;
        self.merge().await?;
        self.commit_waiting().await;
        Ok(())
    }

    /// Folds the log. That is never needed for correctness: when it fails, it is tried again much later.
    pub(super) async fn fold(self: Rc<Self>) {
        let _turn = self.turn.lock().await;
        let open = !self.is_closed.get();
        let idle = self.queue.in_flight.borrow().is_empty();
        if !open || !idle || self.pager.fold_need() == FoldNeed::None {
            return;
        }
        match self.pager.fold().await {
            Ok(Outcome::Durable) => {}
            // Another tab has folded or committed. If its news cannot be had now, the next read or write asks for them.
            Ok(Outcome::Behind) => drop(self.merge().await),
            Err(_) => self.fold_after.set(self.pager.commit_number() + FOLD_AGAIN_AFTER),
        }
    }
}
