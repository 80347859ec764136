//! Requests and transactions as futures, and the browser's exceptions as errors.

use super::super::Durability;
use super::Error;
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, IdbDatabase, IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransaction};

#[wasm_bindgen]
extern "C" {
    /// `IDBDatabase` with the options that web-sys does not know yet.
    #[wasm_bindgen(extends = IdbDatabase)]
    type Transactional;
    #[wasm_bindgen(method, catch)]
    fn transaction(
        this: &Transactional,
        stores: &Array,
        mode: &str,
        options: &Object,
    ) -> Result<IdbTransaction, JsValue>;
    /// `IDBTransaction` with the call that web-sys does not know yet.
    #[wasm_bindgen(extends = IdbTransaction)]
    type Committable;
    #[wasm_bindgen(method, catch)]
    fn commit(this: &Committable) -> Result<(), JsValue>;
}

/// The name of an exception, and what it says.
pub(super) fn told(exception: &JsValue) -> (String, String) {
    let (name, message) = match exception.dyn_ref::<DomException>() {
        Some(exception) => (exception.name(), exception.message()),
        None => match exception.dyn_ref::<js_sys::Error>() {
            Some(error) => (error.name().into(), error.message().into()),
            None => (String::new(), exception.as_string().unwrap_or_default()),
        },
    };
    let told = format!("{name}: {message}");
    (name, told)
}

/// What an exception of IndexedDB's means for a store.
pub(super) fn error(exception: &JsValue) -> Error {
    let (name, told) = told(exception);
    match name.as_str() {
        "QuotaExceededError" => Error::Full,
        // WebKit says UnknownError for "Connection to Indexed Database server lost".
        "InvalidStateError" | "UnknownError" | "AbortError" | "TransactionInactiveError" => Error::Lost(told),
        "SecurityError" | "NotAllowedError" => Error::Refused(told),
        _ => Error::Storage(told),
    }
}

/// An error on its way through a closure that speaks in exceptions.
pub(super) fn thrown(error: Error) -> JsValue {
    js_sys::Error::new(&error.to_string()).into()
}

/// A copy of `bytes` for the browser to keep.
pub(super) fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

/// A value that should be a text.
pub(super) fn text(value: &JsValue) -> Option<String> {
    value.as_string()
}

/// Keys above `number`.
pub(super) fn key_above(number: u64) -> Result<JsValue, Error> {
    let range = IdbKeyRange::lower_bound_with_open(&(number as f64).into(), true);
    range.map(JsValue::from).map_err(|exception| error(&exception))
}

/// When a request is done. No await may lie between the request and this call, or it is missed.
pub(super) async fn settled(request: &IdbRequest) {
    let settled = JsFuture::from(Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    }));
    // Which of the two it was, the request itself says.
    let _ = settled.await;
}

/// The answer to a request in the middle of a transaction. What it was asked at last needs none: see [`found`].
pub(super) async fn answer(request: &IdbRequest) -> Result<JsValue, Error> {
    settled(request).await;
    found(request)
}

/// The answer to a request that is done, as all are once their transaction is over.
pub(super) fn found(request: &IdbRequest) -> Result<JsValue, Error> {
    outcome(request).map_err(|exception| error(&exception))
}

/// As [`found`], with the exception as it is.
pub(super) fn outcome(request: &IdbRequest) -> Result<JsValue, JsValue> {
    match request.error()? {
        None => request.result(),
        Some(exception) => Err(exception.into()),
    }
}

/// Whether a value was not added because its key is taken.
pub(super) fn is_taken(request: &IdbRequest) -> bool {
    matches!(request.error(), Ok(Some(exception)) if exception.name() == "ConstraintError")
}

fn asked(request: Result<IdbRequest, JsValue>) -> Result<IdbRequest, Error> {
    request.map_err(|exception| error(&exception))
}

/// One transaction. What it is asked for is answered in the order of the calls.
pub(super) struct Work {
    transaction: IdbTransaction,
    settled: JsFuture,
}

