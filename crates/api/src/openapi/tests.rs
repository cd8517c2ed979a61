//! The document of the real table: current, complete, closed where requests are.

#![allow(clippy::unwrap_used)]
use super::operation::{names_path, templated};
use super::*;
use crate::routes::{Accepts, table};

/// The committed document says what the code says. `UPDATE=1 cargo test -p api openapi` writes it anew.
#[test]
fn the_committed_document_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/huiyin.json");
    let generated = text(&table());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == generated, "openapi/huiyin.json is not current: run the test with UPDATE=1");
}

#[test]
fn every_operation_is_described_with_examples_and_an_action() {
    let document = document(&table());
    let mut ids = std::collections::BTreeSet::new();
    for route in table().iter() {
        let operation = &document["paths"][route.documented_path()][route.method.to_lowercase()];
        for key in ["summary", "description", "operationId", "x-action"] {
            assert!(operation[key].as_str().is_some_and(|text| !text.is_empty()), "{route:?} has no {key}");
        }
        let tag = operation["tags"][0].as_str();
        let mut tags = document["tags"].as_array().unwrap().iter();
        assert!(tags.any(|known| known["name"].as_str() == tag), "{route:?}: {tag:?} is not described");
        assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{route:?}: operationId twice");
        assert_ne!(operation["summary"], operation["description"], "{route:?}");
        if route.accepts != Accepts::Nothing {
            let content = operation["requestBody"]["content"].as_object().unwrap();
            assert!(!content.is_empty() && content.values().all(has_example), "{route:?}: request");
        }
        let path = route.documented_path();
        let parameters = operation["parameters"].as_array().unwrap();
        let named = parameters.iter().filter(|parameter| parameter["in"] == "path").count();
        let names: Vec<_> = templated(&path).collect();
        assert!(names.iter().all(|name| names_path(parameters, name)) && named == names.len(), "{route:?}: path");
        let told: std::collections::BTreeSet<String> =
            parameters.iter().map(|one| format!("{} {} {}", one["in"], one["name"], one["$ref"])).collect();
        assert_eq!(told.len(), parameters.len(), "{route:?}: a parameter twice");
        let mut answered = false;
        for (status, answer) in operation["responses"].as_object().unwrap() {
            answered |= status.starts_with(['2', '3']);
            let Some(content) = answer["content"].as_object() else { continue };
            assert!(content.values().all(has_example), "{route:?}: answer {status}");
        }
        assert!(answered, "{route:?}: no answer");
    }
}

#[test]
fn nothing_is_null_and_requests_are_closed() {
    let document = document(&table());
    // Neither as a type nor as a value, such as properties that are none.
    let written = text(&table());
    assert!(!written.contains(r#""null""#) && !written.contains(": null"));
    let schemas = &document["components"]["schemas"];
    let record = &schemas["RecordReception"];
    assert_eq!(
        (&record["properties"]["unit_id"]["type"], &record["additionalProperties"]),
        (&json!("string"), &json!(false))
    );
    let raise = &schemas["RaiseIssue"];
    assert_eq!((&raise["additionalProperties"], &raise["properties"]["text"]["minLength"]), (&json!(false), &json!(1)));
    assert!(record["properties"]["held_at"].get("minLength").is_none());
    let level = &schemas["Triage"]["properties"]["level"];
    assert!(level["$ref"] == "#/components/schemas/Level" && level["description"].is_string(), "{level}");
    for answer in ["Issue", "Reception", "Problem", "Policy"] {
        assert!(schemas[answer].get("additionalProperties").is_none(), "{answer}");
    }
}

/// Linters and generated clients read the schema: what the server sends must be of it.
#[test]
fn bytes_and_lines_are_strings() {
    let document = document(&table());
    for (path, media_type) in [
        ("/log/tile/{level}/{place}", "application/octet-stream"),
        ("/log/tile/entries/{place}", "application/octet-stream"),
        ("/v1/events", "application/x-ndjson"),
    ] {
        let answer = &document["paths"][path]["get"]["responses"]["200"]["content"][media_type];
        assert_eq!((&answer["schema"]["type"], answer["example"].is_string()), (&json!("string"), true), "{path}");
    }
}

fn has_example(content: &Value) -> bool {
    content.get("example").or_else(|| content.get("examples")).is_some()
}

#[test]
fn every_list_and_every_event_type_is_described() {
    let schemas = &document(&table())["components"]["schemas"];
    for name in vocabulary::schemas().keys() {
        assert!(schemas[name]["enum"].is_array(), "{name}");
    }
    for (name, _) in domain::event::Event::NAMES {
        assert!(schemas[format!("Event.{name}")]["example"].is_object(), "{name}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    match (key.as_str(), value) {
                        ("$ref", Value::String(to)) => found.push(to),
                        ("example" | "examples", _) => {}
                        _ => references(value, found),
                    }
                }
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let document = document(&table());
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 20);
    for to in found {
        assert!(document.pointer(to.trim_start_matches('#')).is_some(), "{to}");
    }
}
