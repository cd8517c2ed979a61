//! An event in an answer.

use crate::http::json::Json;
use crate::http::times::write_recorded_time;
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::proposals::withheld;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use casework::Failure;
use casework::access::Sight;
use casework::history::{Item, Told};
use casework::loaded::instant;
use chrono_tz::Tz;
use domain::correction::Correction;
use event_store::Opening;
use memchr::memmem::Finder;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use std::borrow::Cow;
use std::sync::LazyLock;
use utoipa::ToSchema;

/// Refers to the open shape of a personal part in the document (`openapi/events.rs` makes it).
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer")]
pub struct PersonalPart(Value);

/// Refers to the list of types in the document (`event_types.rs` makes it).
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer")]
pub struct EventType(String);

// It documents the answer; `write` is what is written.
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
    /// Parallel to the leaf's boxes; an erased part is `{"erased":true}`, one that the caller may not see `{"withheld":true}`.
    #[schema(value_type = Vec<PersonalPart>)]
    pub personal: Vec<Cow<'a, RawValue>>,
    /// Later events of the stream that correct this one, the newest last; only in the history of one thing, not among the events of the whole log.
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

/// Where an event is shown.
#[derive(Clone, Copy)]
pub enum ShownIn<'c> {
    /// In the history of its own stream, of which so much was corrected.
    Stream(&'c [Correction]),
    /// In a page of the whole log.
    Log,
}

/// Writes an event, as [`EventView`] says. What is canonical JSON already stands there as it is written: the facts of the
/// leaf, and the personal parts.
///
/// # Errors
/// Where the leaf, or what was in a box, cannot be read.
pub fn write(text: &mut String, item: &Item, sight: &Sight, shown_in: ShownIn<'_>, zone: Tz) -> Result<(), Problem> {
    let leaf = item.recorded.text().map_err(Failure::from)?;
    let in_log = matches!(shown_in, ShownIn::Log);
    let mut json = Json(text);
    json.raw("{").number("position", item.recorded.position.0);
    if in_log {
        json.text("stream", leaf.stream);
    }
    json.number("version", leaf.version.0).text("type", leaf.event_type).number("schema", leaf.schema.into());
    json.name("recorded_at").raw("\"");
    write_recorded_time(json.0, instant(leaf.recorded_at));
    json.raw("\"").time("occurred_at", instant(leaf.occurred_at), zone);
    json.text("actor", leaf.actor).text("role", leaf.role);
    if !item.clause.is_empty() {
        json.text("clause", item.clause);
    }
    if in_log {
        json.text("area", leaf.area).text("command", leaf.command);
    }
    for (name, position) in [("policy", leaf.policy), ("calendar", leaf.calendar)] {
        if let Some(position) = position {
            json.number(name, position.0);
        }
    }
    json.name("public").raw(leaf.public).name("personal").raw("[");
    for (at, part) in item.personal.iter().enumerate() {
        json.raw(if at == 0 { "" } else { "," });
        match part {
            Told::Open(part) => json.raw(shown(part).map_err(Problem::internal)?.get()),
            Told::Masked { class, opening } => json.raw(&masked(sight, class, opening).map_err(Problem::internal)?),
            // The log says that it was erased.
            Told::Erased => json.raw("{\"erased\":true}"),
            Told::Withheld => json.raw("{\"withheld\":true}"),
        };
    }
    json.raw("]");
    if let ShownIn::Stream(corrections) = shown_in {
        write_corrections(&mut json, corrections.iter().filter(|made| made.event_version == leaf.version.0));
    }
    if let Some(prev) = leaf.prev {
        json.text("prev", prev);
    }
    json.name("leaf_hash").raw("\"");
    STANDARD.encode_string(item.hash, json.0);
    json.raw("\"}");
    Ok(())
}

