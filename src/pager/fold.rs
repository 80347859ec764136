//! Folding: what the log says goes into extents, and the log starts anew. A key change is a fold of everything.

use super::base::Base;
use super::extent::{self, Written};
use super::head::Head;
use super::medium::{Fold, Kept, Medium, Swap};
use super::open::Sealed;
use super::page::Pages;
use super::paging::Paging;
use super::seal::{self, Kind, Tag};
use super::{Error, Key, Outcome, Pager, Place};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// A log below this many bytes is not worth folding.
const SMALL_LOG: u64 = 4 << 20;
/// Opening reads a log of this many commits in some tens of milliseconds.
const LONG_LOG: u64 = 2000;

/// How much a fold is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoldNeed {
    /// Not at all.
    None,
    /// When there is a pause.
    Soon,
    /// Before the next commit.
    Now,
}

impl Pager {
    /// Whether the log has grown so far that opening the store would be slow, or its storage wasteful.
    pub fn fold_need(&self) -> FoldNeed {
        let place = self.base.place.borrow();
        let bytes = SMALL_LOG.max(place.manifest.size / 2);
        let pages = self.pages.borrow();
        let held = if pages.is_paged() { pages.unfolded().len() } else { 0 };
        let over = |times: u64| {
            place.log_bytes > bytes * times || place.log_length > LONG_LOG * times || Paging::holds_much(held, times)
        };
        match (over(1), over(4)) {
            (_, true) => FoldNeed::Now,
            (true, _) => FoldNeed::Soon,
            _ => FoldNeed::None,
        }
    }

    /// Puts everything durable into extents and empties the log, in one transaction. At most one commit may be in the
    /// making, and none in flight.
    ///
    /// # Errors
    /// Storage that fails; then everything is as it was.
    pub async fn fold(&self) -> Result<Outcome, Error> {
        let place = self.base.place.borrow().clone();
        if place.commit == place.head.fold {
            // There is nothing to fold; and the same head twice, with other extents, would not tell of them.
            return Ok(Outcome::Durable);
        }
        let changed = self.changed_extents();
        let head = Head { fold: place.commit, ..place.head };
        self.rewrite(&place, Place { head, ..place.clone() }, &changed, None).await
    }

    /// Seals the whole store with another key, in one transaction: a crash leaves the old key and all data.
    ///
    /// # Errors
    /// Storage that fails; then everything is as it was. When the connection is lost, either key may hold.
    pub async fn change_key(&self, key: Key) -> Result<Outcome, Error> {
        let place = self.base.place.borrow().clone();
        let commit = place.commit + 1;
        let head = Head { generation: place.head.generation + 1, fold: commit, ..place.head };
        let sealed = Sealed::fresh(&key, place.identity.store, head.generation).await?;
        let next = Place { identity: sealed.identity, seal: Rc::new(sealed.seal), head, commit, ..place.clone() };
        let all = extent::all(self.pages.borrow().durable_size());
        let birth = Some(sealed.device_key);
        let outcome = self.rewrite(&place, next, &all, birth).await?;
        if outcome == Outcome::Durable {
            *self.key.borrow_mut() = key;
        }
        Ok(outcome)
    }

    fn changed_extents(&self) -> BTreeSet<u32> {
        let pages = self.pages.borrow();
        let count = extent::count(pages.durable_size()) as u32;
        let known = self.base.place.borrow().manifest.extents.len() as u32;
        let grown = (known.saturating_sub(1)..count).chain(count.saturating_sub(1)..count);
        let changed = pages.unfolded().iter().map(|&number| extent::of(number)).chain(grown);
        // Not collected: that sorts, by a sort of its own in the module for every type.
        let mut extents = BTreeSet::new();
        extents.extend(changed.filter(|&index| index < count));
        extents
    }

    /// Writes `changed` extents and the manifest of `next`, which becomes the place. While it runs, pages may change
    /// for the next commit: what is durable is kept beside them.
    async fn rewrite(
        &self,
        now: &Place,
        mut next: Place,
        changed: &BTreeSet<u32>,
        device_key: Option<Option<super::DeviceKey>>,
    ) -> Result<Outcome, Error> {
        let (extents, manifest) = match next.seal_extents(&self.pages, Some(&self.base), changed).await {
            Err(Error::Stale(_)) => return Ok(Outcome::Behind),
            sealed => sealed?,
        };
        let identity = next.identity.text();
        let fold = Fold {
            expected: Some(&now.head.text()),
            newest: now.commit,
            witness: next.commit,
            head: &next.head.text(),
            manifest: &manifest,
            extents: &extents,
            extent_count: next.manifest.extents.len() as u32,
            birth: device_key.as_ref().map(|device| (identity.as_str(), device.as_ref())),
        };
        if swap_in(self.base.medium.as_ref(), fold).await? == Swap::Behind {
            return Ok(Outcome::Behind);
        }
        (next.log_bytes, next.log_length) = (0, 0);
        *self.base.place.borrow_mut() = next;
        let is_large = self.base.place.borrow().manifest.extents.len() as u64 > self.paging.most_preloaded().into();
        let mut pages = self.pages.borrow_mut();
        pages.folded();
        if is_large {
            pages.page_out(self.paging.cached());
        }
        Ok(Outcome::Durable)
    }
}

/// Folds. When the answer is lost, looks whether it took place: two folds that differ in anything differ in their
/// manifests.
pub(super) async fn swap_in(medium: &dyn Medium, fold: Fold<'_>) -> Result<Swap, Error> {
    let manifest = fold.manifest;
    match medium.fold(fold).await {
        Err(Error::Lost(why)) => {
            let at_rest = medium.load(0).await.map_err(Error::unseen)?;
            let took_place = at_rest.is_some_and(|at_rest| at_rest.manifest == manifest);
            if took_place { Ok(Swap::Done) } else { Err(Error::Lost(why)) }
        }
        swap => swap,
    }
}

impl Place {
    /// The extents `changed` of what is durable in `pages`, sealed for the fold of this place, whose manifest is made
    /// with them; and that manifest, sealed. While it runs, pages may change for the next commit. Those that are not in
    /// memory are read from `base`.
    pub(super) async fn seal_extents(
        &mut self,
        pages: &RefCell<Pages>,
        base: Option<&Base>,
        changed: &BTreeSet<u32>,
    ) -> Result<(Vec<(u32, Kept)>, Vec<u8>), Error> {
        let fold = self.head.fold;
        let size = pages.borrow().durable_size();
        (self.manifest.size, self.manifest.tag) = (size, self.tag);
        self.manifest.extents.resize(extent::count(size), Written { fold, tag: Tag::default() });
        let mut extents = Vec::with_capacity(changed.len());
        for &index in changed {
            let needs_base = pages.borrow().needs_base(index);
            let before = match base {
                Some(base) if needs_base => base.read(index).await?,
                _ => Vec::new(),
            };
            let bytes = pages.borrow().collect(index, &before);
            let label = self.label(Kind::Extent, fold, index, Tag::default());
            let sealed = self.seal.seal(&label, &bytes).await?;
            if let Some(written) = self.manifest.extents.get_mut(index as usize) {
                *written = Written { fold, tag: seal::tag(&sealed) };
            }
            extents.push((index, Kept::from(&sealed[..])));
        }
        let label = self.label(Kind::Manifest, fold, 0, Tag::default());
        let manifest = self.seal.seal(&label, &self.manifest.encode()).await?;
        Ok((extents, manifest))
    }
}
