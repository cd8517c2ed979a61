//! The document of the real table: current, complete, closed where requests are.

#![allow(clippy::unwrap_used)]
use super::operation::{names_path, templated};
use super::*;
use crate::http::route::Accepts;
use crate::policies::shape::OPTIONAL;
use crate::routes::table;
use serde_json::{Value, json};

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

/// The bytes of a file have none that anybody could read.
fn has_example(content: &Value) -> bool {
    let schema = &content["schema"];
    schema["format"] == "binary"
        || schema["$ref"] == "#/components/schemas/FileBytes"
        || content.get("example").or_else(|| content.get("examples")).is_some()
}

#[test]
fn every_list_and_every_event_type_is_described() {
    let schemas = &document(&table())["components"]["schemas"];
    for name in vocabulary::schemas().keys() {
        assert!(schemas[name]["enum"].is_array(), "{name}");
    }
    let mapping = &schemas["Event"]["discriminator"]["mapping"];
    for name in domain::event::Event::types().map(|known| known.name) {
        let variant = mapping[name].as_str().and_then(|to| to.rsplit('/').next()).unwrap();
        let own = &schemas[variant]["allOf"][1]["properties"];
        assert_eq!(own["type"]["enum"], json!([name]));
        let facts = own["public"]["$ref"].as_str().and_then(|to| to.rsplit('/').next()).unwrap();
        assert!(schemas[facts]["description"].is_string() || schemas[facts]["$ref"].is_string(), "{name}");
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

/// Pages that try a call out, and tools, send an example as a value: of an optional parameter that would be a filter or
/// a condition nobody asked for.
#[test]
fn several_values_with_commas_are_arrays_of_what_there_is() {
    let document = document(&table());
    let parameter = |path: &str, name: &str| {
        let parameters = document["paths"][path]["get"]["parameters"].as_array().unwrap();
        parameters.iter().find(|parameter| parameter["name"] == name).unwrap().clone()
    };
    let state = parameter("/v1/issues", "state");
    assert_eq!((&state["style"], &state["explode"]), (&json!("form"), &json!(false)));
    let mut states: Vec<_> = domain::vocabulary::IssueState::ALL.iter().map(|state| state.as_str()).collect();
    states.insert(0, "open");
    assert_eq!(state["schema"], json!({"type": "array", "items": {"type": "string", "enum": states}, "minItems": 1}));
    for (path, name) in [
        ("/v1/issues", "lateness"),
        ("/v1/issues", "pending"),
        ("/v1/major-issues", "state"),
        ("/v1/events", "family"),
        ("/v1/feed", "family"),
    ] {
        let several = parameter(path, name);
        assert!(several["schema"]["items"]["enum"].is_array() && several["explode"] == false, "{path} {several}");
    }
    assert_eq!(parameter("/v1/feed", "type")["schema"]["items"]["$ref"], "#/components/schemas/EventType");
    assert_eq!(parameter("/v1/grids", "ids")["schema"]["items"]["format"], "uuid");
    assert_eq!(parameter("/v1/issues", "sort")["schema"]["enum"], json!(["due", "raised", "-raised"]));
}

#[test]
fn optional_parameters_have_no_example() {
    let document = document(&table());
    let shared = document["components"]["parameters"].as_object().unwrap().values();
    let paths = document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
    let own = paths.flat_map(|operation| operation["parameters"].as_array().unwrap());
    for parameter in shared.chain(own) {
        let told = parameter
            .get("example")
            .or_else(|| parameter.get("examples"))
            .or_else(|| parameter["schema"].get("example"));
        assert!(parameter["required"] == true || told.is_none(), "{parameter}");
    }
}

/// What somebody tries out by a click must not change the town.
#[test]
fn the_example_of_a_policy_is_complete_and_far_in_the_future() {
    let document = document(&table());
    let content = &document["paths"]["/v1/policies"]["post"]["requestBody"]["content"]["application/json"];
    let example = &content["example"];
    let policy = domain::policy::fits(&domain::policy::Policies::default(), example, chrono::NaiveDate::MIN).unwrap();
    assert!(policy.effective_from >= chrono::NaiveDate::from_ymd_opt(2099, 1, 1).unwrap());
    let shipped: Value = serde_json::from_str(include_str!("../../../../data/policy-default.json")).unwrap();
    assert_eq!(example["topics"], shipped["topics"], "as many topics as the town has");
}

/// Every member of a policy has a shape and words.
#[test]
fn a_policy_is_described_to_its_last_member() {
    fn whole(schema: &Value, example: &Value, schemas: &Value, place: &str) {
        let schema = match schema["$ref"].as_str() {
            Some(to) => &schemas[to.rsplit('/').next().unwrap()],
            None => schema,
        };
        assert!(schema["description"].is_string(), "{place} has no words");
        let Some(members) = example.as_object() else { return };
        let optional = |member: &&String| OPTIONAL.contains(&format!("{place}/{member}").as_str());
        let asked = members.keys().filter(|member| !optional(member)).count();
        assert_eq!(schema["required"].as_array().unwrap().len(), asked, "{place}");
        for (member, value) in members {
            whole(&schema["properties"][member], value, schemas, &format!("{place}/{member}"));
        }
    }
    let document = document(&table());
    let schemas = &document["components"]["schemas"];
    let policy = &schemas["PolicyDocument"];
    whole(policy, &policy["example"], schemas, "");
    for (place, schema) in [
        (
            "the request",
            &document["paths"]["/v1/policies"]["post"]["requestBody"]["content"]["application/json"]["schema"],
        ),
        ("the answer", &schemas["PolicyVersion"]["properties"]["document"]),
        ("the event", &schemas["PolicyVersionAdoptedFacts"]),
    ] {
        assert_eq!(schema["$ref"], "#/components/schemas/PolicyDocument", "{place}");
    }
}

/// Generated clients make names of types and files out of these.
#[test]
fn names_of_schemas_are_names_of_types() {
    let document = document(&table());
    assert!(document["info"]["title"].as_str().unwrap().is_ascii());
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric()), "{name}");
    }
}

