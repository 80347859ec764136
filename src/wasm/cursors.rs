//! The open cursors of a store, under the ids by which JavaScript knows them.

use super::failure::Failure;
use crate::soup::Cursor;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many cursors may be open: apps that never close theirs must not fill the memory. The oldest goes first.
const MOST: usize = 4096;
/// How many bytes of rows they may hold together, the newest apart.
const MOST_BYTES: usize = 64 << 20;

#[derive(Default)]
pub(super) struct Cursors {
    open: RefCell<BTreeMap<u64, Rc<Cursor>>>,
    last: Cell<u64>,
}

impl Cursors {
    /// Keeps a cursor and gives it an id.
    pub(super) fn add(&self, cursor: Rc<Cursor>) -> String {
        let mut open = self.open.borrow_mut();
        let id = self.last.get() + 1;
        self.last.set(id);
        open.insert(id, cursor);
        let held = |open: &BTreeMap<u64, Rc<Cursor>>| open.values().map(|cursor| cursor.held_bytes()).sum::<usize>();
        while open.len() > MOST || (open.len() > 1 && held(&open) > MOST_BYTES) {
            open.pop_first();
        }
        id.to_string()
    }

    pub(super) fn get(&self, id: &str) -> Result<Rc<Cursor>, Failure> {
        let open = self.open.borrow();
        let found = id.parse().ok().and_then(|id: u64| open.get(&id).cloned());
        found.ok_or_else(|| Failure::Own { code: "NO_SUCH_CURSOR", message: "Invalid cursor id".to_owned() })
    }

    /// Forgets a cursor. One that is not open needs nothing done.
    pub(super) fn close(&self, id: &str) {
        if let Ok(id) = id.parse() {
            self.open.borrow_mut().remove(&id);
        }
    }
}
