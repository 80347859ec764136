//! Ends a call when the app says so.

use super::failure::Failure;
use crate::remote::transport;
use futures::future::{Either, select};
use js_sys::{Function, Promise};
use std::future::Future;
use std::pin::pin;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

/// Runs `job` until `signal`, if there is one, is aborted; then drops it, which ends what it has under way.
pub(super) async fn until<T>(
    signal: Option<AbortSignal>,
    job: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let Some(signal) = signal else { return job.await };
    if signal.aborted() {
        return Err(transport::Error::Cancelled.into());
    }
    let abort = Abort::of(&signal)?;
    match select(pin!(job), pin!(JsFuture::from(abort.happens.clone()))).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(_) => Err(transport::Error::Cancelled.into()),
    }
}

/// A listener for the abort of a signal, which may outlive many calls; so its drop takes the listener away.
struct Abort {
    signal: AbortSignal,
    happens: Promise,
    listener: Function,
}

impl Abort {
    fn of(signal: &AbortSignal) -> Result<Self, Failure> {
        let mut listener = Function::default();
        let happens = Promise::new(&mut |resolve, _| listener = resolve);
        signal
            .add_event_listener_with_callback("abort", &listener)
            .map_err(|error: JsValue| Failure::Foreign(error))?;
        Ok(Self { signal: signal.clone(), happens, listener })
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        // Nothing to be done, nor lost, should an engine refuse.
        let _ = self.signal.remove_event_listener_with_callback("abort", &self.listener);
    }
}
