//! The bytes of a file as they lie (FORMAT §4): 16 random bytes, then chunks of 64 KiB, each encrypted by itself, so that
//! any part can be read without the rest; and the commitment to them, made as they pass.

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use std::fmt;
use uuid::Uuid;
use zeroize::ZeroizeOnDrop;

/// Bytes of a file in one chunk; the last one may have fewer, and never none.
pub const CHUNK_BYTES: usize = 64 * 1024;
/// The same sealed.
pub(crate) const SEALED_BYTES: usize = CHUNK_BYTES + TAG_BYTES;
/// Random bytes before the first chunk, of which every nonce is made.
pub(crate) const PREFIX_BYTES: usize = 16;
const TAG_BYTES: usize = 16;

/// The key of one file. Shows nothing of itself in debug output, and is wiped when it is dropped.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct FileKey(pub [u8; 32]);

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKey(…)")
    }
}

/// Bytes drawn now from the operating system.
///
/// # Errors
/// Where it gives none, which a seeded kernel never does.
pub(crate) fn drawn<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map(|()| bytes)
}

/// The commitment to a file, as its bytes pass: HMAC-SHA256(`r`, `"huiyin/file/1\n"` ‖ bytes).
pub struct Commitment(Hmac<Sha256>);

impl Commitment {
    /// Under `r`, which lies in the file's box.
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length (RFC 2104 §2)")]
    pub fn under(r: &[u8; 32]) -> Self {
        let mut mac = Hmac::new_from_slice(r).expect("32 bytes are a key");
        mac.update(b"huiyin/file/1\n");
        Self(mac)
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The commitment.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into_bytes().into()
    }

    /// Whether it is this one. Takes the same time whether it is or not.
    pub fn is(self, commitment: &[u8; 32]) -> bool {
        self.0.verify_slice(commitment).is_ok()
    }
}

/// What seals and opens the chunks of one file.
#[derive(Clone)]
pub(crate) struct Chunks {
    cipher: XChaCha20Poly1305,
    prefix: [u8; PREFIX_BYTES],
    id: Uuid,
}

impl Chunks {
    pub fn new(key: &FileKey, prefix: [u8; PREFIX_BYTES], id: Uuid) -> Self {
        Self { cipher: XChaCha20Poly1305::new((&key.0).into()), prefix, id }
    }

    /// Seals a chunk, of at most [`CHUNK_BYTES`]; `None` for a message that the cipher cannot take, which none of ours is.
    pub fn seal(&self, number: u64, last: bool, msg: &[u8]) -> Option<Vec<u8>> {
        let (nonce, aad) = self.place(number, last);
        self.cipher.encrypt((&nonce).into(), Payload { msg, aad: &aad }).ok()
    }

    /// Opens a chunk at its place; `None` where it is not the one that was sealed there.
    pub fn open(&self, number: u64, last: bool, msg: &[u8]) -> Option<Vec<u8>> {
        let (nonce, aad) = self.place(number, last);
        self.cipher.decrypt((&nonce).into(), Payload { msg, aad: &aad }).ok()
    }

    fn place(&self, number: u64, last: bool) -> ([u8; 24], Vec<u8>) {
        let mut nonce = [0; 24];
        let (prefix, counter) = nonce.split_at_mut(PREFIX_BYTES);
        prefix.copy_from_slice(&self.prefix);
        counter.copy_from_slice(&number.to_be_bytes());
        (nonce, format!("huiyin/file/1\n{}\n{}", self.id, u8::from(last)).into_bytes())
    }
}

/// How many chunks a file of so many bytes has.
pub(crate) const fn chunks_of(bytes: u64) -> u64 {
    bytes.div_ceil(CHUNK_BYTES as u64)
}

/// How long a file of so many bytes is as it lies.
pub const fn stored_bytes(bytes: u64) -> u64 {
    PREFIX_BYTES as u64 + bytes + chunks_of(bytes) * TAG_BYTES as u64
}

#[cfg(test)]
mod tests;
