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
    /// Bytes of rows that they hold. Not summed up when it is needed: every query opens one, and few are closed.
    held: Cell<usize>,
    last: Cell<u64>,
}

impl Cursors {
    /// Keeps a cursor and gives it an id.
    pub(super) fn add(&self, cursor: Rc<Cursor>) -> String {
        let mut open = self.open.borrow_mut();
        let id = self.last.get() + 1;
        self.last.set(id);
        self.held.set(self.held.get() + cursor.held_bytes());
        open.insert(id, cursor);
        while open.len() > MOST || (open.len() > 1 && self.held.get() > MOST_BYTES) {
            self.let_go(open.pop_first().map(|(_, oldest)| oldest));
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
            self.let_go(self.open.borrow_mut().remove(&id));
        }
    }

    fn let_go(&self, cursor: Option<Rc<Cursor>>) {
        self.held.set(self.held.get() - cursor.map_or(0, |cursor| cursor.held_bytes()));
    }
}
