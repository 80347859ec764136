//! What the module asks of the page that loaded it: errors to reject with, and turns of the microtask queue.
//!
//! Of a panic it hears by the trap, which is all that the release makes of one (`scripts/build/wasm.mjs`).

use crate::platform::tasks;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The object that `www/core.mjs` hands to [`start`].
    pub type Host;

    /// Asks for a call of `runTasks` after the running JavaScript.
    #[wasm_bindgen(method)]
    fn schedule(this: &Host);

    #[wasm_bindgen(method)]
    fn error(this: &Host, code: &str, message: &str, cause: &JsValue) -> JsValue;

    #[wasm_bindgen(method)]
    fn refusal(this: &Host, code: &str, message: &str, answer: &JsValue) -> JsValue;
}

thread_local! {
    static HOST: RefCell<Option<Host>> = const { RefCell::new(None) };
}

/// Connects the module with its page. Called once, before anything else.
#[wasm_bindgen]
pub fn start(host: Host) {
    HOST.with(|slot| slot.replace(Some(host)));
    tasks::attend(|| {
        with(Host::schedule);
    });
}

/// A JavaScript error of the page's own class.
pub(super) fn error(code: &str, message: &str, cause: &JsValue) -> JsValue {
    with(|host| host.error(code, message, cause)).unwrap_or_else(|| js_sys::Error::new(message).into())
}

/// A JavaScript error that holds a backend's `answer`.
pub(super) fn refusal(code: &str, message: &str, answer: &JsValue) -> JsValue {
    with(|host| host.refusal(code, message, answer)).unwrap_or_else(|| js_sys::Error::new(message).into())
}

fn with<T>(job: impl FnOnce(&Host) -> T) -> Option<T> {
    HOST.with(|slot| slot.try_borrow().ok().and_then(|host| host.as_ref().map(job)))
}
