//! Every text of the document in both languages. Code is documented in English; what is said only in English gets its
//! Chinese from `zh.json`, a list of pairs that tests keep complete and free of leftovers. Texts that hold both languages
//! already stay as they are. A text is looked up without its line breaks.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// English text → Chinese text.
const CHINESE: &str = include_str!("zh.json");

/// Puts the Chinese before the English wherever only the English stands.
pub(super) fn complete(document: &mut Value) {
    let chinese = chinese();
    each_text(document, &mut |text| {
        let english = without_terms(text);
        if is_english_only(&english)
            && let Some(words) = chinese.get(&one_line(&english))
        {
            *text = format!("{words}\n{english}");
        }
    });
}

/// An English doc comment may name the Chinese term, "a triage (研判)"; that is not the text in Chinese. Without such
/// brackets.
pub(super) fn without_terms(text: &str) -> String {
    let (mut words, mut rest) = (String::new(), text);
    while let Some((before, behind)) = rest.split_once(" (") {
        words.push_str(before);
        match behind.split_once(')') {
            Some((term, after)) if !term.is_empty() && term.chars().all(|c| is_han(c) || c == '、') => rest = after,
            _ => {
                words.push_str(" (");
                rest = behind;
            }
        }
    }
    words + rest
}

/// The list of pairs; empty only where the file cannot be read, which a test would tell.
pub(super) fn chinese() -> BTreeMap<String, String> {
    serde_json::from_str(CHINESE).unwrap_or_default()
}

/// A text without its line breaks, so that a doc comment may be wrapped anew and keep its translation.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text says nothing in Chinese.
pub(super) fn is_english_only(text: &str) -> bool {
    !text.chars().any(is_han)
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
}

/// Every `summary` and `description` that is a text; examples are data.
pub(super) fn each_text(value: &mut Value, then: &mut impl FnMut(&mut String)) {
    match value {
        Value::Object(map) => members(map, then),
        Value::Array(values) => values.iter_mut().for_each(|value| each_text(value, then)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn members(map: &mut Map<String, Value>, then: &mut impl FnMut(&mut String)) {
    for (key, value) in map.iter_mut() {
        match (key.as_str(), value) {
            ("example" | "examples" | "default" | "enum", _) => {}
            ("summary" | "description", Value::String(text)) => then(text),
            (_, value) => each_text(value, then),
        }
    }
}
