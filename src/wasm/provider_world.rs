//! The page around a connection to a provider: its clock, its network, who asks, and what the app says of a conflict.

use crate::json;
use crate::remote::provider::Credentials;
use crate::remote::transport;
use crate::soup;
use crate::sync::{Pace, PushError, PushHandler};
use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::{Array, Promise};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// What `www/providers/world.mjs` makes of what an app says.
    pub type JsWorld;

    #[wasm_bindgen(method)]
    fn now(this: &JsWorld) -> f64;

    #[wasm_bindgen(method)]
    fn sleep(this: &JsWorld, milliseconds: f64) -> Promise;

    #[wasm_bindgen(method)]
    fn random(this: &JsWorld) -> f64;

    #[wasm_bindgen(method)]
    fn online(this: &JsWorld) -> bool;

    /// Never rejects.
    #[wasm_bindgen(method)]
    fn probe(this: &JsWorld) -> Promise;

    /// A promise of pairs of names and values.
    #[wasm_bindgen(method)]
    fn credentials(this: &JsWorld, expired: bool) -> Promise;

    /// A promise of `"server"`, `"client"`, the JSON text of a record, or undefined.
    #[wasm_bindgen(method, js_name = onConflict)]
    fn on_conflict(this: &JsWorld, conflict: String) -> Promise;

    /// Told of the status as JSON text. Never throws.
    #[wasm_bindgen(method, js_name = onStatus)]
    pub fn on_status(this: &JsWorld, status: String);
}

/// The page, as the rooms below ask of it.
#[derive(Clone)]
pub(super) struct World(pub(super) Rc<JsWorld>);

impl Pace for World {
    fn now(&self) -> i64 {
        self.0.now() as i64
    }

    fn sleep(&self, milliseconds: u64) -> LocalBoxFuture<'static, ()> {
        JsFuture::from(self.0.sleep(milliseconds as f64)).map(drop).boxed_local()
    }

    fn random(&self) -> f64 {
        self.0.random()
    }

    fn online(&self) -> bool {
        self.0.online()
    }

    fn probe(&self) -> LocalBoxFuture<'_, bool> {
        JsFuture::from(self.0.probe()).map(|answer| answer.is_ok_and(|answer| answer.is_truthy())).boxed_local()
    }
}

impl Credentials for World {
    fn headers(&self, expired: bool) -> LocalBoxFuture<'_, Result<Vec<(String, String)>, transport::Error>> {
        let pairs = JsFuture::from(self.0.credentials(expired));
        async move {
            // Not what JavaScript said: that might hold a token.
            let refused = || transport::Error::Invalid("the app gave no credentials for it".to_owned());
            let pairs = Array::from(&pairs.await.map_err(|_| refused())?);
            let pair = |pair: JsValue| {
                let pair = Array::from(&pair);
                pair.get(0).as_string().zip(pair.get(1).as_string()).ok_or_else(refused)
            };
            pairs.iter().map(pair).collect()
        }
        .boxed_local()
    }
}

impl PushHandler for World {
    fn on_conflict<'h>(&'h self, error: Rc<PushError>) -> LocalBoxFuture<'h, ()> {
        async move {
            let Ok(said) = JsFuture::from(self.0.on_conflict(conflict_json(&error))).await else { return };
            // A resolution that fails leaves the conflict unhandled, and it is set aside.
            let _ = match said.as_string().as_deref() {
                None => return,
                Some("server") => error.take_server().await,
                Some("client") => error.keep_client(None).await,
                Some(record) => error.keep_client(Some(record)).await,
            };
        }
        .boxed_local()
    }

    fn on_error<'h>(&'h self, _: Rc<PushError>) -> LocalBoxFuture<'h, ()> {
        std::future::ready(()).boxed_local()
    }
}

fn conflict_json(error: &PushError) -> String {
    let record =
        |text: Option<&str>| text.and_then(|text| soup::content(text).ok()).unwrap_or_else(|| "null".to_owned());
    let base = error.base_record().ok().flatten();
    let key = error.key();
    json::object(
        [
            ("soup", json::quoted(&key.table)),
            ("id", json::quoted(&key.id)),
            ("action", json::quoted(error.operation().action.as_str())),
            ("mine", record(error.client_record())),
            ("theirs", record(error.server_record())),
            ("base", record(base.as_deref())),
            ("message", json::quoted(error.failure().message())),
        ]
        .into_iter(),
    )
}
