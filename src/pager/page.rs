//! The pages of one store, and what they were before each commit that is not durable yet.
//!
//! Changes lie in layers, oldest first: each remembers the pages as they were before it. A layer goes when its commit is
//! durable; all go, and the pages with them, when a commit fails.
//!
//! Two *page sources* fill it. Preloaded, every page is here, so that a read never waits. Paged, a page that was not
//! changed since the last fold may be [`Slot::Absent`]: whoever needs it learns its number ([`Missing`]), reads its
//! extent and [`Pages::supply`]s it. What was changed since stays here until it is folded.

use super::clock::Clock;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Bytes of a page. SQLite's own page size is the same, so that a page of SQLite's is a page here.
pub const PAGE_SIZE: usize = 8192;

/// The number of a page, from 0.
pub type PageNumber = u32;

pub(super) type Page = Box<[u8]>;

/// Pages of an extent: a mebibyte.
pub(super) const EXTENT_PAGES: usize = (1 << 20) / PAGE_SIZE;

/// What changed in a page: where, and what it is now.
pub(super) type Ranges = Vec<(usize, Vec<u8>)>;

/// What a layer's changes replaced.
#[derive(Default)]
struct Layer {
    before: BTreeMap<PageNumber, Option<Page>>,
    size: u64,
}

/// Where a page's bytes are.
#[derive(Clone)]
enum Slot {
    /// Only in its extent, with the changes of [`Pages::pending`] to be made to it.
    Absent,
    /// As it is in its extent; it may go.
    Clean { page: Page, used: Cell<bool> },
    /// Here, and to stay.
    Held(Page),
}

impl Slot {
    fn blank() -> Self {
        Self::Held(vec![0; PAGE_SIZE].into_boxed_slice())
    }

    fn page(&self) -> Option<&Page> {
        match self {
            Self::Absent => None,
            Self::Clean { page, .. } | Self::Held(page) => Some(page),
        }
    }
}

/// A page that has to be supplied before the call can be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Missing(pub PageNumber);

impl Missing {
    /// The index of its extent.
    pub(super) fn extent(self) -> u32 {
        self.0 / EXTENT_PAGES as u32
    }
}

/// The pages of one store.
#[derive(Default)]
pub struct Pages {
    slots: Vec<Slot>,
    size: u64,
    layers: Vec<Layer>,
    unfolded: BTreeSet<PageNumber>,
    /// Durable changes to absent pages, oldest first.
    pending: BTreeMap<PageNumber, Vec<Ranges>>,
    /// Of a paged source: which pages may go. None when all stay.
    clock: Option<Clock>,
}

/// A page that a layer changed: what it was, and what it is. Absent means that the page did not or does not exist.
pub(super) struct Change<'p> {
    pub number: PageNumber,
    pub before: Option<&'p [u8]>,
    pub after: Option<&'p [u8]>,
}

fn pages_for(size: u64) -> usize {
    size.div_ceil(PAGE_SIZE as u64) as usize
}

/// The pieces of `length` bytes at `offset`: the page, where in it, and where in the buffer.
fn pieces(offset: u64, length: usize) -> impl Iterator<Item = (PageNumber, usize, Range<usize>)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        let at = offset + done as u64;
        let (number, start) = ((at / PAGE_SIZE as u64) as PageNumber, at as usize % PAGE_SIZE);
        let count = (PAGE_SIZE - start).min(length - done);
        done += count;
        (count > 0).then(|| (number, start, done - count..done))
    })
}

impl Pages {
    /// A file of `size` bytes, of which nothing is here yet: of a paged source, which keeps about `most` pages that
    /// were not changed, or about to be supplied with all of them.
    pub(super) fn absent(size: u64, most: Option<usize>) -> Self {
        Self { slots: vec![Slot::Absent; pages_for(size)], size, clock: most.map(Clock::new), ..Self::default() }
    }

    /// Whether pages may be missing.
    pub(super) fn is_paged(&self) -> bool {
        self.clock.is_some()
    }

    /// Bytes of the file that SQLite sees.
    pub fn size(&self) -> u64 {
        self.size
    }

    fn page(&self, number: PageNumber) -> Option<&Page> {
        self.slots.get(number as usize).and_then(Slot::page)
    }

    /// Copies what lies at `offset` into `buffer` and tells how much there was.
    pub(super) fn read(&self, buffer: &mut [u8], offset: u64) -> Result<usize, Missing> {
        let length = (buffer.len() as u64).min(self.size.saturating_sub(offset)) as usize;
        for (number, start, piece) in pieces(offset, length) {
            let page = match &self.slots[number as usize] {
                Slot::Absent => return Err(Missing(number)),
                Slot::Held(page) => page,
                Slot::Clean { page, used } => {
                    used.set(true);
                    page
                }
            };
            buffer[piece.clone()].copy_from_slice(&page[start..start + piece.len()]);
        }
        Ok(length)
    }

