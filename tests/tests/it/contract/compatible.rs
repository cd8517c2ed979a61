//! Clients that were written against an earlier document go on working: no path, field, status, code or value of it is
//! changed or gone, and nothing more is demanded of them. What is said in words may be said better.

use super::document;
use crate::harness::workspace;
use serde_json::{Map, Value};
use std::fs;

/// Keywords that promise nothing: words, and the row of the access table that a call is held against.
const WORDS: [&str; 7] = ["description", "summary", "example", "examples", "title", "x-clause", "x-action"];
/// Maps whose keys are names of ours, which may be called like a keyword.
const OF_NAMES: [&str; 6] = ["properties", "schemas", "responses", "paths", "headers", "mapping"];

/// The document without words.
fn promises(value: &Value, is_of_names: bool) -> Value {
    match value {
        Value::Object(map) => {
            let promised = map.iter().filter(|(key, _)| is_of_names || !WORDS.contains(&key.as_str()));
            let kept = promised
                .map(|(key, value)| (key.clone(), promises(value, !is_of_names && OF_NAMES.contains(&key.as_str()))));
            Value::Object(kept.collect())
        }
        Value::Array(values) => Value::Array(values.iter().map(|value| promises(value, false)).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// What of the earlier document does not hold any more, each with its place.
fn broken(before: &Value, now: &Value, place: &str, found: &mut Vec<String>) {
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => {
            for (key, value) in before {
                let place = format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"));
                match now.get(key) {
                    None if key == "pattern" && takes_also(value, now) => {}
                    None => found.push(format!("{place} is gone")),
                    Some(now) => broken(value, now, &place, found),
                }
            }
            demands_more(before, now, place, found);
        }
        (Value::Array(before), Value::Array(now)) => {
            let is_kept = |one: &Value| now.iter().any(|other| holds(one, other));
            found.extend(before.iter().filter(|one| !is_kept(one)).map(|one| format!("{place}: {one} is gone")));
        }
        (before, now) if before == now => {}
        // A type of event gains a field by a new schema, and its readers read on; a body may be longer than before.
        (Value::Number(before), Value::Number(now))
            if ["/x-schema", "/maxItems"].iter().any(|key| place.ends_with(key)) && before.as_u64() < now.as_u64() => {}
        // The version of the document itself.
        _ if place == "/info/version" => {}
        (before, now) => found.push(format!("{place} was {before} and is {now}")),
    }
}

/// A parameter that took one value, said by a pattern, takes it still among others.
fn takes_also(pattern: &Value, now: &Map<String, Value>) -> bool {
    let one = pattern.as_str().and_then(|pattern| pattern.strip_prefix('^')?.strip_suffix('$'));
    let is_literal = |one: &&str| one.chars().all(|c| c.is_ascii_alphanumeric() || "/_-".contains(c));
    let values = now.get("enum").and_then(Value::as_array);
    one.filter(is_literal).zip(values).is_some_and(|(one, values)| values.iter().any(|value| value == one))
}

fn holds(before: &Value, now: &Value) -> bool {
    let mut found = Vec::new();
    broken(before, now, "", &mut found);
    found.is_empty()
}

/// A body or a call that was complete is complete.
fn demands_more(before: &Map<String, Value>, now: &Map<String, Value>, place: &str, found: &mut Vec<String>) {
    let empty = Vec::new();
    let list = |map: &Map<String, Value>, key: &str| map.get(key).and_then(Value::as_array).unwrap_or(&empty).clone();
    // Only objects of requests are closed.
    if before.get("additionalProperties") == Some(&Value::Bool(false)) {
        let known = list(before, "required");
        let more = list(now, "required").into_iter().filter(|name| !known.contains(name));
        found.extend(more.map(|name| format!("{place} demands {name}")));
    }
    let parameters = list(before, "parameters");
    let same = |one: &Value, other: &Value| one["name"] == other["name"] && one["in"] == other["in"];
    let more = list(now, "parameters").into_iter().filter(|one| one["required"] == true);
    let more = more.filter(|one| !parameters.iter().any(|known| same(known, one)));
    found.extend(more.map(|one| format!("{place} demands the parameter {}", one["name"])));
}

/// Promises that were taken back on purpose. Whoever asks by a token is told of it as before; only who came by a sign-in or
/// with a provider's token, which earlier clients never do, has none.
const TAKEN_BACK: [&str; 1] = ["/components/schemas/Me/required: \"token\" is gone"];

/// A line for each path and each component, so that a change of the file can be read.
fn written(promises: &Value) -> String {
    let mut text = "{\n".to_owned();
    let parts: Vec<String> = promises
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, part)| {
            let lines = |map: &Map<String, Value>| {
                let lines: Vec<String> = map.iter().map(|(key, value)| format!("  {key:?}: {value}")).collect();
                format!("{{\n{}\n}}", lines.join(",\n"))
            };
            format!("{key:?}: {}", part.as_object().map_or_else(|| part.to_string(), lines))
        })
        .collect();
    text.push_str(&parts.join(",\n"));
    text + "\n}\n"
}

/// `UPDATE=promises` writes down what is promised now, which only a release does.
#[test]
fn no_promise_of_the_earlier_document_is_broken() {
    let path = workspace().join("tests/golden/openapi-promises.json");
    let now = promises(&document(), false);
    if std::env::var("UPDATE").is_ok_and(|what| what == "promises") {
        fs::write(&path, written(&now)).unwrap();
    }
    let before: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let before = promises(&before, false);
    assert!(before["paths"].as_object().unwrap().len() > 60, "the earlier document is not read");
    let mut found = Vec::new();
    broken(&before, &now, "", &mut found);
    found.retain(|what| !TAKEN_BACK.contains(&what.as_str()));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_breaks_a_client_is_found() {
    let before = serde_json::json!({"paths": {"/a": {"post": {"parameters": [{"name": "q", "in": "query"}]}}},
        "schemas": {"A": {"additionalProperties": false, "required": ["x"], "properties": {"x": {"type": "string"},
        "description": {"type": "string"}}}, "E": {"enum": ["a", "b"], "description": "词"}}});
    let broken_by = |change: fn(&mut Value)| {
        let mut now = before.clone();
        change(&mut now);
        let mut found = Vec::new();
        broken(&promises(&before, false), &promises(&now, false), "", &mut found);
        found
    };
    for harmless in [
        |now: &mut Value| now["schemas"]["E"]["description"] = "字".into(),
        |now: &mut Value| now["schemas"]["E"]["enum"] = serde_json::json!(["a", "c", "b"]),
        |now: &mut Value| now["paths"]["/b"] = serde_json::json!({}),
        |now: &mut Value| now["schemas"]["A"]["properties"]["y"] = serde_json::json!({}),
    ] {
        assert_eq!(broken_by(harmless), Vec::<String>::new());
    }
    for harm in [
        |now: &mut Value| now["schemas"]["E"]["enum"] = serde_json::json!(["a"]),
        |now: &mut Value| now["paths"] = serde_json::json!({}),
        |now: &mut Value| now["schemas"]["A"]["properties"] = serde_json::json!({"x": {"type": "string"}}),
        |now: &mut Value| now["schemas"]["A"]["properties"]["x"]["type"] = "integer".into(),
        |now: &mut Value| now["schemas"]["A"]["required"] = serde_json::json!(["x", "y"]),
        |now: &mut Value| {
            now["paths"]["/a"]["post"]["parameters"] =
                serde_json::json!([{"name": "q", "in": "query"}, {"name": "r", "in": "query", "required": true}]);
        },
    ] {
        assert_eq!(broken_by(harm).len(), 1);
    }
}
