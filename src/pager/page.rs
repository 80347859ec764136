//! All pages of one store in memory, and what they were before each commit that is not durable yet.
//!
//! This is the *preload* page source: every page is here, so that a read never waits. Changes lie in layers, oldest
//! first: each remembers the pages as they were before it. A layer goes when its commit is durable; all go, and the
//! pages with them, when a commit fails.

use std::collections::{BTreeMap, BTreeSet};

/// Bytes of a page. SQLite's own page size is the same, so that a page of SQLite's is a page here.
pub const PAGE_SIZE: usize = 8192;

/// The number of a page, from 0.
pub type PageNumber = u32;

pub(super) type Page = Box<[u8]>;

/// What a layer's changes replaced.
#[derive(Default)]
struct Layer {
    before: BTreeMap<PageNumber, Option<Page>>,
    size: u64,
}

/// The pages of one store.
#[derive(Default)]
pub struct Pages {
    pages: Vec<Page>,
    size: u64,
    layers: Vec<Layer>,
    unfolded: BTreeSet<PageNumber>,
}

/// A page that a layer changed: what it was, and what it is. Absent means that the page did not or does not exist.
pub(super) struct Change<'p> {
    pub number: PageNumber,
    pub before: Option<&'p [u8]>,
    pub after: Option<&'p [u8]>,
}

fn blank() -> Page {
    vec![0; PAGE_SIZE].into_boxed_slice()
}

fn pages_for(size: u64) -> usize {
    size.div_ceil(PAGE_SIZE as u64) as usize
}

impl Pages {
    /// Bytes of the file that SQLite sees.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Copies what lies at `offset` into `buffer` and tells how much there was.
    pub fn read(&self, buffer: &mut [u8], offset: u64) -> usize {
        let length = (buffer.len() as u64).min(self.size.saturating_sub(offset)) as usize;
        let mut done = 0;
        while done < length {
            let at = offset as usize + done;
            let (number, start) = (at / PAGE_SIZE, at % PAGE_SIZE);
            let count = (PAGE_SIZE - start).min(length - done);
            let Some(page) = self.pages.get(number) else { break };
            buffer[done..done + count].copy_from_slice(&page[start..start + count]);
            done += count;
        }
        done
    }

    /// Writes `buffer` at `offset`, growing the file with zeros where needed.
    pub fn write(&mut self, buffer: &[u8], offset: u64) {
        let end = offset + buffer.len() as u64;
        self.grow(end);
        let mut done = 0;
        while done < buffer.len() {
            let at = offset as usize + done;
            let (number, start) = (at / PAGE_SIZE, at % PAGE_SIZE);
            let count = (PAGE_SIZE - start).min(buffer.len() - done);
            self.keep(number as PageNumber);
            self.pages[number][start..start + count].copy_from_slice(&buffer[done..done + count]);
            done += count;
        }
    }

    /// Makes the file `size` bytes long.
    pub fn truncate(&mut self, size: u64) {
        if size >= self.size {
            return self.grow(size);
        }
        let count = pages_for(size);
        for number in count..self.pages.len() {
            self.keep(number as PageNumber);
        }
        self.layer();
        self.pages.truncate(count);
        let rest = size as usize % PAGE_SIZE;
        if rest > 0 {
            self.keep(count as PageNumber - 1);
            self.pages[count - 1][rest..].fill(0);
        }
        self.size = size;
    }

