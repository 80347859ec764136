//! Which stores are read on demand instead of being loaded whole.

use super::page::{EXTENT_PAGES, PAGE_SIZE};
use crate::platform::wait;

/// Loading this many mebibytes takes about as long as opening the store otherwise does.
const SMALL: u32 = 8;
/// Pages that are kept although they could be read again: 24 MiB of a page's 64.
const CACHED: usize = 24 * EXTENT_PAGES;
/// Pages that wait for a fold, and stay until then: 12 MiB.
const HELD: usize = 12 * EXTENT_PAGES;

/// Which stores are read on demand, where the platform can wait for storage in the middle of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// Those of more mebibytes than this; none: no store is.
    above: Option<u32>,
    cached: usize,
}

impl Paging {
    /// By itself: stores of more than some mebibytes.
    pub const AUTO: Self = Self { above: Some(SMALL), cached: CACHED };
    /// Small ones, too.
    pub const ALWAYS: Self = Self { above: Some(0), cached: CACHED };
    /// None: every store is loaded whole.
    pub const NEVER: Self = Self { above: None, cached: 0 };

    /// With about this many pages kept, for tests.
    pub fn with_cache(self, pages: usize) -> Self {
        Self { cached: pages, ..self }
    }

    /// Stores of more extents than this are paged.
    pub(super) fn most_preloaded(self) -> u32 {
        self.above.filter(|_| wait::is_possible()).unwrap_or(u32::MAX)
    }

    /// Pages that are kept although they could be read again.
    pub(super) fn cached(self) -> usize {
        self.cached
    }

    /// So many pages of a paged store wait for a fold that their memory is worth one.
    pub(super) fn holds_much(pages: usize, times: u64) -> bool {
        pages as u64 > HELD as u64 * times
    }
}

/// Natively nothing is paged unless `TUREEN_PAGING` is set, to the number of pages that are kept: so that every test
/// there is can be run over both sources.
impl Default for Paging {
    fn default() -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        return match std::env::var("TUREEN_PAGING").ok().and_then(|pages| pages.parse().ok()) {
            Some(pages) => Self::ALWAYS.with_cache(pages),
            None => Self::NEVER,
        };
        #[cfg(target_arch = "wasm32")]
        return Self::AUTO;
    }
}

/// The pages that a store may keep, in bytes, as its documentation says it.
const _: () = assert!((CACHED + HELD) * PAGE_SIZE == 36 << 20);
