//! Sealing what goes to rest: compressed, then encrypted with AES-256-GCM or, for a plain store, summed.
//!
//! A sealed value ends in 16 bytes that depend on all of it: the cipher's tag, or the checksum. The next record is
//! sealed under the tag of the one before ([`Label`]), so that a dropped, swapped or replayed record does not open.

use super::error::Error;

mod software;
#[cfg(target_arch = "wasm32")]
mod subtle;

pub(super) use software::derive as derive_in_software;
#[cfg(target_arch = "wasm32")]
pub(super) use subtle::{Subtle, available as webcrypto};

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
const NONCE: usize = 12;
const TAG: usize = 16;

/// The last 16 bytes of a sealed value.
pub(super) type Tag = [u8; TAG];

/// What a sealed value is, bound to it by the seal: it opens under no other label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label {
    /// The store's identity.
    pub store: [u8; 16],
    pub kind: Kind,
    /// Which key of the store's.
    pub generation: u32,
    /// A commit's number, or the fold's.
    pub number: u64,
    /// An extent's index; 0 for others.
    pub index: u32,
    /// The tag of what came before; zeros where nothing did.
    pub predecessor: Tag,
}

/// The kinds of sealed values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A commit.
    Record = 1,
    /// A mebibyte of pages.
    Extent = 2,
    /// The list of extents.
    Manifest = 3,
    /// A constant that tells a wrong key from damage.
    Check = 4,
}

impl Label {
    fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(52);
        out.extend_from_slice(&self.store);
        out.push(self.kind as u8);
        out.extend_from_slice(&self.generation.to_le_bytes());
        out.extend_from_slice(&self.number.to_le_bytes());
        out.extend_from_slice(&self.index.to_le_bytes());
        out.extend_from_slice(&self.predecessor);
        out
    }
}

/// Why a sealed value does not open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum OpenError {
    /// Not the value, the key or the label that it was sealed with.
    Refused,
    /// The cipher itself failed. Only WebCrypto can.
    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
    Failed(Error),
}

/// A key, or none.
pub(super) enum Seal {
    /// A checksum only.
    Plain,
    /// RustCrypto: natively, and where a page has no WebCrypto.
    Software(Box<software::Software>),
    /// WebCrypto: the key never enters this module.
    #[cfg(target_arch = "wasm32")]
    Subtle(Subtle),
}

impl Seal {
    /// A seal with these key bytes, by the platform's best cipher.
    pub(super) async fn with_key(bytes: &[u8; KEY_BYTES]) -> Result<Self, Error> {
        #[cfg(target_arch = "wasm32")]
        if webcrypto() {
            return Ok(Self::Subtle(Subtle::import(bytes).await?));
        }
        Ok(Self::Software(Box::new(software::Software::new(bytes))))
    }

    /// Compresses and seals `payload` under `label`.
    pub(super) async fn seal(&self, label: &Label, payload: &[u8]) -> Result<Vec<u8>, Error> {
        let packed = pack(payload);
        let associated = label.bytes();
        match self {
            Self::Plain => Ok(sum(&associated, packed)),
            Self::Software(cipher) => cipher.encrypt(&nonce()?, &associated, &packed),
            #[cfg(target_arch = "wasm32")]
            Self::Subtle(cipher) => cipher.encrypt(&nonce()?, &associated, &packed).await,
        }
    }

    /// Opens what [`Seal::seal`] sealed under the same label.
    pub(super) async fn open(&self, label: &Label, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let associated = label.bytes();
        let packed = match self {
            Self::Plain => check_sum(&associated, sealed)?.to_vec(),
            Self::Software(cipher) => cipher.decrypt(&associated, sealed)?,
            #[cfg(target_arch = "wasm32")]
            Self::Subtle(cipher) => cipher.decrypt(&associated, sealed).await?,
        };
        unpack(&packed).ok_or(OpenError::Refused)
    }
}

/// The tag of a sealed value.
pub(super) fn tag(sealed: &[u8]) -> Tag {
    sealed.last_chunk().copied().unwrap_or_default()
}