fn write_corrections<'c>(json: &mut Json<'_>, corrections: impl Iterator<Item = &'c Correction>) {
    let mut corrections = corrections.peekable();
    if corrections.peek().is_none() {
        return;
    }
    json.name("corrections").raw("[");
    for (at, made) in corrections.enumerate() {
        json.raw(if at == 0 { "{" } else { ",{" });
        json.text("pointer", &made.pointer).number("version", made.version).raw("}");
    }
    json.raw("]");
}

/// About how long an event is, so that room is made once for all of a page.
pub fn expected_bytes(items: &[Item]) -> usize {
    // Beside the leaf and its boxes, of which not everything is shown.
    const BESIDE: usize = 64;
    items.iter().map(|item| item.recorded.bytes() + BESIDE).sum()
}

/// What nobody is shown of a part, in the very boxes that hold it: hashes of tokens, codes and passwords, the secret of a
/// second factor, who somebody is at a provider and what they sign in with, and what opens a file.
const WITHHELD: [&str; 7] =
    ["token_sha256", "code_sha256", "argon2id", "totp_secret", "provider_subject", "login", "key"];

/// What of a part is shown.
fn shown(part: &Opening) -> serde_json::Result<Cow<'_, RawValue>> {
    static NAMED: LazyLock<[Finder<'static>; WITHHELD.len()]> =
        LazyLock::new(|| WITHHELD.map(|name| Finder::new(&format!("\"{name}\":")).into_owned()));
    let text: &RawValue = serde_json::from_slice(&part.payload)?;
    if let Some(request) = withheld::in_log(&part.payload) {
        return to_raw_value(&request).map(Cow::Owned);
    }
    if NAMED.iter().all(|named| named.find(&part.payload).is_none()) {
        return Ok(Cow::Borrowed(text));
    }
    let mut payload: Value = serde_json::from_slice(&part.payload)?;
    if let Value::Object(members) = &mut payload {
        let all = members.len();
        WITHHELD.iter().for_each(|name| drop(members.remove(*name)));
        if members.len() == all {
            return Ok(Cow::Borrowed(text));
        }
        members.insert("withheld".to_owned(), Value::Bool(true));
    }
    to_raw_value(&payload).map(Cow::Owned)
}

