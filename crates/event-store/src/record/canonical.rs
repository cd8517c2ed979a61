//! Canonical JSON: RFC 8785 restricted to what FORMAT §1 allows, written by [`to_canonical`] and read by [`parse`].
//!
//! The reader is our own because the order of refusals is part of the format and because a general reader keeps the
//! last of two equal keys in silence.

mod reader;
mod refused;
mod rules;

pub use refused::Refused;
pub(crate) use rules::within;
pub use rules::{INTEGER_MAX, LEAF_BYTES_MAX, LEVELS_MAX, PAYLOAD_BYTES_MAX, Text, is_name};

use refused::note;
use rules::{FLOAT, NULL, TOO_DEEP, TOO_LARGE, text_fits};
use serde_json::Value;

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
