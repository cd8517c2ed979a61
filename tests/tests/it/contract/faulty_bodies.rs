//! Faulty bodies of every command, made from the document, and what the server says of them in both languages: all of it as
//! recorded, to the letter. Clients show these words beside their fields, so a change of them is a change of the contract.

use super::{Command, commands, document, office, with_ids_of};
use crate::harness::{Office, workspace};
use regex::Regex;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// One body, and what is wrong with it.
struct Faulty {
    what: String,
    body: Value,
}

/// What is known of a field by its schema.
struct Field<'a> {
    name: &'a str,
    schema: &'a Value,
    is_required: bool,
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let to = schema["$ref"].as_str();
    to.map_or(schema, |to| document.pointer(to.trim_start_matches('#')).unwrap_or_else(|| panic!("{to}")))
}

fn fields<'a>(document: &'a Value, schema: &'a Value) -> Vec<Field<'a>> {
    let required = schema["required"].as_array();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let field = |(name, property): (&'a String, &'a Value)| Field {
        name,
        schema: resolved(document, property),
        is_required: required.is_some_and(|names| names.iter().any(|one| one == name)),
    };
    properties.map(field).collect()
}

/// A value of another type than the schema's.
fn of_another_type(schema: &Value) -> Value {
    if schema["type"] == "string" { json!(7) } else { json!("七") }
}

/// Values that the schema does not allow, by what is wrong with them.
fn wrong_values(schema: &Value) -> Vec<(&'static str, Value)> {
    let mut wrong = vec![("another type", of_another_type(schema))];
    let length = |keyword: &str| schema[keyword].as_u64().and_then(|length| usize::try_from(length).ok());
    if let Some(most) = length("maxLength") {
        wrong.push(("too long", json!("长".repeat(most + 1))));
    }
    if let Some(most) = length("maxItems").filter(|most| *most <= 1_000) {
        wrong.push(("too many", json!(vec![json!({}); most + 1])));
    }
    if schema["type"] == "string" {
        wrong.push(("empty", json!("")));
        if schema.get("enum").is_some() || schema.get("format").is_some() || schema.get("pattern").is_some() {
            wrong.push(("unknown", json!("nonsense")));
        }
    }
    if schema["type"] == "array" {
        wrong.push(("empty", json!([])));
    }
    if schema["type"] == "integer" {
        wrong.extend([("negative", json!(-1)), ("a fraction", json!(1.5)), ("far too large", json!(u64::MAX))]);
    }
    wrong
}

/// The body with each field in turn at fault, and those of its parts, of a list those of the first element.
fn one_by_one(document: &Value, schema: &Value, body: &Value, place: &str, faulty: &mut Vec<Faulty>) {
    for field in fields(document, schema) {
        let pointer = format!("{place}/{}", field.name);
        let with = |value: Option<Value>| {
            let mut body = body.clone();
            let object = body.pointer_mut(place).and_then(Value::as_object_mut).unwrap();
            match value {
                Some(value) => object.insert(field.name.to_owned(), value),
                None => object.remove(field.name),
            };
            body
        };
        if field.is_required {
            faulty.push(Faulty { what: format!("{pointer}: missing"), body: with(None) });
        }
        for (what, value) in wrong_values(field.schema) {
            faulty.push(Faulty { what: format!("{pointer}: {what}"), body: with(Some(value)) });
        }
        let (part, below) = match field.schema["type"].as_str() {
            Some("array") => (resolved(document, &field.schema["items"]), format!("{pointer}/0")),
            _ => (field.schema, pointer),
        };
        // The parts of a policy are three hundred values that the domain reads and tests by itself.
        let is_policy = schema["properties"]["time_zone"].is_object();
        if !is_policy && part["properties"].is_object() && body.pointer(&below).is_some_and(Value::is_object) {
            one_by_one(document, part, body, &below, faulty);
        }
    }
}

/// The faulty bodies of a command.
fn faulty_bodies(document: &Value, schema: &Value, example: &Value) -> Vec<Faulty> {
    let mut faulty = vec![
        Faulty { what: "no object".to_owned(), body: json!([]) },
        Faulty { what: "nothing in it".to_owned(), body: json!({}) },
    ];
    let mut more = example.clone();
    more["no_such_field"] = json!(1);
    faulty.push(Faulty { what: "a field more".to_owned(), body: more });
    let all = fields(document, schema).into_iter();
    let mut wrong: serde_json::Map<_, _> =
        all.map(|field| (field.name.to_owned(), of_another_type(field.schema))).collect();
    wrong.insert("no_such_field".to_owned(), json!(1));
    faulty.push(Faulty { what: "everything of another type, and a field more".to_owned(), body: wrong.into() });
    let mut values = example.clone();
    for field in fields(document, schema) {
        if let Some((_, value)) = wrong_values(field.schema).pop() {
            values[field.name] = value;
        }
    }
    faulty.push(Faulty { what: "every value at fault".to_owned(), body: values });
    one_by_one(document, schema, example, "", &mut faulty);
    faulty
}

/// What is said of a body in one language; ids and the server's time, which differ each time, are left out.
fn said(office: &Office, path: &str, body: &Value, language: &str) -> String {
    let answer = office.command(path, body).with("Accept-Language", language).send();
    if answer.status < 300 {
        return format!("{}\n", answer.status);
    }
    let problem = answer.json();
    let mut said = format!("{} {} {}", answer.status, problem["code"].as_str().unwrap(), problem["title"]);
    for name in ["clause", "detail"] {
        if let Some(value) = problem.get(name) {
            write!(said, " {value}").unwrap();
        }
    }
    said.push('\n');
    for fault in problem["errors"].as_array().into_iter().flatten() {
        writeln!(said, "    {fault}").unwrap();
    }
    let id = Regex::new("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").unwrap();
    let time = Regex::new(r"2026-11-25T\d\d:\d\d:\d\d(\.\d+)?").unwrap();
    time.replace_all(&id.replace_all(&said, "<id>"), "<now>").into_owned()
}

/// What is said of every faulty body of every command.
fn record(office: &Office) -> String {
    let document = document();
    let mut record = String::new();
    for Command { path, schema, mut example } in commands(&document) {
        with_ids_of(office, &mut example);
        writeln!(record, "# {path}").unwrap();
        for Faulty { what, body } in faulty_bodies(&document, resolved(&document, &schema), &example) {
            writeln!(record, "\n{what}").unwrap();
            for language in ["zh", "en"] {
                record.push_str(&said(office, &path, &body, language));
            }
        }
        record.push('\n');
    }
    record
}

/// `UPDATE=1 cargo test -p tests --test it faulty_bodies` records them anew; whoever does says in CHANGELOG what clients will
/// see.
#[test]
fn what_is_said_of_faulty_bodies_stays_as_it_is() {
    let Some(office) = office("what_is_said_of_faulty_bodies_stays_as_it_is") else { return };
    let file = workspace().join("tests/golden/faulty_bodies.txt");
    let record = record(&office);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &record).unwrap();
    }
    let golden = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = golden.lines().zip(record.lines()).enumerate().find(|(_, (golden, now))| golden != now);
    if let Some((line, (golden, now))) = differs {
        panic!("line {} of {}:\n- {golden}\n+ {now}", line + 1, file.display());
    }
    assert_eq!(golden.lines().count(), record.lines().count());
}