/// What of a part is shown that is masked: its texts, as its class is.
fn masked(sight: &Sight, class: &str, part: &Opening) -> serde_json::Result<String> {
    let mut payload: Value = serde_json::from_str(shown(part)?.get())?;
    if let Value::Object(members) = &mut payload {
        for value in members.values_mut() {
            if let Value::String(text) = value {
                *text = sight.text(class, text).unwrap_or_default();
            }
        }
    }
    serde_json::to_string(&payload)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::http::response::{business_time, recorded_time};
    use event_store::{Append, CommandId, EventStore, Expected, MemoryLog, NewEvent, StreamId, Write, random_bytes};
    use std::sync::Arc;

    #[test]
    fn what_opens_a_file_is_nobodys_to_see() {
        let stored = br#"{"bytes":3,"commitment":"Q0M","key":"S0s","media_type":"text/plain","name":"key"}"#;
        let part = Opening { r: [0; 32], payload: stored.to_vec() };
        let told = r#"{"bytes":3,"commitment":"Q0M","media_type":"text/plain","name":"key","withheld":true}"#;
        assert_eq!(shown(&part).unwrap().get(), told);
    }

    #[test]
    fn the_hash_of_a_token_is_nobodys_to_see() {
        let issued = r#"{"name":"甲","token_sha256":"3q2-7w"}"#;
        let part = |payload: &str| Opening { r: [0; 32], payload: payload.as_bytes().to_vec() };
        assert_eq!(shown(&part(issued)).unwrap().get(), r#"{"name":"甲","withheld":true}"#);
        for kept in ["code_sha256", "argon2id", "totp_secret", "provider_subject", "login"] {
            assert_eq!(shown(&part(&format!(r#"{{"{kept}":"x"}}"#))).unwrap().get(), r#"{"withheld":true}"#);
        }
        for told in [r#"{"text":"甲"}"#, r#"{"text":"\"token_sha256\":1"}"#, r#"{"text":"a key","why":"\"key\":1"}"#] {
            assert_eq!(shown(&part(told)).unwrap().get(), told);
        }
        assert!(shown(&part("甲")).is_err());
    }

    #[tokio::test]
    async fn an_event_is_written_as_its_view_is() {
        let zone = chrono_tz::Asia::Shanghai;
        for n in 0..4_u8 {
            let item = item(n).await;
            let leaf = item.recorded.text().unwrap();
            let opened = |told: &Told| if let Told::Open(part) = told { Some(part.clone()) } else { None };
            let opened: Vec<Opening> = item.personal.iter().filter_map(opened).collect();
            let personal: Vec<Cow<'_, RawValue>> = opened.iter().map(|part| shown(part).unwrap()).collect();
            let of_stream = EventView {
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
                public: serde_json::from_str(leaf.public).unwrap(),
                personal,
                corrections: Vec::new(),
                prev: leaf.prev,
                leaf_hash: STANDARD.encode(item.hash),
            };
            let in_log = EventView {
                stream: Some(leaf.stream),
                area: Some(leaf.area),
                command: Some(leaf.command),
                ..of_stream.clone()
            };
            let made = |event_version, version| Correction {
                event_version,
                pointer: format!("/public/\"{version}\""),
                value: None,
                version,
                recorded_at: instant(0),
            };
            let made = [made(leaf.version.0, 8), made(leaf.version.0 + 1, 9), made(leaf.version.0, 10)];
            let told = |made: &Correction| EventCorrection { pointer: made.pointer.clone(), version: made.version };
            let corrected = EventView { corrections: vec![told(&made[0]), told(&made[2])], ..of_stream.clone() };
            for (shown_in, view) in
                [(ShownIn::Stream(&[]), of_stream), (ShownIn::Stream(&made), corrected), (ShownIn::Log, in_log)]
            {
                let mut text = String::new();
                write(&mut text, &item, &Sight::NOTHING, shown_in, zone).unwrap();
                assert_eq!(text, serde_json::to_string(&view).unwrap());
            }
        }
    }

    /// An event of each form: with and without what may be absent, and boxes.
    async fn item(n: u8) -> Item {
        let store = EventStore::start(Arc::new(MemoryLog::default()), Arc::new(|| 1_795_674_600_123)).await.unwrap();
        let event = |n: u8| NewEvent {
            event_type: "issue.said".to_owned(),
            schema: 1,
            area: uuid::Uuid::nil(),
            occurred_at: (n > 0).then_some(1_795_674_000_000),
            policy: (n > 1).then_some(event_store::Position(1)),
            calendar: (n > 2).then_some(event_store::Position(2)),
            public: serde_json::json!({"kind": "demand", "text": "“灯”\"不亮\""}),
            boxes: Vec::new(),
            keys: Vec::new(),
        };
        for n in [0, n] {
            let stream = StreamId::of("issue", uuid::Uuid::max());
            let write = Write { stream, expected: Expected::Any, events: vec![event(n), event(n)] };
            let append = Append {
                command: CommandId(random_bytes()),
                fingerprint: [0; 32],
                actor: "system/start".to_owned(),
                role: "system".to_owned(),
                access: None,
                writes: vec![write],
                checks: Vec::new(),
            };
            store.append(append).await.unwrap();
        }
        // The first has none before it.
        let position = if n == 0 { 1 } else { 4 };
        let recorded = store.event(event_store::Position(position)).await.unwrap().unwrap();
        let part = |payload: &str| Opening { r: [0; 32], payload: payload.as_bytes().to_vec() };
        let personal = (0..n).map(|box_of| Told::Open(part(&format!(r#"{{"text":"第{box_of}"}}"#)))).collect();
        let hash = recorded.hash();
        Item { recorded, clause: if n == 2 { "" } else { "C-3.1" }, personal, hash }
    }
}
