//! What is held of one person, in an answer.

use super::searches::IssueNamed;
use super::view::PersonalDataViewed;
use crate::erasures::view::ErasureView;
use crate::files::view::FileView;
use crate::http::reader::WithheldView;
use crate::http::response::{absent, recorded_time};
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::receptions::view::ReceptionView;
use crate::receptions::visitors::VisitorView;
use crate::state::{AppState, Snapshot};
use casework::access::sight::Withheld;
use casework::loaded::AsOf;
use casework::personal::Part;
use casework::persons::held::{HeldCorrection, HeldEvent, PersonHeld, Said};
use domain::event::Event;
use domain::event_type::EventType;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// 所保存的个人信息。What is held of people.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"persons": [{
    "visitor": 0, "name": "王小明", "phone": "13800138000",
    "reception": {"id": "0198f3c2-7a0f-7b52-9c1e-2f7b4d3e1a01", "form": "walk_in", "held_at": "2026-11-19T14:10:00+08:00",
        "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "delegates": [], "visitor_count": 1,
        "issue_ids": ["0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10"], "recorded_late": false, "version": 1},
    "issues": [{"id": "0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10", "number": "2026-88122"}],
    "events": [{"stream": "issue/0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10", "position": 88122, "version": 1, "type": "issue.raised",
        "recorded_at": "2026-11-19T06:10:00.000Z", "actor": "account/0198f3c5-0000-7000-8000-000000000011", "role": "liaison",
        "said": [{"class": "narrative", "text": {"subject": "水压不足", "text": "三楼以上晚上没有水。"}}]}],
    "files": [], "corrections": [], "views": [], "erasures": []
}], "as_of_position": 88141}))]
pub struct PersonalDataExport {
    /// Of each, in the order in which they were named.
    pub persons: Vec<HeldPersonView>,
    /// The log up to here is in this answer.
    pub as_of_position: u64,
}

/// 所保存的一个人的信息。What is held of one person.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldPersonView {
    /// Which of the visitors of the reception; absent where it is not said who raised the issue of the receipt.
    #[serde(skip_serializing_if = "absent")]
    pub visitor: Option<u32>,
    /// Who they are and how they are reached, in full, as corrected.
    #[serde(flatten)]
    pub who: VisitorView,
    /// The reception that it comes from; of its issues those that they raised.
    pub reception: ReceptionView,
    /// The issues that they raised there, in order.
    pub issues: Vec<IssueNamed>,
    /// Everything that was recorded of the reception and those issues, with their words, in order.
    pub events: Vec<HeldEventView>,
    /// The files that those issues name.
    pub files: Vec<FileView>,
    /// What was corrected.
    pub corrections: Vec<HeldCorrectionView>,
    /// Who looked at any of it, the present look included.
    pub views: Vec<PersonalDataViewed>,
    /// What was asked to be erased, and what became of it.
    pub erasures: Vec<ErasureView>,
}

/// 一条记录，连同其中此人的内容。An event, with the words in it that are theirs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HeldEvent)]
pub struct HeldEventView {
    /// Its stream: of the reception or of an issue.
    pub stream: String,
    /// Its place in the log.
    pub position: u64,
    /// Its version in the stream.
    pub version: u64,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(value_type = crate::log::event::EventType)]
    pub event_type: String,
    /// When it was recorded.
    #[schema(format = DateTime)]
    pub recorded_at: String,
    /// By whom.
    pub actor: String,
    /// In which role.
    #[schema(value_type = schema::Role)]
    pub role: String,
    /// Their parts of it.
    pub said: Vec<SaidView>,
    /// What is known of its type.
    #[serde(skip)]
    pub known: Option<&'static EventType>,
}

/// 其中一部分内容。A part of an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Said)]
pub struct SaidView {
    /// Of which class.
    #[schema(value_type = schema::PersonalClass)]
    pub class: String,
    /// What it says, by member, such as `subject` and `text`.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<std::collections::BTreeMap<String, Value>>)]
    pub text: Option<Value>,
    /// It was erased; absent where it was not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub erased: bool,
    /// It is not shown, and why; absent where it is.
    #[serde(skip_serializing_if = "absent")]
    pub withheld: Option<WithheldView>,
}

/// 一处更正。A correction.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HeldCorrection)]
pub struct HeldCorrectionView {
    /// Of which stream.
    pub stream: String,
    /// Which of its events.
    pub event_version: u64,
    /// What of that, as a JSON pointer.
    pub pointer: String,
    /// What it says now, where that is a fact; a text stands among the events.
    #[serde(skip_serializing_if = "absent")]
    pub value: Option<Value>,
    /// By the event of this version.
    pub version: u64,
    /// When.
    #[schema(format = DateTime)]
    pub recorded_at: String,
}

impl HeldPersonView {
    /// What is held of somebody.
    pub(super) async fn of(app: &AppState, held: PersonHeld, snapshot: &Snapshot) -> Result<Self, Problem> {
        let (state, reference) = (&held.reception.state, &snapshot.reference);
        let named = held.visitor.and_then(|which| state.visitors.get(usize::try_from(which).ok()?));
        let who = match named {
            Some(visitor) => VisitorView::of(app, &held.sight, &held.reception, &state.corrections, visitor).await?,
            None => VisitorView { anonymous: true, ..VisitorView::default() },
        };
        let mut reception = ReceptionView::facts(held.reception_id, &held.reception, snapshot);
        reception.issue_ids = held.issues.iter().map(|(id, _)| id.0).collect();
        let mut files = Vec::with_capacity(held.files.len());
        for id in &held.files {
            let file = app.casework.file(*id, AsOf::Now).await?;
            files.push(FileView::of(app, *id, &file, &snapshot.reader).await?);
        }
        let issues = held.issues.iter().map(|(id, issue)| IssueNamed::of(*id, &issue.state, reference.time_zone()));
        Ok(Self {
            visitor: held.visitor,
            who,
            reception,
            issues: issues.collect(),
            events: held.events.into_iter().map(HeldEventView::of).collect(),
            files,
            corrections: held.corrections.into_iter().map(HeldCorrectionView::of).collect(),
            views: held.views.iter().map(|view| PersonalDataViewed::of(view, reference.time_zone())).collect(),
            erasures: held.erasures.iter().map(|erasure| ErasureView::of(reference, erasure)).collect(),
        })
    }
}

impl HeldEventView {
    fn of(event: HeldEvent) -> Self {
        Self {
            stream: event.stream.as_str().to_owned(),
            position: event.position.0,
            version: event.version.0,
            known: Event::type_of(&event.event_type, event.schema),
            event_type: event.event_type,
            recorded_at: recorded_time(event.at),
            actor: event.actor,
            role: event.role,
            said: event.said.into_iter().map(SaidView::of).collect(),
        }
    }
}

impl SaidView {
    fn of(Said { class, part }: Said) -> Self {
        let erased = part == Some(Part::Erased);
        let withheld = part.is_none().then(|| Withheld::NotRecorded.into());
        let text = if let Some(Part::Open(text)) = part { Some(text) } else { None };
        Self { class, text, erased, withheld }
    }
}

impl HeldCorrectionView {
    fn of(HeldCorrection { stream, made }: HeldCorrection) -> Self {
        Self {
            stream: stream.as_str().to_owned(),
            event_version: made.event_version,
            pointer: made.pointer,
            value: made.value.and_then(|value| serde_json::to_value(value).ok()),
            version: made.version,
            recorded_at: recorded_time(made.recorded_at),
        }
    }
}
