//! An event in an answer.

use crate::http::response::{business_time, recorded_time};
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use casework::Failure;
use casework::history::Item;
use casework::loaded::instant;
use chrono_tz::Tz;
use event_store::Opening;
use event_store::leaf::LeafText;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use std::borrow::Cow;
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
pub struct EventView<'a> {
    /// Its place in the log.
    pub position: u64,
    /// Its stream; only in pages of the whole log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream: Option<&'a str>,
    /// Its place in its stream.
    pub version: u64,
    /// The type of the event, `<family>.<fact>`.
    #[schema(value_type = EventType)]
    pub r#type: &'a str,
    /// Version of the shape of `public`.
    pub schema: u32,
    /// When the server recorded it (UTC).
    pub recorded_at: String,
    /// When it is claimed to have happened.
    pub occurred_at: String,
    /// Who did it.
    pub actor: &'a str,
    /// In which role.
    #[schema(value_type = schema::Role)]
    pub role: &'a str,
    /// The clause it is recorded under; the log's own affairs and accounts rest on none.
    #[serde(skip_serializing_if = "str::is_empty")]
    #[schema(required = false)]
    pub clause: &'static str,
    /// Grid or town in whose scope it happened; only in pages of the whole log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub area: Option<&'a str>,
    /// The command all of whose leaves share this id (base64url); only in pages of the whole log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<&'a str>,
    /// Position of the policy version it was decided under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<u64>,
    /// Position of the newest calendar event the decision knew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<u64>,
    /// The public facts, as in the leaf; `type` tells their shape.
    #[schema(value_type = Object)]
    pub public: &'a RawValue,
    /// Parallel to the leaf's boxes; an erased part is `{"erased":true}`.
    #[schema(value_type = Vec<PersonalPart>)]
    pub personal: Vec<Cow<'a, RawValue>>,
    /// Later events of the stream that correct this one, the newest last; only in the history of an issue or a reception.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub corrections: Vec<EventCorrection>,
    /// Leaf hash of the event before in its stream (base64).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prev: Option<&'a str>,
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

impl<'a> EventView<'a> {
    /// An event as the history of its own stream shows it. What is canonical JSON already is shown as it is written: the
    /// facts of the leaf, and the personal parts.
    pub fn of_stream(item: &'a Item, zone: Tz) -> Result<Self, Problem> {
        Self::of(item, &item.recorded.text().map_err(Failure::from)?, zone)
    }

    /// An event as a page of the whole log shows it.
    pub fn of_log(item: &'a Item, zone: Tz) -> Result<Self, Problem> {
        let leaf = item.recorded.text().map_err(Failure::from)?;
        let of_stream = Self::of(item, &leaf, zone)?;
        Ok(Self { stream: Some(leaf.stream), area: Some(leaf.area), command: Some(leaf.command), ..of_stream })
    }

    fn of(item: &'a Item, leaf: &LeafText<'a>, zone: Tz) -> Result<Self, Problem> {
        let personal = item.personal.iter().map(shown).collect::<serde_json::Result<_>>().map_err(Problem::internal)?;
        Ok(Self {
            position: item.recorded.position.0,
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
            public: serde_json::from_str(leaf.public).map_err(Problem::internal)?,
            personal,
            corrections: Vec::new(),
            prev: leaf.prev,
            leaf_hash: STANDARD.encode(item.hash),
        })
    }
}

/// What of a part is shown. The hash of a token is nobody's to see.
fn shown(part: &Opening) -> serde_json::Result<Cow<'_, RawValue>> {
    const HASH: &str = "token_sha256";
    let text: &RawValue = serde_json::from_slice(&part.payload)?;
    if !text.get().contains(HASH) {
        return Ok(Cow::Borrowed(text));
    }
    let mut payload: Value = serde_json::from_slice(&part.payload)?;
    if let Value::Object(members) = &mut payload
        && members.remove(HASH).is_some()
    {
        members.insert("withheld".to_owned(), Value::Bool(true));
    }
    to_raw_value(&payload).map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_hash_of_a_token_is_nobodys_to_see() {
        let issued = r#"{"name":"甲","token_sha256":"3q2-7w"}"#;
        let part = |payload: &str| Opening { r: [0; 32], payload: payload.as_bytes().to_vec() };
        assert_eq!(shown(&part(issued)).unwrap().get(), r#"{"name":"甲","withheld":true}"#);
        for told in [r#"{"text":"甲"}"#, r#"{"text":"\"token_sha256\":1"}"#] {
            assert_eq!(shown(&part(told)).unwrap().get(), told);
        }
        assert!(shown(&part("甲")).is_err());
    }
}
