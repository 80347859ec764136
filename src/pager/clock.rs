//! Which of the pages that may go shall go next: those not read since the clock last came by.
//!
//! A page may be noted here more than once, or no longer be one that may go. Whoever asks sees to that, and every note
//! counts, so that there are never many more than pages.

use super::page::PageNumber;
use std::collections::VecDeque;

/// The pages that may go, in the order in which they are asked.
pub(super) struct Clock {
    notes: VecDeque<PageNumber>,
    most: usize,
}

impl Clock {
    /// One that lets pages stay until there are more than `most`.
    pub(super) fn new(most: usize) -> Self {
        // SQLite's header lies in one page, and what is read or written at once in two at most.
        Self { notes: VecDeque::new(), most: most.max(2) }
    }

    /// This page may go.
    pub(super) fn add(&mut self, number: PageNumber) {
        self.notes.push_back(number);
    }

    /// The next page to go, or to be added again; none while there are no more than may stay.
    pub(super) fn next(&mut self) -> Option<PageNumber> {
        if self.notes.len() > self.most { self.notes.pop_front() } else { None }
    }
}
