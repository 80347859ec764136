//! Breaks off a statement that runs too long. The module has one thread, so that nothing else can while it runs.

use crate::platform;
use rusqlite::{Connection, ffi};
use std::ffi::{c_int, c_void};

/// How many of its instructions SQLite runs between two looks at the clock: some tenths of a millisecond.
const STRIDE: c_int = 10_000;

/// As long as it lives, statements of its connection that run past its end fail with [`super::Error::Timeout`].
pub struct Budget<'c> {
    connection: &'c Connection,
    /// In milliseconds since 1970. SQLite holds its address.
    _end: Box<i64>,
}

impl<'c> Budget<'c> {
    /// A budget of `milliseconds` from now on; none for statements that may take as long as they need.
    pub fn start(connection: &'c Connection, milliseconds: Option<u64>) -> Option<Self> {
        let end = Box::new(platform::now_ms().saturating_add_unsigned(milliseconds?));
        let address = std::ptr::from_ref(&*end).cast_mut().cast();
        // SAFETY: `end` stays where it is until `drop` has taken the callback away.
        unsafe { ffi::sqlite3_progress_handler(connection.handle(), STRIDE, Some(is_over), address) };
        Some(Self { connection, _end: end })
    }
}

impl Drop for Budget<'_> {
    fn drop(&mut self) {
        // SAFETY: without a callback there is nothing to keep alive.
        unsafe { ffi::sqlite3_progress_handler(self.connection.handle(), 0, None, std::ptr::null_mut()) };
    }
}

unsafe extern "C" fn is_over(end: *mut c_void) -> c_int {
    // SAFETY: the address of the budget's end, see `start`.
    let end = unsafe { *end.cast::<i64>() };
    c_int::from(platform::now_ms() >= end)
}