    /// Writes `buffer` at `offset`, growing the file with zeros where needed.
    pub(super) fn write(&mut self, buffer: &[u8], offset: u64) -> Result<(), Missing> {
        self.grow(offset + buffer.len() as u64);
        for (number, start, piece) in pieces(offset, buffer.len()) {
            self.keep(number)?[start..start + piece.len()].copy_from_slice(&buffer[piece]);
        }
        Ok(())
    }

    /// Makes the file `size` bytes long.
    pub(super) fn truncate(&mut self, size: u64) -> Result<(), Missing> {
        if size >= self.size {
            self.grow(size);
            return Ok(());
        }
        let count = pages_for(size);
        for number in count..self.slots.len() {
            self.keep(number as PageNumber)?;
        }
        let rest = size as usize % PAGE_SIZE;
        if rest > 0 {
            self.keep(count as PageNumber - 1)?[rest..].fill(0);
        }
        self.layer();
        self.slots.truncate(count);
        self.size = size;
        Ok(())
    }

    fn grow(&mut self, size: u64) {
        if size <= self.size {
            return;
        }
        let first = self.slots.len() as PageNumber;
        let layer = self.layer();
        for number in first..pages_for(size) as PageNumber {
            layer.before.entry(number).or_insert(None);
        }
        self.slots.resize_with(pages_for(size), Slot::blank);
        self.size = size;
    }

    /// The newest layer, made when there is none.
    fn layer(&mut self) -> &mut Layer {
        if self.layers.is_empty() {
            self.open_layer();
        }
        let last = self.layers.len() - 1;
        &mut self.layers[last]
    }

    /// Remembers page `number` in the newest layer, as it is before its first change there, and gives it to be changed.
    fn keep(&mut self, number: PageNumber) -> Result<&mut Page, Missing> {
        let at = number as usize;
        let page = self.slots[at].page().ok_or(Missing(number))?;
        if self.layers.last().is_none_or(|layer| !layer.before.contains_key(&number)) {
            let before = page.clone();
            self.layer().before.insert(number, Some(before));
        }
        let slot = &mut self.slots[at];
        if let Slot::Clean { page, .. } = slot {
            *slot = Slot::Held(std::mem::take(page));
        }
        match slot {
            Slot::Held(page) => Ok(page),
            _ => Err(Missing(number)),
        }
    }

    /// Starts a new layer: what is written from now on belongs to the next commit.
    pub(super) fn open_layer(&mut self) {
        self.layers.push(Layer { before: BTreeMap::new(), size: self.size });
    }

    /// How many commits' changes are not durable, the one being collected included.
    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub(super) fn layers(&self) -> usize {
        self.layers.len()
    }

    /// Whether the newest layer changed anything.
    pub(super) fn is_dirty(&self) -> bool {
        self.layers.last().is_some_and(|layer| !layer.before.is_empty() || layer.size != self.size)
    }

