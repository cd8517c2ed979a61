//! `POST /v1/reviews/{year}/delegates/{id}/…`: what is recorded of one delegate's review (C-5.2).

use crate::http::commands::{Begun, CommandResult, begin, changed, run, settle};
use crate::http::context::PathParts;
use crate::http::extract::Command;
use crate::input::body::{Fields, List, PastDay, PastInstant, Text, body, given, parse_uuid};
use crate::limits::READ_WAIT;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::reviews::appraisal_view::AppraisalView;
use crate::reviews::commands::year_in;
use crate::reviews::fields::{Ballots, Delta, DisputedEntry};
use crate::reviews::frozen::frozen_year;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::CommandContext;
use casework::annual_reviews::{AppraisalDraft, AppraisalOutcome, NewAdjustment, NewDispute, NewReport, NewVote};
use casework::change::Changed;
use casework::transact::Outcome;
use domain::appraisal::{
    Appraisal, Appraisee, Base, VoteDraft, ballot_faults, grade_fits, has_section, of_delegates, report_files,
};
use domain::ids::{DelegateId, DisputeId, FileId};
use domain::session::FILES_MAX;
use domain::vocabulary::{AppraisedBy, Grade, Indicator};
use event_store::CommandRecord;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 命令之后对一名代表的评议。What a review says of a delegate after a command.
#[derive(Serialize, ToSchema)]
pub struct AppraisalChanged {
    /// 评议。The appraisal as it now is.
    appraisal: AppraisalView,
    /// 该命令最后一条记录的位置。Position of the command's last event.
    position: u64,
}

fn id_in(parts: &PathParts, name: &str) -> Result<Uuid, Problem> {
    parse_uuid(parts.get(name)).ok_or_else(|| Problem::new(HttpCode::NotFound))
}

fn draft_of(parts: &PathParts) -> Result<AppraisalDraft, Problem> {
    Ok(AppraisalDraft { year: year_in(parts)?, delegate_id: DelegateId(id_in(parts, "id")?) })
}

/// Shows an appraisal after a command.
async fn appraisal_changed(
    app: &AppState,
    of: AppraisalDraft,
    command: &Command,
    ran: Outcome<Changed<Appraisal>>,
) -> Result<HttpResponse, Problem> {
    let now = |did: &Changed<Appraisal>| (did.position, app.present());
    let load = async |record: &CommandRecord| app.casework.appraised(of, record.last).await;
    let CommandResult { did: Changed { loaded, position }, snapshot, replayed } =
        settle(app, command, ran, now, load).await?;
    let appraisal = AppraisalView::of(app, of.year.0, of.delegate_id, &loaded, &snapshot).await?;
    Ok(changed(loaded.version.0, replayed).answer(AppraisalChanged { appraisal, position: position.0 }))
}

/// Runs a command on the appraisal of a delegate and shows it after it.
async fn on_appraisal<B>(
    app: &AppState,
    parts: &PathParts,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&CommandContext, AppraisalDraft, B) -> AppraisalOutcome,
) -> Result<HttpResponse, Problem> {
    let of = draft_of(parts)?;
    let ran = run(app, command, read, async |call, body| act(call, of, body).await).await?;
    appraisal_changed(app, of, command, ran).await
}

body! {
    /// 述职报告。A report of the year.
    #[example = {"liaison_service": "全年接待十二次，答复意见二十七件，其中按时答复二十六件。", "other": "参加代表培训两次。"}]
    struct SubmitReport {
        /// 网格化联系服务一节，必填，密封保存。The section on the liaison service, which a report needs; sealed.
        liaison_service: Option<Text> => |_| has_section(given(&liaison_service)).err(),
        /// 其他，密封保存。What else there is to report; sealed.
        other: Option<Text>,
        /// 附件，至多 20 个。Papers that go with it, at most 20.
        file_ids: Option<List<FileId, { FILES_MAX }>> => |_| {
            report_files(file_ids.as_ref().and_then(Option::as_deref).unwrap_or_default()).err()
        },
        /// 提交的时间，默认现在。When it was submitted; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Submit the report of a delegate
///
/// 代表提交年度述职报告（C-5.2）：评议启动之后；须有网格化联系服务的内容。再次提交的取代此前的，直至结果确定。
///
/// A delegate submits the report of the year, once the review is open; its section on the liaison service is needed. Another one
/// supersedes it, until the result is set (C-5.2).
#[utoipa::path(post, path = "/v1/reviews/{year}/delegates/{id}/report", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
), request_body = SubmitReport, responses(
    (status = 200, description = "已提交。Submitted.", body = AppraisalChanged),
))]
pub(crate) async fn report(
    app: web::Data<AppState>,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_appraisal(&app, &parts, &command, SubmitReport::read, async |call, of, body| {
        let new = NewReport {
            liaison_service: body.liaison_service,
            other: body.other,
            file_ids: body.file_ids.unwrap_or_default(),
            at: body.occurred_at,
        };
        app.casework.submit_report(call, of, &new).await
    })
    .await
}

