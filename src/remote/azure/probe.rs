//! Which dialects are known already, by the addresses of their servers, so that each is asked for once.
//!
//! For as long as the page is open: a server that has been replaced by one of another dialect is found out at the next
//! start.

use super::dialect::Dialect;
use futures::lock::Mutex;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What is known of one server. Whoever asks it holds the lock, so that others wait for the answer.
pub(super) type Known = Rc<Mutex<Option<Dialect>>>;

thread_local! {
    static SERVERS: RefCell<BTreeMap<String, Known>> = const { RefCell::new(BTreeMap::new()) };
}

/// What is known of the server at `address`.
pub(super) fn known(address: &str) -> Known {
    let address = address.trim_end_matches('/').to_owned();
    SERVERS.with_borrow_mut(|servers| Rc::clone(servers.entry(address).or_default()))
}
