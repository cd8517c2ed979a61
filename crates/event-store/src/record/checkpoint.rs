//! The checkpoint: a C2SP signed note (Ed25519) over origin, size and root (FORMAT §5), and the verifier key (vkey) by
//! which it is checked.

use crate::ids::Hash;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// Algorithm byte of plain Ed25519 in C2SP signed notes.
const ED25519: u8 = 0x01;
/// Longest note read; a checkpoint with many witnesses stays far below it.
const NOTE_BYTES_MAX: usize = 16_384;
/// Most signature lines read.
const SIGNATURES_MAX: usize = 64;

/// Why a note proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The verifier key is not one.
    #[error("the verifier key is malformed")]
    Vkey,
    /// The text is no checkpoint.
    #[error("the checkpoint is malformed: {0}")]
    Malformed(&'static str),
    /// It is another log's.
    #[error("the checkpoint is of the log {0:?}")]
    Origin(String),
    /// No line is signed by the key, or the signature does not hold.
    #[error("the checkpoint is not signed by the key")]
    Signature,
}

/// Whether a text can be a log's origin, which is also its key's name: 1–200 bytes, neither white space, nor control
/// characters, nor `+`.
pub fn is_origin(origin: &str) -> bool {
    (1..=200).contains(&origin.len()) && !origin.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

/// The verifier key: `<origin>+<key id in hex>+<base64 of 0x01 ‖ public key>`.
pub fn vkey(origin: &str, key: &VerifyingKey) -> String {
    let id = u32::from_be_bytes(key_id(origin, key));
    format!("{origin}+{id:08x}+{}", STANDARD.encode(tagged(key)))
}

fn tagged(key: &VerifyingKey) -> Vec<u8> {
    let mut bytes = vec![ED25519];
    bytes.extend_from_slice(key.as_bytes());
    bytes
}

fn key_id(origin: &str, key: &VerifyingKey) -> [u8; 4] {
    let mut hasher = Sha256::new();
    hasher.update(origin.as_bytes());
    hasher.update(b"\n");
    hasher.update(tagged(key));
    let digest: Hash = hasher.finalize().into();
    [digest[0], digest[1], digest[2], digest[3]]
}

/// The signed note over the first `size` leaves. The signer is [`crate::disk::keys::KeyDirectory::sign`], which first makes
/// sure that it may.
pub fn note(origin: &str, size: u64, root: &Hash, key: &SigningKey) -> String {
    let text = format!("{origin}\n{size}\n{}\n", STANDARD.encode(root));
    let mut signature = key_id(origin, &key.verifying_key()).to_vec();
    signature.extend_from_slice(&key.sign(text.as_bytes()).to_bytes());
    format!("{text}\n— {origin} {}\n", STANDARD.encode(signature))
}

/// Checks a note against a verifier key and returns size and root. Lines of other signers are passed over.
///
/// # Errors
/// [`NoteError`]; a second line by the same key, like any line out of form, is a refusal.
pub fn verify(note: &str, vkey: &str) -> Result<(u64, Hash), NoteError> {
    let (name, key) = parse_vkey(vkey).ok_or(NoteError::Vkey)?;
    let malformed = |why| Err(NoteError::Malformed(why));
    if note.len() > NOTE_BYTES_MAX || note.chars().any(|c| c.is_control() && c != '\n') {
        return malformed("too long, or with control characters");
    }
    let Some(split) = note.rfind("\n\n") else {
        return malformed("no empty line before the signatures");
    };
    let (text, signatures) = (&note[..=split], &note[split + 2..]);
    let Some(signatures) = signatures.strip_suffix('\n') else {
        return malformed("the last line is cut");
    };

    let mut lines = text.split_terminator('\n');
    let (Some(origin), Some(size), Some(root), None) = (lines.next(), lines.next(), lines.next(), lines.next()) else {
        return malformed("not three lines");
    };
    if origin != name {
        return Err(NoteError::Origin(origin.to_owned()));
    }
    let size = match size.parse::<u64>() {
        Ok(number) if number.to_string() == size => number,
        _ => return malformed("the size is no decimal number"),
    };
    let root = STANDARD.decode(root).ok().and_then(|b| b.try_into().ok());
    let Some(root) = root else {
        return malformed("the root is no base64 of 32 bytes");
    };

    let id = key_id(name, &key);
    let mut held = false;
    for (number, line) in signatures.split('\n').enumerate() {
        let parts = line.strip_prefix("— ").and_then(|l| l.split_once(' '));
        let Some((signer, encoded)) = parts.filter(|_| number < SIGNATURES_MAX) else {
            return malformed("a signature line is out of form, or there are too many");
        };
        let Ok(bytes) = STANDARD.decode(encoded) else {
            return malformed("a signature is no base64");
        };
        let Some((line_id, signature)) = bytes.split_first_chunk::<4>() else {
            return malformed("a signature is too short");
        };
        if signer != name || *line_id != id {
            continue;
        }
        let signature = Signature::from_slice(signature).map_err(|_| NoteError::Signature)?;
        if held || key.verify_strict(text.as_bytes(), &signature).is_err() {
            return Err(NoteError::Signature);
        }
        held = true;
    }
    if held { Ok((size, root)) } else { Err(NoteError::Signature) }
}

fn parse_vkey(text: &str) -> Option<(&str, VerifyingKey)> {
    let (name, rest) = text.split_once('+')?;
    let (_, encoded) = rest.split_once('+')?;
    let bytes = STANDARD.decode(encoded).ok()?;
    let (&ED25519, key) = bytes.split_first()? else {
        return None;
    };
    let key = VerifyingKey::from_bytes(key.try_into().ok()?).ok()?;
    // The id is derived from the rest, so one comparison checks every part.
    (is_origin(name) && vkey(name, &key) == text).then_some((name, key))
}
