//! `/v1/major-issues/{id}/…`: the steps of the grid's major-issue process (网格重大问题处理流程).

use crate::http::commands::{CommandResult, changed, run, settle};
use crate::http::extract::{Command, PathId};
use crate::input::bodies::{Plain, Reasoned};
use crate::input::body::Fields;
use crate::major_issues::bodies;
use crate::major_issues::view::MajorIssueView;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::CommandContext;
use casework::change::Changed;
use casework::major_issues::MajorOutcome;
use casework::transact::Outcome;
use domain::ids::MajorIssueId;
use domain::major_issue::MajorIssue;
use event_store::CommandRecord;
use serde::Serialize;
use utoipa::ToSchema;

/// A major issue after a command.
#[derive(Serialize, ToSchema)]
pub struct MajorIssueChanged {
    /// The major issue as it now is.
    major_issue: MajorIssueView,
    /// Position of the command's last event.
    position: u64,
}

/// Runs a command that changes one major issue and shows it after it.
async fn on_major_issue<B>(
    app: &AppState,
    id: PathId,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&CommandContext, MajorIssueId, B) -> MajorOutcome,
) -> Result<HttpResponse, Problem> {
    let id = MajorIssueId(id.0);
    let ran = run(app, command, read, async |call, body| act(call, id, body).await).await?;
    major_issue_changed(app, id, command, ran).await
}

/// Shows a major issue after a command; apart from what differs by command, so that it is compiled once.
async fn major_issue_changed(
    app: &AppState,
    id: MajorIssueId,
    command: &Command,
    ran: Outcome<Changed<MajorIssue>>,
) -> Result<HttpResponse, Problem> {
    let now = |did: &Changed<MajorIssue>| (did.position, app.present());
    let load = async |record: &CommandRecord| app.casework.changed::<MajorIssue>(id, record.last).await;
    let CommandResult { did: Changed { loaded, position }, snapshot, replayed } =
        settle(app, command, ran, now, load).await?;
    let major_issue = MajorIssueView::of(id, &loaded, &snapshot);
    Ok(changed(loaded.version.0, replayed).answer(MajorIssueChanged { major_issue, position: position.0 }))
}

/// Triage a major issue
///
/// 研判：受理、退回或导入法定途径。退回和导入同时作用于每一个关联事项。
///
/// Triage: accepted, returned, or referred to the statutory channel. A return or a referral also goes to every
/// issue that stands linked (C-3.6).
#[utoipa::path(post, path = "/v1/major-issues/{id}/triage",
    tag = "major issues", request_body = bodies::Triage, responses(
    (status = 200, description = "已研判。Triaged.", body = MajorIssueChanged),
))]
pub(crate) async fn triage(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_major_issue(&app, id, &command, bodies::Triage::read, async |call, id, body| {
        let (channel, reason) = (body.statutory_channel, body.reason.as_deref());
        app.casework.triage(call, id, body.decision, body.level, channel, reason, body.occurred_at).await
    })
    .await
}

/// Record a deliberation
///
/// 会商决定：研判之后，或退单获准、层级变更之后再次会商。写明会议的，同时记入该会议，与在该会议上作出决定相同。
///
/// Deliberates on the major issue: after triage, and again after an upheld refusal or a change of level. One that names its
/// meeting is told to that meeting, too, as a decision taken there is (C-3.6).
#[utoipa::path(post, path = "/v1/major-issues/{id}/deliberations",
    tag = "major issues", request_body = bodies::Deliberate, responses(
    (status = 200, description = "已会商。Deliberated.", body = MajorIssueChanged),
))]
pub(crate) async fn deliberate(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_major_issue(&app, id, &command, bodies::Deliberate::read, async |call, id, body| {
        app.casework.deliberate(call, id, body.held_on, body.meeting_id, &body.decision, body.occurred_at).await
    })
    .await
}

/// Assign to a lead office
///
/// 交办：确定主办单位、协办单位和办理期限。
///
/// Assigns the major issue: the lead office, supporting offices and the due date (C-3.6).
#[utoipa::path(post, path = "/v1/major-issues/{id}/assignments",
    tag = "major issues", request_body = bodies::Assign, responses(
    (status = 200, description = "已交办。Assigned.", body = MajorIssueChanged),
))]
pub(crate) async fn assign(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_major_issue(&app, id, &command, bodies::Assign::read, async |call, id, body| {
        let supports = body.supports();
        app.casework.assign(call, id, body.lead_office_id, &supports, body.due_on, body.occurred_at).await
    })
    .await
}

