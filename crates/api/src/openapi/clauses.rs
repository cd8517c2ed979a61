//! The clauses of the notice that a text rests on. Code and doc comments name them in brackets, where a developer reads
//! them; in the document they stand in `x-clause` beside the text, for who reads the text has no use for their numbers
//! (docs/SOURCES.md says what each is).

use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Takes the bracketed clauses out of every description, and tells them as `x-clause`.
pub(super) fn apart(value: &mut Value) {
    match value {
        Value::Object(map) => {
            lift(map);
            let members = map.iter_mut().filter(|(key, _)| !matches!(key.as_str(), "example" | "examples" | "default"));
            members.for_each(|(_, value)| apart(value));
        }
        Value::Array(values) => values.iter_mut().for_each(apart),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn lift(map: &mut Map<String, Value>) {
    let Some(Value::String(text)) = map.get_mut("description") else { return };
    let (words, clauses) = without_clauses(text);
    if clauses.is_empty() {
        return;
    }
    *text = words;
    let told = clauses.into_iter().collect::<Vec<_>>().join(", ");
    map.entry("x-clause").or_insert_with(|| json!(told));
}

/// A text without its brackets of nothing but clauses, and what stood in them.
fn without_clauses(text: &str) -> (String, BTreeSet<String>) {
    let (mut words, mut clauses, mut rest) = (String::new(), BTreeSet::new(), text);
    while let Some((before, behind)) = rest.split_once(['(', '（']) {
        let named = behind.split_once([')', '）']).and_then(|(inner, after)| Some((clauses_of(inner)?, after)));
        if let Some((named, after)) = named {
            words.push_str(before.trim_end());
            clauses.extend(named);
            rest = after;
        } else {
            let opened = rest.len() - behind.len();
            words.push_str(rest.get(..opened).unwrap_or_default());
            rest = behind;
        }
    }
    words.push_str(rest);
    (words, clauses)
}

/// `C-4.2, C-4.3a`: each of them, where there is nothing else.
fn clauses_of(inner: &str) -> Option<Vec<String>> {
    let named: Vec<_> = inner.split([',', '、', ' ', '\n']).filter(|word| !word.is_empty()).collect();
    let is_clause = |word: &&str| {
        word.strip_prefix("C-").is_some_and(|number| {
            // Of Annex 1 it is `A1`.
            let number = number.strip_prefix('A').unwrap_or(number);
            number.starts_with(|c: char| c.is_ascii_digit())
                && number.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase() || b == b'.')
        })
    };
    (!named.is_empty() && named.iter().all(is_clause)).then(|| named.into_iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_of_clauses_become_a_field_and_others_stay() {
        let mut told = json!({"description": "例会（C-4.3a、C-3.5）。\nMeetings (of a grid)\n(C-4.3a,\nC-3.5).",
            "example": {"description": "(C-1)"}, "properties": {"a": {"description": "资格（C-A1）"}}});
        apart(&mut told);
        assert_eq!(
            told,
            json!({"description": "例会。\nMeetings (of a grid).", "x-clause": "C-3.5, C-4.3a",
                "example": {"description": "(C-1)"}, "properties": {"a": {"description": "资格", "x-clause": "C-A1"}}})
        );
        for other in ["(C2SP)", "（）", "(C-x)", "(T1, C-1)", "open ( for ever", "(see C-1)"] {
            assert_eq!(without_clauses(other), (other.to_owned(), BTreeSet::new()));
        }
    }
}
