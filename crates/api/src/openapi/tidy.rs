//! What is done to the collected document as a whole, so that it says exactly what the server accepts and sends.

use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// A value that does not exist is an absent key, never null, in questions and in answers: the document must not invite a
/// client to send what is refused. Which keys may be absent, `required` says.
pub(super) fn without_null(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::Array(kinds)) = map.get_mut("type") {
                kinds.retain(|kind| kind != "null");
                if let [only] = kinds.as_slice() {
                    let only = only.clone();
                    map.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(choices)) = map.get_mut("oneOf") {
                choices.retain(|choice| choice["type"] != "null");
                if let [Value::Object(only)] = choices.as_slice() {
                    let only = only.clone();
                    map.remove("oneOf");
                    // What is said at the place stands before what is said of the type.
                    for (key, value) in only {
                        map.entry(key).or_insert(value);
                    }
                }
            }
            map.iter_mut()
                .filter(|(key, _)| !matches!(key.as_str(), "example" | "examples" | "default"))
                .for_each(|(_, value)| without_null(value));
        }
        Value::Array(values) => values.iter_mut().for_each(without_null),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Unknown fields of a request are refused (422 `unknown_field`); unknown ones of an answer must be ignored. So the objects
/// that only requests refer to are closed, and their texts are not empty.
pub(super) fn close_requests(document: &mut Value) {
    let mut requests = BTreeSet::new();
    let mut answers = BTreeSet::new();
    let operations = document["paths"].as_object().into_iter().flat_map(Map::values).filter_map(Value::as_object);
    for operation in operations.flat_map(Map::values) {
        schemas_behind(&operation["requestBody"], &document["components"]["schemas"], &mut requests);
        schemas_behind(&operation["responses"], &document["components"]["schemas"], &mut answers);
    }
    for name in requests.difference(&answers) {
        let schema = &mut document["components"]["schemas"][name];
        if schema["type"] == "object" && schema.get("additionalProperties").is_none() {
            schema["additionalProperties"] = json!(false);
        }
        for property in
            schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut)
        {
            // Text that is sent says something: what there is not is left out.
            if property["type"] == "string" && property.get("format").is_none() {
                property["minLength"] = json!(1);
            }
        }
    }
}

/// The names of the schemas that a part of the document leads to.
fn schemas_behind(value: &Value, schemas: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            let name = map.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix("#/components/schemas/"));
            if let Some(name) = name.filter(|name| found.insert((*name).to_owned())) {
                schemas_behind(&schemas[name], schemas, found);
            }
            let parts = map.iter().filter(|(key, _)| !matches!(key.as_str(), "example" | "examples"));
            parts.for_each(|(_, part)| schemas_behind(part, schemas, found));
        }
        Value::Array(values) => values.iter().for_each(|value| schemas_behind(value, schemas, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Bytes are a binary string, not the list of numbers that `Vec<u8>` would be in JSON.
pub(super) fn bytes_are_binary(operation: &mut Map<String, Value>) {
    let answers = operation.get_mut("responses").and_then(Value::as_object_mut);
    for content in answers.into_iter().flat_map(Map::values_mut).filter_map(|answer| answer.get_mut("content")) {
        if let Some(bytes) = content.get_mut("application/octet-stream") {
            bytes["schema"] = json!({"type": "string", "format": "binary"});
        }
    }
}

/// Pages and tools that try a call out send the `example` of a parameter as its value, wanted or not: an optional parameter
/// is shown by example in words instead.
pub(super) fn examples_into_words(operation: &mut Map<String, Value>) {
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten().filter(|parameter| parameter["required"] != json!(true)) {
        let Some(example) = parameter.as_object_mut().and_then(|parameter| parameter.remove("example")) else {
            continue;
        };
        let words = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        let told = parameter["description"].as_str().unwrap_or_default().to_owned();
        parameter["description"] = json!(format!("{told} 例如 `{words}`。For example `{words}`."));
    }
}

/// By the habit of names an `…_at` is an instant and an `…_on` a day, in answers as in requests.
pub(super) fn formats_by_name(schemas: &mut Value) {
    let schemas = schemas.as_object_mut().into_iter().flat_map(Map::values_mut);
    let properties = schemas.filter_map(|schema| schema.get_mut("properties").and_then(Value::as_object_mut));
    for (name, property) in properties.flatten() {
        let format = match name.as_str() {
            "at" => "date-time",
            name if name.ends_with("_at") => "date-time",
            name if name.ends_with("_on") => "date",
            _ => continue,
        };
        // A day of every year has no year, and a pattern of its own.
        let told = ["enum", "format", "pattern"].iter().any(|key| property.get(key).is_some());
        if property["type"] == "string" && !told {
            property["format"] = json!(format);
        }
    }
}

/// An empty parameter is refused, whichever it is: the document says so of those that are free texts.
pub(super) fn empty_is_no_value(operation: &mut Map<String, Value>) {
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten().filter(|parameter| parameter["in"] == "query") {
        let schema = &mut parameter["schema"];
        let text =
            schema["type"] == "string" || schema["type"].as_array().is_some_and(|of| of.contains(&json!("string")));
        if text && ["format", "enum", "pattern"].iter().all(|key| schema.get(key).is_none()) {
            schema["minLength"] = json!(1);
        }
    }
}

/// The JSON answers of an operation have the names of what they tell by ids, besides what they are.
pub(super) fn with_names(operation: &mut Map<String, Value>) {
    let answers = operation.get_mut("responses").and_then(Value::as_object_mut);
    let good = answers.into_iter().flatten().filter(|(status, _)| status.starts_with('2')).map(|(_, answer)| answer);
    for content in good.filter_map(|answer| answer.pointer_mut("/content/application~1json")) {
        let own = content["schema"].take();
        content["schema"] = json!({"allOf": [own, {"$ref": "#/components/schemas/Names"}]});
    }
}
