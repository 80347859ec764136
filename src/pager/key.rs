//! What seals a store, and what a store tells of its seal.

use super::error::Error;
use super::seal::{self, KEY_BYTES, Kind, Label, OpenError, Seal};
use crate::json;

/// What seals a store's records.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Key {
    /// A random key of this device, which never leaves it.
    #[default]
    Device,
    /// A key derived from a passphrase of the app's.
    Passphrase(String),
    /// 32 key bytes of the app's, from a keychain for example.
    Bytes([u8; KEY_BYTES]),
    /// Not encrypted: records carry a checksum only.
    None,
}

/// Says which kind of key it is, never the key.
impl std::fmt::Debug for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Device => "Device",
            Self::Passphrase(_) => "Passphrase",
            Self::Bytes(_) => "Bytes",
            Self::None => "None",
        })
    }
}

/// The device's own key as it is kept beside the store.
#[derive(Clone)]
pub enum DeviceKey {
    /// Where there is no WebCrypto.
    Bytes(Vec<u8>),
    /// A key that cannot be extracted.
    #[cfg(target_arch = "wasm32")]
    Subtle(wasm_bindgen::JsValue),
}

/// PBKDF2 rounds of HMAC-SHA-256, as OWASP's password storage guidance asks (2023).
const ITERATIONS: u32 = 600_000;

/// More rounds than this keep a device busy for many seconds, and nothing of ours has them.
const MOST_ITERATIONS: u32 = 10_000_000;

/// What a store tells openly of its seal, so that the right key can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lock {
    Device,
    Passphrase { salt: [u8; 16], iterations: u32 },
    Bytes,
    None,
}

impl Lock {
    /// Reads [`Lock::text`].
    pub(super) fn read(text: &str) -> json::Result<Self> {
        let fields = json::fields(text)?;
        Ok(match json::one_of(fields.need("kind")?, &["device", "passphrase", "bytes", "none"])? {
            0 => Self::Device,
            1 => Self::Passphrase { salt: fields.bytes("salt")?, iterations: fields.number("iterations")? },
            2 => Self::Bytes,
            _ => Self::None,
        })
    }

    /// How many rounds it asks for, where that is more than anyone would wait for.
    pub(super) fn endless(&self) -> Option<u32> {
        match self {
            Self::Passphrase { iterations, .. } => (*iterations > MOST_ITERATIONS).then_some(*iterations),
            _ => None,
        }
    }

    /// Its JSON text.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Device => r#"{"kind":"device"}"#.to_owned(),
            Self::Passphrase { salt, iterations } => {
                format!(r#"{{"kind":"passphrase","salt":{},"iterations":{iterations}}}"#, json::listed(salt))
            }
            Self::Bytes => r#"{"kind":"bytes"}"#.to_owned(),
            Self::None => r#"{"kind":"none"}"#.to_owned(),
        }
    }

    /// A lock for `key`, with a fresh salt.
    pub(super) fn fresh(key: &Key) -> Result<Self, Error> {
        Ok(match key {
            Key::Device => Self::Device,
            Key::Passphrase(_) => Self::Passphrase { salt: random()?, iterations: ITERATIONS },
            Key::Bytes(_) => Self::Bytes,
            Key::None => Self::None,
        })
    }

    /// The seal that `key` makes for this lock, or what to pass instead.
    pub(super) async fn seal(&self, key: &Key, device: Option<&DeviceKey>) -> Result<Result<Seal, String>, Error> {
        Ok(match (self, key) {
            (Self::None, Key::None) => Ok(Seal::Plain),
            (Self::Device, Key::Device) => match device {
                Some(device) => device_seal(device).await?.ok_or_else(|| "this device's key is not usable".into()),
                None => Err("this device's key is gone".into()),
            },
            (Self::Passphrase { salt, iterations }, Key::Passphrase(passphrase)) => {
                Ok(derive(passphrase, salt, *iterations).await?)
            }
            (Self::Bytes, Key::Bytes(bytes)) => Ok(Seal::with_key(bytes).await?),
            _ => Err(self.hint().into()),
        })
    }

    /// What opens a store with this lock.
    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::Device => "it is sealed with this device's own key; open it without a key option",
            Self::Passphrase { .. } => "it is sealed with a passphrase; pass the right one",
            Self::Bytes => "it is sealed with key bytes; pass the right ones",
            Self::None => "it is not encrypted; open it with encryption: false",
        }
    }
}

fn random<const N: usize>() -> Result<[u8; N], Error> {
    crate::platform::random().map_err(|error| Error::Storage(format!("no random numbers: {error}")))
}

async fn derive(passphrase: &str, salt: &[u8], iterations: u32) -> Result<Seal, Error> {
    #[cfg(target_arch = "wasm32")]
    if seal::webcrypto() {
        return Ok(Seal::Subtle(seal::Subtle::derive(passphrase, salt, iterations).await?));
    }
    Seal::with_key(&seal::derive_in_software(passphrase, salt, iterations)).await
}

async fn device_seal(device: &DeviceKey) -> Result<Option<Seal>, Error> {
    match device {
        DeviceKey::Bytes(bytes) => match bytes[..].try_into() {
            Ok(bytes) => Seal::with_key(bytes).await.map(Some),
            Err(_) => Ok(None),
        },
        #[cfg(target_arch = "wasm32")]
        DeviceKey::Subtle(key) => Ok(seal::Subtle::adopt(key.clone()).map(Seal::Subtle)),
    }
}

/// A new random key for this device.
pub(super) async fn new_device_key() -> Result<DeviceKey, Error> {
    #[cfg(target_arch = "wasm32")]
    if seal::webcrypto() {
        let made = seal::Subtle::generate().await?;
        return Ok(DeviceKey::Subtle(made.key().clone().into()));
    }
    Ok(DeviceKey::Bytes(random::<KEY_BYTES>()?.to_vec()))
}

/// What the check value says once it is opened.
const CHECK: &[u8] = b"tureen";

fn check_label(store: [u8; 16], generation: u32) -> Label {
    Label { store, kind: Kind::Check, generation, number: 0, index: 0, predecessor: [0; 16] }
}

/// A value that tells a wrong key from damage.
pub(super) async fn make_check(seal: &Seal, store: [u8; 16], generation: u32) -> Result<Vec<u8>, Error> {
    seal.seal(&check_label(store, generation), CHECK).await
}

/// Whether `seal` is the one that made `check`.
pub(super) async fn is_right(seal: &Seal, store: [u8; 16], generation: u32, check: &[u8]) -> Result<bool, Error> {
    match seal.open(&check_label(store, generation), check).await {
        Ok(value) => Ok(value == CHECK),
        Err(OpenError::Refused) => Ok(false),
        Err(OpenError::Failed(error)) => Err(error),
    }
}
