//! What the document shows, people copy: each example of a request is taken by the very reader of its route, each example
//! of an answer is of the schema beside it.

use super::{commands, document, office, schema, with_ids_of};
use serde_json::Value;

/// The examples of a body.
fn examples(content: &Value) -> Vec<&Value> {
    let named = content["examples"].as_object().into_iter().flatten().map(|(_, example)| &example["value"]);
    content.get("example").into_iter().chain(named).collect()
}

#[test]
fn every_example_is_of_its_schema() {
    let document = document();
    let mut looked_at = 0;
    let mut faults = Vec::new();
    let mut look = |content: &Value, whose: &str| {
        for (media_type, content) in content.as_object().into_iter().flatten() {
            for example in examples(content) {
                looked_at += 1;
                let found = schema::faults(&document, &content["schema"], example);
                faults.extend(found.into_iter().map(|fault| format!("{whose} {media_type} {fault}")));
            }
        }
    };
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            look(&operation["requestBody"]["content"], &format!("{method} {path}"));
            for (status, answer) in operation["responses"].as_object().unwrap() {
                look(&answer["content"], &format!("{method} {path} {status}"));
            }
        }
    }
    for (name, answer) in document["components"]["responses"].as_object().into_iter().flatten() {
        look(&answer["content"], name);
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        if let Some(example) = schema.get("example") {
            looked_at += 1;
            let found = schema::faults(&document, schema, example);
            faults.extend(found.into_iter().map(|fault| format!("{name} {fault}")));
        }
    }
    assert!(looked_at > 200, "{looked_at}");
    assert!(faults.is_empty(), "{} of {looked_at}:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_example_of_a_request_is_taken_by_its_reader() {
    let Some(office) = office("every_example_of_a_request_is_taken_by_its_reader") else { return };
    let mut refused = Vec::new();
    for mut command in commands(&document()) {
        with_ids_of(&office, &mut command.example);
        let answer = office.post(&command.path, &command.example);
        let problem = answer.json();
        // Whoever copies an example has other offices, issues and leaves, and perhaps somebody of that name; nothing else may be wrong
        // with it. What the log has against a command comes after its body has been read.
        let unknown = |fault: &Value| fault["code"] == "unknown_id" || fault["code"] == "unknown_position";
        let faults = problem["errors"].as_array().cloned().unwrap_or_default();
        let read = match answer.status {
            200 | 201 | 404 | 409 => true,
            // It was read, and nobody is known by it.
            401 => problem["code"] == "sign_in_failed",
            422 => !faults.is_empty() && faults.iter().all(unknown),
            _ => false,
        };
        if !read {
            refused.push(format!("{}: {problem:#}", command.path));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}