/// Accept an assignment
///
/// 主办单位接办：开始办理。
///
/// The lead office takes it, and handling begins (C-3.6).
#[utoipa::path(post, path = "/v1/major-issues/{id}/acceptances", tag = "major issues", request_body = Plain, responses(
    (status = 200, description = "办理中。Handling.", body = MajorIssueChanged),
))]
pub(crate) async fn accept(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_major_issue(&app, id, &command, Plain::read, async |call, id, body| {
        app.casework.accept_assignment(call, id, body.occurred_at).await
    })
    .await
}

/// Refuse an assignment
///
/// 主办单位退单：交办后规则的 `handling.refusal_working_days` 个工作日内，只能一次；作出决定之前状态不变。
///
/// The lead office refuses the assignment: within `handling.refusal_working_days` working days of the policy, once.
/// The state stays until it is decided (C-3.6).
#[utoipa::path(post, path = "/v1/major-issues/{id}/refusals", tag = "major issues", request_body = Reasoned, responses(
    (status = 200, description = "已退单，待决定。Refused; to be decided.", body = MajorIssueChanged),
))]
pub(crate) async fn refuse(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_major_issue(&app, id, &command, Reasoned::read, async |call, id, body| {
        app.casework.refuse_assignment(call, id, &body.reason, body.occurred_at).await
    })
    .await
}

/// Decide on a refused assignment
///
/// 决定退单：准予则重新会商，否则由原单位办理。
///
/// Decides on a refused assignment: upheld, it is deliberated anew; otherwise the office handles it (C-3.6).
#[utoipa::path(post, path = "/v1/major-issues/{id}/refusals/decision",
    tag = "major issues", request_body = bodies::DecideRefusal, responses(
    (status = 200, description = "已决定。Decided.", body = MajorIssueChanged),
))]
pub(crate) async fn decide_refusal(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_major_issue(&app, id, &command, bodies::DecideRefusal::read, async |call, id, body| {
        app.casework.decide_refusal(call, id, body.upheld, &body.reason, body.occurred_at).await
    })
    .await
}

/// Report an outcome
///
/// 主办单位反馈办理结果及依据；退回重办后可再次反馈。
///
/// The lead office reports the outcome and its basis; after a return for rework it reports again (C-3.6).
#[utoipa::path(post, path = "/v1/major-issues/{id}/reports",
    tag = "major issues", request_body = bodies::ReportOutcome, responses(
    (status = 200, description = "已反馈。Reported back.", body = MajorIssueChanged),
))]
pub(crate) async fn report(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_major_issue(&app, id, &command, bodies::ReportOutcome::read, async |call, id, body| {
        app.casework.report_outcome(call, id, body.outcome, &body.basis, &body.text, body.occurred_at).await
    })
    .await
}

/// Verify a reported outcome
///
/// 核查办理结果：不得由主办单位进行；未通过则退回重办。
///
/// Verifies the reported outcome: by another office than the lead. Not confirmed, it goes back for rework (C-3.6).
#[utoipa::path(post, path = "/v1/major-issues/{id}/verifications",
    tag = "major issues", request_body = bodies::VerifyOutcome, responses(
    (status = 200, description = "已核查，或已退回重办。Verified, or returned for rework.", body = MajorIssueChanged),
))]
pub(crate) async fn verify(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_major_issue(&app, id, &command, bodies::VerifyOutcome::read, async |call, id, body| {
        let (by, note) = (body.by_office_id, body.note.as_deref());
        app.casework.verify_outcome(call, id, body.confirmed, by, note, body.occurred_at).await
    })
    .await
}

/// Raise or lower the level
///
/// 变更层级：会商之后；状态不变，可再次会商。
///
/// Changes the level: from deliberated on. The state stays, and it may be deliberated again (C-3.6).
#[utoipa::path(post, path = "/v1/major-issues/{id}/level-changes",
    tag = "major issues", request_body = bodies::ChangeLevel, responses(
    (status = 200, description = "已变更。Changed.", body = MajorIssueChanged),
))]
pub(crate) async fn change_level(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_major_issue(&app, id, &command, bodies::ChangeLevel::read, async |call, id, body| {
        app.casework.change_level(call, id, body.to, &body.reason, body.occurred_at).await
    })
    .await
}

/// Conclude a major issue
///
/// 终结：每一个关联事项转为待答复，由首问责任人分别答复。
///
/// Concludes the major issue: every issue that stands linked then awaits its own answer by its responsible
/// delegate (C-3.6).
#[utoipa::path(post, path = "/v1/major-issues/{id}/conclusion",
    tag = "major issues", request_body = bodies::Conclude, responses(
    (status = 200, description = "已终结。Concluded.", body = MajorIssueChanged),
))]
pub(crate) async fn conclude(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_major_issue(&app, id, &command, bodies::Conclude::read, async |call, id, body| {
        app.casework.conclude(call, id, body.outcome, &body.text, body.occurred_at).await
    })
    .await
}
