//! Soups that are connected to a provider, for JavaScript: pulls, the queue that drains by itself, and what is left in
//! it.

use super::failure::Failure;
use super::fields;
use super::http::Filters;
use super::provider_world::{JsWorld, World};
use super::signal;
use super::store::Store;
use super::task::promise;
use super::turn::SyncTurn;
use crate::database::{Subscription, Transaction};
use crate::json;
use crate::platform::tasks;
use crate::remote::odata::{self, OdataConfig};
use crate::remote::provider::{Exchange, RecordBackend};
use crate::remote::rest::{self, RestConfig};
use crate::soup::{IndexSpec, IndexType, registry};
use crate::sync::{
    self, Backoff, Binding, Bindings, CancelledRecord, ContextOptions, Drain, DrainOptions, Operation, OperationId,
    Phase, PullOptions, PullProgress, PushFirst, Status, SyncContext, Turn, Winner, bound, queue,
};
use js_sys::{Function, Promise};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

/// Under which name a soup's place in its listing is kept.
const QUERY: &str = "all";

/// Soups that are connected to a provider.
#[wasm_bindgen]
pub struct Connection {
    context: SyncContext,
    drain: Drain,
    soups: Vec<String>,
    database: crate::database::Database,
    subscription: RefCell<Option<Subscription>>,
}

/// Connects soups of `store`, which are made if they are not there, to the service that `config` describes in the terms
/// of `kind`, `rest` or `odata`: a promise of a [`Connection`]. `send` is `(request, signal) => Promise<answer>`.
#[wasm_bindgen(js_name = connectProvider)]
pub fn connect_provider(
    store: &Store,
    kind: &str,
    config: &str,
    send: Function,
    world: JsWorld,
    settings: JsValue,
) -> Promise {
    let world = World(Rc::new(world));
    let backend = describe(kind, config, send, &world);
    let (database, name) = (store.database(), store.name().to_owned());
    promise(async move {
        let backend = Rc::new(backend.map_err(Failure::argument)?);
        let options = drain_options(&settings).map_err(Failure::argument)?;
        let soups = backend.soups();
        let scope = sync::backend::Backend::scope(&*backend).to_owned();
        let (wanted, of) = (soups.clone(), scope.clone());
        database.write(move |tx| bind(tx, &of, &wanted)).await?;
        let bindings = Bindings::by_name("id");
        soups.iter().map(|(soup, key)| binding(soup, key)).for_each(|binding| bindings.bind(binding));
        let turn: Rc<dyn Turn> = Rc::new(SyncTurn::at(&format!("{name}/{scope}")));
        let context = ContextOptions { turn: Some(turn), ..ContextOptions::new(bindings) };
        let context = SyncContext::initialize(database.clone(), backend, context).await?;
        let told = world.clone();
        let listener = move |status: &Status| told.0.on_status(status_json(status));
        let drain = Drain::new(context.clone(), Rc::new(world.clone()), Rc::new(world), options, listener);
        let (running, woken) = (drain.clone(), drain.clone());
        tasks::spawn(async move { running.run().await });
        let subscription = database.subscribe(move |changes| {
            if changes.everything || changes.names.contains(queue::NAME) {
                woken.wake();
            }
        });
        let soups = soups.into_iter().map(|(soup, _)| soup).collect();
        Ok(Connection { context, drain, soups, database, subscription: RefCell::new(Some(subscription)) })
    })
}

fn describe(kind: &str, config: &str, send: Function, world: &World) -> Result<RecordBackend, String> {
    let exchange = |url: &str| Exchange::new(url, Rc::new(Filters { chain: send }), Rc::new(world.clone()));
    match kind {
        "rest" => {
            let config = RestConfig::parse(config)?;
            let exchange = exchange(&config.url)?;
            Ok(rest::connect(config, exchange))
        }
        "odata" => {
            let config = OdataConfig::parse(config)?;
            let exchange = exchange(&config.url)?;
            Ok(odata::connect(config, exchange))
        }
        other => Err(format!("There is no provider {other}; there are rest and odata, or one of your own.")),
    }
}

