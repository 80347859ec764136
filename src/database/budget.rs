//! Breaks off a statement that runs too long, or that nobody waits for any more. The module has one thread, so that
//! nothing else can while it runs.

use crate::platform;
use rusqlite::{Connection, ffi};
use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_void};
use std::rc::Rc;

/// How many of its instructions SQLite runs between two looks at the clock: some tenths of a millisecond.
const STRIDE: c_int = 10_000;

/// How often it is asked whether anyone still waits, in milliseconds: the answer may come from another thread.
const ASK_EVERY: i64 = 20;

thread_local! {
    /// Of the call that runs now.
    static WATCH: RefCell<Option<Rc<Watch>>> = const { RefCell::new(None) };
}

/// Whether anyone still waits for a call.
struct Watch {
    is_cancelled: Box<dyn Fn() -> bool>,
    next: Cell<i64>,
    over: Cell<bool>,
}

impl Watch {
    fn is_over(&self, now: i64) -> bool {
        if !self.over.get() && now >= self.next.get() {
            self.over.set((self.is_cancelled)());
            self.next.set(platform::now_ms().saturating_add(ASK_EVERY));
        }
        self.over.get()
    }
}

/// Runs `job` unless `is_cancelled` says that nobody waits for it. While it runs, that is asked every now and then, and
/// statements with a budget are broken off. None: it did not run, or not to its end.
pub fn unless<T>(is_cancelled: Option<Box<dyn Fn() -> bool>>, job: impl FnOnce() -> T) -> Option<T> {
    let Some(is_cancelled) = is_cancelled else { return Some(job()) };
    let watch = Rc::new(Watch { is_cancelled, next: Cell::new(0), over: Cell::new(false) });
    if watch.is_over(platform::now_ms()) {
        return None;
    }
    let before = WATCH.replace(Some(Rc::clone(&watch)));
    let outcome = job();
    WATCH.replace(before);
    (!watch.over.get()).then_some(outcome)
}

struct Limits {
    /// In milliseconds since 1970.
    end: i64,
    watch: Option<Rc<Watch>>,
}

/// As long as it lives, statements of its connection that run past its end, or are cancelled ([`unless`]), fail with
/// [`super::Error::Timeout`].
pub struct Budget<'c> {
    connection: &'c Connection,
    /// SQLite holds its address.
    _limits: Box<Limits>,
}

impl<'c> Budget<'c> {
    /// A budget of `milliseconds` from now on. None where statements may take as long as they need.
    pub fn start(connection: &'c Connection, milliseconds: Option<u64>) -> Option<Self> {
        let watch = WATCH.with_borrow(Clone::clone);
        if milliseconds.is_none() && watch.is_none() {
            return None;
        }
        let end = platform::now_ms().saturating_add_unsigned(milliseconds.unwrap_or(u64::MAX));
        let limits = Box::new(Limits { end, watch });
        let address = std::ptr::from_ref(&*limits).cast_mut().cast();
        // SAFETY: `limits` stays where it is until `drop` has taken the callback away.
        unsafe { ffi::sqlite3_progress_handler(connection.handle(), STRIDE, Some(is_over), address) };
        Some(Self { connection, _limits: limits })
    }
}

impl Drop for Budget<'_> {
    fn drop(&mut self) {
        // SAFETY: without a callback there is nothing to keep alive.
        unsafe { ffi::sqlite3_progress_handler(self.connection.handle(), 0, None, std::ptr::null_mut()) };
    }
}

unsafe extern "C" fn is_over(limits: *mut c_void) -> c_int {
    // SAFETY: the address of the budget's limits, see `start`.
    let limits = unsafe { &*limits.cast::<Limits>() };
    let now = platform::now_ms();
    c_int::from(now >= limits.end || limits.watch.as_ref().is_some_and(|watch| watch.is_over(now)))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    /// More than anyone waits for.
    const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

    fn count(connection: &Connection, sql: &str) -> rusqlite::Result<i64> {
        let _budget = Budget::start(connection, None);
        connection.query_row(sql, [], |row| row.get(0))
    }

    #[test]
    fn a_statement_is_broken_off_when_nobody_waits_any_more_and_others_go_on() {
        let connection = Connection::open_in_memory().unwrap();
        let asked = Rc::new(Cell::new(0));
        let counted = Rc::clone(&asked);
        let is_cancelled = move || {
            counted.set(counted.get() + 1);
            counted.get() > 2
        };
        assert!(unless(Some(Box::new(is_cancelled)), || count(&connection, ENDLESS)).is_none());
        assert_eq!(asked.get(), 3);
        assert_eq!(unless(Some(Box::new(|| false)), || count(&connection, "SELECT 7")), Some(Ok(7)));
        assert_eq!(count(&connection, "SELECT 8"), Ok(8));
    }

    #[test]
    fn what_was_cancelled_before_is_not_begun() {
        assert_eq!(unless(Some(Box::new(|| true)), || panic!("it is begun")), None::<()>);
    }
}
