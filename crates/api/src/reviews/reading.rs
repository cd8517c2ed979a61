//! How a review is asked for: of which year, under which rules, as of when; and what has to be read for it.

use crate::http::extract::Question;
use crate::http::format::Format;
use crate::input::body::choice;
use crate::input::query::{AsOf, Query};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, Snapshot};
use casework::reviews::{Frame, Streams};
use domain::ids::AreaId;
use domain::language::text;
use domain::review::RuleSet;
use domain::vocabulary::Indicator;
use event_store::Position;
use read_models::{ReviewOf, names};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use utoipa::IntoParams;

/// How a review is asked for.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents the query")]
pub(crate) struct ReviewParams {
    /// 截至该位置（含）。From the leaves up to this position, exactly.
    #[param(minimum = 1)]
    as_of_position: Option<u64>,
    /// 截至该时刻（RFC 3339，含时差）。At this instant (RFC 3339 with its offset).
    as_of: Option<chrono::DateTime<chrono::FixedOffset>>,
    /// 答复至少包含到该位置；最多等待 2 秒。The answer covers this position; waited for up to 2 s.
    at_least: Option<u64>,
    /// 算法版本，默认为最新。Formulas and shape; the newest by default.
    #[param(pattern = r"^(review/1|review/2)$", example = "review/2")]
    rules: Option<String>,
}

/// By which rules a review is asked for, and as of when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub rule_set: RuleSet,
    pub as_of: AsOf,
}

/// A review that was asked for, with what else was read from the query.
pub(crate) struct ReviewRequest<T> {
    pub frame: Arc<Frame>,
    pub asked: Asked,
    pub format: Format,
    pub more: T,
}

/// Reads a question about the review of a year.
///
/// # Errors
/// 400 with all parameters at fault, for other rules, for a year that is not reviewable at that moment, for a position
/// beyond the head; 404 for what is no year; 406.
pub(crate) async fn asked<T>(
    app: &AppState,
    year: &str,
    question: &Question,
    offered: &[Format],
    more: impl FnOnce(&mut Query, Asked, &Snapshot) -> T,
) -> Result<ReviewRequest<T>, Problem> {
    let year = year_of(year).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let known = app.known_to(question).await;
    let years = app.casework.reviewable_years(known.position, &known.reference).await?;
    let ((as_of, at_least, rule_set, more), format) = question.read_as(offered, |query| {
        // Naming it keeps the answer when there is another.
        let rule_set = query.optional("rules", choice(RuleSet::ALL, |set| set.as_str())).unwrap_or(RuleSet::NEWEST);
        if !years.contains(&year) {
            let (first, last) = (years.start(), years.end());
            let detail = text(
                format!("可评议的年度为 {first} 至 {last}。"),
                format!("There are reviews of the years {first} to {last}."),
            );
            query.fault_in_path("year", HttpCode::BadParameter, detail);
        }
        let as_of = query.as_of();
        Some((as_of, query.at_least(), rule_set, more(query, Asked { rule_set, as_of }, &known)))
    })?;
    app.log_covers(question, at_least).await?;
    // A review is always made at a position: that of the head is taken once, and named in the answer.
    let position = match as_of {
        AsOf::Now => AsOf::Position(app.casework.store.head().position.0),
        AsOf::Position(_) | AsOf::Instant(_) => as_of,
    };
    let snapshot = app.snapshot(position).await?;
    let frame = app.casework.review_frame(rule_set, year, snapshot.position, snapshot.reference).await?;
    Ok(ReviewRequest { frame: Arc::new(frame), asked: Asked { rule_set, as_of }, format, more })
}

/// The streams to be read for a review.
///
/// # Errors
/// 503 where the index does not reach the position in time: a review that knows of too little would be wrong.
pub(crate) async fn streams(
    app: &AppState,
    question: &Question,
    frame: &Frame,
    of: ReviewOf,
) -> Result<Streams, Problem> {
    streams_within(app, question.patience(), frame, of).await
}

/// The same for whoever waits so long.
pub(crate) async fn streams_within(
    app: &AppState,
    patience: Duration,
    frame: &Frame,
    of: ReviewOf,
) -> Result<Streams, Problem> {
    let waited = app.read_models.wait_for_model(names::REVIEW_INDEX, frame.position, patience).await;
    waited.map_err(|behind| Problem::new(HttpCode::ReadModelBehind).caused_by(behind))?;
    let mut streams = app.read_models.review_streams(frame.period.year, of, frame.position).await?;
    for grid in grids_beside(frame, of) {
        let theirs = app.read_models.review_streams(frame.period.year, ReviewOf::Grid(grid), frame.position).await?;
        streams.also_attended(theirs);
    }
    if streams.as_of_position < Position(frame.position.0) {
        // It was begun anew in between.
        return Err(Problem::new(HttpCode::ReadModelBehind));
    }
    let read_models::ReviewStreams {
        issues,
        receptions,
        sessions,
        studies,
        deeds,
        typical_cases,
        activities,
        meetings,
        appraisals,
        as_of_position: _,
    } = streams;
    Ok(Streams { issues, receptions, sessions, studies, deeds, typical_cases, activities, meetings, appraisals })
}

/// The grids that a delegate was assigned to in the year: what they held is theirs to attend. Nothing for others, whose
/// streams are all named, nor by rules that do not look at it.
fn grids_beside(frame: &Frame, of: ReviewOf) -> BTreeSet<AreaId> {
    let (period, none) = (&frame.period, BTreeSet::new());
    let who = match of {
        ReviewOf::Delegate(id) => frame.reference.delegates.get(id),
        ReviewOf::Grid(_) | ReviewOf::Town => None,
    };
    let Some(person) = who.filter(|_| frame.rule_set().decides(Indicator::Meetings)) else { return none };
    person.grids_within(period.first, period.until).collect()
}

/// A year in the path: four digits; anything else is no address.
pub(crate) fn year_of(text: &str) -> Option<i32> {
    let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}
