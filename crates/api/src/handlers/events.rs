//! Events in answers: the history of one stream, and pages of the whole log.

use crate::answer::{Items, business_time, page, recorded_time};
use crate::codes::Edge;
use crate::command::Question;
use crate::language::text;
use crate::office::Office;
use crate::problem::Problem;
use crate::vocabulary as schema;
use actix_web::HttpResponse;
use base64::Engine as _;
use casework::Failure;
use casework::files::{AsOf, instant};
use casework::history::{History, Item};
use casework::personal::Part;
use chrono_tz::Tz;
use domain::correction::Correction;
use domain::ids::{IssueId, ReceptionId};
use event_store::{StreamId, Version};
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

/// A page of events of one stream.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct EventPage {
    /// The events, in version order.
    items: Vec<EventView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
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

/// Answers with the history of one stream.
///
/// # Errors
/// 404 for an unknown stream, 400 for a bad query.
pub async fn history(office: &Office, stream: &StreamId, question: &Question) -> Result<HttpResponse, Problem> {
    office.known_to(question).await;
    let newest = office.casework.store.stream_head(stream).await.map_err(Failure::from)?.version;
    let (after, page_asked, at_least) = question.read(|query| {
        let page = query.page();
        query.goes_on(&page, |cursor| version_of(cursor, stream).is_some());
        let after = query.position("after_version", 0);
        // Nothing can follow beyond the newest one, and a version that was mistaken for another is not to look like a
        // history without news. Of what is not there it is said that it is not there.
        if after.is_some_and(|after| after > newest.0) && newest.0 > 0 {
            let detail = text(format!("最新版本为 {newest}。"), format!("The newest version is {newest}."));
            query.fault_because("after_version", Edge::BadPosition, detail);
        }
        Some((after, page, query.at_least()))
    })?;
    office.log_covers(question, at_least).await?;
    let after = match &page_asked.cursor {
        Some(cursor) => version_of(cursor, stream).ok_or_else(Problem::bad_cursor)?,
        None => Version(after.unwrap_or(0)),
    };
    let limit = usize::try_from(page_asked.limit).unwrap_or(usize::MAX);
    let History { items, more } = office.casework.history(stream, after, limit).await?;
    let next_cursor = match items.last() {
        Some(last) if more => Some(cursor_of(last.leaf.version, stream)),
        Some(_) | None => None,
    };
    let zone = office.casework.reference().time_zone();
    let mut items: Vec<_> = items.into_iter().map(|item| EventView::of_stream(item, zone)).collect();
    for made in corrections(office, stream).await? {
        if let Some(item) = items.iter_mut().find(|item| item.version == made.event_version) {
            item.corrections.push(EventCorrection { pointer: made.pointer, version: made.version });
        }
    }
    Ok(page(&question.path, &question.query, &Items { items, next_cursor, as_of_position: None }))
}

/// What was corrected in a stream, of whichever page.
async fn corrections(office: &Office, stream: &StreamId) -> Result<Vec<Correction>, Problem> {
    let id = stream.uuid().unwrap_or_default();
    let made = match stream.family() {
        "issue" => office.casework.issue(IssueId(id), AsOf::Now).await?.state.corrections.made().to_vec(),
        "reception" => office.casework.reception(ReceptionId(id), AsOf::Now).await?.state.corrections.made().to_vec(),
        _ => Vec::new(),
    };
    Ok(made)
}

/// A cursor is bound to its stream by name: elsewhere it is 400.
fn cursor_of(version: Version, stream: &StreamId) -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!("{version} {stream}"))
}

fn version_of(cursor: &str, stream: &StreamId) -> Option<Version> {
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (version, of) = text.split_once(' ')?;
    (of == stream.as_str()).then(|| version.parse().ok().map(Version))?
}
