//! A backend of Azure Mobile Apps for JavaScript: each call sends one request and gives the answer's text.

use super::failure::Failure;
use super::fields;
use super::http::{self, Filters};
use super::signal::until;
use super::task::promise;
use crate::remote::azure::wire::Feature;
use crate::remote::azure::{
    App, Call, Cell, Client, Dialect, Edit, Id, Query, Session, field_text, own_fields, version_of,
};
use crate::remote::fetch::Fetch;
use crate::remote::transport::{self, Method, Response, Transport};
use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::{Function, Promise, Reflect};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

#[wasm_bindgen]
extern "C" {
    /// What says of an app and its user, as `www/windows-azure/backend.mjs` makes it.
    pub type JsSession;

    /// `{ applicationUrl, installationId, clientVersion, token }`, or a promise of it.
    #[wasm_bindgen(method, catch)]
    fn read(this: &JsSession) -> Result<JsValue, JsValue>;
}

impl Session for JsSession {
    fn read(&self) -> LocalBoxFuture<'static, Result<App, transport::Error>> {
        let said = JsSession::read(self);
        async move {
            let said = JsFuture::from(Promise::resolve(&said.map_err(http::foreign)?)).await.map_err(http::foreign)?;
            app_of(&said).map_err(transport::Error::Invalid)
        }
        .boxed_local()
    }
}

fn app_of(said: &JsValue) -> fields::Read<App> {
    Ok(App {
        url: fields::text(said, "applicationUrl")?,
        installation_id: fields::text(said, "installationId")?,
        client_version: fields::text(said, "clientVersion")?,
        token: fields::given_text(said, "token")?,
    })
}

/// What a call may say beside its table and record.
#[derive(Default)]
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
        Self::of(&value).map_err(Failure::argument)
    }

    fn of(value: &JsValue) -> fields::Read<Self> {
        Ok(Self {
            parameters: fields::pairs(value, "parameters")?,
            headers: fields::pairs(value, "headers")?,
            features: fields::texts(value, "features")?,
        })
    }

    fn apply(&self, call: Call) -> Call {
        let call = self.features.iter().filter_map(|code| Feature::coded(code)).fold(call, Call::feature);
        let call = call.parameters(&self.parameters);
        self.headers.iter().fold(call, |call, (name, value)| call.header(name, value))
    }
}

/// A backend as one `MobileServiceClient` sees it. Records cross as JSON text, ids as the text of their cells.
#[wasm_bindgen]
pub struct AzureClient {
    client: Client,
    direct: Client,
}

#[wasm_bindgen]
impl AzureClient {
    /// A backend for `session` of a dialect, or of one to be found out when there is none of that name; `filters` is
    /// `(request, signal) => Promise<answer>` when the app has any.
    #[wasm_bindgen(constructor)]
    pub fn new(session: JsSession, dialect: &str, timeout: u32, filters: Option<Function>) -> Self {
        let dialect = Dialect::named(dialect);
        let session: Rc<dyn Session> = Rc::new(session);
        let fetch: Rc<dyn Transport> = Rc::new(Fetch { timeout });
        let transport = match filters {
            Some(chain) => Rc::new(Filters { chain }) as Rc<dyn Transport>,
            None => Rc::clone(&fetch),
        };
        let client = Client::new(Rc::clone(&session), transport, dialect);
        Self { client, direct: Client::new(session, fetch, dialect) }
    }

    /// Reads a table by query text or by the absolute address of a next page.
    pub fn read(&self, table: &str, query: &str, extras: JsValue, signal: Option<AbortSignal>) -> Promise {
        self.send(Ok(Call::read(table, query)), extras, signal)
    }

    /// Reads a table by a query: by `text`, which says it in OData v2, where the server reads that.
    pub fn query(
        &self,
        table: String,
        text: String,
        query: &str,
        extras: JsValue,
        signal: Option<AbortSignal>,
    ) -> Promise {
        let (client, query) = (self.client.clone(), Query::parse(query));
        promise(until(signal, async move {
            let text = match client.dialect(&table).await? {
                Dialect::MobileApps => text,
                dialect => dialect.options(&query?)?,
            };
            answer(client.send(Extras::read(extras)?.apply(Call::read(&table, &text))).await?)
        }))
    }

