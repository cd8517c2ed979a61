//! What the server says of a fact is said by no client: who did it, in which role, when it was recorded, where it stands.

use crate::town::Town;
use api::routes;
use serde_json::{Map, Value, json};

/// What of a leaf only the server says.
const OWNED: [&str; 8] = ["actor", "role", "recorded_at", "position", "version", "prev", "command", "access"];

#[tokio::test]
async fn threat_what_only_the_server_says_is_taken_from_nobody() {
    println!("attempted: actor, role, time of recording, position, version and more, each in the body of each command");
    let town = Town::new().await;
    let document = serde_json::from_str::<serde_json::Value>(api::openapi::TEXT).unwrap();
    let before = town.server.casework.store.head().position;
    let mut refused = 0;
    for route in routes::table().iter().filter(|route| route.method == "POST" && !route.open) {
        let content =
            &document["paths"][&route.documented_path()]["post"]["requestBody"]["content"]["application/json"];
        let schema = match content["schema"]["$ref"].as_str() {
            Some(to) => document.pointer(to.trim_start_matches('#')).unwrap(),
            None => &content["schema"],
        };
        if schema.is_null() {
            continue;
        }
        let path = route.path.split('/').map(|part| match part {
            "{year}" => "2026",
            "{name}" => "issue_board",
            part if part.starts_with('{') => "0198f3c0-0000-7000-8000-00000000abcd",
            part => part,
        });
        let path = path.collect::<Vec<_>>().join("/");
        for name in OWNED.into_iter().filter(|name| schema["properties"].get(name).is_none()) {
            let body = Value::Object(Map::from_iter([(name.to_owned(), json!("account/1"))]));
            let answer = town.server.post(&town.server.token, &path, &body).await;
            let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
            let unknown =
                errors.iter().any(|one| one["code"] == "unknown_field" && one["pointer"] == format!("/{name}"));
            assert!(unknown, "{} {name}: {} {}", route.path, answer.status, answer.text);
            refused += 1;
        }
    }
    assert_eq!(town.server.casework.store.head().position, before, "nothing is recorded");
    assert!(refused > 900, "{refused}");
    println!("caught: {refused} bodies are refused (unknown_field), nothing is recorded");
    town.server.stop().await;
}