fn binding(soup: &str, key: &str) -> Binding {
    Binding { table: soup.to_owned(), soup: soup.to_owned(), id_path: key.to_owned() }
}

fn bind(tx: &Transaction<'_>, scope: &str, soups: &[(String, String)]) -> Result<(), sync::Error> {
    soups.iter().try_for_each(|(soup, key)| {
        if !registry::exists(tx, soup)? {
            registry::register(tx, soup, &[IndexSpec::new(key.as_str(), IndexType::String)])?;
        }
        bound::bind(tx, scope, &binding(soup, key))
    })
}

fn drain_options(settings: &JsValue) -> fields::Read<DrainOptions> {
    let usual = DrainOptions::default();
    let number =
        |name: &str, usual: u64| Ok::<_, String>(fields::given_number(settings, name)?.map_or(usual, u64::from));
    let backoff = Backoff {
        first: number("firstWait", usual.backoff.first)?,
        longest: number("longestWait", usual.backoff.longest)?,
    };
    let attempts = fields::given_number(settings, "attempts")?.unwrap_or(usual.attempts);
    Ok(DrainOptions { backoff, attempts, ..usual })
}

/// A failure under the name that says most.
fn shown(error: sync::Error) -> Failure {
    match error.backend() {
        Some(cause) => Failure::Own { code: cause.code, message: error.to_string() },
        None => error.into(),
    }
}

fn status_json(status: &Status) -> String {
    let (phase, retry_at) = match status.phase {
        Phase::Idle => ("idle", None),
        Phase::Sending => ("sending", None),
        Phase::Waiting(until) => ("waiting", Some(until)),
        Phase::Offline => ("offline", None),
        Phase::Paused => ("paused", None),
    };
    let error = status.error.as_deref().map_or_else(|| "null".to_owned(), json::quoted);
    let retry_at = retry_at.map_or_else(|| "null".to_owned(), |at| at.to_string());
    let Status { pending, dead, sent, .. } = status;
    format!(
        r#"{{"state":"{phase}","pending":{pending},"dead":{dead},"sent":{sent},"retryAt":{retry_at},"error":{error}}}"#
    )
}

fn operation_json(operation: &Operation) -> String {
    let text = |text: Option<&str>| text.map_or_else(|| "null".to_owned(), json::quoted);
    json::object(
        [
            ("id", operation.id.0.to_string()),
            ("soup", json::quoted(&operation.key.table)),
            ("record", json::quoted(&operation.key.id)),
            ("action", json::quoted(operation.action.as_str())),
            ("attempts", operation.attempts.to_string()),
            ("dead", operation.dead.to_string()),
            ("error", text(operation.last_error.as_deref())),
        ]
        .into_iter(),
    )
}

fn counts_json(counts: &PullProgress) -> String {
    let PullProgress { requests, stored, removed, passed_over, total } = counts;
    let total = total.map_or_else(|| "null".to_owned(), |total| total.to_string());
    format!(
        r#"{{"requests":{requests},"stored":{stored},"removed":{removed},"passedOver":{passed_over},"total":{total}}}"#
    )
}

#[wasm_bindgen]
impl Connection {
    /// Reads what changed at the provider; a promise of how much it was, as JSON text. `progress` is told the same.
    pub fn pull(
        &self,
        soup: String,
        settings: JsValue,
        progress: Option<Function>,
        signal: Option<AbortSignal>,
    ) -> Promise {
        let (context, known) = (self.context.clone(), self.soups.contains(&soup));
        promise(async move {
            if !known {
                return Err(Failure::argument(format!("The soup {soup} is not among those connected.")));
            }
            let (abort, _listener) = signal::flag(signal)?;
            let page_size = fields::given_number(&settings, "pageSize").map_err(Failure::argument)?.unwrap_or(500);
            let afresh = fields::truth(&settings, "full").map_err(Failure::argument)?;
            let told = progress.map(|listener| -> Rc<dyn Fn(PullProgress)> {
                Rc::new(move |counts| {
                    // What a listener throws is its own affair.
                    let _ = listener.call1(&JsValue::UNDEFINED, &counts_json(&counts).into());
                })
            });
            let usual = PullOptions::new(soup, "");
            let query_id = Some(QUERY.to_owned());
            let options = PullOptions { query_id, page_size, afresh, whole: true, progress: told, abort, ..usual };
            let report = context.pull(options, PushFirst::Never).await.map_err(shown)?;
            Ok(counts_json(&report.counts))
        })
    }

