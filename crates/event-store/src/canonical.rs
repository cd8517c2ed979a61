//! Canonical JSON: RFC 8785 restricted to what FORMAT §1 allows, written by [`to_canonical`] and read by [`parse`].
//!
//! The reader is our own because the order of refusals is part of the format and because a general reader keeps the
//! last of two equal keys in silence.

use serde_json::{Map, Number, Value};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Longest leaf in bytes (FORMAT §1).
pub const LEAF_BYTES_MAX: usize = 16_384;
/// Longest box payload in bytes (FORMAT §2).
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
    if bytes <= max {
        Ok(())
    } else {
        Err(Refused::Size { bytes, max })
    }
}

/// Whether `name` may be a key (and, by the same rule, a family, a fact or a role): `[a-z][a-z0-9_]*`.
pub fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Appends the canonical form of `value`, which stands at `level`. Of several faults the first kind is reported, as by
/// [`parse`].
pub(crate) fn write(
    out: &mut String,
    value: &Value,
    level: usize,
    text: Text,
) -> Result<(), Refused> {
    let mut worst = None;
    write_value(out, value, level, text, &mut worst);
    worst.map_or(Ok(()), Err)
}

fn write_value(
    out: &mut String,
    value: &Value,
    level: usize,
    text: Text,
    worst: &mut Option<Refused>,
) {
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
    if nfc {
        Ok(())
    } else {
        Err(Refused::Value(NOT_NFC))
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
    let mut reader = Reader {
        source: source.as_bytes(),
        at: 0,
        text,
        worst: None,
    };
    let value = reader.document()?;
    if let Some(fault) = reader.worst {
        return Err(fault);
    }
    if whole(&value, text)?.as_bytes() == bytes {
        Ok(value)
    } else {
        Err(Refused::Canonical)
    }
}

/// An open array or object while reading.
enum Open {
    Array(Vec<Value>),
    Object(Map<String, Value>, String),
}

/// A JSON reader without recursion, so that sixteen thousand brackets are a refusal and no stack overflow. It goes on
/// after faults of meaning and stops only at faults of syntax.
struct Reader<'a> {
    source: &'a [u8],
    at: usize,
    text: Text,
    worst: Option<Refused>,
}

