//! Azure's sync context for JavaScript: local changes, push, pull, purge, and what is pending.

use super::azure_client::AzureClient;
use super::azure_push_error::AzurePushError;
use super::azure_store::AzureStore;
use super::failure::Failure;
use super::fields;
use super::signal;
use super::task::promise;
use crate::json;
use crate::remote::azure::{self, AzureBackend, Changes, PullQuery, Query, Tables};
use crate::sync::{
    CancelledRecord, ContextOptions, Force, Home, Operation, OperationId, PullOptions, PullProgress, PushError,
    PushFirst, PushHandler, PushOptions, PushProgress, SyncContext,
};
use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::{Array, Function, Promise};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

#[wasm_bindgen]
extern "C" {
    /// What an app does about changes that the backend would not take, as `www/windows-azure/sync-context.mjs` makes it.
    pub type JsPushHandler;

    #[wasm_bindgen(method, catch, js_name = onConflict)]
    fn on_conflict(this: &JsPushHandler, error: AzurePushError) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = onError)]
    fn on_error(this: &JsPushHandler, error: AzurePushError) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, js_name = onEnd)]
    fn on_end(this: &JsPushHandler, left: Array);
}

/// The handler of one push.
struct Handler {
    app: JsPushHandler,
    backend: Rc<AzureBackend>,
    tables: Tables,
}

impl Handler {
    fn show(&self, error: &Rc<PushError>) -> AzurePushError {
        AzurePushError::new(Rc::clone(error), Rc::clone(&self.backend), self.tables.clone())
    }
}

/// Waits for what an app's handler promised. One that fails has handled nothing.
async fn settled(error: Rc<PushError>, promised: Result<Promise, JsValue>) {
    let failed = match promised {
        Ok(promise) => JsFuture::from(promise).await.is_err(),
        Err(_) => true,
    };
    if failed {
        error.set_handled(false);
    }
}

impl PushHandler for Handler {
    fn on_conflict<'h>(&'h self, error: Rc<PushError>) -> LocalBoxFuture<'h, ()> {
        let shown = self.show(&error);
        settled(error, self.app.on_conflict(shown)).boxed_local()
    }

    fn on_error<'h>(&'h self, error: Rc<PushError>) -> LocalBoxFuture<'h, ()> {
        let shown = self.show(&error);
        settled(error, self.app.on_error(shown)).boxed_local()
    }

    fn on_end(&self, left: &[Rc<PushError>]) {
        self.app.on_end(left.iter().map(|error| JsValue::from(self.show(error))).collect());
    }
}

/// What an app says of a push or a pull.
struct Settings {
    page_size: Option<u32>,
    parallelism: Option<usize>,
    push_first: bool,
    force: bool,
    query_id: Option<String>,
    /// Of a purge of a store of the app's own making: the ids of the records that it found.
    away: Vec<String>,
    /// Of a pull: the time before all, of this device's clock.
    beginning: Option<String>,
}

impl Settings {
    fn read(value: JsValue) -> Result<Self, Failure> {
        Self::of(&value).map_err(Failure::argument)
    }

    fn of(value: &JsValue) -> fields::Read<Self> {
        Ok(Self {
            page_size: fields::given_number(value, "pageSize")?,
            parallelism: fields::given_number(value, "parallelism")?.map(|number| number as usize),
            push_first: fields::truth(value, "pushFirst")?,
            force: fields::truth(value, "force")?,
            query_id: fields::given_text(value, "queryId")?,
            beginning: fields::given_text(value, "beginning")?,
            away: fields::texts(value, "away")?,
        })
    }
}

/// One pending operation, as an app sees it.
fn pending_json(operation: &Operation) -> String {
    let key = &operation.key;
    let text = |text: Option<&str>| text.map_or_else(|| "null".to_owned(), json::quoted);
    json::object(
        [
            ("id", operation.id.0.to_string()),
            ("tableName", json::quoted(&key.table)),
            ("action", json::quoted(operation.action.as_str())),
            ("itemId", json::quoted(&key.id)),
            ("version", text(operation.version.as_deref())),
            ("attempts", operation.attempts.to_string()),
            ("lastError", text(operation.last_error.as_deref())),
        ]
        .into_iter(),
    )
}

/// A sync context over a store.
#[wasm_bindgen]
pub struct AzureContext {
    context: SyncContext,
    backend: Rc<AzureBackend>,
    changes: Changes,
    tables: Tables,
    home: Home,
}

/// Makes a context of `client` over `store`: a promise of an [`AzureContext`].
#[wasm_bindgen(js_name = openAzureContext)]
pub fn open_azure_context(client: &AzureClient, store: &AzureStore) -> Promise {
    let tables = store.tables().clone();
    let backend = Rc::new(AzureBackend::new(client.client(), tables.clone()));
    let (home, turn) = (store.home().clone(), Some(store.turn()));
    let options = ContextOptions { turn, ..ContextOptions::new(store.bindings().clone()) };
    promise(async move {
        let context = SyncContext::initialize(home.clone(), Rc::clone(&backend), options).await?;
        let changes = Changes::new(home.clone(), context.queue().clone());
        Ok(AzureContext { context, backend, changes, tables, home })
    })
}

#[wasm_bindgen]
impl AzureContext {
    /// Adds a record; a promise of its id.
    pub fn insert(&self, table: &str, record: String) -> Promise {
        let (table, changes) = (self.tables.get(table), self.changes.clone());
        promise(async move { Ok(changes.insert(table?, record).await?) })
    }

