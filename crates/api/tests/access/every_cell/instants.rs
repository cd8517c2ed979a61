//! In whose time instants are told: in the town's, but for `recorded_at`, which is UTC with milliseconds.

use super::Case;
use crate::server::Answer;
use chrono::DateTime;
use serde_json::Value;

/// What is told as it was written at the time, in UTC: lines of the security journal. The document shows one.
const AS_WRITTEN: [&str; 2] = ["GET /v1/security-events", "GET /openapi.json"];

/// The instants of an answer that are told in another time than theirs, each with its name.
pub(super) fn in_another_time(case: &Case, answer: &Answer) -> Vec<String> {
    let mut found = Vec::new();
    if !AS_WRITTEN.contains(&case.route.as_str()) {
        look(&answer.body, "", &mut found);
    }
    found.iter().map(|found| format!("{} {}: {found}", case.route, answer.status)).collect()
}

fn look(value: &Value, name: &str, found: &mut Vec<String>) {
    match value {
        // A place that changed is that of its pointer, whatever it is called before and after.
        Value::Object(members) => {
            let of = members.get("pointer").and_then(Value::as_str).and_then(|pointer| pointer.rsplit('/').next());
            members.iter().for_each(|(name, value)| look(value, of.unwrap_or(name), found));
        }
        Value::Array(values) => values.iter().for_each(|value| look(value, name, found)),
        Value::String(text) if text.len() > "2026-11-24".len() && DateTime::parse_from_rfc3339(text).is_ok() => {
            let offset = if name == "recorded_at" { "Z" } else { "+08:00" };
            if !text.ends_with(offset) {
                found.push(format!("{name} {text}"));
            }
        }
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
}
