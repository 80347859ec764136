//! Lets a statement that an app wrote read, and nothing else: SQLite itself asks, while it compiles the statement, for
//! everything that the statement will do. What it reads is told too.

use rusqlite::{Connection, ffi};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ffi::{CStr, c_char, c_int, c_void};

/// What a statement asked for while it was compiled.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The tables that it reads.
    pub tables: BTreeSet<String>,
    /// What it may not have, so that its compilation failed.
    pub refused: Option<String>,
}

/// Functions that reach out of the database. None is compiled in today.
const OUTSIDE: [&str; 6] = ["load_extension", "readfile", "writefile", "edit", "fsdir", "fts3_tokenizer"];

thread_local! {
    /// What the statement that is being compiled asks for; none while SQLite compiles the store's own statements.
    static WATCHED: RefCell<Option<Asked>> = const { RefCell::new(None) };
}

/// Has SQLite ask here about the statements of `connection`. Once for each connection: asking it to ask somebody else
/// would make it compile every statement again.
pub(super) fn install(connection: &Connection) {
    // SAFETY: the callback has no data of its own, so that it may be called as long as the connection lives.
    unsafe { ffi::sqlite3_set_authorizer(connection.handle(), Some(authorize), std::ptr::null_mut()) };
}

/// Runs `compile`, which may compile statements that read. Whatever else they would do makes their compilation fail.
pub fn reading<T>(compile: impl FnOnce() -> T) -> (T, Asked) {
    WATCHED.set(Some(Asked::default()));
    let compiled = compile();
    (compiled, WATCHED.take().unwrap_or_default())
}

unsafe extern "C" fn authorize(
    _data: *mut c_void,
    action: c_int,
    first: *const c_char,
    second: *const c_char,
    _database: *const c_char,
    _trigger: *const c_char,
) -> c_int {
    WATCHED.with_borrow_mut(|watched| {
        let Some(asked) = watched else { return ffi::SQLITE_OK };
        let refused = match action {
            ffi::SQLITE_SELECT | ffi::SQLITE_RECURSIVE => None,
            // SAFETY: SQLite passes texts that end in zero, or null.
            ffi::SQLITE_READ => read(asked, unsafe { text(first) }),
            // SAFETY: as above.
            ffi::SQLITE_FUNCTION => outside(unsafe { text(second) }),
            ffi::SQLITE_PRAGMA => Some("a pragma".to_owned()),
            ffi::SQLITE_ATTACH | ffi::SQLITE_DETACH => Some("another database".to_owned()),
            _ => Some("writing".to_owned()),
        };
        match refused {
            None => ffi::SQLITE_OK,
            refused => {
                asked.refused = refused;
                ffi::SQLITE_DENY
            }
        }
    })
}

/// Notes a table that is read. SQLite's pragmas are tables too, and some of them write.
fn read(asked: &mut Asked, table: String) -> Option<String> {
    if table.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("pragma_")) {
        return Some("a pragma".to_owned());
    }
    asked.tables.insert(table);
    None
}

fn outside(function: String) -> Option<String> {
    let is_outside = OUTSIDE.iter().any(|name| function.eq_ignore_ascii_case(name));
    is_outside.then(|| format!("the function {function}"))
}

/// # Safety
/// `text` is null, or ends in zero.
unsafe fn text(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: the caller's.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}
