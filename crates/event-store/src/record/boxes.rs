//! Personal parts, sealed apart from the leaf that commits to them, and the keys that open them (FORMAT §4).

use crate::ids::{StreamId, SubjectId, Version};
use crate::record::canonical::{self, PAYLOAD_BYTES_MAX, Refused};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305};
use hmac::{Hmac, Mac as _};
use serde_json::Value;
use sha2::Sha256;
use std::fmt;
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// Classes that a box may have (FORMAT §1, `boxes`).
pub const BOX_CLASSES: [&str; 4] = ["identity", "contact", "narrative", "file"];

/// First byte of every box.
const BOX_FORMAT: u8 = 0x01;
const R_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
/// Longest box in bytes.
pub const BOX_BYTES_MAX: usize = 1 + NONCE_BYTES + R_BYTES + PAYLOAD_BYTES_MAX + TAG_BYTES;

/// Why a box or a wrapped key stays shut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BoxError {
    /// The bytes are no box of a format known here.
    #[error("the bytes are no box")]
    Malformed,
    /// Another key, another place in the record, or changed bytes.
    #[error("the key does not open it")]
    Key,
    /// It opens, to something else than the leaf commits to.
    #[error("what is inside is not what the leaf commits to")]
    Commitment,
    /// What is inside is no JSON.
    #[error("the payload is no JSON")]
    Payload,
}

/// A box and what the leaf says of it (FORMAT §4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedBox {
    /// `identity`, `contact`, `narrative` or `file`.
    pub class: &'static str,
    /// Whose it is.
    pub subject: SubjectId,
    /// HMAC over the payload under the key inside the box.
    pub commitment: [u8; 32],
    /// Box bytes: `0x01` ‖ nonce ‖ ciphertext.
    pub bytes: Vec<u8>,
}

/// What kind of personal data a box holds; a subject's key is of one class (FORMAT §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Who somebody is.
    Identity,
    /// How to reach them.
    Contact,
    /// What was said.
    Narrative,
    /// What a file is, and the key of its bytes.
    File,
}

impl Class {
    /// All of them, in the order of [`BOX_CLASSES`].
    pub const ALL: [Self; 4] = [Self::Identity, Self::Contact, Self::Narrative, Self::File];

    /// As it stands in a leaf.
    pub const fn name(self) -> &'static str {
        BOX_CLASSES[self as usize]
    }

    /// By its name in a leaf.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }
}

/// Which key: that of a subject for one class. `None`: of key format 1, where a subject had one key for all classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId {
    /// Whose key.
    pub subject: SubjectId,
    /// Of which boxes.
    pub class: Option<Class>,
}

impl KeyId {
    /// The key of one class.
    pub fn of(subject: SubjectId, class: Class) -> Self {
        Self { subject, class: Some(class) }
    }

    /// The key of all classes (key format 1).
    pub fn shared(subject: SubjectId) -> Self {
        Self { subject, class: None }
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.class {
            Some(class) => write!(f, "{} ({})", self.subject, class.name()),
            None => self.subject.fmt(f),
        }
    }
}

/// A subject's key, wrapped under the key-encryption key of an epoch (FORMAT §4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    /// Whose key.
    pub subject: SubjectId,
    /// Of which class; `None` in key format 1.
    pub class: Option<Class>,
    /// Epoch of the key-encryption key.
    pub epoch: u32,
    /// 24-byte nonce.
    pub nonce: [u8; 24],
    /// 32-byte key and 16-byte tag.
    pub wrapped: [u8; 48],
}

impl WrappedKey {
    /// Which key it is.
    pub fn id(&self) -> KeyId {
        KeyId { subject: self.subject, class: self.class }
    }
}

/// A subject's key `K`. Shows nothing of itself in debug output, and is wiped when it is dropped.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct SubjectKey(pub [u8; 32]);

impl SubjectKey {
    /// A fresh random key.
    pub fn random() -> Self {
        Self(crate::secret_bytes())
    }
}

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectKey(…)")
    }
}

/// A key-encryption key, under which subjects' keys are wrapped. Shows nothing of itself in debug output, and is wiped
/// when it is dropped.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct Kek {
    /// Its epoch, from 1; an erasure begins a new one.
    pub epoch: u32,
    /// The key.
    pub key: [u8; 32],
}

