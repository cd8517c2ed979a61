//! Canonical JSON: RFC 8785 restricted to what FORMAT §1 allows, written by [`to_canonical`] and read by [`parse`].
//!
//! The reader is our own because the order of refusals is part of the format and because a general reader keeps the
//! last of two equal keys in silence.

mod reader;

use serde_json::Value;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Longest leaf in bytes (FORMAT §1).
pub const LEAF_BYTES_MAX: usize = 16_384;
/// Longest box payload in bytes (FORMAT §4).
pub const PAYLOAD_BYTES_MAX: usize = 65_536;
/// Levels of nesting, the outermost value being level 1 (FORMAT §1).
pub const LEVELS_MAX: usize = 8;
/// Largest integer by magnitude: 2^53 − 1 (FORMAT §1).
pub const INTEGER_MAX: i64 = 9_007_199_254_740_991;

/// Why bytes are no leaf, or a value cannot become part of one. The variants stand in the order in which the format
/// tells refusals apart: of several faults the first kind is reported.
///
/// No variant quotes a value, since payloads are personal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Refused {
    /// More bytes than allowed.
    #[error("size: {bytes} bytes, allowed are {max}")]
    Size {
        /// Bytes there are.
        bytes: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// The bytes are not UTF-8.
    #[error("utf8: the bytes are not UTF-8")]
    Utf8,
    /// The text is not JSON (RFC 8259).
    #[error("json: not JSON at byte {at}")]
    Json {
        /// Offset of the first byte that does not fit.
        at: usize,
    },
    /// An object holds one key twice.
    #[error("duplicate_key: an object holds {0:?} twice")]
    DuplicateKey(String),
    /// A key is not `[a-z][a-z0-9_]*`.
    #[error("key: {0:?} is not a lower-case ASCII name")]
    Key(String),
    /// A value that JSON allows and the format does not.
    #[error("value: {0}")]
    Value(&'static str),
    /// Writing the value canonically gives other bytes.
    #[error("canonical: the bytes are not the canonical form")]
    Canonical,
    /// A key of the envelope is missing, unknown or not of its form.
    #[error("envelope: {0}")]
    Envelope(String),
}

impl Refused {
    /// The refusal's name in the test vectors and in auditors' reports.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Size { .. } => "size",
            Self::Utf8 => "utf8",
            Self::Json { .. } => "json",
            Self::DuplicateKey(_) => "duplicate_key",
            Self::Key(_) => "key",
            Self::Value(_) => "value",
            Self::Canonical => "canonical",
            Self::Envelope(_) => "envelope",
        }
    }
}

/// Which texts strings may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// Leaf: NFC without control characters.
    Plain,
    /// Box payload: whatever a person typed, line breaks and all.
    Any,
}

impl Text {
    fn bytes_max(self) -> usize {
        match self {
            Self::Plain => LEAF_BYTES_MAX,
            Self::Any => PAYLOAD_BYTES_MAX,
        }
    }
}

/// The canonical form of a value under the leaf's rules, the value being level 1.
///
/// # Errors
/// The first fault in the order of [`Refused`].
pub fn to_canonical(value: &Value) -> Result<String, Refused> {
    whole(value, Text::Plain)
}

/// The canonical form of a box payload: any text, at most 64 KiB.
///
/// # Errors
/// The first fault in the order of [`Refused`].
pub fn payload(value: &Value) -> Result<String, Refused> {
    whole(value, Text::Any)
}

