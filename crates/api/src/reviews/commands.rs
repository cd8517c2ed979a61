//! `POST /v1/reviews/{year}/opening`, `…/freeze`: the review of a year begins, and its figures are fixed (C-5.2).

use crate::http::commands::{Begun, CommandResult, begin, changed, run, settle};
use crate::http::context::PathParts;
use crate::http::extract::Command;
use crate::http::response::CommandAnswer;
use crate::input::bodies::Plain;
use crate::input::body::{PastInstant, PositionNumber, body};
use crate::limits::READ_WAIT;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::reviews::fields::RuleName;
use crate::reviews::frozen::make;
use crate::reviews::reading::year_of;
use crate::reviews::year_view::AnnualReviewView;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::CommandContext;
use casework::annual_reviews::{Freezable, NewFreeze, ReviewYear};
use casework::change::Changed;
use casework::transact::Outcome;
use domain::annual_review::AnnualReview;
use domain::review::RuleSet;
use event_store::{CommandRecord, Position};
use serde::Serialize;
use utoipa::ToSchema;

/// 命令之后的年度评议。An annual review after a command.
#[derive(Serialize, ToSchema)]
pub struct AnnualReviewChanged {
    /// 评议。The review as it now is.
    review: AnnualReviewView,
    /// 该命令最后一条记录的位置。Position of the command's last event.
    position: u64,
}

pub(super) fn year_in(parts: &PathParts) -> Result<ReviewYear, Problem> {
    year_of(parts.get("year")).map(ReviewYear).ok_or_else(|| Problem::new(HttpCode::NotFound))
}

/// Shows the review of a year after a command.
async fn review_changed(
    app: &AppState,
    year: ReviewYear,
    command: &Command,
    ran: Outcome<Changed<AnnualReview>>,
    is_new: bool,
) -> Result<HttpResponse, Problem> {
    let now = |did: &Changed<AnnualReview>| (did.position, app.present());
    let load = async |record: &CommandRecord| app.casework.changed::<AnnualReview>(year, record.last).await;
    let CommandResult { did: Changed { loaded, position }, snapshot, replayed } =
        settle(app, command, ran, now, load).await?;
    let review = AnnualReviewView::with_counts(app, year.0, &loaded.state, &snapshot).await?;
    let created = is_new.then(|| format!("/v1/reviews/{}", year.0));
    let answer = CommandAnswer { created, ..changed(loaded.version.0, replayed) };
    Ok(answer.answer(AnnualReviewChanged { review, position: position.0 }))
}

/// Open the review of a year
///
/// 启动一个年度的述职评议（C-5.2）：自规则的 `review.opens_on` 起，一个年度一次。此后代表可以提交述职报告。
///
/// Opens the annual review of a year, from `review.opens_on` of the policy on, once. Delegates may then submit their reports (C-5.2).
#[utoipa::path(post, path = "/v1/reviews/{year}/opening", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
), request_body = Plain, responses(
    (status = 201, description = "已启动。Opened.", body = AnnualReviewChanged),
))]
pub(crate) async fn open(
    app: web::Data<AppState>,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let year = year_in(&parts)?;
    let ran = run(&app, &command, Plain::read, async |call, body| {
        app.casework.open_review(call, year, body.occurred_at).await
    })
    .await?;
    review_changed(&app, year, &command, ran, true).await
}

body! {
    /// 冻结指标。A freeze as it is asked for.
    #[example = {}]
    struct FreezeReview {
        /// 截至的日志位置，须记录于次年；默认最新。The figures are made from the leaves up to here, one recorded in the next year; by default the newest.
        position: Option<PositionNumber>,
        /// 算法；默认最新。Formulas and shape of the figures; the newest by default.
        rules: Option<RuleName>,
        /// 冻结的时间，默认现在。When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Freeze the figures of a year
///
/// 冻结一个年度的指标（C-5.2）：自次年的 `review.freeze_on` 起，一个年度一次，含当年有代表资格的全部代表和全部网格，至多 1000 个，一并记录或都不记录。
/// 每份指标记其摘要值；此后记录或更正的内容不改变它们，另列于旁。
///
/// Freezes the figures of a year, from `review.freeze_on` of the next year on, once: those of every delegate with a mandate in
/// the year and of every grid, at most 1,000, all in one append. The digest of each is recorded; what is recorded or corrected
/// later changes none of them and is said beside them (C-5.2).
#[utoipa::path(post, path = "/v1/reviews/{year}/freeze", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
), request_body = FreezeReview, responses(
    (status = 200, description = "已冻结。Frozen.", body = AnnualReviewChanged),
))]
pub(crate) async fn freeze(
    app: web::Data<AppState>,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let year = year_in(&parts)?;
    let call = app.call(&command);
    let ran = match begin(&app, &command, &call, |_| Some(()), FreezeReview::read).await? {
        Begun::Replayed(record) => Outcome::Replayed(record),
        Begun::Fits((), body) => run_freeze(&app, &call, year, &body).await?,
    };
    review_changed(&app, year, &command, ran, false).await
}

async fn run_freeze(
    app: &AppState,
    call: &CommandContext,
    year: ReviewYear,
    body: &FreezeReview,
) -> Result<Outcome<Changed<AnnualReview>>, Problem> {
    let rule_set = body.rules.unwrap_or(RuleSet::NEWEST);
    let new = NewFreeze { position: body.position.map(Position), rule_set, at: body.occurred_at };
    let may = app.casework.may_freeze(call, year, &new).await.map_err(|failure| app.unless_unknown(failure))?;
    let freezable: Freezable = match may {
        Outcome::Done(freezable) => freezable,
        Outcome::Replayed(record) => return Ok(Outcome::Replayed(record)),
    };
    let figures = make(app, &freezable.frame, READ_WAIT).await?;
    let digests = figures.iter().map(|(whose, frozen)| (*whose, frozen.digest_hex())).collect();
    let frozen = app.casework.freeze_review(call, year, &freezable, digests, body.occurred_at).await;
    Ok(frozen.map_err(|failure| app.unless_unknown(failure))?)
}
