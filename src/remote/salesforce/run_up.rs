//! A sync up: what was changed here to the org, some at once, and the answers into the soups.

use super::run_down::percent;
use super::state::{MergeMode, State, Status};
use super::store;
use super::syncs::{Syncs, Tell};
use super::up::{self, Applied, Ids, Op, Outcome, Up, Verb};
use super::{Error, Result};
use crate::database::Transaction;
use crate::soup::EntryId;
use std::cell::Cell;
use std::collections::BTreeSet;

/// How many records are looked at together: as many as one call tells the times of.
const AT_ONCE: usize = 2000;

/// What is kept while a sync up is under way.
struct Run<'r> {
    up: Up,
    mode: MergeMode,
    state: &'r mut State,
    done: i64,
    ids: Ids,
    /// What was sent, and is to be told when the org changed it.
    sent: Vec<Op>,
}

impl Syncs {
    /// Runs a sync up. A record that the org refuses keeps its change and the reason, and the others go on.
    pub(super) async fn up(&self, state: &mut State, stop: &Cell<bool>, tell: Tell<'_>) -> Result<Status> {
        let up = Up::parse(state, &self.ask().customs.names().await?)?;
        let mode = state.merge_mode()?;
        let dirty = self.store().read_newest(|conn| up::with_kin(conn, &up, store::dirty(conn, &state.soup)?)).await?;
        state.total = i64::try_from(dirty.len()).unwrap_or(i64::MAX);
        let mut run = Run { up, mode, state, done: 0, ids: Ids::new(), sent: Vec::new() };
        for entries in dirty.chunks(AT_ONCE) {
            let ended = self.some(&mut run, entries, stop, tell).await;
            // What has gone is told the time of, whatever came after it.
            self.restamp(&mut run).await;
            ended?;
            if stop.get() {
                return Ok(Status::Stopped);
            }
        }
        Ok(Status::Done)
    }

    /// Sends some entries with what hangs on them.
    async fn some(&self, run: &mut Run<'_>, entries: &[EntryId], stop: &Cell<bool>, tell: Tell<'_>) -> Result<()> {
        let parts = self.store().read_newest(|conn| up::trees(conn, &run.up, entries)).await?;
        let stale =
            if run.mode == MergeMode::LeaveIfChanged { self.stale(run, &parts).await? } else { BTreeSet::new() };
        let mut again = Vec::new();
        let whole = entries.len().max(1);
        for (number, part) in parts.iter().enumerate() {
            if stop.get() {
                return Ok(());
            }
            let is_stale = |op: &Op| stale.contains(&(op.place.soup.clone(), op.entry));
            // A tree stays as it is when any of it does.
            let part: Vec<Op> = match run.up.kin {
                Some(_) if part.iter().any(is_stale) => Vec::new(),
                _ => part.iter().filter(|op| !is_stale(op)).cloned().collect(),
            };
            let ops = self.store().read_newest(|conn| up::renewed(conn, &run.up, &part)).await?;
            again.extend(self.send(run, ops).await?);
            let share = whole * (number + 1) / parts.len();
            run.state.progress = percent(run.done + i64::try_from(share).unwrap_or_default(), run.state.total);
            tell(run.state);
        }
        run.done += i64::try_from(entries.len()).unwrap_or_default();
        if run.mode == MergeMode::Overwrite {
            let again: Vec<Op> = again.iter().map(|op| run.up.plan_of(&op.place).again(op)).collect::<Result<_>>()?;
            for part in run.up.parted(again) {
                self.send(run, part).await?;
            }
        }
        Ok(())
    }

    /// The entries that were changed in the org since this device has had them.
    async fn stale(&self, run: &Run<'_>, parts: &[Vec<Op>]) -> Result<BTreeSet<(String, EntryId)>> {
        let ask = self.ask();
        let asked = |op: &&Op| matches!(op.verb, Verb::Update | Verb::Delete) && !op.object.is_empty();
        let ops: Vec<&Op> = parts.iter().flatten().filter(asked).filter(|op| op.stamp().is_some()).collect();
        let stamps = run.up.stamps(&ask.rest, &*ask.customs, &ops).await?;
        let is_stale = |op: &&Op| match stamps.get(&(op.object.clone(), op.id.clone())) {
            Some(theirs) => op.stamp().is_some_and(|ours| ours < *theirs),
            // Deleted there: only a deletion agrees with it.
            None => op.verb != Verb::Delete,
        };
        Ok(ops.into_iter().filter(is_stale).map(|op| (op.place.soup.clone(), op.entry)).collect())
    }