    /// What the newest layer changed, in page order.
    pub(super) fn changes(&self) -> impl Iterator<Item = Change<'_>> {
        let layer = self.layers.last();
        layer.into_iter().flat_map(|layer| &layer.before).map(|(&number, before)| Change {
            number,
            before: before.as_deref(),
            after: self.page(number).map(|page| &page[..]),
        })
    }

    /// The oldest layer is durable now.
    pub(super) fn settle_oldest(&mut self) {
        if !self.layers.is_empty() {
            let layer = self.layers.remove(0);
            self.unfolded.extend(layer.before.keys());
        }
    }

    /// Undoes every layer, newest first: what remains is what is durable.
    pub(super) fn roll_back(&mut self) {
        let mut undone = BTreeSet::new();
        while let Some(layer) = self.layers.pop() {
            self.size = layer.size;
            self.slots.resize_with(pages_for(layer.size), Slot::blank);
            for (number, before) in layer.before {
                if let (Some(slot), Some(before)) = (self.slots.get_mut(number as usize), before) {
                    *slot = Slot::Held(before);
                    undone.insert(number);
                }
            }
        }
        for number in undone {
            self.let_go(number);
        }
        self.evict(None);
    }

    /// Takes over changes to a page that are durable already. There must be no layers.
    pub(super) fn adopt(&mut self, number: PageNumber, ranges: &Ranges) {
        debug_assert!(self.layers.is_empty());
        let Some(slot) = self.slots.get_mut(number as usize) else { return };
        self.unfolded.insert(number);
        if let Slot::Clean { page, .. } = slot {
            *slot = Slot::Held(std::mem::take(page));
        }
        match slot {
            Slot::Held(page) => apply(page, ranges),
            _ => self.pending.entry(number).or_default().push(ranges.clone()),
        }
    }

    /// Takes over a durable file size. There must be no layers.
    pub(super) fn adopt_size(&mut self, size: u64) {
        self.slots.resize_with(pages_for(size), Slot::blank);
        self.pending.split_off(&(self.slots.len() as PageNumber));
        self.size = size;
    }

    /// Fills extent `index` with its `bytes`, as the last fold left them. `wanted` of its pages stays for now, however
    /// many others have to go.
    pub(super) fn supply(&mut self, index: u32, bytes: &[u8], wanted: Missing) {
        let first = index * EXTENT_PAGES as u32;
        for (number, bytes) in (first..).zip(bytes.chunks(PAGE_SIZE)) {
            let Some(slot @ Slot::Absent) = self.slots.get_mut(number as usize) else { continue };
            let mut page = vec![0; PAGE_SIZE].into_boxed_slice();
            page[..bytes.len()].copy_from_slice(bytes);
            *slot = match self.pending.remove(&number) {
                Some(changes) => {
                    changes.iter().for_each(|ranges| apply(&mut page, ranges));
                    Slot::Held(page)
                }
                None if self.clock.is_none() => Slot::Held(page),
                None => Slot::Clean { page, used: Cell::new(false) },
            };
            self.let_go(number);
        }
        self.evict(Some(wanted));
    }

    /// Page `number` may go, if it is as it is in its extent.
    fn let_go(&mut self, number: PageNumber) {
        let (Some(clock), Some(slot)) = (&mut self.clock, self.slots.get_mut(number as usize)) else { return };
        let is_changed =
            self.unfolded.contains(&number) || self.layers.iter().any(|layer| layer.before.contains_key(&number));
        if is_changed {
            return;
        }
        if let Slot::Held(page) = slot {
            *slot = Slot::Clean { page: std::mem::take(page), used: Cell::new(false) };
        }
        clock.add(number);
    }

    /// Lets pages go until no more than asked for are here, and not `wanted`.
    fn evict(&mut self, wanted: Option<Missing>) {
        let Some(clock) = &mut self.clock else { return };
        while let Some(number) = clock.next() {
            match self.slots.get_mut(number as usize) {
                _ if wanted == Some(Missing(number)) => {}
                Some(Slot::Clean { used, .. }) if used.replace(false) => clock.add(number),
                Some(slot @ Slot::Clean { .. }) => *slot = Slot::Absent,
                // It was changed since it could go, or went already.
                _ => {}
            }
        }
        if let Some(Missing(number)) = wanted {
            clock.add(number);
        }
    }

    /// The durable bytes of extent `index`. `base` is what the last fold left of it, and is needed if
    /// [`Pages::needs_base`]. There must be at most one layer, the one being collected.
    pub(super) fn collect(&self, index: u32, base: &[u8]) -> Vec<u8> {
        let range = self.extent(index);
        let mut out = Vec::with_capacity(range.len() * PAGE_SIZE);
        for number in range.clone() {
            match self.durable(number) {
                Some(page) => out.extend_from_slice(page),
                None => {
                    let from = out.len();
                    out.extend_from_slice(&base[from..from + PAGE_SIZE]);
                    for ranges in self.pending.get(&number).into_iter().flatten() {
                        apply(&mut out[from..], ranges);
                    }
                }
            }
        }
        out
    }

    /// Whether some of the durable bytes of extent `index` are not here.
    pub(super) fn needs_base(&self, index: u32) -> bool {
        self.extent(index).any(|number| self.durable(number).is_none())
    }

    /// The durable pages of extent `index`.
    fn extent(&self, index: u32) -> Range<PageNumber> {
        let first = index * EXTENT_PAGES as u32;
        first..(first + EXTENT_PAGES as u32).min(pages_for(self.durable_size()) as u32).max(first)
    }

    /// The durable bytes of page `number`, if they are here.
    fn durable(&self, number: PageNumber) -> Option<&[u8]> {
        match self.layers.first().and_then(|layer| layer.before.get(&number)) {
            Some(before) => before.as_deref(),
            None => self.page(number).map(|page| &page[..]),
        }
    }

    /// The durable size. There must be at most one layer, the one being collected.
    pub(super) fn durable_size(&self) -> u64 {
        self.layers.first().map_or(self.size, |layer| layer.size)
    }

    /// Pages whose durable bytes changed since the last fold.
    pub(super) fn unfolded(&self) -> &BTreeSet<PageNumber> {
        &self.unfolded
    }

    /// Everything durable is in extents now.
    pub(super) fn folded(&mut self) {
        self.pending.clear();
        for number in std::mem::take(&mut self.unfolded) {
            self.let_go(number);
        }
        self.evict(None);
    }

    /// From now on pages may be missing: everything durable must just have been folded.
    pub(super) fn page_out(&mut self, most: usize) {
        if self.clock.is_none() {
            self.clock = Some(Clock::new(most));
            for number in 0..self.slots.len() {
                self.let_go(number as PageNumber);
            }
            self.evict(None);
        }
    }
}

fn apply(page: &mut [u8], ranges: &Ranges) {
    for (from, bytes) in ranges {
        page[*from..from + bytes.len()].copy_from_slice(bytes);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
