//! An event in an answer.

use crate::http::response::{business_time, recorded_time};
use crate::openapi::vocabulary as schema;
use base64::Engine as _;
use casework::history::Item;
use casework::loaded::instant;
use casework::personal::Part;
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Refers to the open shape of a personal part in the document (`openapi/events.rs` makes it).
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer")]
pub struct PersonalPart(Value);

/// Refers to the list of types in the document (`event_types.rs` makes it).
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer")]
pub struct EventType(String);

/// One event: the leaf's facts, and what of its personal parts the caller may see.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Event, example = json!({
    "position": 88122, "version": 1, "type": "issue.raised", "schema": 1, "recorded_at": "2026-11-19T06:40:12.345Z",
    "occurred_at": "2026-11-19T14:10:00+08:00", "actor": "account/0198f3c0-0000-7000-8000-000000000001", "role": "liaison",
    "clause": "C-3.1", "public": {"kind": "demand", "topic": "livelihood"},
    "personal": [{"subject": "楼道灯不亮", "text": "3号楼楼道灯三天不亮。"}],
    "leaf_hash": "/wXcs00oT1vCiRfj+FAS/6f4YTkhpMMiBBo/yLwR5ps="
}))]
pub struct EventView {
    /// Its place in the log.
    pub position: u64,
    /// Its stream; only in pages of the whole log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// Its place in its stream.
    pub version: u64,
    /// The type of the event, `<family>.<fact>`.
    #[schema(value_type = EventType)]
    pub r#type: String,
    /// Version of the shape of `public`.
    pub schema: u32,
    /// When the server recorded it (UTC).
    pub recorded_at: String,
    /// When it is claimed to have happened.
    pub occurred_at: String,
    /// Who did it.
    pub actor: String,
    /// In which role.
    #[schema(value_type = schema::Role)]
    pub role: String,
    /// The clause it is recorded under; the log's own affairs and accounts rest on none.
    #[serde(skip_serializing_if = "str::is_empty")]
    #[schema(required = false)]
    pub clause: &'static str,
    /// Grid or town in whose scope it happened; only in pages of the whole log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<uuid::Uuid>,
    /// The command all of whose leaves share this id (base64url); only in pages of the whole log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Position of the policy version it was decided under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<u64>,
    /// Position of the newest calendar event the decision knew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<u64>,
    /// The public facts, as in the leaf; `type` tells their shape.
    #[schema(value_type = Object)]
    pub public: Value,
    /// Parallel to the leaf's boxes; an erased part is `{"erased":true}`.
    #[schema(value_type = Vec<PersonalPart>)]
    pub personal: Vec<Value>,
    /// Later events of the stream that correct this one, the newest last; only in the history of an issue or a reception.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub corrections: Vec<EventCorrection>,
    /// Leaf hash of the event before in its stream (base64).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prev: Option<String>,
    /// Leaf hash (base64).
    pub leaf_hash: String,
}

/// A correction of a value of an event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventCorrection {
    /// What of the event: `/public/…`, `/personal/<box>/<member>` or `/occurred_at`.
    pub pointer: String,
    /// Version of the correcting event, which holds the right value and the reason.
    pub version: u64,
}

impl EventView {
    /// An event as the history of its own stream shows it.
    pub fn of_stream(item: Item, zone: Tz) -> Self {
        let leaf = item.leaf;
        let base64 = &base64::engine::general_purpose::STANDARD;
        Self {
            position: item.position.0,
            stream: None,
            version: leaf.version.0,
            r#type: leaf.event_type,
            schema: leaf.schema,
            recorded_at: recorded_time(instant(leaf.recorded_at)),
            occurred_at: business_time(instant(leaf.occurred_at), zone),
            actor: leaf.actor,
            role: leaf.role,
            clause: item.clause,
            area: None,
            command: None,
            policy: leaf.policy.map(|position| position.0),
            calendar: leaf.calendar.map(|position| position.0),
            public: leaf.public,
            personal: item.personal.into_iter().map(shown).collect(),
            corrections: Vec::new(),
            prev: leaf.prev.map(|hash| base64.encode(hash)),
            leaf_hash: base64.encode(item.hash),
        }
    }

    /// An event as a page of the whole log shows it.
    pub fn of_log(item: Item, zone: Tz) -> Self {
        let stream = item.leaf.stream.to_string();
        let area = item.leaf.area;
        let command = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(item.leaf.command.0);
        Self { stream: Some(stream), area: Some(area), command: Some(command), ..Self::of_stream(item, zone) }
    }
}

/// What of a part is shown. The hash of a token is nobody's to see.
fn shown(part: Part) -> Value {
    match part {
        Part::Open(Value::Object(mut payload)) => {
            if payload.remove("token_sha256").is_some() {
                payload.insert("withheld".to_owned(), Value::Bool(true));
            }
            Value::Object(payload)
        }
        Part::Open(other) => other,
        Part::Erased => json!({"erased": true}),
    }
}
