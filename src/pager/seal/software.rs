//! AES-256-GCM by RustCrypto: natively, and in pages without WebCrypto (plain http).

use super::{Error, KEY_BYTES, NONCE, OpenError};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};

/// A key in this module's memory.
pub(in crate::pager) struct Software {
    cipher: Aes256Gcm,
}

impl Software {
    pub(super) fn new(key: &[u8; KEY_BYTES]) -> Self {
        Self { cipher: Aes256Gcm::new(key.into()) }
    }

    pub(super) fn encrypt(&self, nonce: &[u8; NONCE], aad: &[u8], msg: &[u8]) -> Result<Vec<u8>, Error> {
        let sealed = self
            .cipher
            .encrypt(Nonce::from_slice(nonce), Payload { msg, aad })
            .map_err(|_| Error::Storage("a commit of this size cannot be encrypted".into()))?;
        let mut out = nonce.to_vec();
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    pub(super) fn decrypt(&self, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let (nonce, msg) = sealed.split_at_checked(NONCE).ok_or(OpenError::Refused)?;
        self.cipher.decrypt(Nonce::from_slice(nonce), Payload { msg, aad }).map_err(|_| OpenError::Refused)
    }
}

/// PBKDF2 with HMAC-SHA-256.
pub(in crate::pager) fn derive(passphrase: &str, salt: &[u8], iterations: u32) -> [u8; KEY_BYTES] {
    pbkdf2::pbkdf2_hmac_array::<sha2::Sha256, KEY_BYTES>(passphrase.as_bytes(), salt, iterations)
}
