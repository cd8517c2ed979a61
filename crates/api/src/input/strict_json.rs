//! Reads a JSON text without forgiving anything: UTF-8, one value, bounded depth, no key twice.
//!
//! `serde_json::Value` alone would take the last of two equal keys silently, and what one reader takes first another
//! takes last. What fits the types is the business of `body.rs`.

use crate::limits::{FAULTS_MAX, JSON_DEPTH_MAX};
use crate::problem::codes::HttpCode;
use crate::problem::{Fault, Problem};
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::{Cell, RefCell};
use std::fmt;

/// A JSON text as a value, and the keys that came twice.
pub type Parsed = (Value, Vec<Fault>);

/// Parses a JSON text.
///
/// # Errors
/// 400 `not_utf8`, `not_json` (with line and column) or `json_too_deep`.
pub fn parse(bytes: &[u8]) -> Result<Parsed, Problem> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(Problem::new(HttpCode::NotUtf8));
    };
    let state = State::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let seed = Strict { state: &state, path: &Path::Root, depth: 1 };
    let read = seed.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    match read {
        Ok(value) => Ok((value, state.twice.into_inner())),
        Err(_) if state.too_deep.get() => Err(Problem::new(HttpCode::JsonTooDeep)
            .because(format!("最多嵌套 {JSON_DEPTH_MAX} 层。"), format!("At most {JSON_DEPTH_MAX} levels."))),
        Err(error) => Err(Problem::new(HttpCode::NotJson).because(
            format!("第 {} 行第 {} 列无法读取。", error.line(), error.column()),
            format!("It cannot be read at line {} column {}.", error.line(), error.column()),
        )),
    }
}

/// A JSON body in one form, whatever the order of its members and the white space between them: a client that writes its
/// retry anew means the same. `None` for what is refused anyhow because it gives a member twice.
pub fn canonical((value, twice): &Parsed) -> Option<Vec<u8>> {
    // Members are sorted by serde_json's map.
    if twice.is_empty() { serde_json::to_vec(value).ok() } else { None }
}

/// Appends `segment` to a JSON pointer, escaped as RFC 6901 §3 says.
pub fn push_segment(pointer: &mut String, segment: &str) {
    pointer.push('/');
    for character in segment.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

#[derive(Default)]
struct State {
    twice: RefCell<Vec<Fault>>,
    too_deep: Cell<bool>,
}

/// Where the reader stands, as a chain on the stack: a pointer is only spelt out for a fault.
enum Path<'a> {
    Root,
    Key(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl Path<'_> {
    fn write(&self, pointer: &mut String) {
        match self {
            Self::Root => {}
            Self::Key(parent, key) => {
                parent.write(pointer);
                push_segment(pointer, key);
            }
            Self::Index(parent, index) => {
                parent.write(pointer);
                push_segment(pointer, &index.to_string());
            }
        }
    }
}

struct Strict<'a> {
    state: &'a State,
    path: &'a Path<'a>,
    depth: usize,
}

