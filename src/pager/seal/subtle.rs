//! AES-256-GCM by the browser's WebCrypto: the key is not extractable and never enters this module's memory.

use super::{Error, KEY_BYTES, NONCE, OpenError};
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AesGcmParams, CryptoKey, SubtleCrypto};

/// A WebCrypto key.
pub(in crate::pager) struct Subtle {
    crypto: SubtleCrypto,
    key: CryptoKey,
}

fn crypto() -> Option<SubtleCrypto> {
    let crypto = Reflect::get(&js_sys::global(), &"crypto".into()).ok()?;
    let subtle = Reflect::get(&crypto, &"subtle".into()).ok()?;
    subtle.is_object().then(|| subtle.unchecked_into())
}

/// Whether this page has WebCrypto: secure contexts only.
pub(in crate::pager) fn available() -> bool {
    crypto().is_some()
}

fn failed(error: JsValue) -> Error {
    let message = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    Error::Storage(format!("the browser's cipher failed: {}", message.unwrap_or_default()))
}

fn usages() -> JsValue {
    Array::of2(&"encrypt".into(), &"decrypt".into()).into()
}

fn algorithm(name: &str) -> Object {
    let algorithm = Object::new();
    // Setting a property of a fresh plain object cannot fail.
    let _ = Reflect::set(&algorithm, &"name".into(), &name.into());
    algorithm
}

impl Subtle {
    fn with(key: CryptoKey) -> Result<Self, Error> {
        let crypto = crypto().ok_or_else(|| Error::Refused("this page has no WebCrypto".into()))?;
        Ok(Self { crypto, key })
    }

    /// Takes over a key that was kept in IndexedDB.
    pub(in crate::pager) fn adopt(value: JsValue) -> Option<Self> {
        Self::with(value.dyn_into().ok()?).ok()
    }

    /// A new random key, not extractable.
    pub(in crate::pager) async fn generate() -> Result<Self, Error> {
        let crypto = crypto().ok_or_else(|| Error::Refused("this page has no WebCrypto".into()))?;
        let kind = algorithm("AES-GCM");
        let _ = Reflect::set(&kind, &"length".into(), &256.into());
        let key = crypto.generate_key_with_object(&kind, false, &usages()).map_err(failed)?;
        Self::with(JsFuture::from(key).await.map_err(failed)?.unchecked_into())
    }

    pub(super) async fn import(bytes: &[u8; KEY_BYTES]) -> Result<Self, Error> {
        let crypto = crypto().ok_or_else(|| Error::Refused("this page has no WebCrypto".into()))?;
        let raw = Uint8Array::from(&bytes[..]);
        let key =
            crypto.import_key_with_object("raw", &raw, &algorithm("AES-GCM"), false, &usages()).map_err(failed)?;
        let key = JsFuture::from(key).await.map_err(failed);
        raw.fill(0, 0, KEY_BYTES as u32);
        Self::with(key?.unchecked_into())
    }

    /// PBKDF2 with HMAC-SHA-256, by the browser: many times faster than in this module.
    pub(in crate::pager) async fn derive(passphrase: &str, salt: &[u8], iterations: u32) -> Result<Self, Error> {
        let crypto = crypto().ok_or_else(|| Error::Refused("this page has no WebCrypto".into()))?;
        let raw = Uint8Array::from(passphrase.as_bytes());
        let purpose = Array::of1(&"deriveKey".into());
        let base = crypto.import_key_with_object("raw", &raw, &algorithm("PBKDF2"), false, &purpose).map_err(failed)?;
        let base: CryptoKey = JsFuture::from(base).await.map_err(failed)?.unchecked_into();
        raw.fill(0, 0, raw.length());
        let how = algorithm("PBKDF2");
        let _ = Reflect::set(&how, &"hash".into(), &"SHA-256".into());
        let _ = Reflect::set(&how, &"salt".into(), &Uint8Array::from(salt));
        let _ = Reflect::set(&how, &"iterations".into(), &iterations.into());
        let kind = algorithm("AES-GCM");
        let _ = Reflect::set(&kind, &"length".into(), &256.into());
        let key = crypto.derive_key_with_object_and_object(&how, &base, &kind, false, &usages()).map_err(failed)?;
        Self::with(JsFuture::from(key).await.map_err(failed)?.unchecked_into())
    }

    /// The key, to be kept in IndexedDB.
    pub(in crate::pager) fn key(&self) -> &CryptoKey {
        &self.key
    }

    pub(super) async fn encrypt(&self, nonce: &[u8; NONCE], aad: &[u8], message: &[u8]) -> Result<Vec<u8>, Error> {
        let how = params(nonce, aad);
        let source = Uint8Array::from(message);
        let promise = self.crypto.encrypt_with_object_and_buffer_source(&how, &self.key, &source).map_err(failed)?;
        let sealed = Uint8Array::new(&JsFuture::from(promise).await.map_err(failed)?);
        let mut out = vec![0; NONCE + sealed.length() as usize];
        out[..NONCE].copy_from_slice(nonce);
        sealed.copy_to(&mut out[NONCE..]);
        Ok(out)
    }

    pub(super) async fn decrypt(&self, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let (nonce, message) = sealed.split_first_chunk::<NONCE>().ok_or(OpenError::Refused)?;
        let how = params(nonce, aad);
        let source = Uint8Array::from(message);
        let promise = self
            .crypto
            .decrypt_with_object_and_buffer_source(&how, &self.key, &source)
            .map_err(|error| OpenError::Failed(failed(error)))?;
        // WebCrypto answers OperationError for a tag that does not fit, and says no more on purpose.
        let opened = JsFuture::from(promise).await.map_err(|_| OpenError::Refused)?;
        Ok(Uint8Array::new(&opened).to_vec())
    }
}

fn params(nonce: &[u8], aad: &[u8]) -> AesGcmParams {
    let how = AesGcmParams::new("AES-GCM", &Uint8Array::from(nonce));
    how.set_additional_data(&Uint8Array::from(aad));
    how
}
