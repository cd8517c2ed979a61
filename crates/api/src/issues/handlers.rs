//! `/v1/issues/{id}`: what can be done to an issue, reading one, its history, why it is due then. The list of issues is
//! `issue_list.rs`; what an issue has with others, and on the way to its visitor, is `together.rs`.

use crate::http::commands::{CommandResult, changed, run, settle};
use crate::http::extract::{Command, PathId, Question};
use crate::http::response::absent;
use crate::http::response::one;
use crate::input::body::Fields;
use crate::input::params::{AsOfParams, HistoryParams};
use crate::issues::bodies;
use crate::issues::deadline::DeadlineView;
use crate::issues::view::IssueView;
use crate::log::stream;
use crate::major_issues::view::MajorIssueView;
use crate::problem::Problem;
use crate::state::{Moment, Office};
use actix_web::{HttpResponse, web};
use casework::Call;
use casework::change::Changed;
use casework::escalations::Escalated;
use casework::files::File;
use casework::issues::IssueOutcome;
use casework::transact::Outcome;
use domain::ids::IssueId;
use domain::issue::Issue;
use event_store::{CommandRecord, StreamId};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// An issue after a command.
#[derive(Serialize, ToSchema)]
pub struct IssueChanged {
    /// The issue as it now is.
    issue: IssueView,
    /// The major issue that an escalation made or joined.
    #[serde(skip_serializing_if = "absent")]
    major_issue: Option<MajorIssueView>,
    /// Position of the command's last event.
    position: u64,
}

/// Runs a command that changes one issue and shows the issue after it.
pub(crate) async fn on_issue<B>(
    office: &Office,
    id: PathId,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&Call, IssueId, B) -> IssueOutcome,
) -> Result<HttpResponse, Problem> {
    let id = IssueId(id.0);
    let ran = run(office, command, read, async |call, body| act(call, id, body).await).await?;
    issue_changed(office, id, command, ran).await
}

/// Shows an issue after a command; apart from what differs by command, so that it is compiled once.
async fn issue_changed(
    office: &Office,
    id: IssueId,
    command: &Command,
    ran: Outcome<Changed<Issue>>,
) -> Result<HttpResponse, Problem> {
    let now = |did: &Changed<Issue>| (did.position, office.present());
    let load = async |record: &CommandRecord| office.casework.changed::<Issue>(id, record.last).await;
    let CommandResult { did: Changed { file, position }, moment, replayed } =
        settle(office, command, ran, now, load).await?;
    let issue = IssueView::of(office, id, &file, &moment).await?;
    Ok(changed(file.version.0, replayed).answer(IssueChanged { issue, major_issue: None, position: position.0 }))
}

/// Shows an issue after a command that may have made or joined a major issue.
async fn escalated(
    office: &Office,
    id: IssueId,
    command: &Command,
    ran: Outcome<Escalated>,
) -> Result<HttpResponse, Problem> {
    let now = |did: &Escalated| (did.position, office.present());
    let load = async |record: &CommandRecord| office.casework.escalated(id, record.last).await;
    let CommandResult { did, moment, replayed } = settle(office, command, ran, now, load).await?;
    let issue = IssueView::of(office, id, &did.issue, &moment).await?;
    let mut done = changed(did.issue.version.0, replayed);
    let major_issue = did.major_issue.map(|(major, file)| {
        done.created = did.made.then(|| format!("/v1/major-issues/{major}"));
        MajorIssueView::of(major, &file, &moment)
    });
    Ok(done.answer(IssueChanged { issue, major_issue, position: did.position.0 }))
}

/// Give the final answer
///
/// 正式答复：谁接待、谁答复，只有首问责任人可以答复。对已登记而未受理的事项，答复即受理。
///
/// The final answer: only the responsible delegate answers. On a registered issue it implies taking.
#[utoipa::path(post, path = "/v1/issues/{id}/answers", tag = "issues", request_body = bodies::GiveAnswer, responses(
    (status = 200, description = "已答复。Answered.", body = IssueChanged),
))]
pub(crate) async fn give_answer(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::GiveAnswer::read, async |call, id, body| {
        office.casework.answer_issue(call, id, &body.draft(), &body.said()).await
    })
    .await
}

