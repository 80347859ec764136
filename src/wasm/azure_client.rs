//! A backend of Azure Mobile Apps for JavaScript: each call sends one request and gives the answer's text.

use super::failure::Failure;
use super::http::{self, Filters};
use super::signal::until;
use super::task::promise;
use crate::remote::azure::wire::Feature;
use crate::remote::azure::{Call, Client, Session};
use crate::remote::fetch::Fetch;
use crate::remote::transport::{Method, Transport};
use js_sys::{Function, Promise};
use serde::Deserialize;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

#[wasm_bindgen]
extern "C" {
    /// What `www/windows-azure/client.mjs` says of an app and its user.
    pub type JsSession;

    #[wasm_bindgen(method, js_name = applicationUrl)]
    fn application_url(this: &JsSession) -> String;

    #[wasm_bindgen(method, js_name = installationId)]
    fn installation_id(this: &JsSession) -> String;

    #[wasm_bindgen(method, js_name = clientVersion)]
    fn client_version(this: &JsSession) -> String;

    #[wasm_bindgen(method)]
    fn token(this: &JsSession) -> Option<String>;
}

impl Session for JsSession {
    fn application_url(&self) -> String {
        JsSession::application_url(self)
    }
    fn installation_id(&self) -> String {
        JsSession::installation_id(self)
    }
    fn client_version(&self) -> String {
        JsSession::client_version(self)
    }
    fn token(&self) -> Option<String> {
        JsSession::token(self)
    }
}

/// What a call may say beside its table and record.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Extras {
    /// Parameters of the app's for the query.
    parameters: Vec<(String, String)>,
    /// Headers of the app's.
    headers: Vec<(String, String)>,
    /// Codes of features.
    features: Vec<String>,
}

impl Extras {
    fn read(value: JsValue) -> Result<Self, Failure> {
        if value.is_undefined() {
            return Ok(Self::default());
        }
        serde_wasm_bindgen::from_value(value).map_err(|error| Failure::argument(error.to_string()))
    }

    fn apply(self, call: Call) -> Call {
        let call = self.features.iter().filter_map(|code| Feature::coded(code)).fold(call, Call::feature);
        let call = call.parameters(&self.parameters);
        self.headers.iter().fold(call, |call, (name, value)| call.header(name, value))
    }
}

/// A backend as one `MobileServiceClient` sees it.
#[wasm_bindgen]
pub struct AzureClient {
    client: Client,
}

#[wasm_bindgen]
impl AzureClient {
    /// A backend for `session`; `filters` is `(request, signal) => Promise<answer>` when the app has any.
    #[wasm_bindgen(constructor)]
    pub fn new(session: JsSession, timeout: u32, filters: Option<Function>) -> Self {
        let transport: Rc<dyn Transport> = match filters {
            Some(chain) => Rc::new(Filters { chain }),
            None => Rc::new(Fetch { timeout }),
        };
        Self { client: Client::new(Rc::new(session), transport) }
    }

    /// Reads a table by query text or by the absolute address of a next page.
    pub fn read(&self, table: &str, query: &str, extras: JsValue, signal: Option<AbortSignal>) -> Promise {
        self.send(Call::read(table, query), extras, signal)
    }

    /// Reads one record.
    pub fn lookup(&self, table: &str, id: &str, extras: JsValue, signal: Option<AbortSignal>) -> Promise {
        self.send(Call::lookup(table, id), extras, signal)
    }

    /// Adds a record, given as JSON text.
    pub fn insert(&self, table: &str, record: String, extras: JsValue, signal: Option<AbortSignal>) -> Promise {
        self.send(Call::insert(table, record), extras, signal)
    }

    /// Changes a record, given as JSON text.
    pub fn update(
        &self,
        table: &str,
        id: &str,
        changes: String,
        version: Option<String>,
        extras: JsValue,
        signal: Option<AbortSignal>,
    ) -> Promise {
        self.send(Call::update(table, id, changes, version.as_deref()), extras, signal)
    }

    /// Deletes a record.
    pub fn delete(
        &self,
        table: &str,
        id: &str,
        version: Option<String>,
        extras: JsValue,
        signal: Option<AbortSignal>,
    ) -> Promise {
        self.send(Call::delete(table, id, version.as_deref()), extras, signal)
    }

    /// Brings a softly deleted record back.
    pub fn undelete(
        &self,
        table: &str,
        id: &str,
        version: Option<String>,
        extras: JsValue,
        signal: Option<AbortSignal>,
    ) -> Promise {
        self.send(Call::undelete(table, id, version.as_deref()), extras, signal)
    }

    /// Calls any address, absolute or below the application's.
    pub fn invoke(
        &self,
        method: &str,
        address: &str,
        body: Option<String>,
        extras: JsValue,
        signal: Option<AbortSignal>,
    ) -> Promise {
        let Some(method) = Method::named(method) else {
            let failure = Failure::argument(format!("There is no HTTP method {method}."));
            return Promise::reject(&failure.into());
        };
        let call = Call::new(method, address);
        self.send(body.into_iter().fold(call, Call::body), extras, signal)
    }

    fn send(&self, call: Call, extras: JsValue, signal: Option<AbortSignal>) -> Promise {
        let client = self.client.clone();
        promise(until(signal, async move {
            let call = Extras::read(extras)?.apply(call);
            http::answer(client.send(call).await?)
        }))
    }
}
