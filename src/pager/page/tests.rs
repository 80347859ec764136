//! Pages against a plain file with undo, and a paged source against a preloaded one.

use super::super::record;
use super::*;
use proptest::prelude::*;

fn contents(pages: &Pages) -> Vec<u8> {
    let mut all = vec![0; pages.size() as usize];
    assert_eq!(pages.read(&mut all, 0), Ok(all.len()));
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
                    pages.write(&bytes, at).unwrap();
                }
                Step::Truncate(size) => {
                    if starts.is_empty() && size as usize != file.len() { starts.push(file.clone()); }
                    file.resize(size as usize, 0);
                    pages.truncate(size).unwrap();
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

/// A paged source, whose extents are as the last fold left them.
struct Paged {
    pages: Pages,
    extents: Vec<Vec<u8>>,
    size: u64,
}

impl Paged {
    fn of(extents: Vec<Vec<u8>>, size: u64, most: usize) -> Self {
        Self { pages: Pages::absent(size, Some(most)), extents, size }
    }

    fn with<T>(&mut self, mut work: impl FnMut(&mut Pages) -> Result<T, Missing>) -> T {
        loop {
            match work(&mut self.pages) {
                Ok(done) => return done,
                Err(missing) => {
                    let extent = &self.extents[missing.extent() as usize];
                    self.pages.supply(missing.extent(), extent, missing);
                }
            }
        }
    }

    fn fold(&mut self) {
        let count = pages_for(self.pages.durable_size()).div_ceil(EXTENT_PAGES);
        let base = |index: usize| self.extents.get(index).map_or(&[][..], |extent| extent);
        self.extents = (0..count).map(|index| self.pages.collect(index as u32, base(index))).collect();
        self.size = self.pages.durable_size();
        self.pages.folded();
    }

    fn here(&self) -> usize {
        self.pages.slots.iter().filter(|slot| matches!(slot, Slot::Clean { .. })).count()
    }
}

/// Around the beginning and around the border between two extents.
fn places() -> impl Strategy<Value = u64> {
    let page = PAGE_SIZE as u64;
    let border = EXTENT_PAGES as u64 * page;
    prop_oneof![0..4 * page, border - 2 * page..border + 2 * page]
}

#[derive(Debug, Clone)]
enum Event {
    Write(u64, Vec<u8>),
    Truncate(u64),
    Commit,
    RollBack,
    /// Of what is durable.
    Fold,
    /// Again, by what lies in the extents and the records since.
    Open,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        5 => (places(), proptest::collection::vec(any::<u8>(), 1..300)).prop_map(|(at, bytes)| Event::Write(at, bytes)),
        1 => places().prop_map(|at| Event::Truncate(at.next_multiple_of(PAGE_SIZE as u64))),
        3 => Just(Event::Commit),
        1 => Just(Event::RollBack),
        2 => Just(Event::Fold),
        2 => Just(Event::Open),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    /// What is read, what is durable and what a record tells is the same, whatever had to be let go of and read again.
    #[test]
    fn a_paged_source_behaves_as_a_preloaded_one(
        events in proptest::collection::vec(event(), 1..50), most in 2usize..6,
    ) {
        let (mut whole, mut paged) = (Pages::default(), Paged::of(Vec::new(), 0, most));
        let mut records = Vec::new();
        for event in events {
            match event {
                Event::Write(at, bytes) => {
                    whole.write(&bytes, at).unwrap();
                    paged.with(|pages| pages.write(&bytes, at));
                }
                Event::Truncate(size) => {
                    whole.truncate(size).unwrap();
                    paged.with(|pages| pages.truncate(size));
                }
                Event::Commit => {
                    let record = record::encode(&BTreeSet::new(), &whole);
                    prop_assert_eq!(&record, &record::encode(&BTreeSet::new(), &paged.pages));
                    whole.settle_oldest();
                    paged.pages.settle_oldest();
                    records.push(record);
                }
                Event::RollBack => {
                    whole.roll_back();
                    paged.pages.roll_back();
                }
                Event::Fold => {
                    paged.fold();
                    records.clear();
                }
                Event::Open => {
                    whole.roll_back();
                    paged = Paged::of(std::mem::take(&mut paged.extents), paged.size, most);
                    for record in &records {
                        record::Record::decode(record).unwrap().apply(&mut paged.pages);
                    }
                }
            }
            prop_assert_eq!(whole.size(), paged.pages.size());
            for number in (0..5).chain(EXTENT_PAGES - 3..EXTENT_PAGES + 3) {
                let (mut expected, mut found) = ([0; PAGE_SIZE], [0; PAGE_SIZE]);
                let offset = (number * PAGE_SIZE) as u64;
                whole.read(&mut expected, offset).unwrap();
                paged.with(|pages| pages.read(&mut found, offset));
                prop_assert!(expected == found, "page {}", number);
            }
            prop_assert!(paged.here() <= most + 1);
        }
    }
}
