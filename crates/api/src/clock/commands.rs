//! `POST /v1/clock-runs`: what happened is recorded now, and not within a minute.

use crate::clock::running::{self, RunError};
use crate::http::extract::Command;
use crate::http::response::business_time;
use crate::input::body::{self, PastInstant, body};
use crate::obligations::view::{AboutView, OwedByView};
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::clock::run::{ClockItem, ClockRun};
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::clock::ObligationEvent;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

body! {
    /// A run of the clock over obligations.
    #[example = {}]
    struct RunClock {
        /// Up to this instant; by default now.
        until: Option<PastInstant>,
    }
}

/// What a run recorded, or would record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClockRun, example = json!({"until": "2026-12-03T09:00:00+08:00", "events": 1, "items": [{
    "obligation_id": "5b0b0f3e-9f0a-8c1d-9c55-0c8a3a0b2d11", "type": "obligation.tier_reached", "at": "2026-12-03T09:00:00+08:00",
    "code": "O-7", "about": {"family": "issue", "id": "0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10"}, "period": "1",
    "owed_by": {"family": "delegate", "id": "0198f3c1-0000-7000-8000-000000000001"}, "tier": "supervision", "due_on": "2026-11-26"
}]}))]
pub struct ClockRunView {
    /// Up to this instant.
    until: String,
    /// So many events.
    events: u64,
    /// The first 1,000 of them.
    items: Vec<ClockItemView>,
}

/// Something that the clock over obligations found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClockItem)]
pub struct ClockItemView {
    /// The obligation.
    obligation_id: Uuid,
    /// The type of the event: `obligation.breached` or `obligation.tier_reached`.
    #[serde(rename = "type")]
    event_type: &'static str,
    /// The instant that it stands for: what was recorded before it decides.
    at: String,
    /// What is owed.
    #[schema(value_type = vocabulary::ObligationCode)]
    code: &'static str,
    /// Which part of it: a word, or the id of a delegate or a unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<String>,
    /// What it is about.
    about: AboutView,
    /// The period, where it comes again.
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<String>,
    /// Who owes it.
    owed_by: OwedByView,
    /// Of a breach, what it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<vocabulary::Breach>)]
    what: Option<&'static str>,
    /// Of a tier, which.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<vocabulary::Tier>)]
    tier: Option<&'static str>,
    /// The day by which it was or is due.
    due_on: NaiveDate,
}

/// The answer to a run.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockRunAnswer {
    /// What it did.
    clock_run: ClockRunView,
    /// Position of the last event; where nothing was recorded, the log's newest.
    position: u64,
}

impl ClockItemView {
    fn of(item: ClockItem, town: Tz) -> Option<Self> {
        let key = item.event.key()?;
        let event_type = item.event.event_type().name;
        let (owed_by, what, tier, due_on) = match item.event {
            ObligationEvent::Breached(one) => (one.owed_by, Some(one.what.as_str()), None, one.due_on),
            ObligationEvent::TierReached(one) => (one.owed_by, None, Some(one.tier.as_str()), one.due_on),
            ObligationEvent::Explained(_) | ObligationEvent::ExplanationDecided(_) => return None,
        };
        Some(Self {
            obligation_id: item.obligation_id.0,
            event_type,
            at: business_time(item.at, town),
            code: key.code.as_str(),
            part: key.part.map(|part| part.to_string()),
            about: AboutView::of(&key.about)?,
            period: key.period,
            owed_by: OwedByView::of(&owed_by),
            what,
            tier,
            due_on,
        })
    }
}

/// Run the clock over obligations
///
/// 运行履职时钟：把截至某一时刻已经发生而尚未记录的逾期、预告、催办、督办、通报逐条记录下来。服务每分钟自动运行一次，一般不必调用。
/// 何时运行、运行几次，结果都一样；再次运行答 0 条。它没有新的事实可言，因此不使用 Idempotency-Key。`dry_run=true` 只列出，不记录。
///
/// Records every breach and every tier that came about up to an instant and is not recorded yet. The server does so by itself
/// every minute, so that nobody has to. Whenever and however often it runs, the same is recorded; again, it answers 0 events.
/// No Idempotency-Key is looked at. With `dry_run=true` it only tells: of the first 10,000 things that wait, sessions, issues, deeds and others (C-0).
#[utoipa::path(post, path = "/v1/clock-runs", tag = "obligations", request_body = RunClock, params(
    ("dry_run" = Option<bool>, Query, description = "true：只列出，不记录。Nothing is recorded."),
), responses(
    (status = 200, description = "已运行。It ran.", body = ClockRunAnswer),
))]
pub(crate) async fn run_clock(app: web::Data<AppState>, command: Command) -> Result<HttpResponse, Problem> {
    let dry_run = command.read_query(|query| Some(query.flag("dry_run").unwrap_or_default()))?;
    let facts = body::Facts { reference: app.casework.reference(), now: app.casework.now() };
    let until = body::read_against(command.parsed()?, Some(facts), RunClock::read).finish()?.until;
    let until = until.unwrap_or_else(|| app.casework.now());
    let ClockRun { events, items, position } = running::run(&app, until, dry_run).await?;
    let position = position.unwrap_or(app.casework.store.head().position);
    app.wrote(command.caller.account.id, position);
    let town = app.casework.reference().time_zone();
    let items = items.into_iter().filter_map(|item| ClockItemView::of(item, town)).collect();
    let clock_run = ClockRunView { until: business_time(until, town), events, items };
    Ok(HttpResponse::Ok().json(ClockRunAnswer { clock_run, position: position.0 }))
}

impl From<RunError> for Problem {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Behind(behind) => Self::new(HttpCode::ReadModelBehind).caused_by(behind),
            RunError::Rows(error) => error.into(),
            RunError::Failed(failure) => failure.into(),
        }
    }
}
