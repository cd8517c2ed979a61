//! Every list that the table of routes has is a table for a spreadsheet, too, but for those named here.

#![allow(clippy::unwrap_used)]
use super::document;
use crate::http::format::Format;
use crate::routes::table;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Lists that are no tables, and why.
const NO_TABLES: &[(&str, &str)] = &[
    ("/v1/events", EVENTS),
    ("/v1/receptions/{id}/events", EVENTS),
    ("/v1/issues/{id}/events", EVENTS),
    ("/v1/major-issues/{id}/events", EVENTS),
    ("/v1/sessions/{id}/events", EVENTS),
    ("/v1/activities/{id}/events", EVENTS),
    ("/v1/meetings/{id}/events", EVENTS),
    ("/v1/deeds/{id}/events", EVENTS),
    ("/v1/studies/{id}/events", EVENTS),
    ("/v1/appointments/{id}/events", EVENTS),
    ("/v1/typical-cases/{id}/events", EVENTS),
    ("/v1/obligations/{id}/events", EVENTS),
    ("/v1/reviews/{year}/events", EVENTS),
    ("/v1/reviews/{year}/delegates/{id}/events", EVENTS),
    ("/v1/reviews/{year}/grids/{id}/events", EVENTS),
    ("/v1/accounts", "an account has many grants, which no row holds; tokens are a table"),
    ("/v1/me/tasks", "a desk's page of what one person has to do; the boards and the ledger behind it are tables"),
    ("/v1/proposals", "what waits for a person to decide, some at a time"),
    ("/v1/grids/{id}/rota-proposal", "it is sent back as it came, to assign it"),
    ("/v1/configuration", "with what the server was started, for those who run it"),
    (
        "/v1/security-events",
        "a page ends where enough was looked through, not where it is full; the files are there for programs",
    ),
    (
        "/v1/personal-data/views",
        "a page ends where enough was looked through, not where it is full; they are in the log for programs",
    ),
    ("/log/openings/{id}", "what is sealed is held against its leaf by a program, byte by byte"),
    ("/v1/read-models", "how far the server is, for those who run it"),
    ("/problems", "what a program is told; the terms of codes are in the vocabulary, which is a table"),
];
const EVENTS: &str = "each type of event has facts of its own: they have no columns in common";

/// What a reference leads to.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    schema["$ref"].as_str().map_or(schema, |to| document.pointer(to.trim_start_matches('#')).unwrap())
}

/// Whether an answer is a list: many of something, or an object with its `items`.
fn is_list(document: &Value, schema: &Value) -> bool {
    let schema = resolved(document, schema);
    let items = resolved(document, &schema["properties"]["items"]);
    let parts = ["allOf", "oneOf", "anyOf"].iter().filter_map(|key| schema[*key].as_array()).flatten();
    schema["type"] == "array" || items["type"] == "array" || parts.into_iter().any(|part| is_list(document, part))
}

#[test]
fn every_list_is_a_table_too_or_says_why_not() {
    let document = document(&table());
    let (mut missing, mut unsaid, mut lists) = (Vec::new(), BTreeSet::new(), 0);
    for route in table().iter().filter(|route| route.method == "GET") {
        let path = route.documented_path();
        let operation = &document["paths"][&path]["get"];
        let content = &operation["responses"]["200"]["content"];
        let is_list = is_list(&document, &content[Format::Json.media_type()]["schema"]);
        let offered = |format: &Format| {
            let parameters = operation["parameters"].as_array().unwrap();
            let format_of = parameters.iter().find(|parameter| parameter["name"] == "format");
            let named = format_of.is_some_and(|parameter| {
                let known = parameter["schema"]["enum"].as_array();
                known.is_some_and(|known| known.contains(&json!(format.name())))
            });
            named && content[format.media_type()].is_object()
        };
        let tables = [Format::Csv, Format::Xlsx].iter().filter(|format| offered(format)).count();
        if NO_TABLES.iter().any(|(named, _)| *named == path) {
            assert_eq!((is_list, tables), (true, 0), "{path} is no list, or a table: it is not to be named");
            unsaid.insert(path);
        } else if tables == 1 || is_list && tables == 0 {
            missing.push(path);
        } else {
            lists += tables / 2;
        }
    }
    assert!(missing.is_empty(), "lists without format=csv or format=xlsx: {}", missing.join(", "));
    assert_eq!(unsaid.len(), NO_TABLES.len(), "a list is named that is not there");
    assert!(lists > 40, "{lists} lists were found");
}
