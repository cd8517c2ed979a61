//! What two moments of one thing differ in, as places in its JSON (RFC 6901).

use crate::http::response::absent;
use crate::http::response::{business_time, recorded_time};
use crate::log::event::EventType;
use casework::loaded::instant;
use chrono_tz::Tz;
use event_store::Position;
use event_store::leaf::Leaf;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

/// How an issue differs between two positions of the log.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = IssueDifference, example = json!({
    "issue_id": "0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10",
    "from": {"as_of_position": 88122, "version": 1}, "to": {"as_of_position": 88140, "version": 2},
    "events": [{"position": 88140, "version": 2, "type": "issue.final_answer_given", "recorded_at": "2026-11-19T06:41:02.118Z",
        "occurred_at": "2026-11-19T14:20:00+08:00"}],
    "changes": [
        {"pointer": "/answer", "to": {"outcome": "resolved", "channel": "oral", "text": "已联系物业更换。"}},
        {"pointer": "/clock", "from": "running", "to": "stopped"},
        {"pointer": "/last_word/kind", "from": "receipt", "to": "final_answer"},
        {"pointer": "/state", "from": "registered", "to": "answered"},
        {"pointer": "/version", "from": 1, "to": 2}]
}))]
pub struct DifferenceView {
    /// The issue.
    pub issue_id: Uuid,
    /// The earlier moment.
    pub from: SideView,
    /// The later moment.
    pub to: SideView,
    /// What was recorded of the issue after `from` and up to `to`, oldest first; at most 1000.
    pub events: Vec<EventBrief>,
    /// Where the events go on when there are more than that.
    #[serde(skip_serializing_if = "absent")]
    pub more_events: Option<String>,
    /// Every place of the issue's JSON that is not the same, in the order of the pointers.
    pub changes: Vec<PlaceChanged>,
}

/// One of the two moments.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = DifferenceSide)]
pub struct SideView {
    /// The position of the log.
    pub as_of_position: u64,
    /// The issue's version then; absent before it was raised.
    #[serde(skip_serializing_if = "absent")]
    pub version: Option<u64>,
}

/// An event in short; the whole of it is in the history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventBrief {
    /// Its place in the log.
    pub position: u64,
    /// Its place in the history of the issue.
    pub version: u64,
    /// The type of the event, `issue.<fact>`.
    #[schema(value_type = EventType)]
    pub r#type: String,
    /// When the server recorded it (UTC).
    pub recorded_at: String,
    /// When it is claimed to have happened.
    pub occurred_at: String,
}

impl EventBrief {
    /// The event of a leaf.
    pub fn of(position: Position, leaf: Leaf, zone: Tz) -> Self {
        Self {
            position: position.0,
            version: leaf.version.0,
            r#type: leaf.event_type,
            recorded_at: recorded_time(instant(leaf.recorded_at)),
            occurred_at: business_time(instant(leaf.occurred_at), zone),
        }
    }
}

/// A place that is not the same.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PlaceChanged {
    /// RFC 6901 pointer into the issue as `GET /v1/issues/{id}` shows it.
    pub pointer: String,
    /// What stood there; absent where nothing did.
    #[serde(skip_serializing_if = "absent")]
    pub from: Option<Value>,
    /// What stands there; absent where nothing does.
    #[serde(skip_serializing_if = "absent")]
    pub to: Option<Value>,
}

/// Every place at which two objects differ, in the order of the pointers. What only one of them has is named whole,
/// where it begins; objects and lists that both have are followed into.
pub fn changes(from: &Map<String, Value>, to: &Map<String, Value>) -> Vec<PlaceChanged> {
    let mut found = Vec::new();
    compare_objects("", from, to, &mut found);
    found
}

fn compare_objects(at: &str, from: &Map<String, Value>, to: &Map<String, Value>, found: &mut Vec<PlaceChanged>) {
    let mut keys: Vec<&String> = from.keys().chain(to.keys().filter(|key| !from.contains_key(*key))).collect();
    keys.sort_unstable();
    for key in keys {
        let mut pointer = at.to_owned();
        crate::input::strict_json::push_segment(&mut pointer, key);
        compare(pointer, from.get(key), to.get(key), found);
    }
}

fn compare(pointer: String, from: Option<&Value>, to: Option<&Value>, found: &mut Vec<PlaceChanged>) {
    match (from, to) {
        (Some(from), Some(to)) if from == to => {}
        (Some(Value::Object(from)), Some(Value::Object(to))) => compare_objects(&pointer, from, to, found),
        (Some(Value::Array(from)), Some(Value::Array(to))) => {
            for index in 0..from.len().max(to.len()) {
                compare(format!("{pointer}/{index}"), from.get(index), to.get(index), found);
            }
        }
        (from, to) => found.push(PlaceChanged { pointer, from: from.cloned(), to: to.cloned() }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn between(from: Value, to: Value) -> Value {
        let (Value::Object(from), Value::Object(to)) = (from, to) else { panic!("objects only") };
        json!(changes(&from, &to))
    }

    #[test]
    fn what_is_the_same_is_not_told() {
        assert_eq!(between(json!({"a": 1, "b": {"c": [1, {}]}}), json!({"b": {"c": [1, {}]}, "a": 1})), json!([]));
    }

    #[test]
    fn a_change_an_addition_and_a_removal_are_told_at_their_place() {
        let from = json!({"state": "registered", "last_word": {"kind": "receipt", "at": "t"}, "interim_due_on": "d"});
        let to =
            json!({"state": "answered", "last_word": {"kind": "final_answer", "at": "t"}, "answer": {"text": "好"}});
        assert_eq!(
            between(from, to),
            json!([
                {"pointer": "/answer", "to": {"text": "好"}},
                {"pointer": "/interim_due_on", "from": "d"},
                {"pointer": "/last_word/kind", "from": "receipt", "to": "final_answer"},
                {"pointer": "/state", "from": "registered", "to": "answered"},
            ])
        );
    }

    #[test]
    fn lists_are_compared_place_by_place() {
        assert_eq!(
            between(json!({"links": [{"kind": "related"}, 2]}), json!({"links": [{"kind": "recurring"}, 2, 3]})),
            json!([
                {"pointer": "/links/0/kind", "from": "related", "to": "recurring"},
                {"pointer": "/links/2", "to": 3},
            ])
        );
        assert_eq!(between(json!({"a": [1]}), json!({"a": []})), json!([{"pointer": "/a/0", "from": 1}]));
    }

    #[test]
    fn a_thing_of_another_kind_is_a_change_and_pointers_are_escaped() {
        assert_eq!(
            between(json!({"a/b": {"~": 1}, "c": [1]}), json!({"a/b": {"~": "1"}, "c": {"0": 1}})),
            json!([
                {"pointer": "/a~1b/~0", "from": 1, "to": "1"},
                {"pointer": "/c", "from": [1], "to": {"0": 1}},
            ])
        );
    }
}
