//! An obligation in an answer.

use crate::http::reader::WithheldView;
use crate::http::response::business_time;
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use casework::clock::asking::{Explained, Standing};
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::clock::{LedgerEntry, OwedBy, OwingFamily};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 义务。An obligation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Obligation, example = json!({
    "id": "5b0b0f3e-9f0a-8c1d-9c55-0c8a3a0b2d11", "code": "O-7", "clause": "C-4.4",
    "about": {"family": "issue", "id": "0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10"}, "period": "1",
    "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "owed_by": {"family": "delegate", "id": "0198f3c1-0000-7000-8000-000000000001"},
    "opens_on": "2026-11-19", "due_on": "2026-11-26", "provisional": false, "status": "missing", "tier": "reminder",
    "what": ["answer_overdue"], "explanation": "none",
    "events": [{"position": 88037, "type": "issue.raised", "at": "2026-11-19T14:10:00+08:00"}]
}))]
pub struct ObligationView {
    /// Its id, which follows from code, part, what it is about, and period.
    id: Uuid,
    /// What is owed.
    #[schema(value_type = vocabulary::ObligationCode)]
    code: &'static str,
    /// Which part of it: a word, or the id of a delegate or a unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<String>,
    /// The clause that it rests on.
    clause: &'static str,
    /// What it is about: a session, an issue, a deed and so on.
    about: AboutView,
    /// The period, where it comes again: a cycle, a day, a quarter `2026-Q1`, a half-year `2026-H1` or a year.
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<String>,
    /// The grid in whose scope it is.
    grid_id: Uuid,
    /// Who owes it.
    owed_by: OwedByView,
    /// The day from which it is owed.
    opens_on: NaiveDate,
    /// The day by which it is owed.
    due_on: NaiveDate,
    /// A year without a published calendar was looked at.
    provisional: bool,
    /// How it stands on the day that is asked about.
    #[schema(value_type = vocabulary::ObligationStatus)]
    status: &'static str,
    /// A breach was found of what stands kept, or is owed no more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    overtaken: bool,
    /// The highest tier reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<vocabulary::Tier>)]
    tier: Option<&'static str>,
    /// The breaches found, in order.
    #[schema(value_type = Vec<vocabulary::Breach>)]
    what: Vec<&'static str>,
    /// Where the newest explanation stands.
    #[schema(value_type = vocabulary::ExplanationState)]
    explanation: &'static str,
    /// What was said of it, oldest first; not in lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    explanations: Vec<ExplanationView>,
    /// 说明的文字不显示，及其原因。The words of explanations are not shown, and why; absent where they are, and in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    withheld: Option<WithheldView>,
    /// The leaves that opened, discharged or excused it, and those of its own stream.
    events: Vec<LedgerEventView>,
    /// Version of its own stream, also the `ETag`; 0 where nothing is recorded of it. Not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    /// The log up to here is in this answer; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of_position: Option<u64>,
}

/// What an obligation is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ObligationAbout)]
pub struct AboutView {
    /// `session`, `issue`, `deed`, `study`, `appointment`, `activity`, `major_issue`, `delegate`, or `area` for a grid.
    #[schema(example = "issue")]
    family: String,
    /// Its id.
    id: Uuid,
}

/// Who owes an obligation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ObligationOwedBy)]
pub struct OwedByView {
    /// `delegate`, or `area` for the town, a grid or a unit.
    #[schema(example = "delegate")]
    family: &'static str,
    /// Who.
    id: Uuid,
    /// The name of a liaison officer, who has no id; the id is that of the grid.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// A leaf that an obligation rests on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ObligationEvent)]
pub struct LedgerEventView {
    /// Its place in the log.
    position: u64,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(example = "issue.raised")]
    event_type: String,
    /// When it is said to have happened.
    at: String,
}

/// An explanation of a breach.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Explanation, example = json!({"at": "2026-12-02T09:00:00+08:00", "text": "住院治疗。", "accepted": true, "decided_at": "2026-12-03T09:00:00+08:00"}))]
pub struct ExplanationView {
    /// When it was given.
    at: String,
    /// What was said; absent where it was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Whether it was accepted; absent while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<bool>,
    /// When that was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl AboutView {
    /// Of the name of a stream.
    pub fn of(about: &str) -> Option<Self> {
        let (family, id) = about.split_once('/')?;
        Some(Self { family: family.to_owned(), id: Uuid::try_parse(id).ok()? })
    }
}

impl OwedByView {
    /// Whoever it is.
    pub fn of(owed_by: &OwedBy) -> Self {
        let family = match owed_by.family {
            OwingFamily::Delegate => "delegate",
            OwingFamily::Area => "area",
        };
        Self { family, id: owed_by.id, name: owed_by.name.clone() }
    }
}

impl ExplanationView {
    fn of(one: Explained, town: Tz) -> Self {
        let (accepted, decided_at, reason) = match one.decided {
            Some((accepted, at, reason)) => (Some(accepted), Some(business_time(at, town)), reason),
            None => (None, None, None),
        };
        Self { at: business_time(one.at, town), text: one.text, accepted, decided_at, reason }
    }
}

impl ObligationView {
    /// An obligation as it stands on a day; nothing of one that is about nothing, which no rule makes.
    pub fn of(entry: &LedgerEntry, day: NaiveDate, town: Tz) -> Option<Self> {
        let events = entry.events.iter().map(|event| LedgerEventView {
            position: event.position,
            event_type: event.event_type.clone(),
            at: business_time(event.at, town),
        });
        Some(Self {
            id: entry.id.0,
            code: entry.key.code.as_str(),
            part: entry.key.part.map(|part| part.to_string()),
            clause: entry.key.code.clause(),
            about: AboutView::of(&entry.key.about)?,
            period: entry.key.period.clone(),
            grid_id: entry.grid_id.0,
            owed_by: OwedByView::of(&entry.owed_by),
            opens_on: entry.opens_on,
            due_on: entry.due_on,
            provisional: entry.provisional,
            status: entry.status_on(day).as_str(),
            overtaken: entry.is_overtaken(day),
            tier: entry.tier.map(|tier| tier.as_str()),
            what: entry.what.iter().map(|what| what.as_str()).collect(),
            explanation: entry.explanation.as_str(),
            explanations: Vec::new(),
            withheld: None,
            events: events.collect(),
            version: None,
            as_of_position: None,
        })
    }

    /// The same with what was said of it, as whoever reads is shown it.
    ///
    /// # Errors
    /// Where what it hangs on cannot be read.
    pub async fn whole(app: &AppState, standing: Standing, snapshot: &Snapshot) -> Result<Option<Self>, Problem> {
        let town = snapshot.reference.time_zone();
        let Some(view) = Self::of(&standing.entry, snapshot.today, town) else { return Ok(None) };
        let version = Some(standing.version.0);
        let (explained, withheld) = standing.explained(&app.casework, &snapshot.reader).await?;
        let explanations = explained.into_iter().map(|one| ExplanationView::of(one, town)).collect();
        Ok(Some(Self { explanations, withheld: withheld.map(Into::into), version, ..view }))
    }
}
