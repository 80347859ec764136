//! What JavaScript says of how a store is opened.

use super::failure::Failure;
use crate::database::{Durability, Key, OpenOptions};
use serde::Deserialize;
use wasm_bindgen::JsValue;

/// As `storeOptions` of `www/stores.mjs` makes them.
#[derive(Deserialize)]
struct JsOptions {
    key: JsKey,
    durability: JsDurability,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum JsKey {
    Device,
    None,
    Passphrase(String),
    Bytes(Vec<u8>),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum JsDurability {
    Strict,
    Relaxed,
}

/// Reads how the store `name` is to be opened.
pub(super) fn read(name: String, options: JsValue) -> Result<OpenOptions, Failure> {
    // Not what serde says: it may quote the value, which may be a passphrase.
    let options: JsOptions =
        serde_wasm_bindgen::from_value(options).map_err(|_| Failure::argument("The store's options are malformed."))?;
    let durability = match options.durability {
        JsDurability::Strict => Durability::Strict,
        JsDurability::Relaxed => Durability::Relaxed,
    };
    Ok(OpenOptions { name, key: key(options.key)?, durability })
}

/// The key that seals an export: none without a passphrase.
pub(super) fn passphrase(text: Option<String>) -> Result<Key, Failure> {
    text.map_or(Ok(Key::None), |text| key(JsKey::Passphrase(text)))
}

fn key(key: JsKey) -> Result<Key, Failure> {
    Ok(match key {
        JsKey::Device => Key::Device,
        JsKey::None => Key::None,
        JsKey::Passphrase(text) if text.is_empty() => return Err(Failure::argument("The passphrase is empty.")),
        JsKey::Passphrase(text) => Key::Passphrase(text),
        JsKey::Bytes(bytes) => {
            let found = bytes.len();
            let bytes = bytes.try_into();
            Key::Bytes(bytes.map_err(|_| Failure::argument(format!("A key has 32 bytes, not {found}.")))?)
        }
    })
}