impl Strict<'_> {
    fn enter<E: Error>(&self) -> Result<(), E> {
        if self.depth > JSON_DEPTH_MAX {
            self.state.too_deep.set(true);
            return Err(E::custom("too deep"));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut values = Vec::new();
        loop {
            let path = Path::Index(self.path, values.len());
            let seed = Strict { state: self.state, path: &path, depth: self.depth + 1 };
            match elements.next_element_seed(seed)? {
                Some(value) => values.push(value),
                None => return Ok(Value::Array(values)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let path = Path::Key(self.path, &key);
            let value = entries.next_value_seed(Strict { state: self.state, path: &path, depth: self.depth + 1 })?;
            if map.contains_key(&key) {
                let mut twice = self.state.twice.borrow_mut();
                if twice.len() < FAULTS_MAX {
                    let mut pointer = String::new();
                    path.write(&mut pointer);
                    twice.push(Fault::plain(pointer, HttpCode::DuplicateKey));
                }
            }
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn code(bytes: &[u8]) -> &'static str {
        parse(bytes).unwrap_err().code.as_str()
    }

    #[test]
    fn what_cannot_be_read_is_told_apart() {
        assert_eq!(code(b""), "not_json");
        assert_eq!(code(b"{\"a\":1} x"), "not_json");
        assert_eq!(code(b"{\"a\":01}"), "not_json");
        assert_eq!(code(b"{\"a\":1e999}"), "not_json");
        assert_eq!(code(br#"{"a":"\ud800"}"#), "not_json");
        assert_eq!(code(b"\xef\xbb\xbf{}"), "not_json");
        assert_eq!(code(b"{\"a\":\"\xff\"}"), "not_utf8");
        let problem = parse(b"{\n  \"a\": }").unwrap_err();
        assert_eq!(problem.detail.unwrap().en, "It cannot be read at line 2 column 8.");
    }

    #[test]
    fn depth_is_bounded_exactly() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(nested(JSON_DEPTH_MAX).as_bytes()).is_ok());
        assert_eq!(code(nested(JSON_DEPTH_MAX + 1).as_bytes()), "json_too_deep");
        assert_eq!(code("[".repeat(100_000).as_bytes()), "json_too_deep");
        assert_eq!(code("{\"a\":".repeat(50_000).as_bytes()), "json_too_deep");
    }

    #[test]
    fn every_key_that_comes_twice_is_pointed_at() {
        let (_, twice) = parse(br#"{"a":1,"b":[{},{"x/y~z":1,"x/y~z":2}],"a":3}"#).unwrap();
        let pointers: Vec<_> = twice.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/b/1/x~1y~0z", "/a"]);
        assert!(twice.iter().all(|fault| fault.code == HttpCode::DuplicateKey.into()));
    }

    #[test]
    fn what_is_read_is_what_serde_json_reads() {
        let text = br#"{"s":"\u00e9\n","n":-5,"u":18446744073709551615,"f":1.5,"b":true,"z":null,"l":[1,[]],"o":{}}"#;
        let (value, twice) = parse(text).unwrap();
        assert_eq!(value, serde_json::from_slice::<Value>(text).unwrap());
        assert!(twice.is_empty());
    }

    /// Texts that are nearly JSON, and such that are.
    fn texts() -> impl Strategy<Value = String> {
        let scalar =
            prop_oneof!["null|true|-?[1-9][0-9]{0,17}|0\\.5|1e400|\"[a-b]\"|\"\\PC?\"|01|\"\\\\u[d0][89][0-9]{2}\""];
        let value = scalar.prop_recursive(6, 32, 4, |inner| {
            let entry = ("[a-c]", inner.clone()).prop_map(|(key, value)| format!("\"{key}\":{value}"));
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(|values| format!("[{}]", values.join(", "))),
                prop::collection::vec(entry, 0..4).prop_map(|entries| format!("{{{}}}", entries.join(","))),
            ]
        });
        prop_oneof![4 => value, 1 => "[\\[\\]{}:,\"a-b0-1.eE+\\-\\\\u\\x00-\\x20]{0,24}"]
    }

    proptest! {
        #[test]
        fn no_bytes_are_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(parse(&bytes).is_ok(), serde_json::from_slice::<Value>(&bytes).is_ok());
        }

        /// What is read is what a general reader reads, where no key came twice; and it is read again as it is written.
        #[test]
        fn what_is_read_writes_back(text in texts()) {
            let general = serde_json::from_str::<Value>(&text);
            let read = parse(text.as_bytes());
            prop_assert_eq!(read.is_ok(), general.is_ok(), "{}", text);
            if let (Ok((value, twice)), Ok(general)) = (read, general) {
                prop_assert_eq!(&value, &general);
                let (again, none) = parse(value.to_string().as_bytes()).unwrap();
                prop_assert_eq!(again, value);
                prop_assert!(none.is_empty(), "{} {:?}", text, twice);
            }
        }
    }

    #[test]
    fn a_body_written_anew_is_the_same_body_and_another_is_another() {
        let form = |text: &str| parse(text.as_bytes()).ok().as_ref().and_then(canonical);
        let first = form(r#"{"name":"甲办","kind":"department","more":{"b":[1,2],"a":true}}"#);
        assert!(first.is_some());
        let anew = "{ \"more\": {\"a\": true, \"b\": [1, 2]},\n \"kind\": \"department\", \"name\": \"\\u7532办\" }";
        assert_eq!(form(anew), first);
        assert_ne!(form(r#"{"name":"乙办","kind":"department","more":{"b":[1,2],"a":true}}"#), first);
        assert_ne!(form(r#"{"name":"甲办","kind":"department","more":{"b":[2,1],"a":true}}"#), first);
        // What is refused is compared as it came.
        assert_eq!((form("{"), form(r#"{"a":1,"a":2}"#)), (None, None));
    }
}
