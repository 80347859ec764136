//! Requests and answers as they cross: for an app's filters, which stand between the protocol and the network.

use super::failure::Failure;
use super::fields;
use super::signal::until;
use super::task::promise;
use crate::foreign::Foreign;
use crate::remote::fetch::Fetch;
use crate::remote::transport::{Error, Method, Request, Response, Transport};
use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::{Function, Promise};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};

/// A request as `www/windows-azure/http.mjs` knows it.
fn request_to_js(request: &Request) -> JsValue {
    fields::object([
        ("method", request.method.name().into()),
        ("url", request.url.as_str().into()),
        ("headers", fields::array_of(request.headers.iter())),
        ("body", request.body.as_deref().map_or(JsValue::UNDEFINED, JsValue::from)),
    ])
}

/// Reads such a request.
fn request_of(value: &JsValue) -> Result<Request, Failure> {
    let method = fields::text(value, "method").map_err(Failure::argument)?;
    let known = Method::named(&method);
    let method = known.ok_or_else(|| Error::Invalid(format!("there is no HTTP method {method}")))?;
    let url = fields::text(value, "url").map_err(Failure::argument)?;
    let headers = fields::pairs(value, "headers").map_err(Failure::argument)?.into_iter().collect();
    let body = fields::given_text(value, "body").map_err(Failure::argument)?;
    Ok(Request { method, url, headers, body })
}

/// An answer for JavaScript, as `www/windows-azure/http.mjs` knows it.
pub(super) fn answer(response: &Response) -> JsValue {
    fields::object([
        ("status", response.status.into()),
        ("statusText", response.status_text.as_str().into()),
        ("headers", fields::array_of(response.headers.iter())),
        ("body", response.body.as_str().into()),
    ])
}

/// Reads such an answer; status 0: there was none.
fn response_of(value: &JsValue) -> fields::Read<Response> {
    let status = fields::given_number(value, "status")?.and_then(|status| u16::try_from(status).ok());
    Ok(Response {
        status: status.ok_or("status is not that of an answer")?,
        status_text: fields::text(value, "statusText")?,
        headers: fields::pairs(value, "headers")?.into_iter().collect(),
        body: fields::text(value, "body")?,
    })
}

/// Sends one request: the last link of every chain of filters.
#[wasm_bindgen(js_name = sendHttp)]
pub fn send_http(request: JsValue, timeout: u32, signal: Option<AbortSignal>) -> Promise {
    promise(until(signal, async move {
        let request = request_of(&request)?;
        Ok(answer(&Fetch { timeout }.send(request).await?))
    }))
}

/// Sends requests through the app's filters: `chain(request, signal)` gives a promise of an answer.
pub(super) struct Filters {
    pub(super) chain: Function,
}

impl Transport for Filters {
    fn send(&self, request: Request) -> LocalBoxFuture<'static, Result<Response, Error>> {
        let chain = self.chain.clone();
        async move {
            let flight = Flight(AbortController::new().map_err(foreign)?);
            let request = request_to_js(&request);
            let promise = chain.call2(&JsValue::UNDEFINED, &request, &flight.0.signal()).map_err(foreign)?;
            let answer = JsFuture::from(Promise::resolve(&promise)).await.map_err(foreign)?;
            let answer = response_of(&answer)
                .map_err(|reason| Error::Invalid(format!("a filter's answer is none: {reason}")))?;
            if answer.status == 0 { Err(Error::Unreachable) } else { Ok(answer) }
        }
        .boxed_local()
    }
}

/// A request among the filters; its drop aborts what they have under way.
struct Flight(AbortController);

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What JavaScript of the app's threw.
pub(super) fn foreign(value: JsValue) -> Error {
    if fields::given_text(&value, "code").ok().flatten().as_deref() == Some("TOO_LARGE") {
        return Error::TooLarge;
    }
    let message = value.dyn_ref::<js_sys::Error>().map_or_else(
        || value.as_string().unwrap_or_else(|| "the app's own code failed".to_owned()),
        |error| String::from(error.message()),
    );
    Error::Foreign(Foreign { message, value: Rc::new(value) })
}
