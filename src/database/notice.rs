//! Who is told of a commit, and what of.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::{Rc, Weak};

/// What a commit changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The names that the transaction touched: soups, mostly.
    pub names: BTreeSet<String>,
    /// Whether another tab may have changed anything at all, so that `names` is not the whole.
    pub everything: bool,
}

type Listener = Rc<dyn Fn(&Changes)>;

#[derive(Default)]
struct Listeners {
    next: Cell<u64>,
    by_id: RefCell<BTreeMap<u64, Listener>>,
}

/// The listeners of one store.
#[derive(Default)]
pub(super) struct Notices {
    listeners: Rc<Listeners>,
}

impl Notices {
    /// Tells every listener. One that is dropped meanwhile is not called any more.
    pub(super) fn send(&self, changes: &Changes) {
        let ids: Vec<u64> = self.listeners.by_id.borrow().keys().copied().collect();
        for id in ids {
            let listener = self.listeners.by_id.borrow().get(&id).cloned();
            if let Some(listener) = listener {
                listener(changes);
            }
        }
    }

    pub(super) fn subscribe(&self, listener: impl Fn(&Changes) + 'static) -> Subscription {
        let id = self.listeners.next.get();
        self.listeners.next.set(id + 1);
        self.listeners.by_id.borrow_mut().insert(id, Rc::new(listener));
        Subscription { id, listeners: Rc::downgrade(&self.listeners) }
    }
}

/// Ends with its drop.
#[must_use = "the listener is called only as long as its subscription lives"]
pub struct Subscription {
    id: u64,
    listeners: Weak<Listeners>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(listeners) = self.listeners.upgrade() {
            listeners.by_id.borrow_mut().remove(&self.id);
        }
    }
}
