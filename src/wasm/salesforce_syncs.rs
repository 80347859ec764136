//! The syncs of a store with a Salesforce org for JavaScript. States cross as JSON text.

use super::failure::Failure;
use super::fields;
use super::http::{self, Filters};
use super::store::Store;
use super::task::promise;
use super::turn::SyncTurn;
use crate::platform::tasks;
use crate::remote::fetch::Fetch;
use crate::remote::salesforce::{Customs, Error, Kind, Org, Rest, Result as Outcome, Session, State, Syncs, Which};
use crate::remote::transport::{self, Transport};
use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::{Function, Promise};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// What `www/mobile-sync/org.mjs` says of an org, its user, and the app's own targets.
    #[derive(Clone)]
    pub type JsOrg;

    /// `{ instanceUrl, apiVersion, token }`, or a promise of it.
    #[wasm_bindgen(method, catch)]
    fn read(this: &JsOrg) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn renew(this: &JsOrg, refused: Option<String>) -> Result<JsValue, JsValue>;

    /// `{ names }`, or a promise of it.
    #[wasm_bindgen(method, catch)]
    fn targets(this: &JsOrg) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = callTarget)]
    fn call_target(this: &JsOrg, name: &str, method: &str, arguments: &str) -> Result<JsValue, JsValue>;
}

/// What the page said, at once or with a promise.
async fn said(said: Result<JsValue, JsValue>) -> Result<JsValue, transport::Error> {
    JsFuture::from(Promise::resolve(&said.map_err(http::foreign)?)).await.map_err(http::foreign)
}

impl Session for JsOrg {
    fn read(&self) -> LocalBoxFuture<'static, Result<Org, transport::Error>> {
        let org = JsOrg::read(self);
        async move { org_of(&said(org).await?).map_err(transport::Error::Invalid) }.boxed_local()
    }

    fn renew(&self, refused: Option<String>) -> LocalBoxFuture<'static, Result<bool, transport::Error>> {
        let renewed = JsOrg::renew(self, refused);
        async move { Ok(said(renewed).await?.is_truthy()) }.boxed_local()
    }
}

fn org_of(said: &JsValue) -> fields::Read<Org> {
    Ok(Org {
        instance_url: fields::text(said, "instanceUrl")?,
        api_version: fields::text(said, "apiVersion")?,
        token: fields::given_text(said, "token")?,
    })
}

impl Customs for JsOrg {
    fn names(&self) -> LocalBoxFuture<'static, Outcome<Vec<String>>> {
        let targets = JsOrg::targets(self);
        async move { fields::texts(&said(targets).await?, "names").map_err(Error::Target) }.boxed_local()
    }

    fn call(&self, name: &str, method: &str, arguments: String) -> LocalBoxFuture<'static, Outcome<String>> {
        let answer = self.call_target(name, method, &arguments);
        async move { Ok(said(answer).await?.as_string().unwrap_or_else(|| "null".to_owned())) }.boxed_local()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Database(error) => error.into(),
            Error::Foreign(foreign) => foreign.into(),
            error => Self::Own { code: error.code(), message: error.to_string() },
        }
    }
}

/// The syncs of a store.
#[wasm_bindgen]
pub struct SalesforceSyncs {
    syncs: Syncs,
}

/// The syncs of `store` with `org`; `chain` is `(request, signal) => Promise<answer>` when it is not fetch that carries
/// requests. A promise of a [`SalesforceSyncs`].
#[wasm_bindgen(js_name = openSalesforceSyncs)]
pub fn open_salesforce_syncs(store: &Store, org: JsOrg, timeout: u32, chain: Option<Function>) -> Promise {
    let (database, turn) = (store.database(), SyncTurn::at(store.name()));
    promise(async move {
        let transport = match chain {
            Some(chain) => Rc::new(Filters { chain }) as Rc<dyn Transport>,
            None => Rc::new(Fetch { timeout }),
        };
        let rest = Rest::new(Rc::new(org.clone()), transport);
        Ok(SalesforceSyncs { syncs: Syncs::open(database, rest, Rc::new(org), Some(Rc::new(turn))).await? })
    })
}

/// Which sync a number or a name means.
fn which(value: &JsValue) -> Result<Which, Failure> {
    match (value.as_f64(), value.as_string()) {
        (Some(id), _) => Ok(Which::Id(id as i64)),
        (_, Some(name)) => Ok(Which::Name(name)),
        _ => Err(Failure::argument("A sync is named by its id, a number, or its name, a string.")),
    }
}

#[wasm_bindgen]
impl SalesforceSyncs {
    /// Makes a sync, down or up, that has not run; a promise of its state.
    pub fn create(&self, down: bool, target: String, soup: String, options: String, name: Option<String>) -> Promise {
        let (syncs, kind) = (self.syncs.clone(), if down { Kind::Down } else { Kind::Up });
        promise(async move {
            let state = syncs.create(kind, &target, &soup, &options, name.as_deref()).await?;
            Ok(state.text())
        })
    }

    /// Starts a sync; a promise of its state when it has begun. From then on `tell` gets its states.
    pub fn start(&self, sync: JsValue, tell: Function) -> Promise {
        let syncs = self.syncs.clone();
        promise(async move {
            let begun = syncs.begin(which(&sync)?).await?;
            let text = begun.state.text();
            tasks::spawn(async move {
                let tell = |state: &State| {
                    // What the app's listeners throw is theirs.
                    let _ = tell.call1(&JsValue::UNDEFINED, &state.text().into());
                };
                syncs.run(begun, &tell).await;
            });
            Ok(text)
        })
    }

    /// How a sync stands, if there is one: a promise of its JSON text.
    pub fn status(&self, sync: JsValue) -> Promise {
        let syncs = self.syncs.clone();
        promise(async move { Ok(syncs.status(&which(&sync)?).await?.map(|state| state.text())) })
    }

    /// Forgets a sync.
    #[wasm_bindgen(js_name = deleteSync)]
    pub fn delete_sync(&self, sync: JsValue) -> Promise {
        let syncs = self.syncs.clone();
        promise(async move {
            syncs.delete(which(&sync)?).await?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Asks a sync to stop, or all.
    pub fn stop(&self, sync: Option<f64>) {
        match sync {
            Some(id) => self.syncs.stop(id as i64),
            None => self.syncs.stop_all(),
        }
    }

    /// Takes away the records that a sync has no more; a promise of how many.
    #[wasm_bindgen(js_name = cleanGhosts)]
    pub fn clean_ghosts(&self, sync: JsValue) -> Promise {
        let syncs = self.syncs.clone();
        promise(async move { Ok(syncs.clean_ghosts(which(&sync)?).await? as f64) })
    }

    /// Says of syncs that broke off with their page that they are stopped.
    pub fn recover(&self) -> Promise {
        let syncs = self.syncs.clone();
        promise(async move {
            syncs.recover().await?;
            Ok(JsValue::UNDEFINED)
        })
    }
}