body! {
    /// 一项测评。A vote on a delegate.
    #[example = {"by": "voters", "held_on": "2026-11-20", "ballots": {"excellent": 31, "competent": 12, "basically_competent": 2}}]
    struct RecordVotes {
        /// 由谁测评。By whom.
        by: AppraisedBy,
        /// 测评之日，不早于冻结。On which day, not before the freeze.
        held_on: PastDay,
        /// 各等次的票数；省略的等次没有票。How many were for each grade; a grade that is left out had none.
        ballots: Ballots => |facts| {
            let said = ballots.as_ref().map(Ballots::counts);
            let rules = facts.and_then(|facts| facts.rules_on(facts.day_of(None)));
            said.zip(rules).map_or_else(Vec::new, |(said, rules)| ballot_faults(rules.policy, &said))
        },
        /// 记录的时间，默认现在。When it was told; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Record a vote on a delegate
///
/// 记录对代表的测评（C-5.2）：选民、代表、办公室各一次，在指标冻结之后；只记各等次的票数，不记何人所投。
///
/// Records how many were for which grade, and never who: by voters, by fellow delegates and by offices once each, when the
/// figures are frozen (C-5.2).
#[utoipa::path(post, path = "/v1/reviews/{year}/delegates/{id}/appraisals", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
), request_body = RecordVotes, responses(
    (status = 200, description = "已记录。Recorded.", body = AppraisalChanged),
))]
pub(crate) async fn appraise(
    app: web::Data<AppState>,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_appraisal(&app, &parts, &command, RecordVotes::read, async |call, of, body| {
        let vote = VoteDraft { by: body.by, held_on: body.held_on, ballots: body.ballots.counts() };
        app.casework.appraise(call, of, &NewVote { vote, at: body.occurred_at }).await
    })
    .await
}

body! {
    /// 评议异议。A dispute of an entry.
    #[example = {"indicator": "on_time", "text": "该件已在期限之内答复来访人。"}]
    struct DisputeEntry {
        /// 指标，须为代表的。Which figure, one that delegates have.
        indicator: Indicator => |_| of_delegates(indicator?).err(),
        /// 所指的内容，如一件事项。The entry behind it, such as an issue.
        of: Option<DisputedEntry>,
        /// 理由，密封保存。Why it is wrong; sealed.
        text: Text,
        /// 提出的时间，默认现在。When it was raised; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Dispute an entry
///
/// 代表对评议内容提出异议（C-5.2）：自年度首日起，至冻结之后 `review.dispute_working_days` 个工作日。异议不改变任何记录，由办公室认定。
///
/// A delegate says that an entry behind a figure is wrong: from the first day of the year until `review.dispute_working_days`
/// after the freeze. It changes no record by itself; an office decides on it (C-5.2).
#[utoipa::path(post, path = "/v1/reviews/{year}/delegates/{id}/disputes", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
), request_body = DisputeEntry, responses(
    (status = 200, description = "已提出。Raised.", body = AppraisalChanged),
))]
pub(crate) async fn dispute(
    app: web::Data<AppState>,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_appraisal(&app, &parts, &command, DisputeEntry::read, async |call, of, body| {
        let new = NewDispute { indicator: body.indicator, of: body.of, text: body.text, at: body.occurred_at };
        app.casework.dispute_entry(call, of, &new).await
    })
    .await
}

body! {
    /// 对异议的认定。A decision on a dispute.
    #[example = {"upheld": true, "text": "经核实，该件确已按时答复。"}]
    struct DecideDispute {
        /// 是否成立。Whether it was right.
        upheld: bool,
        /// 理由，密封保存。Why; sealed.
        text: Text,
        /// 认定的时间，默认现在。When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Decide on a dispute
///
/// 认定异议，一次（C-5.2）。在冻结所截至的位置之前成立的，应更正记录或采纳说明；此后成立的，须在冻结的指标之外记录调整。
///
/// Decides on a dispute, once. Upheld before the position of the freeze, the record is to be corrected or the explanation
/// accepted; afterwards an adjustment beside the frozen figure is needed (C-5.2).
#[utoipa::path(post, path = "/v1/reviews/{year}/delegates/{id}/disputes/{dispute_id}/decision", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
), request_body = DecideDispute, responses(
    (status = 200, description = "已认定。Decided.", body = AppraisalChanged),
))]
pub(crate) async fn decide(
    app: web::Data<AppState>,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let id = DisputeId(id_in(&parts, "dispute_id")?);
    on_appraisal(&app, &parts, &command, DecideDispute::read, async |call, of, body| {
        app.casework.decide_dispute(call, of, id, (body.upheld, &body.text), body.occurred_at).await
    })
    .await
}

