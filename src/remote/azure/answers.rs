//! The failures that the sync room refers to by number, kept until the app is shown them.

use super::refusal::CallError;
use crate::sync::backend::PayloadId;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// How many are kept: one that turns out to be no failure at all, a deletion of what is gone, is never asked for.
const MOST: usize = 1024;

#[derive(Default)]
struct Kept {
    last: PayloadId,
    by_id: BTreeMap<PayloadId, CallError>,
}

#[derive(Default)]
pub(super) struct Answers {
    kept: RefCell<Kept>,
}

impl Answers {
    /// Keeps a failure; the oldest goes when there are too many.
    pub(super) fn keep(&self, error: CallError) -> PayloadId {
        let mut kept = self.kept.borrow_mut();
        kept.last += 1;
        let id = kept.last;
        kept.by_id.insert(id, error);
        if kept.by_id.len() > MOST {
            kept.by_id.pop_first();
        }
        id
    }

    pub(super) fn get(&self, id: PayloadId) -> Option<CallError> {
        self.kept.borrow().by_id.get(&id).cloned()
    }
}