impl Work {
    pub(super) fn read(database: &IdbDatabase, stores: &[&str]) -> Result<Self, Error> {
        Self::begin(database, stores, "readonly", &Object::new())
    }

    pub(super) fn write(database: &IdbDatabase, stores: &[&str], durability: Durability) -> Result<Self, Error> {
        let options = Object::new();
        let asked = match durability {
            Durability::Strict => "strict",
            Durability::Relaxed => "relaxed",
        };
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&options, &"durability".into(), &asked.into());
        Self::begin(database, stores, "readwrite", &options)
    }

    fn begin(database: &IdbDatabase, stores: &[&str], mode: &str, options: &Object) -> Result<Self, Error> {
        let names: Array = stores.iter().map(|&name| JsValue::from(name)).collect();
        let database: &Transactional = database.unchecked_ref();
        let transaction = database.transaction(&names, mode, options).map_err(|exception| error(&exception))?;
        let settled = JsFuture::from(Promise::new(&mut |resolve, reject| {
            transaction.set_oncomplete(Some(&resolve));
            transaction.set_onabort(Some(&reject));
        }));
        Ok(Self { transaction, settled })
    }

    fn store(&self, name: &str) -> Result<IdbObjectStore, JsValue> {
        self.transaction.object_store(name)
    }

    /// Asks for one value.
    pub(super) fn get(&self, store: &str, key: &str) -> Result<IdbRequest, Error> {
        asked(self.store(store).and_then(|store| store.get(&key.into())))
    }

    /// Asks for the value under a number.
    pub(super) fn get_numbered(&self, store: &str, key: u32) -> Result<IdbRequest, Error> {
        asked(self.store(store).and_then(|store| store.get(&key.into())))
    }

    /// Asks for all keys and all values in a range.
    pub(super) fn get_all(&self, store: &str, range: &JsValue) -> Result<(IdbRequest, IdbRequest), Error> {
        let keys = asked(self.store(store).and_then(|store| store.get_all_keys_with_key(range)))?;
        let values = asked(self.store(store).and_then(|store| store.get_all_with_key(range)))?;
        Ok((keys, values))
    }

    /// Asks how many keys lie in a range.
    pub(super) fn count(&self, store: &str, range: &JsValue) -> Result<IdbRequest, Error> {
        asked(self.store(store).and_then(|store| store.count_with_key(range)))
    }

    /// Asks to put a value under a key that must be free: else the transaction aborts.
    pub(super) fn add(&self, store: &str, key: &JsValue, value: &JsValue) -> Result<IdbRequest, Error> {
        asked(self.store(store).and_then(|store| store.add_with_key(value, key)))
    }

    pub(super) fn put(&self, store: &str, key: &JsValue, value: &JsValue) -> Result<(), JsValue> {
        self.store(store)?.put_with_key(value, key).map(drop)
    }

    pub(super) fn delete(&self, store: &str, key: &JsValue) -> Result<(), JsValue> {
        self.store(store)?.delete(key).map(drop)
    }

    pub(super) fn clear(&self, store: &str) -> Result<(), JsValue> {
        self.store(store)?.clear().map(drop)
    }

    /// Says that no more requests come, and waits until the transaction is complete. In Firefox it is that even though
    /// a request failed which had no answer yet: look whether each that matters was [`found`].
    pub(super) async fn finish(self) -> Result<(), Error> {
        // It would complete by itself, a little later; where the call is missing (Safari before 15), it does.
        let committable: &Committable = self.transaction.unchecked_ref();
        let _ = committable.commit();
        self.done().await
    }

    /// Waits until the transaction is complete.
    pub(super) async fn done(self) -> Result<(), Error> {
        match self.settled.await {
            Ok(_) => Ok(()),
            Err(_) => Err(match self.transaction.error() {
                Some(exception) => error(&exception),
                None => Error::Lost("a transaction was aborted".into()),
            }),
        }
    }

    /// Undoes the transaction and waits until that is done.
    pub(super) async fn abort(self) {
        // It may have aborted by itself already, which is what is wanted.
        let _ = self.transaction.abort();
        let _ = self.settled.await;
    }
}
