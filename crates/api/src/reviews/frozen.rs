//! The figures of a frozen review (C-5.2): everybody's, as the very bytes that a question about them as of the frozen position is
//! answered with. They are made for the freeze, which keeps a digest of each, and made again from the log whenever they are
//! asked for; what does not have its digest is never told.

use crate::http::context::PathParts;
use crate::http::extract::Question;
use crate::http::packing::REPR_DIGEST;
use crate::input::body::parse_uuid;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::reviews::frozen_years::{Frozen, FrozenFigures, FrozenYear};
use crate::reviews::reading::{streams_within, year_of};
use crate::reviews::view::{Named, ReviewView};
use crate::state::AppState;
use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use casework::Failure;
use casework::annual_reviews::ReviewYear;
use casework::loaded::AsOf;
use casework::reviews::{Frame, Tallies};
use domain::annual_review::is_reviewed;
use domain::appraisal::Appraisee;
use domain::ids::{AreaId, DelegateId};
use domain::review::{RuleSet, Subject, Tally};
use event_store::Position;
use read_models::ReviewOf;
use std::sync::Arc;
use std::time::Duration;

/// Makes the figures of everybody who is reviewed: delegates who held a mandate in the year, and grids.
///
/// # Errors
/// 503 where the index of streams does not reach the position in time.
pub(crate) async fn make(app: &AppState, frame: &Arc<Frame>, patience: Duration) -> Result<FrozenFigures, Problem> {
    let streams = streams_within(app, patience, frame, ReviewOf::Town).await?;
    of_everybody(frame, &app.casework.review(frame, streams).await?)
}

/// The digest of everybody's figures as they are served (SHA-256, hex), by what was found of them up to the position of a frame.
///
/// # Errors
/// [`Failure::Fault`] where they cannot be written.
pub fn digests(frame: &Frame, tallies: &Tallies) -> Result<Vec<(Appraisee, String)>, Failure> {
    let figures = of_everybody(frame, tallies).map_err(|problem| Failure::Fault(format!("{problem:?}")))?;
    Ok(figures.iter().map(|(whose, frozen)| (*whose, frozen.digest_hex())).collect())
}

fn of_everybody(frame: &Frame, tallies: &Tallies) -> Result<FrozenFigures, Problem> {
    let blank = Tally::default();
    let mut figures = FrozenFigures::new();
    let year = frame.period.year;
    for delegate in frame.reference.delegates.all().filter(|delegate| is_reviewed(delegate, year)) {
        let named = Named { subject: Subject::Delegate, id: delegate.id.0, name: delegate.name.clone() };
        let tally = tallies.delegates.get(&delegate.id).unwrap_or(&blank);
        figures.insert(Appraisee::Delegate(delegate.id), Frozen::of(named, tally, frame)?);
    }
    for grid in frame.reference.areas.grids() {
        let named = Named { subject: Subject::Grid, id: grid.id.0, name: grid.name.clone() };
        let tally = tallies.grids.get(&grid.id).unwrap_or(&blank);
        figures.insert(Appraisee::Grid(grid.id), Frozen::of(named, tally, frame)?);
    }
    Ok(figures)
}

/// The figures of a year as they were frozen.
///
/// # Errors
/// 404 where they are not; 503 as those of [`make`]; 500 where they do not come out with their digests.
pub(crate) async fn frozen_year(app: &AppState, year: i32, patience: Duration) -> Result<Arc<FrozenYear>, Problem> {
    if let Some(known) = app.frozen_years.known.get(&year) {
        return Ok(known);
    }
    let _one_by_one = app.frozen_years.making.lock().await;
    if let Some(known) = app.frozen_years.known.get(&year) {
        return Ok(known);
    }
    let review = app.casework.annual_review(ReviewYear(year), AsOf::Now).await?;
    let freeze = review.state.frozen.as_ref().ok_or_else(|| Problem::new(HttpCode::NotFound))?.of.clone();
    let unknown = || Problem::internal(format!("the figures of {year} are frozen by rules {}", freeze.rules));
    let rule_set = RuleSet::parse(&freeze.rules).ok_or_else(unknown)?;
    let position = Position(freeze.position);
    let reference = app.casework.reference_at(position).await?;
    let frame = Arc::new(app.casework.review_frame(rule_set, year, position, reference).await?);
    let figures = make(app, &frame, patience).await?;
    for (whose, frozen) in &figures {
        let appraisal = app.casework.appraisal(whose.appraisal(year), AsOf::Now).await?;
        let digest = appraisal.state.frozen.as_ref().map(|frozen| frozen.digest.as_str());
        if digest != Some(frozen.digest_hex().as_str()) {
            return Err(Problem::internal(format!("the frozen figures of {year} of {whose:?} have another digest")));
        }
    }
    let bytes = figures.values().map(|frozen| 4 * frozen.bytes.len()).sum();
    let made = Arc::new(FrozenYear { freeze, figures });
    app.frozen_years.known.put(year, 0, bytes, Arc::clone(&made));
    Ok(made)
}

