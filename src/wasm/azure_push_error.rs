//! A change that the backend would not take, for JavaScript.

use super::azure_store::dates_of;
use super::failure::Failure;
use super::host;
use super::task::promise;
use crate::remote::azure::{AzureBackend, Error, Table, Tables};
use crate::sync::{self, Action, PushError};
use js_sys::Promise;
use std::future::Future;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// A change that the backend would not take, and what may be done about it. Records cross as JSON text: the client's
/// with dates in their stored form, the server's as it sent them, new ones as the text of their cells.
#[wasm_bindgen]
pub struct AzurePushError {
    error: Rc<PushError>,
    backend: Rc<AzureBackend>,
    tables: Tables,
}

impl AzurePushError {
    pub(super) fn new(error: Rc<PushError>, backend: Rc<AzureBackend>, tables: Tables) -> Self {
        Self { error, backend, tables }
    }

    fn table(&self) -> Result<Rc<Table>, Error> {
        self.tables.get(&self.error.key().table)
    }

    fn resolve<F>(&self, job: impl FnOnce(Rc<PushError>) -> F) -> Promise
    where
        F: Future<Output = Result<(), sync::Error>> + 'static,
    {
        let job = job(Rc::clone(&self.error));
        let backend = Rc::clone(&self.backend);
        promise(async move {
            job.await.map_err(|error| Failure::of_sync(error, &backend))?;
            Ok(JsValue::UNDEFINED)
        })
    }
}

#[wasm_bindgen]
impl AzurePushError {
    /// The table.
    #[wasm_bindgen(getter, js_name = tableName)]
    pub fn table_name(&self) -> String {
        self.error.key().table.clone()
    }

    /// `insert`, `update` or `delete`.
    #[wasm_bindgen(getter)]
    pub fn action(&self) -> String {
        self.error.operation().action.as_str().to_owned()
    }

    /// The record's id.
    #[wasm_bindgen(getter, js_name = itemId)]
    pub fn item_id(&self) -> String {
        self.error.key().id.clone()
    }

    /// The names of the table's columns of dates.
    #[wasm_bindgen(getter, js_name = dateColumns)]
    pub fn date_columns(&self) -> Result<Vec<String>, JsValue> {
        Ok(dates_of(self.table().map_err(Failure::from)?.as_ref()))
    }

    /// Whether the record is not as the change expects it.
    #[wasm_bindgen(getter, js_name = isConflict)]
    pub fn is_conflict(&self) -> bool {
        self.error.is_conflict()
    }

    /// Whether it counts as dealt with.
    #[wasm_bindgen(getter, js_name = isHandled)]
    pub fn is_handled(&self) -> bool {
        self.error.is_handled()
    }

    /// Says whether it counts as dealt with.
    #[wasm_bindgen(setter, js_name = isHandled)]
    pub fn set_handled(&self, handled: bool) {
        self.error.set_handled(handled);
    }

    /// The record as it was sent; none for a delete.
    #[wasm_bindgen(js_name = clientRecord)]
    pub fn client_record(&self) -> Result<Option<String>, JsValue> {
        let row = |entry| self.table().and_then(|table| table.row(entry, &[]));
        self.error.client_record().map(row).transpose().map_err(|error| Failure::from(error).into())
    }

    /// The server's record, where it is known.
    #[wasm_bindgen(js_name = serverRecord)]
    pub fn server_record(&self) -> Option<String> {
        self.error.server_record().map(str::to_owned)
    }

    /// The failure as an error.
    pub fn error(&self) -> JsValue {
        let failure = self.error.failure();
        match failure.payload().and_then(|id| self.backend.answer(id)) {
            Some(answer) => Failure::from(answer).into(),
            None => host::error("PUSH_FAILED", failure.message(), &JsValue::UNDEFINED),
        }
    }

    /// Gives the change up and leaves the local record as it is.
    pub fn cancel(&self) -> Promise {
        self.resolve(|error| async move { error.cancel().await })
    }

    /// Gives the change up and removes the local record.
    #[wasm_bindgen(js_name = cancelAndDiscard)]
    pub fn cancel_and_discard(&self) -> Promise {
        self.resolve(|error| async move { error.cancel_and_discard().await })
    }

    /// Gives the change up and lays `record` over the local one.
    #[wasm_bindgen(js_name = cancelAndUpdate)]
    pub fn cancel_and_update(&self, record: Option<String>) -> Promise {
        self.resolve(|error| async move { error.cancel_and_update(record.as_deref()).await })
    }

    /// Lays `record` over the local one, to be pushed in its stead.
    pub fn update(&self, record: Option<String>) -> Promise {
        self.resolve(|error| async move { error.update(record.as_deref()).await })
    }

    /// The backend's record wins.
    #[wasm_bindgen(js_name = takeServer)]
    pub fn take_server(&self) -> Promise {
        self.resolve(|error| async move { error.take_server().await })
    }

    /// The client's record wins, with `record` laid over it where there is one.
    #[wasm_bindgen(js_name = keepClient)]
    pub fn keep_client(&self, record: Option<String>) -> Promise {
        self.resolve(|error| async move { error.keep_client(record.as_deref()).await })
    }

    /// Makes the change another one, of `record` where there is one.
    #[wasm_bindgen(js_name = changeAction)]
    pub fn change_action(&self, action: String, record: Option<String>) -> Promise {
        self.resolve(|error| async move { error.change_action(Action::parse(&action)?, record.as_deref()).await })
    }
}
