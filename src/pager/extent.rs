//! What lies folded: extents of a mebibyte of pages, and the manifest that lists them.
//!
//! One mebibyte a value: smaller ones cost a record each, and 64 KiB is where browsers move values to files of
//! their own, the slowest of all sizes.

use super::codec::{Malformed, Reader, put_number};
use super::page::{EXTENT_PAGES, PAGE_SIZE, PageNumber};
use super::seal::Tag;
use std::collections::BTreeSet;

/// The extents that hold a file of `size` bytes.
pub(super) fn count(size: u64) -> usize {
    size.div_ceil((EXTENT_PAGES * PAGE_SIZE) as u64) as usize
}

/// The indexes of the extents that hold a file of `size` bytes.
pub(super) fn all(size: u64) -> BTreeSet<u32> {
    let mut all = BTreeSet::new();
    all.extend(0..count(size) as u32);
    all
}

/// The extent that page `number` lies in.
pub(super) fn of(number: PageNumber) -> u32 {
    number / EXTENT_PAGES as u32
}

/// An extent as the manifest knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    /// The commit whose fold wrote it.
    pub fold: u64,
    /// The tag it was sealed with.
    pub tag: Tag,
}

/// What a fold left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    /// Bytes of the file.
    pub size: u64,
    /// The tag of the commit that was folded last: the next commit's predecessor.
    pub tag: Tag,
    /// By index.
    pub extents: Vec<Written>,
}

impl Manifest {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_number(&mut out, self.size);
        out.extend_from_slice(&self.tag);
        for extent in &self.extents {
            put_number(&mut out, extent.fold);
            out.extend_from_slice(&extent.tag);
        }
        out
    }

    /// Bytes of extent `index`: whole pages.
    pub(super) fn length(&self, index: u32) -> usize {
        let before = index as u64 * (EXTENT_PAGES * PAGE_SIZE) as u64;
        let pages = self.size.saturating_sub(before).div_ceil(PAGE_SIZE as u64).min(EXTENT_PAGES as u64);
        pages as usize * PAGE_SIZE
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let (size, tag) = (reader.number()?, reader.array()?);
        let mut extents = Vec::new();
        while !reader.is_empty() {
            extents.push(Written { fold: reader.number()?, tag: reader.array()? });
        }
        if extents.len() != count(size) {
            return Err(Malformed);
        }
        Ok(Self { size, tag, extents })
    }
}