/// Clients give access to headers by name only where the document tells of them.
#[test]
fn answers_tell_of_their_headers() {
    let document = document(&table());
    let headers = |path: &str, method: &str, status: &str| -> Vec<String> {
        let headers = &document["paths"][path][method]["responses"][status]["headers"];
        headers.as_object().unwrap().keys().cloned().collect()
    };
    for (path, method, status, wanted) in [
        ("/v1/receptions", "post", "201", &["ETag", "Idempotency-Replayed", "Location", "X-Request-Id"][..]),
        ("/v1/issues/{id}", "get", "200", &["ETag", "X-Request-Id"]),
        ("/v1/issues", "get", "200", &["Huiyin-As-Of-Position", "Link", "X-Request-Id"]),
        ("/v1/grids", "get", "200", &["Huiyin-As-Of-Position", "Link", "X-Request-Id"]),
        ("/v1/tokens", "get", "200", &["Huiyin-As-Of-Position", "Link", "X-Request-Id"]),
        ("/v1/issues/{id}/events", "get", "200", &["Link", "X-Request-Id"]),
        ("/v1/events", "get", "200", &["Huiyin-Head", "Huiyin-Scanned-To", "Link", "X-Request-Id"]),
        ("/problems", "get", "200", &["X-Request-Id"]),
    ] {
        let mut told = headers(path, method, status);
        told.sort();
        assert_eq!(told, wanted, "{method} {path}");
    }
}

#[test]
fn instants_and_days_have_formats() {
    let document = document(&table());
    let schemas = &document["components"]["schemas"];
    for (schema, property, format) in [
        ("Issue", "raised_at", "date-time"),
        ("LastWord", "at", "date-time"),
        ("EventBase", "recorded_at", "date-time"),
        ("Issue", "answer_due_on", "date"),
    ] {
        assert_eq!(schemas[schema]["properties"][property]["format"], format, "{schema}.{property}");
    }
    let acting = &document["components"]["parameters"]["ActingAs"]["schema"]["enum"];
    assert!(acting.as_array().is_some_and(|roles| !roles.contains(&json!("system"))));
    assert_eq!(schemas["Problem"]["properties"]["code"]["$ref"], "#/components/schemas/ProblemName");
}

/// Instants are told in the town's time but for `recorded_at`, and the lines of the security journal as they were written.
#[test]
fn instants_are_shown_in_the_time_in_which_they_are_told() {
    fn look(value: &Value, name: &str, shown: &mut Vec<String>) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, value)| look(value, name, shown)),
            Value::Array(values) => values.iter().for_each(|value| look(value, name, shown)),
            Value::String(text) if chrono::DateTime::parse_from_rfc3339(text).is_ok() => {
                if text.ends_with('Z') != (name == "recorded_at") {
                    shown.push(format!("{name} {text}"));
                }
            }
            Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {}
        }
    }
    fn examples(value: &Value, shown: &mut Vec<String>) {
        for (name, value) in value.as_object().into_iter().flatten() {
            if name == "SecurityEvent" || name == "/v1/security-events" {
                continue;
            }
            if name == "example" || name == "examples" {
                look(value, "", shown);
            }
            examples(value, shown);
        }
        value.as_array().into_iter().flatten().for_each(|value| examples(value, shown));
    }
    let mut shown = Vec::new();
    examples(&document(&table()), &mut shown);
    shown.sort();
    shown.dedup();
    assert!(shown.is_empty(), "{shown:#?}");
}

/// Whether a text says nothing in English: code in back-ticks is neither language.
fn is_chinese_only(text: &str) -> bool {
    let words: String = text.split('`').step_by(2).collect();
    !words.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word.len() > 1)
}

/// Every text stands in both languages, each complete by itself.
#[test]
fn every_text_is_in_both_languages() {
    let mut document = document(&table());
    let mut missing = Vec::new();
    bilingual::each_text(&mut document, &mut |text| {
        if bilingual::is_english_only(&bilingual::without_terms(text)) || is_chinese_only(text) {
            missing.push(text.clone());
        }
    });
    missing.sort();
    missing.dedup();
    assert!(
        missing.is_empty(),
        "say them in both languages, or add the Chinese to openapi/zh.json:\n{}",
        missing.join("\n")
    );
}

/// Their numbers are in `x-clause`; who reads a text has no use for them.
#[test]
fn no_text_names_a_clause() {
    let number = |text: &str| text.split("C-").skip(1).any(|behind| behind.starts_with(|c: char| c.is_ascii_digit()));
    bilingual::each_text(&mut document(&table()), &mut |text| assert!(!number(text), "{text}"));
}

#[test]
fn no_translation_is_left_over() {
    let chinese = bilingual::chinese();
    assert!(!chinese.is_empty(), "zh.json cannot be read");
    let mut used = std::collections::BTreeSet::new();
    bilingual::each_text(&mut document(&table()), &mut |text| {
        if let Some((_, english)) = text.split_once('\n') {
            used.insert(bilingual::one_line(english));
        }
    });
    for (english, words) in &chinese {
        assert!(used.contains(english), "nothing says this any more: {english}");
        assert!(!bilingual::is_english_only(words), "{words}");
    }
}
