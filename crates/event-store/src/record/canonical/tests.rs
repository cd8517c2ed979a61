//! The first fault in the order of the format, bounds, and texts that read back the same.
#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;
use serde_json::json;
use unicode_normalization::UnicodeNormalization as _;

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
    assert_eq!(parse(b"\"\xff\"", Text::Plain).unwrap_err(), Refused::Utf8);
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
    assert_eq!(text, "{\"text\":\"a\\nb\\t\\u0001\u{7f}\\\"\\\\/cafe\u{301}\u{2028}\"}");
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
