//! The issuer's keys: a JSON Web Key Set (RFC 7517 §5) in a file or at an address, fetched when it is needed and kept
//! for a while.

mod fetching;
#[cfg(test)]
mod tests;

pub use fetching::{BadSource, Source};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

/// How long keys are used before they are asked for again.
pub const FRESH: TimeDelta = TimeDelta::hours(1);
/// How long keys are used while the issuer cannot be asked.
pub const STALE_MAX: TimeDelta = TimeDelta::hours(24);
/// How often the issuer is asked at most, whatever tokens name.
pub const ASK_EVERY: TimeDelta = TimeDelta::minutes(1);
/// Most keys of a set that are looked at.
pub const KEYS_MAX: usize = 64;
/// Longest `kid`, and longest `sub`, in bytes.
pub const NAME_BYTES_MAX: usize = 255;
/// How a token may be signed, and nothing else: what a header says is a choice from this list, never an instruction.
pub(crate) const ALGORITHMS: [Algorithm; 3] = [Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS256];
/// Fewest bits of an RSA key.
pub const RSA_BITS_MIN: usize = 2048;
/// Most bits of an RSA key; longer ones only take time.
pub const RSA_BITS_MAX: usize = 8192;

/// The issuer's keys cannot be had, and those that were are older than [`STALE_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the issuer's keys cannot be had")]
pub struct Unavailable;

/// A key that tokens may be signed with.
#[derive(Clone, Debug)]
pub struct Key {
    kid: String,
    algorithm: Algorithm,
    decoding: DecodingKey,
}

impl Key {
    pub(crate) fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }
}

/// The set of keys, as it was last had.
#[derive(Debug)]
pub struct KeySet {
    source: Source,
    had: Mutex<Had>,
    /// Held by whoever asks the issuer, so that one does.
    asking: Mutex<()>,
}

#[derive(Debug, Default)]
struct Had {
    keys: Vec<Arc<Key>>,
    /// When they were had.
    at: Option<DateTime<Utc>>,
    /// When they were last asked for.
    asked_at: Option<DateTime<Utc>>,
}

impl KeySet {
    /// The set of this source. Nothing is fetched yet.
    pub fn new(source: Source) -> Self {
        Self { source, had: Mutex::default(), asking: Mutex::default() }
    }

    /// Fetches the keys, unless that was tried a moment ago; whether there are any that may be used.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub fn refresh(&self, now: DateTime<Utc>) -> Result<(), Unavailable> {
        self.ask(now);
        if self.had().usable(now) { Ok(()) } else { Err(Unavailable) }
    }

    /// The key of this name for this algorithm; `None` where the set, asked again, has none.
    pub(crate) fn find(
        &self,
        kid: &str,
        algorithm: Algorithm,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<Key>>, Unavailable> {
        let had = self.had();
        let known = had.key(kid, algorithm);
        let (fresh, due) = (had.fresh(now), had.due(now));
        drop(had);
        if fresh && known.is_some() {
            return Ok(known);
        }
        if due {
            self.ask(now);
        }
        let had = self.had();
        if had.usable(now) { Ok(had.key(kid, algorithm)) } else { Err(Unavailable) }
    }

    fn ask(&self, now: DateTime<Utc>) {
        let _asking = match self.asking.try_lock() {
            Ok(asking) => asking,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            // Somebody else asks. Whoever has keys goes on with them, the others wait for the answer.
            Err(TryLockError::WouldBlock) if self.had().usable(now) => return,
            Err(TryLockError::WouldBlock) => self.asking.lock().unwrap_or_else(PoisonError::into_inner),
        };
        if !self.had().due(now) {
            return;
        }
        let answer = self.source.fetch().and_then(|document| read(&document));
        let mut had = self.had();
        // Only now, or whoever comes meanwhile would not wait for the answer.
        had.asked_at = Some(now);
        match answer {
            Ok(keys) => {
                tracing::info!(source = %self.source, keys = keys.len(), "the issuer's keys were read");
                had.keys = keys;
                had.at = Some(now);
            }
            Err(why) => tracing::warn!(source = %self.source, why, "the issuer's keys cannot be had"),
        }
    }

    fn had(&self) -> MutexGuard<'_, Had> {
        self.had.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Had {
    fn key(&self, kid: &str, algorithm: Algorithm) -> Option<Arc<Key>> {
        self.keys.iter().find(|key| key.kid == kid && key.algorithm == algorithm).cloned()
    }

    fn fresh(&self, now: DateTime<Utc>) -> bool {
        self.at.is_some_and(|at| now < at + FRESH)
    }

    fn usable(&self, now: DateTime<Utc>) -> bool {
        self.at.is_some_and(|at| now < at + STALE_MAX)
    }

    /// Whether the issuer may be asked; a clock that was set back is no reason to wait.
    fn due(&self, now: DateTime<Utc>) -> bool {
        self.asked_at.is_none_or(|at| now < at || now >= at + ASK_EVERY)
    }
}

/// A set as it is published. What is no key of ours in it says nothing (RFC 7517 §5).
#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

/// The keys of a document that tokens may be signed with.
fn read(document: &[u8]) -> Result<Vec<Arc<Key>>, String> {
    let set: Document = serde_json::from_slice(document).map_err(|e| format!("it is no set of keys: {e}"))?;
    let keys: Vec<_> = set.keys.into_iter().take(KEYS_MAX).filter_map(usable).map(Arc::new).collect();
    if keys.is_empty() { Err("there is no key in it that could be used".to_owned()) } else { Ok(keys) }
}

/// The key that an entry of the set is; `None` where it is no key to check signatures with, of one of our algorithms.
fn usable(entry: Value) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(entry).ok()?;
    let kid = jwk.common.key_id.clone().filter(|kid| (1..=NAME_BYTES_MAX).contains(&kid.len()))?;
    let for_signatures = jwk.common.public_key_use.as_ref().is_none_or(|used| *used == PublicKeyUse::Signature);
    let for_checking =
        jwk.common.key_operations.as_ref().is_none_or(|operations| operations.contains(&KeyOperations::Verify));
    let algorithm = algorithm_of(&jwk.algorithm)?;
    let named = jwk.common.key_algorithm;
    let fits = ALGORITHMS.contains(&algorithm) && named.is_none_or(|named| named == KeyAlgorithm::from(algorithm));
    let decoding = DecodingKey::from_jwk(&jwk).ok()?;
    (for_signatures && for_checking && fits).then_some(Key { kid, algorithm, decoding })
}

/// The one algorithm that a key is for.
fn algorithm_of(key: &AlgorithmParameters) -> Option<Algorithm> {
    if let AlgorithmParameters::EllipticCurve(key) = key {
        (key.curve == EllipticCurve::P256).then_some(Algorithm::ES256)
    } else if let AlgorithmParameters::OctetKeyPair(key) = key {
        (key.curve == EllipticCurve::Ed25519).then_some(Algorithm::EdDSA)
    } else if let AlgorithmParameters::RSA(key) = key {
        (RSA_BITS_MIN..=RSA_BITS_MAX).contains(&bits(&key.n)?).then_some(Algorithm::RS256)
    } else {
        None
    }
}

/// How many bits a number has that is written in base64url.
fn bits(number: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(number).ok()?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let first = bytes.get(zeros)?;
    Some((bytes.len() - zeros) * 8 - first.leading_zeros() as usize)
}
