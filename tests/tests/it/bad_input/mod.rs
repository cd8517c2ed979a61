//! Anything refused says which field, which rule and which clause, in both languages, and nothing is recorded: every
//! `refuses…` below looks at the log's head before and after.

mod bodies;
mod rules;
mod transport;
mod values;

use crate::harness::{Office, demand, now};
use serde_json::Value;

const RECEPTIONS: &str = "/v1/receptions";

/// A good reception with one value set to something else.
fn reception_with(office: &Office, pointer: &str, value: Value) -> Value {
    let mut body = office.reception(now(), &[demand("楼道灯不亮")]);
    match body.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            body.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(name.to_owned(), value);
        }
    }
    body
}

#[test]
fn the_words_of_every_problem_can_be_looked_up() {
    let office = Office::empty();
    let all = office.get("/problems").good();
    let codes: Vec<&str> =
        all["items"].as_array().unwrap().iter().map(|problem| problem["code"].as_str().unwrap()).collect();
    for code in [
        "unauthenticated",
        "forbidden",
        "not_found",
        "unknown_field",
        "unknown_id",
        "unit_not_in_grid",
        "delegate_without_mandate",
        "before_programme",
        "before_reception",
        "in_the_future",
        "due_too_far",
        "too_long",
        "stale_version",
        "contended",
        "idempotency_key_reused",
        "not_the_responsible_delegate",
        "already_answered",
        "already_escalated",
        "issue_closed",
        "issue_not_open",
        "not_escalated",
        "extension_after_due",
        "feedback_window_over",
        "not_enough_attempts",
        "evidence_missing",
        "major_issue_full",
        "read_model_behind",
        "overloaded",
        "storage_full",
        "outcome_unknown",
    ] {
        assert!(codes.contains(&code), "{code}");
        office.get(&format!("/problems/{code}")).is(200);
    }
}
