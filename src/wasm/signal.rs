//! Ends a call when the app says so.

use super::failure::Failure;
use crate::remote::transport;
use crate::sync::AbortFlag;
use futures::channel::oneshot;
use futures::future::{Either, select};
use std::future::Future;
use std::pin::pin;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
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
    let (sender, abort) = oneshot::channel();
    let mut sender = Some(sender);
    let _listener = Listener::on(signal, move || {
        // Nobody waits any more when the job is done.
        let _ = sender.take().map(|sender| sender.send(()));
    })?;
    match select(pin!(job), abort).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(_) => Err(transport::Error::Cancelled.into()),
    }
}

/// A flag that is raised when `signal`, if there is one, is aborted, as long as the listener lives.
pub(super) fn flag(signal: Option<AbortSignal>) -> Result<(AbortFlag, Option<Listener>), Failure> {
    let flag = AbortFlag::default();
    let Some(signal) = signal else { return Ok((flag, None)) };
    if signal.aborted() {
        flag.raise();
    }
    let raised = flag.clone();
    let listener = Listener::on(signal, move || raised.raise())?;
    Ok((flag, Some(listener)))
}

/// A listener for the abort of a signal. The signal may outlive many calls, so its drop takes the listener away.
pub(super) struct Listener {
    signal: AbortSignal,
    heard: Closure<dyn FnMut()>,
}

impl Listener {
    fn on(signal: AbortSignal, heard: impl FnMut() + 'static) -> Result<Self, Failure> {
        let heard = Closure::<dyn FnMut()>::new(heard);
        let added = signal.add_event_listener_with_callback("abort", heard.as_ref().unchecked_ref());
        added.map_err(|error: JsValue| Failure::Foreign(error))?;
        Ok(Self { signal, heard })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Nothing to be done, nor lost, should an engine refuse.
        let _ = self.signal.remove_event_listener_with_callback("abort", self.heard.as_ref().unchecked_ref());
    }
}
