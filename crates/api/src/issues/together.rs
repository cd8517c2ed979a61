//! `/v1/issues/{id}`: what an issue has with others, and on the way to its visitor: attempts of delivery, commitments,
//! merging, linking, input.

use crate::http::extract::{Command, PathId};
use crate::issues::bodies::Reasoned;
use crate::issues::handlers::{IssueChanged, on_issue};
use crate::issues::together_bodies as bodies;
use crate::problem::Problem;
use crate::state::Office;
use actix_web::{HttpResponse, web};

/// Record that the visitor was not reached
///
/// 记录送达尝试：在规则的 `answer.undeliverable_days` 个不同日期尝试 `answer.undeliverable_attempts` 次之后，书面答复可以公示送达（`posted`）。
/// 每轮分别计数，计时不停。
///
/// Records an attempt at delivery: after `answer.undeliverable_attempts` attempts on `answer.undeliverable_days`
/// different days of the policy a written answer may be `posted`. Each cycle counts its own, and the clock runs on.
#[utoipa::path(post, path = "/v1/issues/{id}/delivery-attempts",
    tag = "issues", request_body = bodies::AttemptDelivery, responses(
    (status = 200, description = "已记录。Recorded.", body = IssueChanged),
))]
pub(crate) async fn attempt_delivery(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::AttemptDelivery::read, async |call, id, body| {
        let note = body.note.as_deref();
        office.casework.record_delivery_attempt(call, id, body.channel, body.attempted_at, note).await
    })
    .await
}

/// Record whether a commitment was kept
///
/// 核实承诺：列入计划的正式答复是否按承诺兑现，每轮一次，答复后或办结后均可；承诺日期过后方可核实为未兑现。
/// 状态不变；未兑现是申请重办的理由。
///
/// Verifies a commitment: whether a planned answer was kept, once a cycle, while answered or closed; as broken only
/// once the committed day has passed. The state stays; a broken commitment is a ground for reopening.
#[utoipa::path(post, path = "/v1/issues/{id}/commitment-verifications",
    tag = "issues", request_body = bodies::VerifyCommitment, responses(
    (status = 200, description = "已核实。Verified.", body = IssueChanged),
))]
pub(crate) async fn verify_commitment(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::VerifyCommitment::read, async |call, id, body| {
        let (kept, on, note) = (body.kept, body.verified_on, body.note.as_deref());
        office.casework.verify_commitment(call, id, kept, on, note, body.occurred_at).await
    })
    .await
}

/// Merge an issue into another
///
/// 并案：一并办理，各自答复；并入的事项保留自己的首问责任人、计时和期限。
/// 并案期间可以答复、告知、移交、撤回、撤销并案、记录送达尝试，已中止的计时可以恢复，其他步骤不可以。
/// 主件发生的变化不影响它。
///
/// Merges the issue into another: they are handled together, and each is answered for itself; it keeps its
/// responsible delegate, its clock and its due date. While merged it can be answered, told, handed over, withdrawn,
/// unmerged, tried to be delivered, and a suspended clock can run again; nothing else. What happens to the primary
/// does not touch it.
#[utoipa::path(post, path = "/v1/issues/{id}/merges", tag = "issues", request_body = bodies::Merge, responses(
    (status = 200, description = "已并案。Merged.", body = IssueChanged),
))]
pub(crate) async fn merge(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::Merge::read, async |call, id, body| {
        office.casework.merge_issue(call, id, body.primary_issue_id, &body.reason, body.occurred_at).await
    })
    .await
}

/// Take a merged issue out again
///
/// 撤销并案：恢复并案前的状态。
///
/// Undoes a merge: the state before it holds again.
#[utoipa::path(post, path = "/v1/issues/{id}/unmerges", tag = "issues", request_body = Reasoned, responses(
    (status = 200, description = "已撤销并案。Unmerged.", body = IssueChanged),
))]
pub(crate) async fn unmerge(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, Reasoned::read, async |call, id, body| {
        office.casework.unmerge_issue(call, id, &body.reason, body.occurred_at).await
    })
    .await
}

/// Link an issue to another
///
/// 关联两个事项：记在提出的一方，每个事项至多 50 项，不影响任何人的职责。同样两个事项可以有不止一种关联。
///
/// Links two issues: it stands on the issue that says so, at most 50, and changes nobody's duty. The same two may
/// be linked in more than one way.
#[utoipa::path(post, path = "/v1/issues/{id}/links", tag = "issues", request_body = bodies::Link, responses(
    (status = 200, description = "已关联。Linked.", body = IssueChanged),
))]
pub(crate) async fn link(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::Link::read, async |call, id, body| {
        office.casework.link_issue(call, id, body.issue_id, body.kind, body.occurred_at).await
    })
    .await
}

/// Ask an office
///
/// 征询有关单位或人员的意见：仅供了解情况，计时不停；须已受理，待回复的至多 20 项。
///
/// Asks somebody for input: for information only, the clock runs on. The issue must be in hand, and at most 20
/// requests may be open.
#[utoipa::path(post, path = "/v1/issues/{id}/input-requests",
    tag = "issues", request_body = bodies::RequestInput, responses(
    (status = 200, description = "已征询。Asked.", body = IssueChanged),
))]
pub(crate) async fn request_input(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::RequestInput::read, async |call, id, body| {
        office.casework.request_input(call, id, body.to_office_id, &body.text, body.occurred_at).await
    })
    .await
}

/// Record what an office said
///
/// 回复征询：回复最早的一项未复征询。
///
/// Answers a request for input: the oldest one that is open.
#[utoipa::path(post, path = "/v1/issues/{id}/inputs", tag = "issues", request_body = bodies::GiveInput, responses(
    (status = 200, description = "已回复。Told.", body = IssueChanged),
))]
pub(crate) async fn give_input(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_issue(&office, id, &command, bodies::GiveInput::read, async |call, id, body| {
        office.casework.give_input(call, id, &body.text, body.occurred_at).await
    })
    .await
}