async fn bytes_of(
    app: &AppState,
    parts: &PathParts,
    question: &Question,
    whose: fn(uuid::Uuid) -> Appraisee,
) -> Result<HttpResponse, Problem> {
    let nowhere = || Problem::new(HttpCode::NotFound);
    let year = year_of(parts.get("year")).ok_or_else(nowhere)?;
    let whose = whose(parse_uuid(parts.get("id")).ok_or_else(nowhere)?);
    let at_least = question.read(|query| Some(query.at_least()))?;
    app.log_covers(question, at_least).await?;
    let year = frozen_year(app, year, question.patience()).await?;
    let frozen = year.figures.get(&whose).ok_or_else(nowhere)?;
    Ok(HttpResponse::Ok()
        .insert_header((REPR_DIGEST, format!("sha-256=:{}:", STANDARD.encode(frozen.digest))))
        .content_type(ContentType::json())
        .body(frozen.bytes.clone()))
}

/// Read the frozen figures of a delegate
///
/// 冻结的代表评议指标（C-5.2）：与以冻结的 `position` 和 `rules` 查询 `GET /v1/reviews/{year}/delegates/{id}` 的答复逐字节相同，永久不变，不压缩。
/// `Repr-Digest` 为其 SHA-256，与冻结时记录的 `digest` 相同。尚未冻结的为 404。
///
/// The frozen figures of a delegate: byte by byte the answer of `GET /v1/reviews/{year}/delegates/{id}` as of the frozen
/// `position` and by its `rules`, for ever, and never compressed. `Repr-Digest` (RFC 9530) is its SHA-256, which equals the
/// `digest` that the freeze recorded. 404 where nothing is frozen (C-5.2).
#[utoipa::path(get, path = "/v1/reviews/{year}/delegates/{id}/frozen", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
    ("at_least" = Option<u64>, Query, description = "答复至少包含到该位置；最多等待 2 秒。The answer covers this position; waited for up to 2 s."),
), responses(
    (status = 200, description = "冻结的指标。The frozen figures.", body = ReviewView,
        headers(("Repr-Digest" = String, description = "答复的 SHA-256（RFC 9530）。SHA-256 of the answer (RFC 9530)."))),
))]
pub(crate) async fn of_delegate(
    app: web::Data<AppState>,
    parts: PathParts,
    question: Question,
) -> Result<HttpResponse, Problem> {
    bytes_of(&app, &parts, &question, |id| Appraisee::Delegate(DelegateId(id))).await
}

/// Read the frozen figures of a grid
///
/// 冻结的网格评议指标，同代表的。
///
/// The frozen figures of a grid, as those of a delegate (C-5.2).
#[utoipa::path(get, path = "/v1/reviews/{year}/grids/{id}/frozen", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
    ("at_least" = Option<u64>, Query, description = "答复至少包含到该位置；最多等待 2 秒。The answer covers this position; waited for up to 2 s."),
), responses(
    (status = 200, description = "冻结的指标。The frozen figures.", body = ReviewView,
        headers(("Repr-Digest" = String, description = "答复的 SHA-256（RFC 9530）。SHA-256 of the answer (RFC 9530)."))),
))]
pub(crate) async fn of_grid(
    app: web::Data<AppState>,
    parts: PathParts,
    question: Question,
) -> Result<HttpResponse, Problem> {
    bytes_of(&app, &parts, &question, |id| Appraisee::Grid(AreaId(id))).await
}