/// Take an issue in hand
///
/// 受理：已登记的事项转为办理中。
///
/// Takes the issue in hand: from registered.
#[utoipa::path(post, path = "/v1/issues/{id}/taking", tag = "issues", request_body = bodies::Plain, responses(
    (status = 200, description = "办理中。In hand.", body = IssueChanged),
))]
pub(crate) async fn take(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::Plain::read, async |call, id, body| {
        office.casework.take_issue(call, id, body.occurred_at).await
    })
    .await
}

/// Give an interim reply
///
/// 阶段性答复：告知来访人进展；正式答复的计时不停。
///
/// An interim reply: tells the visitor how far it is. It never stops the clock of the answer.
#[utoipa::path(post, path = "/v1/issues/{id}/interim-replies",
    tag = "issues", request_body = bodies::ReplyMeanwhile, responses(
    (status = 200, description = "已告知。Told.", body = IssueChanged),
))]
pub(crate) async fn reply_meanwhile(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::ReplyMeanwhile::read, async |call, id, body| {
        office.casework.reply_meanwhile(call, id, &body.draft(), &body.text).await
    })
    .await
}

/// Escalate an issue
///
/// 上报，进入网格重大问题处理流程：新建重大问题为 201，并入已有的为 200。答复的责任不变。
///
/// Escalates the issue into the grid's major-issue process: 201 when that made a major issue, 200 when it joined
/// one. The duty to answer stays.
#[utoipa::path(post, path = "/v1/issues/{id}/escalations", tag = "issues", request_body = bodies::Escalate, responses(
    (status = 201, description = "已上报，新建重大问题。Escalated; a major issue was made.", body = IssueChanged),
    (status = 200, description = "已上报，并入已有重大问题。Escalated; it joined one.", body = IssueChanged),
))]
pub(crate) async fn escalate(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    let id = IssueId(id.0);
    let ran = run(&office, &command, bodies::Escalate::read, async |call, body| {
        let join = body.major_issue_id;
        office.casework.escalate_issue(call, id, body.level, join, &body.reason, body.occurred_at).await
    })
    .await?;
    escalated(&office, id, &command, ran).await
}

/// Return an escalated issue to its delegate
///
/// 退回上报的事项：本级可以答复。由此有新的期限，不早于先前承诺的。
///
/// Returns an escalated issue that this level can answer. It has a new due date, never earlier than the one
/// promised before.
#[utoipa::path(post, path = "/v1/issues/{id}/escalation-returns",
    tag = "issues", request_body = bodies::Reasoned, responses(
    (status = 200, description = "已退回。Returned.", body = IssueChanged),
))]
pub(crate) async fn return_escalation(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::Reasoned::read, async |call, id, body| {
        office.casework.return_escalation(call, id, &body.reason, body.occurred_at).await
    })
    .await
}

/// Ask for more time
///
/// 申请延期：须在到期之前，每轮次数不超过规则的 `answer.extensions_max`。
///
/// Asks for an extension: before the due date, at most `answer.extensions_max` of the policy in a cycle.
#[utoipa::path(post, path = "/v1/issues/{id}/extensions",
    tag = "issues", request_body = bodies::RequestExtension, responses(
    (status = 200, description = "已申请。Asked for.", body = IssueChanged),
))]
pub(crate) async fn request_extension(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::RequestExtension::read, async |call, id, body| {
        let (code, on) = (body.reason_code, body.new_due_on);
        office.casework.request_extension(call, id, code, on, &body.reason, body.occurred_at).await
    })
    .await
}

/// Decide on more time
///
/// 决定延期：准予的，告知来访人之后才生效。
///
/// Decides on an extension: a grant takes effect only when the visitor is told.
#[utoipa::path(post, path = "/v1/issues/{id}/extensions/decision",
    tag = "issues", request_body = bodies::DecideExtension, responses(
    (status = 200, description = "已决定。Decided.", body = IssueChanged),
))]
pub(crate) async fn decide_extension(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::DecideExtension::read, async |call, id, body| {
        office.casework.decide_extension(call, id, body.granted, body.reason.as_deref(), body.occurred_at).await
    })
    .await
}

/// Tell the visitor of more time
///
/// 告知来访人延期：自告知起生效，须不晚于原期限。
///
/// Tells the visitor of the extension: it takes effect from then on, and must be told by the old due date.
#[utoipa::path(post, path = "/v1/issues/{id}/extensions/notification",
    tag = "issues", request_body = bodies::TellOfExtension, responses(
    (status = 200, description = "已告知，延期生效。Told; in effect.", body = IssueChanged),
))]
pub(crate) async fn tell_of_extension(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::TellOfExtension::read, async |call, id, body| {
        office.casework.tell_of_extension(call, id, body.channel, body.told_at).await
    })
    .await
}

