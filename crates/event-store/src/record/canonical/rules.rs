//! What the format allows of a value (FORMAT §1), for the writer and the reader alike.

use super::refused::Refused;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Longest leaf in bytes (FORMAT §1).
pub const LEAF_BYTES_MAX: usize = 16_384;
/// Longest box payload in bytes (FORMAT §4).
pub const PAYLOAD_BYTES_MAX: usize = 65_536;
/// Levels of nesting, the outermost value being level 1 (FORMAT §1).
pub const LEVELS_MAX: usize = 8;
/// Largest integer by magnitude: 2^53 − 1 (FORMAT §1).
pub const INTEGER_MAX: i64 = 9_007_199_254_740_991;

pub(super) const TOO_DEEP: &str = "more than 8 levels of nesting";
pub(super) const NULL: &str = "null; an absent value is an absent key";
pub(super) const FLOAT: &str = "a number with a fraction or an exponent";
pub(super) const TOO_LARGE: &str = "an integer beyond 2^53 - 1";
pub(super) const CONTROL: &str = "a control character in a string";
pub(super) const NOT_NFC: &str = "a string that is not in Unicode NFC";
pub(super) const SURROGATE: &str = "an unpaired surrogate in a string";

/// Which texts strings may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// Leaf: NFC without control characters.
    Plain,
    /// Box payload: whatever a person typed, line breaks and all.
    Any,
}

impl Text {
    pub(super) fn bytes_max(self) -> usize {
        match self {
            Self::Plain => LEAF_BYTES_MAX,
            Self::Any => PAYLOAD_BYTES_MAX,
        }
    }
}

/// Refuses more bytes than allowed.
pub(crate) fn within(bytes: usize, max: usize) -> Result<(), Refused> {
    if bytes <= max { Ok(()) } else { Err(Refused::Size { bytes, max }) }
}

/// Whether `name` may be a key (and, by the same rule, a family, a fact or a role): `[a-z][a-z0-9_]*`.
pub fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Whether a string may stand where only such texts may.
pub(super) fn text_fits(string: &str, text: Text) -> Result<(), Refused> {
    if text == Text::Any {
        return Ok(());
    }
    if string.bytes().any(|b| b < 0x20 || b == 0x7f) {
        return Err(Refused::Value(CONTROL));
    }
    let nfc = string.is_ascii()
        || match is_nfc_quick(string.chars()) {
            IsNormalized::Yes => true,
            IsNormalized::No => false,
            IsNormalized::Maybe => string.nfc().eq(string.chars()),
        };
    if nfc { Ok(()) } else { Err(Refused::Value(NOT_NFC)) }
}
