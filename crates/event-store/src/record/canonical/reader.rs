//! The JSON reader behind [`super::parse`].

use super::refused::{Refused, note};
use super::rules::{FLOAT, INTEGER_MAX, LEVELS_MAX, NULL, SURROGATE, TOO_DEEP, TOO_LARGE, Text, is_name, text_fits};
use serde_json::{Map, Number, Value};

/// Reads JSON whose meaning fits the format; whether its spelling does is the caller's to compare.
pub(super) fn read(source: &str, text: Text) -> Result<Value, Refused> {
    let mut reader = Reader { source: source.as_bytes(), at: 0, text, worst: None };
    let value = reader.document()?;
    reader.worst.map_or(Ok(value), Err)
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
        if self.eat(b':') { Ok(key) } else { self.syntax() }
    }

    fn word(&mut self) -> Result<Value, Refused> {
        for (word, value) in [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)] {
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
        if self.at > from { Ok(()) } else { self.syntax() }
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
            while self.source.get(self.at).is_some_and(|b| !matches!(b, b'"' | b'\\' | 0..=0x1f)) {
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
            let digit = self.source.get(self.at).and_then(|&b| char::from(b).to_digit(16));
            let Some(digit) = digit else {
                return self.syntax();
            };
            self.at += 1;
            unit = unit * 16 + digit;
        }
        Ok(unit)
    }
}