/// Stop the clock
///
/// 中止计时：仅限等待来访人提供情况或不可抗力，一轮内合计不超过规则的 `suspension.days_max` 天。
/// 剩余天数保留，到 `until_on` 之后自动恢复计时。
///
/// Suspends the clock: only while waiting for the visitor or for force majeure, and for `suspension.days_max` days
/// of the policy at most, all suspensions of a cycle together. The days that are left are kept, and the clock runs
/// again by itself after `until_on`.
#[utoipa::path(post, path = "/v1/issues/{id}/suspensions", tag = "issues", request_body = bodies::Suspend, responses(
    (status = 200, description = "已中止。Suspended.", body = IssueChanged),
))]
pub(crate) async fn suspend(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::Suspend::read, async |call, id, body| {
        let (code, until) = (body.reason_code, body.until_on);
        office.casework.suspend_issue(call, id, code, until, &body.reason, body.occurred_at).await
    })
    .await
}

/// Let the clock run again
///
/// 恢复计时：剩余天数自此起算。
///
/// Resumes the clock: the remaining days count from then.
#[utoipa::path(post, path = "/v1/issues/{id}/resumptions",
    tag = "issues", request_body = bodies::PerhapsReasoned, responses(
    (status = 200, description = "已恢复。Resumed.", body = IssueChanged),
))]
pub(crate) async fn resume(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::PerhapsReasoned::read, async |call, id, body| {
        office.casework.resume_issue(call, id, body.reason.as_deref(), body.occurred_at).await
    })
    .await
}

/// Refer to a statutory channel
///
/// 告知来访人法定途径：不在本级办理范围的事项由此结束；按期告知的，视为已答复。
///
/// Refers the visitor to the statutory channel that the matter belongs to. Told in time, it counts as an answer.
#[utoipa::path(post, path = "/v1/issues/{id}/referrals", tag = "issues", request_body = bodies::Refer, responses(
    (status = 200, description = "已告知。Referred.", body = IssueChanged),
))]
pub(crate) async fn refer(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::Refer::read, async |call, id, body| {
        office.casework.refer_issue(call, id, body.statutory_channel, body.told_at, &body.reason).await
    })
    .await
}

/// Record feedback on the answer
///
/// 记录来访人评价：送达后规则的 `feedback.window_working_days` 个工作日内有效，后来的取代先前的。
/// 没有评价不等于满意。
///
/// Records the visitor's feedback: it counts within `feedback.window_working_days` working days of the policy after
/// delivery, and a later one replaces an earlier one. No feedback never means satisfied.
#[utoipa::path(post, path = "/v1/issues/{id}/feedback", tag = "issues", request_body = bodies::GiveFeedback, responses(
    (status = 200, description = "已记录。Recorded.", body = IssueChanged),
))]
pub(crate) async fn feedback(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::GiveFeedback::read, async |call, id, body| {
        office.casework.record_feedback(call, id, &body.draft(), body.comment.as_deref()).await
    })
    .await
}

/// Close an answered issue
///
/// 办结：评价至少为基本满意，或评价期已过。
///
/// Closes the issue: once feedback is at least basically satisfied, or its window is over.
#[utoipa::path(post, path = "/v1/issues/{id}/closing", tag = "issues", request_body = bodies::Plain, responses(
    (status = 200, description = "已办结。Closed.", body = IssueChanged),
))]
pub(crate) async fn close(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::Plain::read, async |call, id, body| {
        office.casework.close_issue(call, id, body.occurred_at).await
    })
    .await
}

/// Ask for an issue to be taken up again
///
/// 申请重办：作出决定之前状态不变。
///
/// Asks for a reopening: the state stays until it is decided.
#[utoipa::path(post, path = "/v1/issues/{id}/reopenings",
    tag = "issues", request_body = bodies::RequestReopening, responses(
    (status = 200, description = "已申请。Asked for.", body = IssueChanged),
))]
pub(crate) async fn request_reopening(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::RequestReopening::read, async |call, id, body| {
        office.casework.request_reopening(call, id, body.ground, &body.reason, body.occurred_at).await
    })
    .await
}

