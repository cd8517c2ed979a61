//! One token: what its header and its claims must say (RFC 8725, RFC 9068 §4).

#[cfg(test)]
mod tests;

use crate::keys::{ALGORITHMS, KeySet, NAME_BYTES_MAX, Unavailable};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Header, Validation, decode, decode_header};
use serde::Deserialize;

/// Longest token.
pub const BYTES_MAX: usize = 8 * 1024;
/// Longest time from a token's `iat` to its `exp`, in seconds.
pub const LIFE_S_MAX: i64 = 60 * 60;
/// How far the issuer's clock and ours may be apart, in seconds.
pub const LEEWAY_S: i64 = 30;
/// Whose a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// Who says so; always the configured issuer.
    pub issuer: String,
    /// The issuer's own name for them (`sub`).
    pub subject: String,
    /// From when on the token is refused.
    pub expires_at: DateTime<Utc>,
}

/// Why nobody is known by a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotKnown {
    /// The token is not good. Why is for the operator's log; whoever sent it is told one and the same.
    #[error("the token is not good: {0}")]
    Refused(&'static str),
    /// The issuer's keys cannot be had, nor were they lately.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// What of a token's claims is looked at. A claim that is there twice, or of another type, is a fault.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn holds(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Several(several) => several.iter().any(|one| one == audience),
        }
    }
}

/// Checks the tokens of one issuer, meant for one audience.
#[derive(Debug)]
pub struct Tokens {
    issuer: String,
    audience: String,
    keys: KeySet,
}

impl Tokens {
    /// The tokens of `issuer` (the text that its `iss` is) for `audience` (ours, one of its `aud`), signed with one of `keys`.
    pub fn new(issuer: &str, audience: &str, keys: KeySet) -> Self {
        Self { issuer: issuer.to_owned(), audience: audience.to_owned(), keys }
    }

    /// Whether a text has the shape of such a token: three parts between dots. Ours have none.
    pub fn are_like(text: &str) -> bool {
        text.bytes().filter(|byte| *byte == b'.').count() == 2
    }

    /// The keys, to be fetched before the first token comes.
    pub fn keys(&self) -> &KeySet {
        &self.keys
    }

    /// Whose token this is, now. It may have to fetch keys first, for some seconds at most, on this thread.
    ///
    /// # Errors
    /// [`NotKnown`].
    pub fn whose(&self, token: &str, now: DateTime<Utc>) -> Result<Bearer, NotKnown> {
        if token.len() > BYTES_MAX {
            return Err(NotKnown::Refused("it is too long"));
        }
        let header = decode_header(token).map_err(|_| NotKnown::Refused("its header cannot be read"))?;
        let kid = named_key(&header).map_err(NotKnown::Refused)?;
        let key = self.keys.find(kid, header.alg, now)?.ok_or(NotKnown::Refused("no key has its kid and alg"))?;
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The library looks at the system's clock, we at the one that was handed in.
        validation.validate_exp = false;
        let claims = decode::<Claims>(token, key.decoding(), &validation)
            .map_err(|_| NotKnown::Refused("its signature or its claims do not hold"))?
            .claims;
        self.bearer(claims, now).map_err(NotKnown::Refused)
    }

    /// Whose claims these are, which were signed by the issuer.
    fn bearer(&self, claims: Claims, now: DateTime<Utc>) -> Result<Bearer, &'static str> {
        if claims.iss != self.issuer || !claims.aud.holds(&self.audience) {
            return Err("it is of another issuer, or for another audience");
        }
        if !(1..=NAME_BYTES_MAX).contains(&claims.sub.len()) {
            return Err("its sub is empty or too long");
        }
        let expires_at = DateTime::from_timestamp(claims.exp, 0).ok_or("its exp is no time")?;
        let life = claims.exp.checked_sub(claims.iat).ok_or("its iat is no time")?;
        if !(1..=LIFE_S_MAX).contains(&life) {
            return Err("it lasts too long");
        }
        let now = now.timestamp();
        if now >= claims.exp.saturating_add(LEEWAY_S) {
            return Err("it has expired");
        }
        if [Some(claims.iat), claims.nbf].into_iter().flatten().any(|from| from > now + LEEWAY_S) {
            return Err("it is not valid yet");
        }
        Ok(Bearer { issuer: claims.iss, subject: claims.sub, expires_at })
    }
}

/// The `kid` of a header that asks for nothing that we do not do.
fn named_key(header: &Header) -> Result<&str, &'static str> {
    if !ALGORITHMS.contains(&header.alg) {
        return Err("its alg is not allowed");
    }
    let typ = header.typ.as_deref().unwrap_or_default();
    if !typ.eq_ignore_ascii_case("at+jwt") && !typ.eq_ignore_ascii_case("application/at+jwt") {
        return Err("its typ is not at+jwt");
    }
    // Keys come from the configured set, never from the token; and nothing is understood that must be.
    let brings_keys = header.jku.is_some() || header.jwk.is_some() || header.x5u.is_some() || header.x5c.is_some();
    let is_other = header.crit.is_some() || header.enc.is_some() || header.zip.is_some();
    if brings_keys || is_other || header.extras.inner().contains_key("b64") {
        return Err("its header has a member that is refused");
    }
    let kid = header.kid.as_deref().filter(|kid| (1..=NAME_BYTES_MAX).contains(&kid.len()));
    kid.ok_or("it names no key")
}
