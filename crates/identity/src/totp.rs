//! The second factor: codes of six digits by the clock (TOTP, RFC 6238 with HMAC-SHA-1 and steps of 30 s, as every
//! authenticator knows it).
//!
//! A code is good for its step and the one before and after. That it is taken once is held by the store of sign-ins
//! (`sign_ins::SignIns::use_step`).

use crate::secrets::{NoRandomness, random};
use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use std::fmt;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// Seconds of a step.
pub const STEP_S: i64 = 30;
/// Digits of a code.
pub const DIGITS: usize = 6;
/// How far a clock may be off, in steps.
const STEPS_OFF_MAX: i64 = 1;
/// Bytes of a secret, as many as SHA-1 gives (RFC 4226 §4).
const SECRET_BYTES: usize = 20;

/// The secret that a person's authenticator and the server share.
#[derive(Clone)]
pub struct Secret(Zeroizing<[u8; SECRET_BYTES]>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// Draws one.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn draw() -> Result<Self, NoRandomness> {
        Ok(Self(Zeroizing::new(random()?)))
    }

    /// The secret of this base32 (RFC 4648 §6, without padding), as [`Secret::base32`] writes it; `None` for any other text.
    pub fn of_base32(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(BASE32_NOPAD.decode(text.as_bytes()).ok()?);
        Some(Self(Zeroizing::new(bytes.as_slice().try_into().ok()?)))
    }

    /// In base32, as people type it into an authenticator: 32 characters.
    pub fn base32(&self) -> String {
        BASE32_NOPAD.encode(&*self.0)
    }

    /// The address that authenticators read as a QR code (Key URI Format): whose code it is, and the secret.
    ///
    /// `service` and `login` are shown to the person, nothing else.
    pub fn uri(&self, service: &str, login: &str) -> String {
        let (service, login) = (escaped(service), escaped(login));
        let secret = self.base32();
        format!(
            "otpauth://totp/{service}:{login}?secret={secret}&issuer={service}&algorithm=SHA1&digits={DIGITS}&period={STEP_S}"
        )
    }

    /// The step of which this is the code, if it is that of now or of the step before or after; spaces in it say nothing.
    ///
    /// All three are compared, so that the time it takes says nothing about which it was.
    pub fn step_of(&self, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let given: String = code.chars().filter(|c| !c.is_whitespace()).take(DIGITS + 1).collect();
        let step = now.timestamp().div_euclid(STEP_S);
        let mut found = None;
        for candidate in step - STEPS_OFF_MAX..=step + STEPS_OFF_MAX {
            if self.code(candidate).as_bytes().ct_eq(given.as_bytes()).into() {
                found = Some(candidate);
            }
        }
        found
    }

    /// The code of a step (RFC 4226 §5.3).
    fn code(&self, step: i64) -> String {
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(&*self.0) else {
            // HMAC takes keys of any length; a code that nobody can send is right all the same.
            return String::new();
        };
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let offset = usize::from(hash[hash.len() - 1] & 0x0f);
        let word = hash[offset..offset + 4].iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
    }
}

/// A text as a part of an address (RFC 3986 §2.1): all but letters, digits and `-._~` as percent signs and bytes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use chrono::TimeDelta;

    /// The secret of the vectors in RFC 6238, Appendix B, for SHA-1.
    fn of_the_rfc() -> Secret {
        Secret(Zeroizing::new(*b"12345678901234567890"))
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// RFC 6238, Appendix B: the last six digits of its eight.
    #[test]
    fn codes_are_those_of_the_rfc() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let secret = of_the_rfc();
            assert_eq!(secret.step_of(code, at(seconds)), Some(seconds / STEP_S), "{code}");
        }
    }

    /// RFC 4226, Appendix D: the first ten codes by counter.
    #[test]
    fn codes_by_counter_are_those_of_the_rfc() {
        let codes =
            ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
        for (step, code) in (0..).zip(codes) {
            assert_eq!(of_the_rfc().code(step), code);
        }
    }

    #[test]
    fn a_clock_may_be_one_step_off_and_no_more() {
        let secret = of_the_rfc();
        let now = at(1_234_567_890);
        let code = secret.code(now.timestamp() / STEP_S);
        for (off, good) in [(-60, false), (-31, false), (-30, true), (0, true), (29, true), (59, true), (60, false)] {
            // 1,234,567,890 is the first second of its step.
            let found = secret.step_of(&code, now + TimeDelta::seconds(off));
            assert_eq!(found, good.then_some(now.timestamp() / STEP_S), "{off} s");
        }
    }

    #[test]
    fn a_code_is_six_digits_and_spaces_between_them_say_nothing() {
        let (secret, now) = (of_the_rfc(), at(59));
        assert!(secret.step_of(" 287 082 ", now).is_some());
        for other in ["", "28708", "2870820", "287083", "２８７０８２", &"2".repeat(1_000_000)] {
            assert_eq!(secret.step_of(other, now), None);
        }
    }

    #[test]
    fn a_secret_is_drawn_anew_and_read_back_from_base32() {
        let secret = Secret::draw().unwrap();
        assert_eq!(secret.base32().len(), 32);
        assert_ne!(secret.base32(), Secret::draw().unwrap().base32());
        assert_eq!(Secret::of_base32(&secret.base32()).unwrap().0, secret.0);
        assert_eq!(of_the_rfc().base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        for other in ["", "GEZDGNBV", "gezdgnbvgy3tqojqgezdgnbvgy3tqojq", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1"] {
            assert!(Secret::of_base32(other).is_none(), "{other}");
        }
        assert_eq!(format!("{secret:?}"), "Secret", "it is in no log line");
    }

    #[test]
    fn an_authenticator_is_told_whose_code_it_is() {
        assert_eq!(
            of_the_rfc().uri("回音 Jiangqiao", "wang&fang"),
            "otpauth://totp/%E5%9B%9E%E9%9F%B3%20Jiangqiao:wang%26fang?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=%E5%9B%9E%E9%9F%B3%20Jiangqiao&algorithm=SHA1&digits=6&period=30"
        );
    }
}
