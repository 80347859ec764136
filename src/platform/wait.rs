//! Waiting in the middle of what cannot be asynchronous: SQLite asks for a page and goes on when it has it.
//!
//! Natively the thread waits. In a browser nothing may, so that every page is loaded when a store is opened.

#[cfg(not(target_arch = "wasm32"))]
mod native;

#[cfg(not(target_arch = "wasm32"))]
pub use native::{is_possible, until};

/// Whether [`until`] waits.
#[cfg(target_arch = "wasm32")]
pub fn is_possible() -> bool {
    false
}

/// What `work` comes to; none where nothing can wait.
#[cfg(target_arch = "wasm32")]
pub fn until<T>(_work: impl Future<Output = T>) -> Option<T> {
    None
}
