//! A commit as bytes: which soups it touched, how long the file is, and the ranges of each page that changed.
//!
//! ```text
//! names: count, texts · size · pages: (number + 1, ranges: count, (gap, bytes)…)…
//! ```
//! A gap counts from the end of the range before. A page that is new or was absent is told against zeros.

use super::codec::{Malformed, Reader, put_bytes, put_number};
use super::page::{PAGE_SIZE, PageNumber, Pages, Ranges};
use std::collections::BTreeSet;

/// Two changed ranges closer than this are told as one: a range costs about as many bytes.
const NEAR: usize = 8;

/// Bytes that are compared at once. A page is a whole number of them.
const BLOCK: usize = 32;

/// The largest file that a record may speak of: what this platform's memory can address.
const LARGEST: usize = isize::MAX as usize;

/// Tells what the newest layer of `pages` changed.
pub(super) fn encode(names: &BTreeSet<String>, pages: &Pages) -> Vec<u8> {
    let mut out = Vec::new();
    put_number(&mut out, names.len() as u64);
    for name in names {
        put_bytes(&mut out, name.as_bytes());
    }
    put_number(&mut out, pages.size());
    for change in pages.changes() {
        if let Some(after) = change.after {
            put_page(&mut out, change.number, change.before, after);
        }
    }
    out
}

fn put_page(out: &mut Vec<u8>, number: PageNumber, before: Option<&[u8]>, after: &[u8]) {
    let ranges = match before {
        Some(before) => changed_ranges(before, after),
        None => written_range(after).into_iter().collect(),
    };
    put_number(out, u64::from(number));
    put_number(out, ranges.len() as u64);
    let mut end = 0;
    for (from, to) in ranges {
        put_number(out, (from - end) as u64);
        put_bytes(out, &after[from..to]);
        end = to;
    }
}

/// From the first to the last byte that is not zero.
fn written_range(page: &[u8]) -> Option<(usize, usize)> {
    let from = page.iter().position(|&byte| byte != 0)?;
    let to = page.iter().rposition(|&byte| byte != 0)?;
    Some((from, to + 1))
}

/// The ranges in which two pages differ. Most of a page does not, so that it is compared a block at a time.
fn changed_ranges(before: &[u8], after: &[u8]) -> Vec<(usize, usize)> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    let blocks = after.as_chunks::<BLOCK>().0.iter().zip(before.as_chunks::<BLOCK>().0);
    for (number, (after, before)) in blocks.enumerate() {
        if is_same(after, before) {
            continue;
        }
        for (place, _) in after.iter().zip(before).enumerate().filter(|(_, (after, before))| after != before) {
            let at = number * BLOCK + place;
            match ranges.last_mut() {
                Some(last) if at - last.1 < NEAR => last.1 = at + 1,
                _ => ranges.push((at, at + 1)),
            }
        }
    }
    ranges
}

/// Whether two blocks are equal. By words: `==` of slices calls a function that goes by bytes where code is small.
fn is_same(one: &[u8; BLOCK], other: &[u8; BLOCK]) -> bool {
    let (one, other) = (one.as_chunks().0, other.as_chunks().0);
    let differs = |at: usize| u64::from_ne_bytes(one[at]) ^ u64::from_ne_bytes(other[at]);
    differs(0) | differs(1) | differs(2) | differs(3) == 0
}

/// A commit read back, checked to its end before anything is applied.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub names: BTreeSet<String>,
    size: u64,
    pages: Vec<(PageNumber, Ranges)>,
}

impl Record {
    /// Reads what [`encode`] wrote.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let count = reader.bounded(bytes.len())?;
        let names = (0..count).map(|_| reader.text()).collect::<Result<_, _>>()?;
        let size = reader.bounded(LARGEST)? as u64;
        let mut pages = Vec::new();
        while !reader.is_empty() {
            let number = reader.bounded(LARGEST / PAGE_SIZE)? as PageNumber;
            pages.push((number, Self::ranges(&mut reader)?));
        }
        Ok(Self { names, size, pages })
    }

    fn ranges(reader: &mut Reader<'_>) -> Result<Ranges, Malformed> {
        let mut at = 0;
        let mut ranges = Vec::new();
        for _ in 0..reader.bounded(PAGE_SIZE)? {
            at += reader.bounded(PAGE_SIZE)?;
            let bytes = reader.bytes()?;
            if at + bytes.len() > PAGE_SIZE {
                return Err(Malformed);
            }
            ranges.push((at, bytes.to_vec()));
            at += bytes.len();
        }
        Ok(ranges)
    }

    /// Makes the pages what they were after this commit. They must be what they were before it.
    pub(super) fn apply(&self, pages: &mut Pages) {
        pages.adopt_size(self.size);
        for (number, ranges) in &self.pages {
            pages.adopt(*number, ranges);
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(pages: &Pages) -> Vec<u8> {
        let mut all = vec![0; pages.size() as usize];
        pages.read(&mut all, 0).unwrap();
        all
    }

    proptest! {
        /// A second reader that applies every record holds the same bytes as the writer.
        #[test]
        fn records_carry_every_change(commits in proptest::collection::vec(
            (proptest::collection::vec((0..3 * PAGE_SIZE as u64, proptest::collection::vec(any::<u8>(), 1..200)), 1..6),
             proptest::option::of(0..3 * PAGE_SIZE as u64)), 1..12))
        {
            let (mut writer, mut reader) = (Pages::default(), Pages::default());
            for (writes, truncate) in commits {
                writer.open_layer();
                for (at, bytes) in writes { writer.write(&bytes, at).unwrap(); }
                if let Some(size) = truncate { writer.truncate(size).unwrap(); }
                let bytes = encode(&BTreeSet::from(["soup".to_owned()]), &writer);
                writer.settle_oldest();
                let record = Record::decode(&bytes).unwrap();
                prop_assert!(record.names.contains("soup"));
                record.apply(&mut reader);
                prop_assert_eq!(whole(&writer), whole(&reader));
            }
        }

        #[test]
        fn any_bytes_are_a_record_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(record) = Record::decode(&bytes) {
                prop_assert!(record.pages.iter().all(|(_, ranges)| ranges.iter().all(|(at, b)| at + b.len() <= PAGE_SIZE)));
            }
        }
    }
}
