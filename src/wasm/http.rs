//! Requests and answers as they cross: for an app's filters, which stand between the protocol and the network.

use super::failure::Failure;
use super::signal::until;
use super::task::promise;
use crate::foreign::Foreign;
use crate::remote::fetch::Fetch;
use crate::remote::transport::{Error, Headers, Method, Request, Response, Transport};
use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::{Function, Promise};
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};

/// A request as `www/windows-azure/http.mjs` knows it.
#[derive(Serialize, Deserialize)]
struct JsRequest {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

/// An answer as `www/windows-azure/http.mjs` knows it; status 0: there was none.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsAnswer {
    status: u16,
    status_text: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl From<Request> for JsRequest {
    fn from(request: Request) -> Self {
        Self {
            method: request.method.name().to_owned(),
            url: request.url,
            headers: pairs(&request.headers),
            body: request.body,
        }
    }
}

impl TryFrom<JsRequest> for Request {
    type Error = Error;
    fn try_from(request: JsRequest) -> Result<Self, Error> {
        let method = Method::named(&request.method)
            .ok_or_else(|| Error::Invalid(format!("there is no HTTP method {}", request.method)))?;
        let headers = request.headers.into_iter().collect();
        Ok(Self { method, url: request.url, headers, body: request.body })
    }
}

fn pairs(headers: &Headers) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// An answer for JavaScript.
pub(super) fn answer(response: Response) -> Result<JsValue, Failure> {
    let Response { status, status_text, headers, body } = response;
    to_js(&JsAnswer { status, status_text, headers: pairs(&headers), body })
}

fn to_js<T: Serialize>(value: &T) -> Result<JsValue, Failure> {
    serde_wasm_bindgen::to_value(value).map_err(|error| Failure::argument(error.to_string()))
}

/// Sends one request: the last link of every chain of filters.
#[wasm_bindgen(js_name = sendHttp)]
pub fn send_http(request: JsValue, timeout: u32, signal: Option<AbortSignal>) -> Promise {
    promise(until(signal, async move {
        let request: JsRequest =
            serde_wasm_bindgen::from_value(request).map_err(|error| Failure::argument(error.to_string()))?;
        let request = Request::try_from(request)?;
        answer(Fetch { timeout }.send(request).await?)
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
            let request = serde_wasm_bindgen::to_value(&JsRequest::from(request))
                .map_err(|error| Error::Invalid(error.to_string()))?;
            let promise = chain.call2(&JsValue::UNDEFINED, &request, &flight.0.signal()).map_err(foreign)?;
            let answer = JsFuture::from(Promise::resolve(&promise)).await.map_err(foreign)?;
            let answer: JsAnswer = serde_wasm_bindgen::from_value(answer)
                .map_err(|error| Error::Invalid(format!("a filter's answer is none: {error}")))?;
            if answer.status == 0 {
                return Err(Error::Unreachable);
            }
            let headers = answer.headers.into_iter().collect();
            Ok(Response { status: answer.status, status_text: answer.status_text, headers, body: answer.body })
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

fn foreign(value: JsValue) -> Error {
    let message = value.dyn_ref::<js_sys::Error>().map_or_else(
        || value.as_string().unwrap_or_else(|| "a filter failed".to_owned()),
        |error| String::from(error.message()),
    );
    Error::Foreign(Foreign { message, value: Rc::new(value) })
}
