//! The document `openapi/huiyin.json` against the server it describes: what it shows as an example is taken, and what it
//! does not allow is refused in words that stay the same.

mod compatible;
mod documented_examples;
mod faulty_bodies;
mod schema;

use crate::harness::{FakedClock, Office, Place, of_nobody, workspace};
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::sync::Arc;

/// The document. That it is current is a test of its own.
fn document() -> Value {
    serde_json::from_slice(&std::fs::read(workspace().join("openapi/huiyin.json")).unwrap()).unwrap()
}

/// An office after the days of all examples: they tell of what was, and some name a day that is not yet to be over. `None`
/// where the clock cannot be set.
fn office(test: &str) -> Option<Office> {
    let clock = FakedClock::of(test)?;
    let day: DateTime<Utc> = "2026-11-25T02:00:00Z".parse().unwrap();
    clock.is_moved_by((day - Utc::now()).num_seconds());
    let mut office = Office::at(Arc::new(Place::under(clock)));
    office.imports_roster().created();
    office.meets();
    Some(office)
}

/// A documented command: its path with ids that nothing has, and the document's words on its JSON body.
struct Command {
    path: String,
    schema: Value,
    example: Value,
}

/// Every command with a JSON body.
fn commands(document: &Value) -> Vec<Command> {
    let mut commands = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let content = &operations["post"]["requestBody"]["content"]["application/json"];
        if content.is_null() {
            continue;
        }
        let path = of_nobody(path).replace("{year}", "2027").replace("{name}", "nobody").replace("{code}", "nobody");
        assert!(!path.contains('{'), "{path}");
        commands.push(Command { path, schema: content["schema"].clone(), example: content["example"].clone() });
    }
    assert!(commands.len() > 40, "{}", commands.len());
    commands
}

/// People and places of an example are those of this office, wherever they are named.
fn with_ids_of(office: &Office, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let id = match name.as_str() {
                    "grid_id" => &office.grid,
                    "unit_id" => &office.unit,
                    "delegate_id" | "responsible_delegate_id" | "owner_delegate_id" | "lead_delegate_id" => {
                        &office.delegate
                    }
                    _ => {
                        with_ids_of(office, value);
                        continue;
                    }
                };
                *value = Value::from(id.as_str());
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| with_ids_of(office, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