impl fmt::Debug for Kek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kek(epoch {}, …)", self.epoch)
    }
}

/// What is inside a box. Whoever holds the leaf can check it by one HMAC ([`Opening::fits`]). Shows nothing of itself
/// in debug output, and is wiped when it is dropped.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct Opening {
    /// Key of the commitment.
    pub r: [u8; 32],
    /// Canonical JSON.
    pub payload: Vec<u8>,
}

impl Opening {
    /// The payload as JSON, for an answer. It is not wiped, and neither is the answer.
    ///
    /// # Errors
    /// [`BoxError::Payload`] when it is none.
    pub fn json(&self) -> Result<Value, BoxError> {
        serde_json::from_slice(&self.payload).map_err(|_| BoxError::Payload)
    }

    /// Whether this is what a leaf commits to. Takes the same time whether it is or not.
    pub fn fits(&self, commitment: &[u8; 32]) -> bool {
        commitment_mac(&self.r, &self.payload).verify_slice(commitment).is_ok()
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opening({} bytes)", self.payload.len())
    }
}

fn commitment_mac(r: &[u8; 32], payload: &[u8]) -> Hmac<Sha256> {
    let mut mac = hmac_sha256(r);
    mac.update(b"huiyin/box/1\n");
    mac.update(payload);
    mac
}

/// HMAC-SHA256 under a 32-byte key.
pub(crate) fn hmac_sha256(key: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC takes keys of every length (RFC 2104 §2).
    Hmac::new_from_slice(key).expect("32 bytes are a key")
}

/// The leaf's commitment to a payload: HMAC-SHA256(`r`, `"huiyin/box/1\n"` ‖ payload).
pub fn commitment(r: &[u8; 32], payload: &[u8]) -> [u8; 32] {
    commitment_mac(r, payload).finalize().into_bytes().into()
}

fn box_aad(stream: &StreamId, version: Version, index: usize) -> Vec<u8> {
    format!("huiyin/box/1\n{stream}\n{version}\n{index}").into_bytes()
}

fn key_aad(id: KeyId, epoch: u32) -> Vec<u8> {
    let subject = id.subject;
    match id.class {
        Some(class) => format!("huiyin/key/2\n{subject}\n{}\n{epoch}", class.name()).into_bytes(),
        None => format!("huiyin/key/1\n{subject}\n{epoch}").into_bytes(),
    }
}

fn encrypt(key: &[u8; 32], nonce: &[u8; NONCE_BYTES], msg: &[u8], aad: &[u8]) -> Vec<u8> {
    // The cipher refuses messages beyond 256 GiB; ours are bounded by `PAYLOAD_BYTES_MAX`.
    XChaCha20Poly1305::new(key.into())
        .encrypt(nonce.into(), Payload { msg, aad })
        .expect("a bounded message can be encrypted")
}

/// Seals a payload for one place in the record: box `index` (from 0) of the event that will be `version` of `stream`.
///
/// # Errors
/// What [`canonical::payload`] refuses.
pub fn seal(
    key: &SubjectKey,
    subject: SubjectId,
    stream: &StreamId,
    version: Version,
    index: usize,
    class: &'static str,
    payload: &Value,
) -> Result<SealedBox, Refused> {
    seal_under(&Zeroizing::new(crate::secret_bytes()), key, subject, stream, version, index, class, payload)
}

/// The same with an `r` that was drawn for this box before: a file is committed to under the `r` of its box, while the box
/// can only be sealed once the file is there. To be used for one box and no other.
///
/// # Errors
/// What [`canonical::payload`] refuses.
#[expect(clippy::too_many_arguments, reason = "as `seal`, and `r`")]
pub fn seal_under(
    r: &[u8; R_BYTES],
    key: &SubjectKey,
    subject: SubjectId,
    stream: &StreamId,
    version: Version,
    index: usize,
    class: &'static str,
    payload: &Value,
) -> Result<SealedBox, Refused> {
    let payload = Zeroizing::new(canonical::payload(payload)?);
    let aad = box_aad(stream, version, index);
    Ok(SealedBox {
        class,
        subject,
        commitment: commitment(r, payload.as_bytes()),
        bytes: seal_with(key, r, &crate::secret_bytes(), payload.as_bytes(), &aad),
    })
}