impl Reader<'_> {
    fn syntax<T>(&self) -> Result<T, Refused> {
        Err(Refused::Json { at: self.at })
    }

    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.source.get(self.at) {
            self.at += 1;
        }
        self.source.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        if there {
            self.at += 1;
        }
        there
    }

    fn document(&mut self) -> Result<Value, Refused> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            // A value starts here.
            let mut value = match self.peek() {
                Some(b'{') => {
                    self.at += 1;
                    if self.eat(b'}') {
                        Value::Object(Map::new())
                    } else {
                        let key = self.key()?;
                        open.push(Open::Object(Map::new(), key));
                        continue;
                    }
                }
                Some(b'[') => {
                    self.at += 1;
                    if self.eat(b']') {
                        Value::Array(Vec::new())
                    } else {
                        open.push(Open::Array(Vec::new()));
                        continue;
                    }
                }
                Some(b'"') => {
                    let string = self.string()?;
                    if let Err(fault) = text_fits(&string, self.text) {
                        note(&mut self.worst, fault);
                    }
                    Value::String(string)
                }
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(_) => self.word()?,
                None => return self.syntax(),
            };
            // A value has ended: put it where it belongs and close what ends with it.
            loop {
                if open.len() >= LEVELS_MAX {
                    // Refused anyway; what lies below is dropped at once, since dropping a deep value recurses.
                    note(&mut self.worst, Refused::Value(TOO_DEEP));
                    value = Value::Null;
                }
                match open.pop() {
                    None => {
                        return match self.peek() {
                            None => Ok(value),
                            Some(_) => self.syntax(),
                        };
                    }
                    Some(Open::Array(mut items)) => {
                        items.push(value);
                        if self.eat(b',') {
                            open.push(Open::Array(items));
                            break;
                        }
                        if !self.eat(b']') {
                            return self.syntax();
                        }
                        value = Value::Array(items);
                    }
                    Some(Open::Object(mut map, key)) => {
                        if map.contains_key(&key) {
                            note(&mut self.worst, Refused::DuplicateKey(key.clone()));
                        }
                        map.insert(key, value);
                        if self.eat(b',') {
                            let key = self.key()?;
                            open.push(Open::Object(map, key));
                            break;
                        }
                        if !self.eat(b'}') {
                            return self.syntax();
                        }
                        value = Value::Object(map);
                    }
                }
            }
        }
    }

    fn key(&mut self) -> Result<String, Refused> {
        if self.peek() != Some(b'"') {
            return self.syntax();
        }
        let key = self.string()?;
        if !is_name(&key) {
            note(&mut self.worst, Refused::Key(key.clone()));
        }
        if self.eat(b':') {
            Ok(key)
        } else {
            self.syntax()
        }
    }

    fn word(&mut self) -> Result<Value, Refused> {
        for (word, value) in [
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("null", Value::Null),
        ] {
            if self.source[self.at..].starts_with(word.as_bytes()) {
                self.at += word.len();
                if value.is_null() {
                    note(&mut self.worst, Refused::Value(NULL));
                }
                return Ok(value);
            }
        }
        self.syntax()
    }

    fn digits(&mut self) -> Result<(), Refused> {
        let from = self.at;
        while self.source.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        if self.at > from {
            Ok(())
        } else {
            self.syntax()
        }
    }

    fn number(&mut self) -> Result<Value, Refused> {
        let from = self.at;
        if self.source[self.at] == b'-' {
            self.at += 1;
        }
        if self.source.get(self.at) == Some(&b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        let mut float = false;
        if self.source.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
            float = true;
        }
        if let Some(b'e' | b'E') = self.source.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.source.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
            float = true;
        }
        let integer = std::str::from_utf8(&self.source[from..self.at])
            .ok()
            .and_then(|digits| digits.parse::<i64>().ok())
            .filter(|n| n.unsigned_abs() <= INTEGER_MAX.unsigned_abs());
        match integer {
            _ if float => note(&mut self.worst, Refused::Value(FLOAT)),
            None => note(&mut self.worst, Refused::Value(TOO_LARGE)),
            Some(_) => {}
        }
        Ok(Value::Number(Number::from(integer.unwrap_or(0))))
    }

    fn string(&mut self) -> Result<String, Refused> {
        self.at += 1;
        let mut out = Vec::new();
        loop {
            let from = self.at;
            while self
                .source
                .get(self.at)
                .is_some_and(|b| !matches!(b, b'"' | b'\\' | 0..=0x1f))
            {
                self.at += 1;
            }
            out.extend_from_slice(&self.source[from..self.at]);
            match self.source.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    // Whole runs between ASCII bytes of valid UTF-8, and escapes written as UTF-8: always valid.
                    return String::from_utf8(out).map_err(|_| Refused::Utf8);
                }
                Some(b'\\') => {
                    self.at += 1;
                    let c = self.escape()?;
                    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                _ => return self.syntax(),
            }
        }
    }

    /// The character after a backslash. An unpaired surrogate reads as U+FFFD: the text is refused for it anyway.
    fn escape(&mut self) -> Result<char, Refused> {
        let Some(&byte) = self.source.get(self.at) else {
            return self.syntax();
        };
        let c = match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                return self.unicode_escape();
            }
            _ => return self.syntax(),
        };
        self.at += 1;
        Ok(c)
    }

    fn unicode_escape(&mut self) -> Result<char, Refused> {
        let unit = self.four_hex()?;
        if let Some(c) = char::from_u32(unit) {
            return Ok(c);
        }
        if unit < 0xdc00 && self.source[self.at..].starts_with(b"\\u") {
            let back = self.at;
            self.at += 2;
            let low = self.four_hex()?;
            if (0xdc00..=0xdfff).contains(&low) {
                let scalar = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            // A surrogate followed by some other escape, which is read for itself next.
            self.at = back;
        }
        note(&mut self.worst, Refused::Value(SURROGATE));
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn four_hex(&mut self) -> Result<u32, Refused> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self
                .source
                .get(self.at)
                .and_then(|&b| char::from(b).to_digit(16));
            let Some(digit) = digit else {
                return self.syntax();
            };
            self.at += 1;
            unit = unit * 16 + digit;
        }
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn reason(text: &str) -> &'static str {
        parse(text.as_bytes(), Text::Plain).map_or_else(|refused| refused.reason(), |_| "accepted")
    }

    #[test]
    fn the_first_kind_of_fault_is_told_wherever_it_stands() {
        for (text, expected) in [
            (r#"{"a":1.0,"b":2,"b":3}"#, "duplicate_key"),
            (r#"{"a":1.0,"B":2}"#, "key"),
            (r#"{"B":1,"a":1,"a":2}"#, "duplicate_key"),
            (r#"{"a":1.0,"b":2}x"#, "json"),
            (r#"{"b":1.0 ,"a":2}"#, "value"),
            (r#"{"b":1,"a":2}"#, "canonical"),
            (r#"{"a":[{"b":1,"b":1}]}"#, "duplicate_key"),
            (r#"{"a":1,"\u0061":1}"#, "duplicate_key"),
            (r#"{"a":"\ud83d\ude00"}"#, "canonical"),
            (r#"{"a":"\ude00"}"#, "value"),
            (r#"{"a":"\ud800\u0041"}"#, "value"),
            (r#"{"a":"\ud800\u004"}"#, "json"),
            (r#"{"a":-9007199254740992}"#, "value"),
            (r#"{"a":-9007199254740991}"#, "accepted"),
            (r#"{"a":99999999999999999999999999}"#, "value"),
            (r#"{"a":01}"#, "json"),
            (r#"{"a":-}"#, "json"),
            (r#"{"a":1.}"#, "json"),
            (r#"{"a":1e}"#, "json"),
            (r#"{"a":.5}"#, "json"),
            (r#"{"a":+1}"#, "json"),
            (r#"{"a":1,}"#, "json"),
            (r#"{"a":[1,]}"#, "json"),
            (r#"{"a" 1}"#, "json"),
            (r#"{a:1}"#, "json"),
            (r#"{"a":nul}"#, "json"),
            (r#"{"a":"\x"}"#, "json"),
            ("{\"a\":\"\n\"}", "json"),
            ("{\"a\":\"", "json"),
            ("", "json"),
            (r#"{"":1}"#, "key"),
            (r#"{"1a":1}"#, "key"),
            (r#"{"_a":1}"#, "key"),
            (r#"{"é":1}"#, "key"),
            (r#"[1,"a",true,false,{},[]]"#, "accepted"),
        ] {
            assert_eq!(reason(text), expected, "{text}");
        }
        assert_eq!(
            parse(b"\"\xff\"", Text::Plain).unwrap_err(),
            Refused::Utf8
        );
    }

    #[test]
    fn depth_is_bounded_without_recursion() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(reason(&nested(8)), "accepted");
        assert_eq!(reason(&nested(9)), "value");
        assert_eq!(reason(&nested(8192)), "value");
        assert_eq!(reason(&"[".repeat(16_384)), "json");
        assert_eq!(reason(&"{\"a\":".repeat(3_000)), "json");
        // The level counts scalars too: eight arrays around a number are nine levels.
        assert_eq!(reason("[[[[[[[1]]]]]]]"), "accepted");
        assert_eq!(reason("[[[[[[[[1]]]]]]]]"), "value");
        let mut deep = json!(1);
        for _ in 0..100 {
            deep = json!([deep]);
        }
        assert_eq!(to_canonical(&deep).unwrap_err().reason(), "value");
    }

    #[test]
    fn payloads_hold_any_text_and_leaves_do_not() {
        let value = json!({"text": "a\nb\t\u{1}\u{7f}\"\\/cafe\u{301}\u{2028}"});
        let text = payload(&value).unwrap();
        assert_eq!(
            text,
            "{\"text\":\"a\\nb\\t\\u0001\u{7f}\\\"\\\\/cafe\u{301}\u{2028}\"}"
        );
        assert_eq!(parse(text.as_bytes(), Text::Any).unwrap(), value);
        assert_eq!(to_canonical(&value).unwrap_err().reason(), "value");
        let long = json!({"text": "x".repeat(PAYLOAD_BYTES_MAX - 11)});
        assert_eq!(payload(&long).unwrap().len(), PAYLOAD_BYTES_MAX);
        let longer = json!({"text": "x".repeat(PAYLOAD_BYTES_MAX - 10)});
        assert_eq!(payload(&longer).unwrap_err().reason(), "size");
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            any::<bool>().prop_map(Value::from),
            (-INTEGER_MAX..=INTEGER_MAX).prop_map(Value::from),
            "\\PC{0,12}".prop_map(|s| Value::from(s.nfc().collect::<String>())),
        ];
        scalar.prop_recursive(5, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[a-z][a-z0-9_]{0,5}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_the_same(value in any_value()) {
            let text = to_canonical(&value).unwrap();
            prop_assert_eq!(&parse(text.as_bytes(), Text::Plain).unwrap(), &value);
            prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        }

        #[test]
        fn any_text_is_a_payload(text in any::<String>()) {
            let value = json!({"text": text});
            let written = payload(&value).unwrap();
            prop_assert_eq!(parse(written.as_bytes(), Text::Any).unwrap(), value);
        }

        #[test]
        fn no_bytes_are_a_panic_and_only_json_is_accepted(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if parse(&bytes, Text::Plain).is_ok() {
                prop_assert!(serde_json::from_slice::<Value>(&bytes).is_ok());
            }
        }

        #[test]
        fn json_faults_agree_with_a_general_reader(text in "[\\[\\]{}:,\"a-c0-2.eE+\\-\\\\u\\x00-\\x20]{0,24}") {
            let ours = parse(text.as_bytes(), Text::Plain);
            let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            let ours_is_json = !matches!(ours, Err(Refused::Json { .. }));
            // The general reader refuses unpaired surrogates as syntax, we as a value; it may also limit depth.
            if is_json { prop_assert!(ours_is_json, "{:?}", ours); }
            if ours_is_json && !is_json { prop_assert!(matches!(ours, Err(Refused::DuplicateKey(_) | Refused::Key(_) | Refused::Value(_)))); }
        }
    }
}