fn nonce() -> Result<[u8; NONCE], Error> {
    crate::platform::random().map_err(|error| Error::Storage(format!("no random numbers: {error}")))
}

fn checksum(associated: &[u8], payload: &[u8]) -> Tag {
    let mut hasher = twox_hash::XxHash3_128::new();
    hasher.write(associated);
    hasher.write(payload);
    hasher.finish_128().to_le_bytes()
}

fn sum(associated: &[u8], mut payload: Vec<u8>) -> Vec<u8> {
    let tag = checksum(associated, &payload);
    payload.extend_from_slice(&tag);
    payload
}

fn check_sum<'s>(associated: &[u8], sealed: &'s [u8]) -> Result<&'s [u8], OpenError> {
    let (payload, tag) = sealed.split_last_chunk::<TAG>().ok_or(OpenError::Refused)?;
    if *tag == checksum(associated, payload) { Ok(payload) } else { Err(OpenError::Refused) }
}

/// Below this, compression costs more than it saves.
const WORTH_PACKING: usize = 256;
const STORED: u8 = 0;
const LZ4: u8 = 1;
/// LZ4 cannot do better than this; a larger claim is a lie.
const BEST_RATIO: usize = 256;

fn pack(payload: &[u8]) -> Vec<u8> {
    if payload.len() >= WORTH_PACKING {
        let mut out = vec![LZ4];
        out.extend_from_slice(&lz4_flex::compress_prepend_size(payload));
        if out.len() < payload.len() {
            return out;
        }
    }
    let mut out = Vec::with_capacity(payload.len() + 1);
    out.push(STORED);
    out.extend_from_slice(payload);
    out
}

fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    match packed.split_first()? {
        (&STORED, rest) => Some(rest.to_vec()),
        (&LZ4, rest) => {
            let claimed = u32::from_le_bytes(*rest.first_chunk()?) as usize;
            (claimed <= rest.len().saturating_mul(BEST_RATIO)).then_some(())?;
            lz4_flex::decompress_size_prepended(rest).ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;

    fn label() -> Label {
        Label { store: [7; 16], kind: Kind::Record, generation: 1, number: 9, index: 0, predecessor: [3; 16] }
    }

    fn seals() -> Vec<Seal> {
        vec![Seal::Plain, block_on(Seal::with_key(&[5; KEY_BYTES])).unwrap()]
    }

    #[test]
    fn a_value_opens_under_its_own_label_only() {
        for seal in seals() {
            for payload in [b"soup".to_vec(), vec![1; 100_000], Vec::new()] {
                let sealed = block_on(seal.seal(&label(), &payload)).unwrap();
                assert_eq!(block_on(seal.open(&label(), &sealed)).unwrap(), payload);
                let others = [
                    Label { store: [8; 16], ..label() },
                    Label { kind: Kind::Extent, ..label() },
                    Label { generation: 2, ..label() },
                    Label { number: 10, ..label() },
                    Label { index: 1, ..label() },
                    Label { predecessor: [4; 16], ..label() },
                ];
                for other in others {
                    assert_eq!(block_on(seal.open(&other, &sealed)), Err(OpenError::Refused));
                }
            }
        }
    }

    #[test]
    fn a_flipped_or_cut_byte_is_refused() {
        for seal in seals() {
            let sealed = block_on(seal.seal(&label(), &[9; 600])).unwrap();
            for at in 0..sealed.len() {
                let mut bad = sealed.clone();
                bad[at] ^= 1;
                assert_eq!(block_on(seal.open(&label(), &bad)), Err(OpenError::Refused));
                assert_eq!(block_on(seal.open(&label(), &sealed[..at])), Err(OpenError::Refused));
            }
        }
    }

    #[test]
    fn another_key_does_not_open_and_no_plaintext_shows() {
        let seal = block_on(Seal::with_key(&[5; KEY_BYTES])).unwrap();
        let sealed = block_on(seal.seal(&label(), b"the secret soup of the day, the secret soup")).unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
        let other = block_on(Seal::with_key(&[6; KEY_BYTES])).unwrap();
        assert_eq!(block_on(other.open(&label(), &sealed)), Err(OpenError::Refused));
    }
}