fn whole(value: &Value, text: Text) -> Result<String, Refused> {
    let mut out = String::with_capacity(256);
    write(&mut out, value, 1, text)?;
    within(out.len(), text.bytes_max())?;
    Ok(out)
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

/// Appends the canonical form of `value`, which stands at `level`. Of several faults the first kind is reported, as by
/// [`parse`].
pub(crate) fn write(out: &mut String, value: &Value, level: usize, text: Text) -> Result<(), Refused> {
    let mut worst = None;
    write_value(out, value, level, text, &mut worst);
    worst.map_or(Ok(()), Err)
}

fn write_value(out: &mut String, value: &Value, level: usize, text: Text, worst: &mut Option<Refused>) {
    if level > LEVELS_MAX {
        // Going deeper could only find a fault of an earlier kind, at the price of unbounded recursion.
        note(worst, Refused::Value(TOO_DEEP));
        return;
    }
    match value {
        Value::Null => note(worst, Refused::Value(NULL)),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => match number.as_i64() {
            Some(integer) if integer.unsigned_abs() <= INTEGER_MAX.unsigned_abs() => {
                out.push_str(&integer.to_string());
            }
            Some(_) => note(worst, Refused::Value(TOO_LARGE)),
            None if number.is_f64() => note(worst, Refused::Value(FLOAT)),
            None => note(worst, Refused::Value(TOO_LARGE)),
        },
        Value::String(string) => {
            if let Err(fault) = text_fits(string, text) {
                note(worst, fault);
            }
            write_text(out, string);
        }
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_value(out, item, level + 1, text, worst);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            // A dependency may switch serde_json to insertion order, so the order is not taken on trust. ASCII keys
            // sort by bytes as they do by UTF-16 units (RFC 8785 §3.2.3).
            if !entries.is_sorted_by(|a, b| a.0 <= b.0) {
                entries.sort_unstable_by(|a, b| a.0.cmp(b.0));
            }
            out.push('{');
            for (i, (key, item)) in entries.into_iter().enumerate() {
                if !is_name(key) {
                    note(worst, Refused::Key(key.clone()));
                }
                if i > 0 {
                    out.push(',');
                }
                write_text(out, key);
                out.push(':');
                write_value(out, item, level + 1, text, worst);
            }
            out.push('}');
        }
    }
}

const TOO_DEEP: &str = "more than 8 levels of nesting";
const NULL: &str = "null; an absent value is an absent key";
const FLOAT: &str = "a number with a fraction or an exponent";
const TOO_LARGE: &str = "an integer beyond 2^53 - 1";
const CONTROL: &str = "a control character in a string";
const NOT_NFC: &str = "a string that is not in Unicode NFC";
const SURROGATE: &str = "an unpaired surrogate in a string";

/// Keeps the fault whose kind comes first; of one kind, the first met.
fn note(worst: &mut Option<Refused>, fault: Refused) {
    let rank = |refused: &Refused| match refused {
        Refused::Size { .. } => 0,
        Refused::Utf8 => 1,
        Refused::Json { .. } => 2,
        Refused::DuplicateKey(_) => 3,
        Refused::Key(_) => 4,
        Refused::Value(_) => 5,
        Refused::Canonical => 6,
        Refused::Envelope(_) => 7,
    };
    if worst.as_ref().is_none_or(|kept| rank(&fault) < rank(kept)) {
        *worst = Some(fault);
    }
}

fn text_fits(string: &str, text: Text) -> Result<(), Refused> {
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

/// Appends a JSON string as RFC 8785 §3.2.2.2 has it: short escapes where there are any, `\u00xx` for the other
/// control characters, everything else as it is.
pub(crate) fn write_text(out: &mut String, string: &str) {
    out.push('"');
    let mut plain_from = 0;
    for (i, byte) in string.bytes().enumerate() {
        let short = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            0x08 => "\\b",
            b'\t' => "\\t",
            b'\n' => "\\n",
            0x0c => "\\f",
            b'\r' => "\\r",
            0..=0x1f => "",
            _ => continue,
        };
        out.push_str(&string[plain_from..i]);
        if short.is_empty() {
            out.push_str(&format!("\\u{byte:04x}"));
        } else {
            out.push_str(short);
        }
        plain_from = i + 1;
    }
    out.push_str(&string[plain_from..]);
    out.push('"');
}

/// Reads canonical JSON and nothing else: bytes that [`to_canonical`] (or [`payload`], by `text`) gives back unchanged.
///
/// # Errors
/// The first fault in the order of [`Refused`], looked for in the whole text: a duplicate key at the end outranks a
/// float at the beginning.
pub fn parse(bytes: &[u8], text: Text) -> Result<Value, Refused> {
    within(bytes.len(), text.bytes_max())?;
    let source = std::str::from_utf8(bytes).map_err(|_| Refused::Utf8)?;
    let value = reader::read(source, text)?;
    if whole(&value, text)?.as_bytes() == bytes { Ok(value) } else { Err(Refused::Canonical) }
}

#[cfg(test)]
mod tests;