fn seal_with(key: &SubjectKey, r: &[u8; R_BYTES], nonce: &[u8; NONCE_BYTES], payload: &[u8], aad: &[u8]) -> Vec<u8> {
    let mut plaintext = Zeroizing::new(Vec::with_capacity(R_BYTES + payload.len()));
    plaintext.extend_from_slice(r);
    plaintext.extend_from_slice(payload);
    let mut bytes = vec![BOX_FORMAT];
    bytes.extend_from_slice(nonce);
    bytes.extend_from_slice(&encrypt(&key.0, nonce, &plaintext, aad));
    bytes
}

/// Opens a box at its place in the record and checks it against the leaf's commitment: the cipher alone does not, since
/// a box can be made that opens under two keys.
///
/// # Errors
/// [`BoxError`], without a hint at what is inside.
pub fn open(
    key: &SubjectKey,
    stream: &StreamId,
    version: Version,
    index: usize,
    bytes: &[u8],
    commitment: &[u8; 32],
) -> Result<Opening, BoxError> {
    if bytes.len() > BOX_BYTES_MAX {
        return Err(BoxError::Malformed);
    }
    let Some((&BOX_FORMAT, rest)) = bytes.split_first() else {
        return Err(BoxError::Malformed);
    };
    let (nonce, msg) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(BoxError::Malformed)?;
    let aad = box_aad(stream, version, index);
    let mut plaintext = XChaCha20Poly1305::new((&key.0).into())
        .decrypt(nonce.into(), Payload { msg, aad: &aad })
        .map(Zeroizing::new)
        .map_err(|_| BoxError::Key)?;
    let r = *plaintext.first_chunk::<R_BYTES>().ok_or(BoxError::Malformed)?;
    plaintext.drain(..R_BYTES);
    // What is behind it in its memory is wiped with it.
    let opening = Opening { r, payload: std::mem::take(&mut *plaintext) };
    if opening.fits(commitment) { Ok(opening) } else { Err(BoxError::Commitment) }
}

/// Wraps a subject's key for storing.
pub fn wrap(kek: &Kek, id: KeyId, key: &SubjectKey) -> WrappedKey {
    wrap_with(kek, id, key, crate::secret_bytes())
}

fn wrap_with(kek: &Kek, id: KeyId, key: &SubjectKey, nonce: [u8; NONCE_BYTES]) -> WrappedKey {
    let sealed = encrypt(&kek.key, &nonce, &key.0, &key_aad(id, kek.epoch));
    let mut wrapped = [0; 48];
    wrapped.copy_from_slice(&sealed);
    WrappedKey { subject: id.subject, class: id.class, epoch: kek.epoch, nonce, wrapped }
}

/// Seals what came out of a box anew, for the same place and under another key. The commitment is of `r` and payload, so
/// it stays.
pub fn seal_again(opening: &Opening, key: &SubjectKey, stream: &StreamId, version: Version, index: usize) -> Vec<u8> {
    seal_with(key, &opening.r, &crate::secret_bytes(), &opening.payload, &box_aad(stream, version, index))
}

/// Unwraps a subject's key.
///
/// # Errors
/// [`BoxError::Key`] under another key-encryption key or epoch, for another subject, or after a change of the bytes.
pub fn unwrap(kek: &Kek, wrapped: &WrappedKey) -> Result<SubjectKey, BoxError> {
    if kek.epoch != wrapped.epoch {
        return Err(BoxError::Key);
    }
    let aad = key_aad(wrapped.id(), wrapped.epoch);
    let payload = Payload { msg: &wrapped.wrapped, aad: &aad };
    let key = XChaCha20Poly1305::new((&kek.key).into())
        .decrypt((&wrapped.nonce).into(), payload)
        .map(Zeroizing::new)
        .map_err(|_| BoxError::Key)?;
    key.as_slice().try_into().map(SubjectKey).map_err(|_| BoxError::Key)
}

#[cfg(test)]
mod tests;
