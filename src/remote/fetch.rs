//! HTTP through the browser's fetch, with gloo-net's types.
//!
//! The two calls that answer with promises are made here and not by gloo-net: it panics when fetch, which apps and
//! their tests replace, gives or throws anything but its own realm's `Response` and `Error`.

use super::transport::{Error, Headers, Request, Response, Transport};
use futures::future::{Either, FutureExt, LocalBoxFuture, select};
use js_sys::{Function, Promise, Uint8Array};
use std::pin::pin;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestCache, RequestInit};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = fetch)]
    fn fetch(request: &web_sys::Request) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(job: &Function, milliseconds: u32) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

/// How long a server may take before a request is given up, when nothing else is said: 100 s, as in .NET's client.
pub const DEFAULT_TIMEOUT: u32 = 100_000;

/// Sends each request by fetch. A request whose future is dropped is aborted.
#[derive(Debug, Clone, Copy)]
pub struct Fetch {
    /// How long a server may take, in milliseconds.
    pub timeout: u32,
}

impl Default for Fetch {
    fn default() -> Self {
        Self { timeout: DEFAULT_TIMEOUT }
    }
}

impl Transport for Fetch {
    fn send(&self, request: Request) -> LocalBoxFuture<'static, Result<Response, Error>> {
        let timeout = self.timeout;
        async move {
            let flight = Flight::start(timeout).map_err(invalid)?;
            let answer = pin!(exchange(request, &flight.controller));
            match select(answer, pin!(JsFuture::from(flight.deadline.clone()))).await {
                Either::Left((answer, _)) => answer,
                Either::Right(_) => Err(Error::TimedOut(timeout)),
            }
        }
        .boxed_local()
    }
}

/// A request under way; its drop ends both the request and its timer.
struct Flight {
    controller: AbortController,
    deadline: Promise,
    timer: JsValue,
}

impl Flight {
    fn start(timeout: u32) -> Result<Self, JsValue> {
        let controller = AbortController::new()?;
        let mut timer = JsValue::UNDEFINED;
        let deadline = Promise::new(&mut |resolve, _| timer = set_timeout(&resolve, timeout));
        Ok(Self { controller, deadline, timer })
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        clear_timeout(&self.timer);
        self.controller.abort();
    }
}

async fn exchange(request: Request, controller: &AbortController) -> Result<Response, Error> {
    let request = prepare(&request, controller).map_err(invalid)?;
    let answer = JsFuture::from(fetch(&request).map_err(unreachable)?).await.map_err(unreachable)?;
    let answer: web_sys::Response =
        answer.dyn_into().map_err(|_| Error::Invalid("fetch gave something that is no Response".to_owned()))?;
    let body = JsFuture::from(answer.array_buffer().map_err(unreachable)?).await.map_err(unreachable)?;
    let answer = gloo_net::http::Response::from(answer);
    Ok(Response {
        status: answer.status(),
        status_text: answer.status_text(),
        headers: answer.headers().entries().collect::<Headers>(),
        body: text(Uint8Array::new(&body).to_vec()),
    })
}

fn prepare(request: &Request, controller: &AbortController) -> Result<web_sys::Request, JsValue> {
    let headers = web_sys::Headers::new()?;
    for (name, value) in request.headers.iter() {
        headers.set(name, value)?;
    }
    let options = RequestInit::new();
    options.set_method(request.method.name());
    options.set_headers(&headers);
    options.set_signal(Some(&controller.signal()));
    // What a cache answers may be older than what was pulled before.
    options.set_cache(RequestCache::NoStore);
    if let Some(body) = &request.body {
        options.set_body(&body.as_str().into());
    }
    web_sys::Request::new_with_str_and_init(&request.url, &options)
}

/// The body as text: UTF-8, as JSON is by its standard, without a byte order mark.
fn text(bytes: Vec<u8>) -> String {
    let text = String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

fn invalid(_: JsValue) -> Error {
    // Not what JavaScript said: it quotes header values.
    Error::Invalid("its address or one of its headers has characters that HTTP does not allow".to_owned())
}

fn unreachable(_: JsValue) -> Error {
    Error::Unreachable
}