    /// When a pull of a soup came to its end last, in milliseconds of this device's clock.
    #[wasm_bindgen(js_name = pulledAt)]
    pub fn pulled_at(&self, soup: &str) -> Result<Option<f64>, JsValue> {
        let at = self.context.pulled_at(soup).map_err(Failure::from)?;
        Ok(at.map(|milliseconds| milliseconds as f64))
    }

    /// The commands that are queued, the oldest first, those set aside among them: JSON text.
    pub fn pending(&self) -> Result<String, JsValue> {
        let operations = self.context.pending(None).map_err(Failure::from)?;
        Ok(json::array(&operations.iter().map(operation_json).collect::<Vec<_>>()))
    }

    /// How the queue stands: JSON text.
    pub fn status(&self) -> String {
        status_json(&self.drain.status())
    }

    /// Takes a command out of the queue; its record is to `keep`, `restore` or `discard`.
    pub fn cancel(&self, id: f64, record: &str) -> Promise {
        let record = match record {
            "keep" => Ok(CancelledRecord::Keep),
            "restore" => Ok(CancelledRecord::Restore),
            "discard" => Ok(CancelledRecord::Discard),
            _ => Err(Failure::argument("A cancelled command's record is to 'keep', 'restore' or 'discard'.")),
        };
        let context = self.context.clone();
        promise(async move { Ok(context.cancel(OperationId(id as i64), record?).await.map(|()| JsValue::UNDEFINED)?) })
    }

    /// Lets commands that were set aside be sent again: one, or all.
    #[wasm_bindgen(js_name = sendAgain)]
    pub fn send_again(&self, id: Option<f64>) -> Promise {
        let context = self.context.clone();
        let ids = id.map(|id| vec![OperationId(id as i64)]);
        promise(async move { Ok(context.send_again(ids).await.map(|()| JsValue::UNDEFINED)?) })
    }

    /// Settles a conflict that was set aside: the `server` wins, or the `client`.
    pub fn settle(&self, id: f64, winner: &str) -> Promise {
        let winner = match winner {
            "server" => Ok(Winner::Server),
            "client" => Ok(Winner::Client),
            _ => Err(Failure::argument("A conflict is won by the 'server' or by the 'client'.")),
        };
        let context = self.context.clone();
        promise(async move {
            context.settle(OperationId(id as i64), winner?).await.map_err(shown)?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Sends what is queued now; a promise of the status, as JSON text.
    pub fn drain(&self) -> Promise {
        let drain = self.drain.clone();
        promise(async move { Ok(status_json(&drain.drain().await.map_err(shown)?)) })
    }

    /// The network came or went, or the app is shown again.
    #[wasm_bindgen(js_name = lookAgain)]
    pub fn look_again(&self) {
        self.drain.look_again();
    }

    /// Sends nothing until [`Connection::resume`].
    pub fn pause(&self) {
        self.drain.pause();
    }

    /// Goes on after [`Connection::pause`].
    pub fn resume(&self) {
        self.drain.resume();
    }

    /// Ends the draining. The soups stay bound: what changes in them is queued.
    pub fn close(&self) {
        self.drain.close();
        self.subscription.take();
    }

    /// Frees the soups from the provider: what changes in them from then on is queued nowhere.
    pub fn disconnect(&self) -> Promise {
        self.close();
        let (database, soups) = (self.database.clone(), self.soups.clone());
        promise(async move {
            let job = move |tx: &Transaction<'_>| soups.iter().try_for_each(|soup| bound::unbind(tx, soup));
            Ok(database.write(job).await.map(|()| JsValue::UNDEFINED)?)
        })
    }
}