    fn grow(&mut self, size: u64) {
        if size <= self.size {
            return;
        }
        self.layer();
        for number in self.pages.len()..pages_for(size) {
            self.keep(number as PageNumber);
            self.pages.push(blank());
        }
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

    /// Remembers page `number` in the newest layer, as it is before its first change there.
    fn keep(&mut self, number: PageNumber) {
        if !self.layer().before.contains_key(&number) {
            let before = self.pages.get(number as usize).cloned();
            self.layer().before.insert(number, before);
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
            after: self.pages.get(number as usize).map(|page| &page[..]),
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
        while let Some(layer) = self.layers.pop() {
            self.size = layer.size;
            self.pages.resize_with(pages_for(layer.size), blank);
            for (number, before) in layer.before {
                if let (Some(page), Some(before)) = (self.pages.get_mut(number as usize), before) {
                    *page = before;
                }
            }
        }
    }

    /// Takes over a page's bytes that are durable already. There must be no layers.
    pub(super) fn adopt(&mut self, number: PageNumber, change: impl FnOnce(&mut [u8])) {
        debug_assert!(self.layers.is_empty());
        if let Some(page) = self.pages.get_mut(number as usize) {
            change(page);
            self.unfolded.insert(number);
        }
    }

    /// Takes over a durable file size. There must be no layers.
    pub(super) fn adopt_size(&mut self, size: u64) {
        self.pages.resize_with(pages_for(size), blank);
        self.size = size;
    }

    /// The durable bytes of page `number`. There must be at most one layer, the one being collected.
    pub(super) fn durable(&self, number: PageNumber) -> Option<&[u8]> {
        match self.layers.first().and_then(|layer| layer.before.get(&number)) {
            Some(before) => before.as_deref(),
            None => self.pages.get(number as usize).map(|page| &page[..]),
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
        self.unfolded.clear();
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn contents(pages: &Pages) -> Vec<u8> {
        let mut all = vec![0; pages.size() as usize];
        assert_eq!(pages.read(&mut all, 0), all.len());
        all
    }

    #[derive(Debug, Clone)]
    enum Step {
        Write(u64, Vec<u8>),
        Truncate(u64),
        OpenLayer,
        SettleOldest,
        RollBack,
    }

    fn step() -> impl Strategy<Value = Step> {
        let far = 4 * PAGE_SIZE as u64;
        prop_oneof![
            4 => (0..far, proptest::collection::vec(any::<u8>(), 1..300)).prop_map(|(at, bytes)| Step::Write(at, bytes)),
            1 => (0..far).prop_map(Step::Truncate),
            2 => Just(Step::OpenLayer),
            1 => Just(Step::SettleOldest),
            1 => Just(Step::RollBack),
        ]
    }

    proptest! {
        /// Against a plain vector: what is read, what a rollback leaves, and what counts as durable.
        #[test]
        fn pages_behave_as_a_file_with_undo(steps in proptest::collection::vec(step(), 1..60)) {
            let mut pages = Pages::default();
            let mut file: Vec<u8> = Vec::new();
            let mut starts: Vec<Vec<u8>> = Vec::new();
            for step in steps {
                match step {
                    Step::Write(at, bytes) => {
                        if starts.is_empty() { starts.push(file.clone()); }
                        let end = at as usize + bytes.len();
                        if file.len() < end { file.resize(end, 0); }
                        file[at as usize..end].copy_from_slice(&bytes);
                        pages.write(&bytes, at);
                    }
                    Step::Truncate(size) => {
                        if starts.is_empty() && size as usize != file.len() { starts.push(file.clone()); }
                        file.resize(size as usize, 0);
                        pages.truncate(size);
                    }
                    Step::OpenLayer => { starts.push(file.clone()); pages.open_layer(); }
                    Step::SettleOldest => { if !starts.is_empty() { starts.remove(0); } pages.settle_oldest(); }
                    Step::RollBack => {
                        if let Some(first) = starts.first() { file = first.clone(); }
                        starts.clear();
                        pages.roll_back();
                    }
                }
                prop_assert_eq!(contents(&pages), file.clone());
                prop_assert_eq!(pages.layers(), starts.len());
                if starts.len() == 1 {
                    let durable = &starts[0];
                    prop_assert_eq!(pages.durable_size(), durable.len() as u64);
                    for (number, chunk) in durable.chunks(PAGE_SIZE).enumerate() {
                        prop_assert_eq!(&pages.durable(number as PageNumber).unwrap()[..chunk.len()], chunk);
                    }
                }
            }
        }
    }
}