body! {
    /// 对冻结指标的调整。By how much a frozen figure would be different.
    #[example = {"indicator": "on_time", "n": 1, "of": 0, "reason": "异议成立，该件按时答复。", "dispute_id": "0198f3c6-0000-7000-8000-00000000d101"}]
    struct AdjustFigure {
        /// 指标，须为代表的。Which figure, one that delegates have.
        indicator: Indicator => |_| of_delegates(indicator?).err(),
        /// 分子相差多少，可为 0 或负数。By how much more or less its `n` would be; may be 0 or negative.
        n: Delta,
        /// 分母相差多少，可为 0 或负数。By how much more or less its `of` would be; may be 0 or negative.
        of: Delta,
        /// 理由，密封保存。Why; sealed.
        reason: Text,
        /// 据以调整的异议，须已成立。The dispute that showed it, one that was upheld.
        dispute_id: Option<Uuid>,
        /// 作出的时间，默认现在。When it was made; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Adjust a frozen figure
///
/// 在冻结的指标之外记录调整（C-5.2）：只记差数，列于指标之旁，不并入其中；连同此前的调整，须仍为合理的数值。结果确定之后不再调整。
///
/// Says by how much a frozen figure would be different: differences, which stand beside the figure and never in it. The figure
/// with all adjustments must still be one (0 ≤ n ≤ of). Until the result is set (C-5.2).
#[utoipa::path(post, path = "/v1/reviews/{year}/delegates/{id}/adjustments", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
), request_body = AdjustFigure, responses(
    (status = 200, description = "已调整。Adjusted.", body = AppraisalChanged),
))]
pub(crate) async fn adjust(
    app: web::Data<AppState>,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let of = draft_of(&parts)?;
    let call = app.call(&command);
    let ran = match begin(&app, &command, &call, |_| Some(()), AdjustFigure::read).await? {
        Begun::Replayed(record) => Outcome::Replayed(record),
        Begun::Fits((), body) => {
            let base = base_of(&app, of, body.indicator).await?;
            let new = NewAdjustment {
                indicator: body.indicator,
                deltas: (body.n, body.of),
                dispute_id: body.dispute_id.map(DisputeId),
                reason: body.reason,
                at: body.occurred_at,
            };
            let adjusted = app.casework.adjust_figure(&call, of, &new, base).await;
            adjusted.map_err(|failure| app.unless_unknown(failure))?
        }
    };
    appraisal_changed(&app, of, &command, ran).await
}

/// The frozen figure of a delegate; nothing where none is frozen.
async fn base_of(app: &AppState, of: AppraisalDraft, indicator: Indicator) -> Result<Option<Base>, Problem> {
    let year = match frozen_year(app, of.year.0, READ_WAIT).await {
        Err(problem) if problem.code == HttpCode::NotFound.into() => return Ok(None),
        year => year?,
    };
    let frozen = year.figures.get(&Appraisee::Delegate(of.delegate_id));
    let figure = frozen.and_then(|frozen| frozen.figures.iter().find(|figure| figure.indicator == indicator));
    Ok(figure.map(|figure| Base::of(&figure.measure)))
}

body! {
    /// 评议结果。The result of an appraisal.
    #[example = {"grade": "excellent", "text": "经研究确定。"}]
    struct SetResult {
        /// 等次，须为规则所列。The grade, one of the policy's.
        grade: Grade => |facts| {
            let rules = facts.and_then(|facts| facts.rules_on(facts.day_of(None)));
            grade_fits(rules?.policy, grade?).err()
        },
        /// 说明，密封保存。What is said with it; sealed.
        text: Option<Text>,
        /// 确定的时间，默认现在。When it was set; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Set the result of a delegate
///
/// 确定评议结果，一次（C-5.2）：须有述职报告和至少一项测评，异议期限已过，异议均已认定，冻结后成立的均已调整。指标与票数列于结果之旁，不自动决定结果。
///
/// Sets the result, once: report and one vote are there, the time for disputes is over, each dispute is decided, and each that was
/// upheld after the freeze is adjusted. Figures and votes stand beside it and decide nothing (C-5.2).
#[utoipa::path(post, path = "/v1/reviews/{year}/delegates/{id}/result", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
), request_body = SetResult, responses(
    (status = 200, description = "已确定。Set.", body = AppraisalChanged),
))]
pub(crate) async fn set_result(
    app: web::Data<AppState>,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_appraisal(&app, &parts, &command, SetResult::read, async |call, of, body| {
        app.casework.set_result(call, of, body.grade, body.text.as_deref(), body.occurred_at).await
    })
    .await
}

body! {
    /// 公布评议结果。A result is published.
    #[example = {"posted_at": "2026-11-20T09:00:00+08:00"}]
    struct PublishResult {
        /// 公布的时间。When it was posted.
        posted_at: PastInstant,
    }
}

/// Publish the result of a delegate
///
/// 公布评议结果，一次（C-5.2）；此后任何人可在 `GET /v1/public/reviews/{year}` 查看。
///
/// Publishes the result, once; everybody may then read it at `GET /v1/public/reviews/{year}` (C-5.2).
#[utoipa::path(post, path = "/v1/reviews/{year}/delegates/{id}/publication", tag = "reviews", params(
    ("year" = i32, Path, description = "年度。The year.", example = 2026),
), request_body = PublishResult, responses(
    (status = 200, description = "已公布。Published.", body = AppraisalChanged),
))]
pub(crate) async fn publish(
    app: web::Data<AppState>,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_appraisal(&app, &parts, &command, PublishResult::read, async |call, of, body| {
        app.casework.publish_result(call, of, Some(body.posted_at)).await
    })
    .await
}
