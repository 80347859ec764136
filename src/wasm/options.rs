//! What JavaScript says of how a store is opened.

use super::failure::Failure;
use super::fields::{bytes, given, given_text};
use crate::database::{Durability, Key, OpenOptions, Paging};
use wasm_bindgen::JsValue;

/// Reads how the store `name` is to be opened, as `storeOptions` of `www/store-options.mjs` says it.
pub(super) fn read(name: String, options: JsValue) -> Result<OpenOptions, Failure> {
    // Says no value, which may be a passphrase.
    let malformed = || Failure::argument("The store's options are malformed.");
    let durability = match given_text(&options, "durability").ok().flatten().as_deref() {
        Some("strict") => Durability::Strict,
        Some("relaxed") => Durability::Relaxed,
        _ => return Err(malformed()),
    };
    let key = given(&options, "key").ok_or_else(malformed)?;
    let key = match key.as_string().as_deref() {
        Some("device") => Key::Device,
        Some("none") => Key::None,
        _ => own_key(&key)?.ok_or_else(malformed)?,
    };
    Ok(OpenOptions { name, key, durability, paging: Paging::NEVER })
}

/// The key that seals an export: none without a passphrase.
pub(super) fn passphrase(text: Option<String>) -> Result<Key, Failure> {
    match text {
        None => Ok(Key::None),
        Some(text) if text.is_empty() => Err(Failure::argument("The passphrase is empty.")),
        Some(text) => Ok(Key::Passphrase(text)),
    }
}

/// A key of the app's.
fn own_key(key: &JsValue) -> Result<Option<Key>, Failure> {
    if let Ok(Some(text)) = given_text(key, "passphrase") {
        return passphrase(Some(text)).map(Some);
    }
    let Some(bytes) = bytes(key, "bytes") else { return Ok(None) };
    let found = bytes.len();
    let bytes = bytes.try_into();
    Ok(Some(Key::Bytes(bytes.map_err(|_| Failure::argument(format!("A key has 32 bytes, not {found}.")))?)))
}