/// Decide on taking an issue up again
///
/// 决定是否重办：受理即开始新一轮。再次不满意的，须指定层级并立即上报。
///
/// Decides on a reopening: granted, a new cycle begins. After a second dissatisfaction it names a level and
/// escalates at once.
#[utoipa::path(post, path = "/v1/issues/{id}/reopenings/decision",
    tag = "issues", request_body = bodies::DecideReopening, responses(
    (status = 200, description = "已决定。Decided.", body = IssueChanged),
    (status = 201, description = "已受理并上报，新建重大问题。Accepted and escalated; a major issue was made.", body = IssueChanged),
))]
pub(crate) async fn decide_reopening(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let id = IssueId(id.0);
    let ran = run(&office, &command, bodies::DecideReopening::read, async |call, body| {
        let reason = body.reason.as_deref();
        office.casework.decide_reopening(call, id, body.accepted, body.level, reason, body.occurred_at).await
    })
    .await?;
    escalated(&office, id, &command, ran).await
}

/// Record that the visitor withdrew
///
/// 来访人撤回事项。依职权继续办理的，事项保持未办结。
///
/// The visitor withdraws the issue. Where the delegate continues on own motion, it stays open.
#[utoipa::path(post, path = "/v1/issues/{id}/withdrawal", tag = "issues", request_body = bodies::Withdraw, responses(
    (status = 200, description = "已撤回。Withdrawn.", body = IssueChanged),
))]
pub(crate) async fn withdraw(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::Withdraw::read, async |call, id, body| {
        let on_own_motion = body.on_own_motion.unwrap_or(false);
        office.casework.withdraw_issue(call, id, on_own_motion, &body.reason, body.occurred_at).await
    })
    .await
}

/// Hand the duty to answer over
///
/// 移交给另一名代表；已作出的答复仍属原答复人。
///
/// Hands the issue over to another delegate. Answers given before keep their author.
#[utoipa::path(post, path = "/v1/issues/{id}/handovers", tag = "issues", request_body = bodies::HandOver, responses(
    (status = 200, description = "已移交。Handed over.", body = IssueChanged),
))]
pub(crate) async fn hand_over(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::HandOver::read, async |call, id, body| {
        let (to, code) = (body.to_delegate_id, body.reason_code);
        office.casework.hand_over_issue(call, id, to, code, &body.reason, body.occurred_at).await
    })
    .await
}

/// Read an issue
///
/// 一个事项，现在或过去某一时刻。
///
/// An issue, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/issues/{id}", tag = "issues", params(AsOfParams), responses(
    (status = 200, description = "事项。The issue.", body = IssueView),
))]
pub(crate) async fn one_issue(
    office: web::Data<Office>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let (file, moment) = asked_about(&office, id, &question).await?;
    let mut view = IssueView::of(&office, IssueId(id.0), &file, &moment).await?;
    view.as_of_position = Some(moment.position.0);
    Ok(one(file.version.0, view))
}

/// Read the events of an issue
///
/// 一个事项的全部事件，按版本排序：每一步可逐条核对。
///
/// The whole history of an issue in version order, so that every step can be checked.
#[utoipa::path(get, path = "/v1/issues/{id}/events", tag = "issues", params(HistoryParams), responses(
    (status = 200, description = "事件。Events.", body = stream::EventPage),
))]
pub(crate) async fn issue_events(
    office: web::Data<Office>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    stream::history(&office, &StreamId::of("issue", id.0), &question).await
}

/// Explain the due date of an issue
///
/// 为什么是这一天到期：起算日，逐日是否计入及原因，以及每次变更。
///
/// Why it is due on that day: where counting begins, every counted and skipped day with its reason, and every
/// change.
#[utoipa::path(get, path = "/v1/issues/{id}/deadline", tag = "issues", params(AsOfParams), responses(
    (status = 200, description = "期限说明。The explanation.", body = DeadlineView),
))]
pub(crate) async fn deadline(
    office: web::Data<Office>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let (file, moment) = asked_about(&office, id, &question).await?;
    Ok(one(file.version.0, DeadlineView::of(&file, &moment)?))
}

async fn asked_about(office: &Office, id: PathId, question: &Question) -> Result<(Arc<File<Issue>>, Moment), Problem> {
    let (as_of, at_least) = question.read(|query| Some((query.as_of(), query.at_least())))?;
    office.log_covers(question, at_least).await?;
    let moment = office.moment(as_of).await?;
    let file = office.casework.issue(IssueId(id.0), moment.as_of).await?;
    Ok((file, moment))
}