    /// Changes a record.
    pub fn update(&self, table: &str, record: String) -> Promise {
        let (table, changes) = (self.tables.get(table), self.changes.clone());
        promise(async move { Ok(changes.update(table?, record).await.map(|()| JsValue::UNDEFINED)?) })
    }

    /// Deletes a record.
    pub fn delete(&self, table: &str, record: String) -> Promise {
        let (table, changes) = (self.tables.get(table), self.changes.clone());
        promise(async move { Ok(changes.delete(table?, record).await.map(|()| JsValue::UNDEFINED)?) })
    }

    /// Sends what is pending. The handler is told of the conflicts that nobody handled.
    pub fn push(
        &self,
        handler: JsPushHandler,
        settings: JsValue,
        progress: Option<Function>,
        signal: Option<AbortSignal>,
    ) -> Promise {
        let (context, backend) = (self.context.clone(), Rc::clone(&self.backend));
        let handler = self.handler(handler);
        promise(async move {
            let (abort, _listener) = signal::flag(signal)?;
            let settings = Settings::read(settings)?;
            let usual = PushOptions::default();
            let parallelism = settings.parallelism.unwrap_or(usual.parallelism);
            let progress = progress.map(told_of_push);
            let options = PushOptions { parallelism, progress, abort, ..usual };
            context.push(handler, options).await.map_err(|error| Failure::of_sync(error, &backend))?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Reads what changed at the backend; a promise of how much it was, as JSON text.
    pub fn pull(
        &self,
        query: &str,
        handler: JsPushHandler,
        settings: JsValue,
        progress: Option<Function>,
        signal: Option<AbortSignal>,
    ) -> Promise {
        let (context, backend, tables) = (self.context.clone(), Rc::clone(&self.backend), self.tables.clone());
        let query = Query::parse(query);
        let handler = self.handler(handler);
        promise(async move {
            let (abort, _listener) = signal::flag(signal)?;
            let Settings { page_size, parallelism, push_first, query_id, beginning, .. } = Settings::read(settings)?;
            let query = query?;
            let table = tables.get(&query.table)?;
            let text = PullQuery { beginning, ..PullQuery::of(query, query_id.is_some())? }.to_text();
            let usual = PullOptions::new(&*table.name, text);
            let page_size = page_size.unwrap_or(usual.page_size);
            let progress = progress.map(told_of_pull);
            let options = PullOptions { query_id, page_size, progress, abort: abort.clone(), ..usual };
            let first = PushOptions::default();
            let first = PushOptions { parallelism: parallelism.unwrap_or(first.parallelism), abort, ..first };
            let push_first = if push_first { PushFirst::IfPending(handler, first) } else { PushFirst::Never };
            let report = context.pull(options, push_first).await;
            let report = report.map_err(|error| Failure::of_sync(error, &backend))?;
            Ok(pulled(&report.counts))
        })
    }

    /// Takes records out of the store, without deleting them at the backend.
    pub fn purge(&self, query: &str, settings: JsValue) -> Promise {
        let (context, tables, home) = (self.context.clone(), self.tables.clone(), self.home.clone());
        let query = Query::parse(query);
        promise(async move {
            let Settings { force, query_id, away, .. } = Settings::read(settings)?;
            let force = if force { Force::GiveUp } else { Force::Respect };
            let query = query?;
            let table = tables.get(&query.table)?;
            context.purge(azure::purge(&home, table, query, force, query_id, away).await?).await?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// The pending operations of all tables or of one: a promise of JSON text.
    pub fn pending(&self, table: Option<String>) -> Promise {
        let table = table.map(|name| self.tables.get(&name)).transpose();
        let context = self.context.clone();
        promise(async move {
            let table = table?;
            context.refresh().await?;
            let operations = context.pending(table.as_ref().map(|table| &*table.name))?;
            let pending: Vec<_> = operations.iter().map(pending_json).collect();
            Ok(json::array(&pending))
        })
    }

    /// Cancels a pending operation; its record is kept, restored or discarded.
    pub fn cancel(&self, id: f64, record: &str) -> Promise {
        let record = match record {
            "keep" => Ok(CancelledRecord::Keep),
            "restore" => Ok(CancelledRecord::Restore),
            "discard" => Ok(CancelledRecord::Discard),
            _ => Err(Failure::argument("A cancelled operation's record is to 'keep', 'restore' or 'discard'.")),
        };
        let context = self.context.clone();
        promise(async move {
            context.cancel(OperationId(id as i64), record?).await?;
            Ok(JsValue::UNDEFINED)
        })
    }

    fn handler(&self, app: JsPushHandler) -> Rc<Handler> {
        Rc::new(Handler { app, backend: Rc::clone(&self.backend), tables: self.tables.clone() })
    }
}

fn told_of_push(listener: Function) -> Rc<dyn Fn(PushProgress)> {
    Rc::new(move |PushProgress { pushed, conflicts, pending }| {
        let text = format!(r#"{{"pushed":{pushed},"conflicts":{conflicts},"pending":{pending}}}"#);
        // The listener's own errors are its own affair: `www/windows-azure/sync-context.mjs` sees to them.
        let _ = listener.call1(&JsValue::UNDEFINED, &text.into());
    })
}

fn told_of_pull(listener: Function) -> Rc<dyn Fn(PullProgress)> {
    Rc::new(move |progress| {
        let _ = listener.call1(&JsValue::UNDEFINED, &pulled(&progress).into());
    })
}

fn pulled(progress: &PullProgress) -> String {
    let PullProgress { requests, stored, removed, passed_over, .. } = progress;
    format!(r#"{{"requests":{requests},"stored":{stored},"removed":{removed},"passedOver":{passed_over}}}"#)
}
