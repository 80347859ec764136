//! Live queries: tells JavaScript of a query's result at once, and again whenever a commit of any tab alters it.

use super::failure::Failure;
use crate::database::{Changes, Database, Subscription};
use crate::platform::tasks::spawn;
use crate::soup::{self, Live, QuerySpec};
use js_sys::Function;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// The live queries of a store.
#[derive(Default)]
pub(super) struct Observers {
    shared: Rc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// In the order of their ids.
    observers: RefCell<Vec<Rc<Observer>>>,
    last: Cell<u32>,
    /// Lives as long as there is anyone to tell.
    subscription: RefCell<Option<Subscription>>,
    /// Whether a turn is on its way that will look at what is due: a burst of commits is looked at once.
    looking: Cell<bool>,
}

struct Observer {
    id: u32,
    /// None for a spec that cannot be read, which its callback is told.
    live: RefCell<Result<Live, soup::Error>>,
    callback: Function,
    due: Cell<bool>,
}

impl Observers {
    /// Tells `callback` of the results of a query, until [`Observers::remove`] is called with the returned id.
    pub(super) fn add(&self, database: &Database, spec: &str, soup: Option<String>, callback: Function) -> u32 {
        let live = RefCell::new(QuerySpec::parse(spec).map(|spec| Live::new(spec, soup)));
        let id = self.shared.last.get() + 1;
        self.shared.last.set(id);
        self.shared.observers.borrow_mut().push(Rc::new(Observer { id, live, callback, due: Cell::new(true) }));
        self.listen(database);
        look_soon(&self.shared, database);
        id
    }

    /// Ends a live query. One that has ended needs nothing done.
    pub(super) fn remove(&self, id: u32) {
        let mut observers = self.shared.observers.borrow_mut();
        observers.retain(|observer| observer.id != id);
        if observers.is_empty() {
            self.shared.subscription.take();
        }
    }

    /// Ends them all.
    pub(super) fn clear(&self) {
        self.shared.observers.borrow_mut().clear();
        self.shared.subscription.take();
    }

    fn listen(&self, database: &Database) {
        if self.shared.subscription.borrow().is_some() {
            return;
        }
        let (shared, store) = (Rc::downgrade(&self.shared), database.downgrade());
        let subscription = database.subscribe(move |changes| {
            if let (Some(shared), Some(database)) = (shared.upgrade(), store.upgrade()) {
                note(&shared, &database, changes);
            }
        });
        self.shared.subscription.replace(Some(subscription));
    }
}

fn note(shared: &Rc<Shared>, database: &Database, changes: &Changes) {
    for observer in shared.observers.borrow().iter() {
        if observer.live.borrow().as_ref().is_ok_and(|live| live.concerns(changes)) {
            observer.due.set(true);
        }
    }
    look_soon(shared, database);
}

/// Not at once: the commit that tells of itself is not quite done, and a callback may write.
fn look_soon(shared: &Rc<Shared>, database: &Database) {
    let any_due = shared.observers.borrow().iter().any(|observer| observer.due.get());
    if any_due && !shared.looking.replace(true) {
        let (shared, database) = (Rc::clone(shared), database.clone());
        spawn(async move { look(&shared, &database) });
    }
}

fn look(shared: &Shared, database: &Database) {
    shared.looking.set(false);
    let observers = shared.observers.borrow().clone();
    for observer in observers {
        // A callback before this one may have ended it.
        let ended = !shared.observers.borrow().iter().any(|other| other.id == observer.id);
        if !ended && observer.due.replace(false) {
            observer.tell(database);
        }
    }
}

impl Observer {
    fn tell(&self, database: &Database) {
        let seen = match &mut *self.live.borrow_mut() {
            Ok(live) => match database.read(|connection| soup::Result::Ok(live.look(connection))) {
                Ok(seen) => seen,
                Err(error) => Some(Err(error)),
            },
            Err(error) => Some(Err(error.clone())),
        };
        let (page, error) = match seen {
            None => return,
            Some(Ok(page)) => (JsValue::from(page), JsValue::UNDEFINED),
            Some(Err(error)) => (JsValue::UNDEFINED, Failure::from(error).into()),
        };
        // What a callback throws is its own matter, and must not keep the others from being told.
        let _ = self.callback.call2(&JsValue::UNDEFINED, &page, &error);
    }
}
