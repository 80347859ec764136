//! A push handler that does what a test says, and counts its calls.

use futures::future::LocalBoxFuture;
use std::cell::Cell;
use std::rc::Rc;
use tureen::sync::{PushError, PushHandler};

type Resolve = dyn Fn(Rc<PushError>) -> LocalBoxFuture<'static, ()>;

pub struct Handler {
    pub conflicts: Cell<usize>,
    pub errors: Cell<usize>,
    resolve: Box<Resolve>,
}

impl Handler {
    pub fn new<F: Future<Output = ()> + 'static>(resolve: impl Fn(Rc<PushError>) -> F + 'static) -> Rc<Self> {
        let resolve: Box<Resolve> = Box::new(move |error| Box::pin(resolve(error)));
        Rc::new(Self { conflicts: Cell::new(0), errors: Cell::new(0), resolve })
    }
}

impl PushHandler for Handler {
    fn on_conflict<'h>(&'h self, error: Rc<PushError>) -> LocalBoxFuture<'h, ()> {
        self.conflicts.set(self.conflicts.get() + 1);
        (self.resolve)(error)
    }

    fn on_error<'h>(&'h self, error: Rc<PushError>) -> LocalBoxFuture<'h, ()> {
        self.errors.set(self.errors.get() + 1);
        (self.resolve)(error)
    }
}