    /// Reads one record.
    pub fn lookup(&self, table: &str, id: &str, extras: JsValue, signal: Option<AbortSignal>) -> Promise {
        self.send(key("id", id).map(|id| Call::lookup(table, &id)), extras, signal)
    }

    /// Reads one record as a query of one.
    pub fn refresh(&self, table: &str, id: &str, extras: JsValue, signal: Option<AbortSignal>) -> Promise {
        let call = Cell::parse(id).and_then(|id| Call::refresh(table, &id)).map_err(Failure::from);
        self.send(call, extras, signal)
    }

    /// Adds a record, whose `id`, if it has one, is checked.
    pub fn insert(
        &self,
        table: &str,
        record: String,
        id: Option<String>,
        extras: JsValue,
        signal: Option<AbortSignal>,
    ) -> Promise {
        let checked = id.map(|id| key("id", &id)).transpose();
        self.send(checked.map(|_| Call::insert(table, record)), extras, signal)
    }

    /// Sends the app's fields of a record, to be changed if the backend's still has the record's `version`.
    pub fn update(
        &self,
        table: String,
        record: &str,
        id: &str,
        extras: JsValue,
        signal: Option<AbortSignal>,
    ) -> Promise {
        let edit = key("instance.id", id).and_then(|id| {
            let version = field_text(record, "version")?;
            Ok(Edit { table, id, changes: Some(own_fields(record)?), version })
        });
        self.edit(edit, extras, signal)
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
        let call = key("instance.id", id).map(|id| Call::delete(table, &id, version.as_deref()));
        self.send(call, extras, signal)
    }

    /// Brings a softly deleted record back.
    pub fn undelete(
        &self,
        table: String,
        id: &str,
        version: Option<String>,
        extras: JsValue,
        signal: Option<AbortSignal>,
    ) -> Promise {
        let edit = key("instance.id", id).map(|id| Edit { table, id, changes: None, version });
        self.edit(edit, extras, signal)
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
        let method =
            Method::named(method).ok_or_else(|| Failure::argument(format!("There is no HTTP method {method}.")));
        self.send(method.map(|method| body.into_iter().fold(Call::new(method, address), Call::body)), extras, signal)
    }

    /// Exchanges an identity provider's token for one of the backend's. Around the filters, which may log what passes.
    pub fn login(&self, address: &str, token: String, extras: JsValue) -> Promise {
        let client = self.direct.clone();
        let call = Call::new(Method::Post, address).body(token);
        promise(async move { answer(client.send(Extras::read(extras)?.apply(call)).await?) })
    }

    fn edit(&self, edit: Result<Edit, Failure>, extras: JsValue, signal: Option<AbortSignal>) -> Promise {
        let client = self.client.clone();
        promise(until(signal, async move {
            let extras = Extras::read(extras)?;
            answer(client.edit(&edit?, &|call| extras.apply(call)).await?)
        }))
    }

    fn send(&self, call: Result<Call, Failure>, extras: JsValue, signal: Option<AbortSignal>) -> Promise {
        let client = self.client.clone();
        promise(until(signal, async move {
            let call = Extras::read(extras)?.apply(call?);
            answer(client.send(call).await?)
        }))
    }
}

impl AzureClient {
    pub(super) fn client(&self) -> Client {
        self.client.clone()
    }
}

/// The id in the text of its cell, as addresses have it. `name` says in the error where it was found.
fn key(name: &str, cell: &str) -> Result<String, Failure> {
    Ok(Id::of(name, &Cell::parse(cell)?)?.key().to_owned())
}

/// An answer with the record's version that its entity tag names.
fn answer(response: Response) -> Result<JsValue, Failure> {
    let version = response.headers.get("ETag").map(version_of);
    let answer = http::answer(&response);
    if let Some(version) = version {
        Reflect::set(&answer, &"version".into(), &version.into()).map_err(Failure::Foreign)?;
    }
    Ok(answer)
}