    /// Sends operations at once and puts the answers into the soups; gives those whose records the org has no more.
    async fn send(&self, run: &mut Run<'_>, ops: Vec<Op>) -> Result<Vec<Op>> {
        let (ops, mut answers) = settled(ops);
        if !ops.is_empty() {
            let risky: Vec<_> =
                ops.iter().filter(|op| op.is_risky()).map(|op| (op.place.soup.clone(), op.entry.0)).collect();
            if !risky.is_empty() {
                run.state.in_flight = risky;
                self.save_or_end(run.state).await?;
            }
            let ask = self.ask();
            match run.up.send(&ask.rest, &*ask.customs, &ops, &run.ids).await {
                Ok(outcomes) => answers.extend(ops.into_iter().zip(outcomes)),
                Err(error) => return Err(self.unanswered(run, error).await),
            }
        }
        let gone: Vec<Op> = answers
            .iter()
            .filter(|(op, outcome)| *outcome == Outcome::Gone && op.verb == Verb::Update)
            .map(|(op, _)| op.clone())
            .collect();
        let done: Vec<Op> = answers
            .iter()
            .filter(|(op, outcome)| {
                matches!(outcome, Outcome::Done(_)) && !matches!(op.verb, Verb::Delete | Verb::Forget)
            })
            .map(|(op, _)| op.clone())
            .collect();
        let applied = self.apply(run, answers).await?;
        run.state.failed += applied.failed;
        run.ids.extend(applied.ids);
        run.sent.extend(done);
        Ok(gone)
    }

    async fn apply(&self, run: &mut Run<'_>, answers: Vec<(Op, Outcome)>) -> Result<Applied> {
        run.state.in_flight.clear();
        let state = run.state.clone();
        let family = run.up.kin.as_ref().map(|(family, _)| family.clone());
        let write = move |tx: &Transaction<'_>| {
            if !state.clone().save(tx)? {
                return Err(Error::NoSuchSync(state.id.to_string()));
            }
            up::apply(tx, family.as_ref(), &answers)
        };
        self.store().write(write).await
    }

    async fn save_or_end(&self, state: &State) -> Result<()> {
        let kept = state.clone();
        if self.store().write(move |tx| kept.clone().save(tx)).await? {
            return Ok(());
        }
        Err(Error::NoSuchSync(state.id.to_string()))
    }

    /// Says at the records concerned that no answer came, where it is not known what became of them.
    async fn unanswered(&self, run: &mut Run<'_>, error: Error) -> Error {
        let sent = std::mem::take(&mut run.state.in_flight);
        let state = run.state.clone();
        let is_lost = error.is_lost_answer();
        let write = move |tx: &Transaction<'_>| {
            if is_lost {
                up::mark_lost(tx, &sent)?;
            }
            state.clone().save(tx)
        };
        match self.store().write(write).await {
            Ok(_) => error,
            Err(other) => other,
        }
    }

    /// Stores when the org changed what was sent. Should it not say, the next sync asks whether it changed since, and
    /// finds that it did: nothing is lost by it.
    async fn restamp(&self, run: &mut Run<'_>) {
        let sent = std::mem::take(&mut run.sent);
        if run.up.is_custom() || sent.is_empty() {
            return;
        }
        let now: Vec<Op> = sent
            .into_iter()
            .map(|op| Op { id: run.ids.get(&op.id).cloned().unwrap_or_else(|| op.id.clone()), ..op })
            .collect();
        let asked: Vec<&Op> = now.iter().collect();
        let ask = self.ask();
        let Ok(stamps) = run.up.stamps(&ask.rest, &*ask.customs, &asked).await else { return };
        let stamp = |op: &Op| {
            let stamp = stamps.get(&(op.object.clone(), op.id.clone()))?;
            Some((op.place.soup.clone(), op.entry, op.place.stamp_field.clone(), stamp.clone()))
        };
        let stamps: Vec<_> = now.iter().filter_map(stamp).collect();
        let _ = self.store().write(move |tx| up::restamp(tx, &stamps)).await;
    }
}

/// The operations that are to be sent, and what has become of the others already.
fn settled(ops: Vec<Op>) -> (Vec<Op>, Vec<(Op, Outcome)>) {
    let (sent, settled): (Vec<Op>, Vec<Op>) =
        ops.into_iter().partition(|op| op.verb != Verb::Forget && !op.object.is_empty());
    let outcome = |op: Op| match op.verb {
        Verb::Forget => (op, Outcome::Done(None)),
        _ => (op, Outcome::Refused(NO_TYPE.to_owned())),
    };
    (sent, settled.into_iter().map(outcome).collect())
}

const NO_TYPE: &str =
    r#"{"errorCode":"MISSING_ARGUMENT","message":"The record has no attributes.type, which names its sObject type."}"#;
